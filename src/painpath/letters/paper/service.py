"""What a service says around its questionnaires, as far as paper and phone need it."""

from dataclasses import dataclass

from painpath.letters.errors import LetterError
from painpath.letters.wording import clock_words, line
from painpath.pathway import Pathway
from painpath.pathway.contacts import contacts_for
from painpath.pathway.crisis import crisis_line, help_now
from painpath.pathway.safety import who_reads
from painpath.questionnaires import Questionnaire


@dataclass(frozen=True, kw_only=True)
class Words:
    """The service's own words, as its pathway has them."""

    service: str
    team: str
    why: str
    """What the questionnaire is and what it is for."""
    help: str
    """That there is help to fill it in, and that silence closes nothing."""
    contacts: tuple[tuple[str, str], ...]
    """How to reach the team: what it is, and the number or address. Only what this reader may see."""
    urgent: tuple[str, ...]
    """Whom to call in danger and in a crisis, one sentence or two each."""
    reads: tuple[str, ...] = ()
    """Who reads the answers and when; last, what to do outside those hours. Empty where the pathway does not say."""
    silent: tuple[str, ...] = ()
    """Whom to text, to type or to sign to: for people who are deaf or cannot speak on a phone."""


def words_for(pathway: Pathway, questionnaire: Questionnaire, *, locality: str | None = None) -> Words:
    """The words for a questionnaire of this pathway and a reader of this locality (None: it is not known).

    Raises LetterError where the pathway has no contact for a crisis: such a paper would leave somebody alone.
    """
    step = next(
        (one for one in pathway.questionnaires if questionnaire.id in one.forms),
        next(iter(pathway.questionnaires), None),
    )
    found = help_now(pathway)
    urgent = tuple(line(crisis_line(one)) for one in found if not one.without_speaking)
    if not urgent:
        raise LetterError("The pathway has no emergency or crisis contact. Add one to its signposts first.")
    return Words(
        service=line(pathway.service),
        team=line(pathway.plain_team),
        why=line(step.plain) if step else "",
        help=line(step.plain_help) if step else "",
        contacts=tuple((line(one.label), line(one.value)) for one in contacts_for(pathway, locality)),
        urgent=urgent,
        reads=_reads(pathway),
        silent=tuple(line(crisis_line(one)) for one in found if one.without_speaking),
    )


def _reads(pathway: Pathway) -> tuple[str, ...]:
    safety = pathway.safety
    if safety is None:
        return ()
    return tuple(map(line, (*who_reads(safety, clock_words), safety.plain_out_of_hours)))
