"""The screening sheet beside the letter: every criterion in one of four groups, with its words and whose word it is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from painpath.accounts.models import Membership
from painpath.pathway import Pathway
from painpath.pathway.model import Criterion, Route
from painpath.referrals.arriving.other_sources import PATIENT, REFERRER, OtherSource
from painpath.referrals.models import ClauseState, Evidence, Judgement
from painpath.triage.presenters.added import AddedWords
from painpath.triage.presenters.judgements import Said, said
from painpath.triage.presenters.words import SOURCES
from painpath.web.clauses import (
    SPEAKS,
    ExceptionView,
    Words,
    colour_of,
    exception_of,
    group_of,
    groups_shown,
    labels_of,
)
from painpath.web.marking import Highlight
from painpath.web.shapes import notes_of, passed_over, pointers_of


@dataclass(frozen=True)
class Other:
    """What another source says, shown beside the letter's state."""

    source: str
    state: str
    words: str


@dataclass(frozen=True)
class CriterionView:
    """One criterion on the sheet."""

    id: str
    name: str
    group: str
    published: tuple[str, ...]
    read_state: str
    state: str
    state_label: str
    colour: str
    exception: ExceptionView | None
    evidence: tuple[Words, ...]
    added: tuple[AddedWords, ...]
    others: tuple[Other, ...]
    asks: tuple[str, ...]
    choices: dict[str, str]
    said: Said
    pointers: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def anchor(self) -> str:
        return f"criterion-{self.id}"

    @property
    def read_label(self) -> str:
        """What the letter says, in words, for the button that confirms it."""
        return self.choices[self.read_state]

    @property
    def is_settled(self) -> bool:
        """Whether the reader of the page has said their own word on it."""
        return self.said.confirmed_by_me


@dataclass(frozen=True)
class GroupView:
    """One group of the sheet."""

    id: str
    title: str
    help: str
    criteria: tuple[CriterionView, ...]


def sheet(
    pathway: Pathway,
    clauses: Sequence[ClauseState],
    evidence: Sequence[Evidence],
    highlights: dict[int, Highlight],
    judgements: Sequence[Judgement],
    others: Sequence[OtherSource],
    run: int,
    *,
    by: Membership | None = None,
    route: str = "",
    added: Mapping[str, tuple[AddedWords, ...]] = MappingProxyType({}),
) -> tuple[GroupView, ...]:
    """Group every published criterion: a clinician's last word counts, else what the letter says.

    A word that was given before the latest reading (`run`) is shown and does not count: something new has arrived.
    `by` is who reads the page, `route` that of the referral, `added` what clinicians marked in the letters.
    """
    read = {clause.criterion: clause for clause in clauses if clause.source == "letter"}
    views = [
        _criterion(
            criterion,
            read.get(criterion.id),
            [item for item in evidence if item.clause.criterion == criterion.id],
            highlights,
            [judgement for judgement in judgements if judgement.criterion == criterion.id],
            [other for other in others if other.criterion == criterion.id],
            pathway,
            run,
            by,
            pathway.route(route) if route else None,
            added.get(criterion.id, ()),
        )
        for criterion in pathway.criteria
    ]
    passed = passed_over(pathway, {view.id: view.state for view in views})
    views = [replace(one, notes=(passed[one.id], *one.notes)) if one.id in passed else one for one in views]
    return tuple(
        GroupView(group, title, words, tuple(view for view in views if view.group == group))
        for group, (title, words) in groups_shown(pathway).items()
    )


def states_of(groups: Iterable[GroupView]) -> dict[str, str]:
    """The state of every criterion of the sheet, by its id."""
    return {one.id: one.state for group in groups for one in group.criteria}


def _criterion(
    criterion: Criterion,
    clause: ClauseState | None,
    evidence: list[Evidence],
    highlights: dict[int, Highlight],
    judgements: list[Judgement],
    others: list[OtherSource],
    pathway: Pathway,
    run: int,
    by: Membership | None,
    route: Route | None,
    added: tuple[AddedWords, ...],
) -> CriterionView:
    read_state = clause.state if clause else "not_stated"
    current = [judgement for judgement in judgements if judgement.run_id == run]
    state = current[-1].state if current else read_state
    labels = labels_of(criterion, pathway)
    elsewhere = any(other.state in ("for", "against") for other in others)
    return CriterionView(
        id=criterion.id,
        name=criterion.name,
        group=group_of(state, criterion, pathway, judged=bool(current)),
        published=tuple(criterion.published),
        read_state=read_state,
        state=state,
        state_label=labels[state],
        colour=colour_of(criterion, state, pathway),
        exception=exception_of(
            criterion, (read_state, state, *(other.state for other in others)), evidence, pathway, route
        ),
        evidence=tuple(
            Words(item.quote, item.speaks, SPEAKS[item.speaks], item.why, highlights[item.pk].number,
                  highlights[item.pk].anchor)
            for item in evidence
        ),
        added=added,
        others=tuple(Other(SOURCES[other.source], _other_label(other, labels), other.words) for other in others),
        asks=tuple(f"{ask.of.capitalize()}: {ask.words}" for ask in criterion.ask)
        if state == "not_stated" and not elsewhere
        else (),
        choices=labels,
        said=said(judgements, run, labels, by),
        pointers=pointers_of(criterion, pathway)
        if state in ("against", "mixed")
        else (),
        notes=notes_of(criterion, pathway),
    )  # fmt: skip


def _other_label(other: OtherSource, labels: dict[str, str]) -> str:
    """What another source says. An answer in which nothing was read is an answer: a person reads it."""
    return "answered" if other.source in (REFERRER, PATIENT) and other.state == "not_stated" else labels[other.state]
