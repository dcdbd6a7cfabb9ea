"""The model of a published pathway: everything a service says about its front door, as frozen data.

Parts that have an owner of their own live in modules of their own and are fields here; each top-level key of a
pathway's YAML files is a field of `Pathway`.
"""

from collections.abc import Iterable
from typing import Literal, TypeVar

from painpath.pathway.base import Data, Id, Words
from painpath.pathway.criteria import Ask, Criterion, Pointer, Readiness
from painpath.pathway.delivery import Delivery
from painpath.pathway.evidence import CriterionEvidence
from painpath.pathway.exchange import Exchange
from painpath.pathway.forms import Form
from painpath.pathway.letters import Letters
from painpath.pathway.measures import Scale, Threshold
from painpath.pathway.messages import Message
from painpath.pathway.needs import Communication
from painpath.pathway.notices import Notices
from painpath.pathway.outcomes import Due, Outcome, OutcomeId, Priority, Stage, Target, Wait
from painpath.pathway.patient_pages import PatientPages
from painpath.pathway.patient_status import PatientStatus
from painpath.pathway.referring import Referring
from painpath.pathway.retention import Retention
from painpath.pathway.right_time import RightTime
from painpath.pathway.safety import Safety
from painpath.pathway.service import (
    Accessibility,
    Contact,
    Grade,
    Headings,
    Locality,
    Podcast,
    Questionnaire,
    Route,
    Signpost,
    Source,
    Speaker,
    Statement,
    Team,
    Tool,
    Way,
)
from painpath.pathway.shapes import Catchment, Combination, Programme, Required, Unsettled
from painpath.pathway.vocabulary import Context, Group, Section, WordList

__all__ = [
    "Accessibility",
    "Ask",
    "Catchment",
    "Combination",
    "Contact",
    "Criterion",
    "Due",
    "Grade",
    "Headings",
    "Locality",
    "Message",
    "Outcome",
    "OutcomeId",
    "Pathway",
    "Podcast",
    "Pointer",
    "Priority",
    "Programme",
    "Questionnaire",
    "Readiness",
    "Required",
    "Route",
    "Scale",
    "Signpost",
    "Source",
    "Speaker",
    "Stage",
    "Statement",
    "Target",
    "Team",
    "Threshold",
    "Tool",
    "Unsettled",
    "Wait",
    "Way",
]

_Named = TypeVar(
    "_Named", Combination, Criterion, Form, Message, Outcome, Priority, Programme, Route, Scale, Signpost, Stage, Target
)


Bears = Literal["referral", "limited", "programme", "class"]
"""What a criterion counts for: the referral as a whole; how much somebody can be helped; one programme; how soon."""


class Pathway(Data, frozen=True, kw_only=True):
    """One service's published pathway in one version."""

    name: Id
    """The folder's name: what `find` takes and the record keeps."""
    digest: str
    """SHA-256 of the files it was made from. Two pathways with the same digest are the same pathway."""
    version: Words
    """The published version, such as `2025-11`."""
    service: Words
    """The service's name as readers see it."""
    plain_team: Words
    """What patients call the team, such as "the Pain Team"."""
    source: Source
    beside_criteria: tuple[Words, ...] = ()
    """Sentences of the page that ask nothing by themselves (headings, aims, dates): kept so that none is lost."""
    headings: Headings
    localities: tuple[Locality, ...]
    contacts: tuple[Contact, ...]
    grades: tuple[Grade, ...]
    routes: tuple[Route, ...]
    statements: tuple[Statement, ...]
    readiness: tuple[Readiness, ...]
    criteria: tuple[Criterion, ...]
    outcomes: tuple[Outcome, ...]
    stages: tuple[Stage, ...]
    priorities: tuple[Priority, ...]
    team: Team
    targets: tuple[Target, ...]
    questionnaires: tuple[Questionnaire, ...]
    forms: tuple[Form, ...] = ()
    """The questionnaires as files. The program puts them here: authors write none into YAML."""
    safety: Safety | None = None
    """What holds when an answer may say that somebody is in danger. Needed with such a question."""
    signposts: tuple[Signpost, ...]
    podcasts: tuple[Podcast, ...] = ()
    accessibility: Accessibility
    letters: Letters
    messages: tuple[Message, ...]
    notices: Notices
    delivery: Delivery
    """The carriers by which letters and messages reach people."""
    exchange: Exchange = Exchange()
    """With which other programs the service speaks."""
    referring: Referring
    patient_status: PatientStatus
    communication: Communication
    """What people need so that they can read, hear and answer us, and the formats of letters."""
    patient_pages: PatientPages
    right_time: RightTime
    retention: Retention | None = None
    """How long records are kept. Older versions have none; the schedule of today counts for them too."""
    lists: tuple[WordList, ...] = ()
    lookalikes: tuple[Words, ...] = ()
    """Real words, many to a line, that look like misspelt words of the vocabulary and are none."""
    vocabulary: tuple[Group, ...] = ()
    contexts: tuple[Context, ...] = ()
    sections: tuple[Section, ...] = ()
    evidence: tuple[CriterionEvidence, ...] = ()
    combinations: tuple[Combination, ...] = ()
    """How criteria go together. Without any, each stands for itself."""
    programmes: tuple[Programme, ...] = ()
    scales: tuple[Scale, ...] = ()
    """Scales whose numbers criteria name."""
    catchment: Catchment | None = None
    required: tuple[Required, ...] = ()
    """What to put in a referral, apart from the criteria."""
    unsettled: tuple[Unsettled, ...] = ()
    """What an author has still to settle, and what was settled: nothing is published while one is open."""

    def criterion(self, wanted: str) -> Criterion:
        """The criterion with this id; KeyError when there is none."""
        return _by_id(self.criteria, wanted)

    def combination(self, wanted: str) -> Combination:
        """The combination with this id; KeyError when there is none."""
        return _by_id(self.combinations, wanted)

    def bears_on(self, criterion: Criterion) -> Bears:
        """What the criterion can count for: see `Bears`."""
        if criterion.tier == "limited":
            return "limited"
        if criterion.programmes:
            return "programme"
        of_a_class = self._under({one.id for one in self.combinations if one.priority is not None})
        of_the_rest = self._under({one.id for one in self.combinations if one.id not in of_a_class})
        return "class" if criterion.id in of_a_class - of_the_rest else "referral"

    def can_be_a_reason(self, criterion: Criterion) -> bool:
        """Whether a decision not to see somebody now may rest on it.

        The limited tier, what only describes a priority class, and "may" shut nobody out.
        """
        return criterion.strength != "may" and self.bears_on(criterion) not in ("limited", "class")

    def _under(self, tops: set[str]) -> set[str]:
        """These combinations and everything that they tie together."""
        of = {one.id: one.of for one in self.combinations}
        found, waiting = set(tops), list(tops)
        while waiting:
            new = set(of.get(waiting.pop(), ())) - found
            found |= new
            waiting += new
        return found

    def named(self) -> dict[str, str]:
        """The names of what combinations tie together, criteria and other combinations, by their ids."""
        return {one.id: one.name for one in self.criteria} | {one.id: one.name for one in self.combinations}

    def programme(self, wanted: str) -> Programme:
        """The programme with this id; KeyError when there is none."""
        return _by_id(self.programmes, wanted)

    def scale(self, wanted: str) -> Scale:
        """The scale with this id; KeyError when there is none."""
        return _by_id(self.scales, wanted)

    def form(self, wanted: str) -> Form:
        """The questionnaire file with this id; KeyError when there is none."""
        return _by_id(self.forms, wanted)

    def route(self, wanted: str) -> Route:
        """The route with this id; KeyError when there is none."""
        return _by_id(self.routes, wanted)

    def outcome(self, wanted: str) -> Outcome:
        """The outcome with this id; KeyError when there is none."""
        return _by_id(self.outcomes, wanted)

    def signpost(self, wanted: str) -> Signpost:
        """The signpost with this id; KeyError when there is none."""
        return _by_id(self.signposts, wanted)

    def stage(self, wanted: str) -> Stage:
        """The stage with this id; KeyError when there is none."""
        return _by_id(self.stages, wanted)

    def priority(self, wanted: str) -> Priority:
        """The priority with this id; KeyError when there is none."""
        return _by_id(self.priorities, wanted)

    def message(self, wanted: str) -> Message:
        """The message with this id; KeyError when there is none."""
        return _by_id(self.messages, wanted)

    def target(self, wanted: str) -> Due:
        """The time limit with this id; KeyError when there is none."""
        return _by_id(self.targets, wanted).due


def _by_id(items: Iterable[_Named], wanted: str) -> _Named:
    for item in items:
        if item.id == wanted:
            return item
    raise KeyError(wanted)
