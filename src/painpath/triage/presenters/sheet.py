"""The screening sheet beside the letter: every criterion in one of four groups, with its words and whose word it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from painpath.pathway import Pathway
from painpath.pathway.model import Criterion
from painpath.referrals.models import ClauseState, Evidence, Judgement
from painpath.referrals.other_sources import OtherSource
from painpath.triage.presenters.letter import Highlight
from painpath.triage.presenters.words import EXCLUSION_STATES, SOURCES, SPEAKS, STATE_COLOURS, STATES, moment

GROUPS = {
    "judgement": ("Needs judgement", "The words go both ways, or an exception or “case by case” may apply."),
    "against": ("Against", "The referral says something that speaks against accepting."),
    "not_stated": ("Not stated", "The referral does not settle these. Silence is never a reason to refuse: ask."),
    "for": ("For", "The referral speaks for accepting."),
}


@dataclass(frozen=True)
class Words:
    """One quotation beside a criterion, with the number and place of the words in the letter."""

    quote: str
    speaks: str
    speaks_label: str
    why: str
    number: int
    anchor: str


@dataclass(frozen=True)
class Other:
    """What another source says, shown beside the letter's state."""

    source: str
    state: str
    words: str


@dataclass(frozen=True)
class Word:
    """A clinician's confirmation or correction."""

    text: str
    reason: str


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
    exception: str
    evidence: tuple[Words, ...]
    others: tuple[Other, ...]
    asks: tuple[str, ...]
    choices: dict[str, str]
    judgements: tuple[Word, ...]
    pointers: tuple[str, ...]

    @property
    def anchor(self) -> str:
        return f"criterion-{self.id}"


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
) -> tuple[GroupView, ...]:
    """Group every published criterion: a clinician's last word counts, else what the letter says.

    A word that was given before the latest reading (`run`) is shown and does not count: something new has arrived.
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
        )
        for criterion in pathway.criteria
    ]
    return tuple(
        GroupView(group, title, words, tuple(view for view in views if view.group == group))
        for group, (title, words) in GROUPS.items()
    )


def _criterion(
    criterion: Criterion,
    clause: ClauseState | None,
    evidence: list[Evidence],
    highlights: dict[int, Highlight],
    judgements: list[Judgement],
    others: list[OtherSource],
    pathway: Pathway,
    run: int,
) -> CriterionView:
    read_state = clause.state if clause else "not_stated"
    current = [judgement for judgement in judgements if judgement.run_id == run]
    state = current[-1].state if current else read_state
    labels = EXCLUSION_STATES if criterion.group == "exclusion" else STATES
    return CriterionView(
        id=criterion.id,
        name=criterion.name,
        group=_group(state, criterion.case_by_case, judged=bool(current)),
        published=tuple(criterion.published),
        read_state=read_state,
        state=state,
        state_label=labels[state],
        colour=STATE_COLOURS[state],
        exception=(criterion.exception or "") if state in ("against", "mixed") else "",
        evidence=tuple(
            Words(item.quote, item.speaks, SPEAKS[item.speaks], item.why, highlights[item.pk].number,
                  highlights[item.pk].anchor)
            for item in evidence
        ),
        others=tuple(Other(SOURCES[other.source], STATES[other.state], other.words) for other in others),
        asks=tuple(f"{ask.of.capitalize()}: {ask.words}" for ask in criterion.ask) if state == "not_stated" else (),
        choices=labels,
        judgements=tuple(_word(judgement, run) for judgement in judgements),
        pointers=tuple(
            pathway.outcome(pointer.outcome).label
            + (f": {pathway.signpost(pointer.signpost).name}" if pointer.signpost else "")
            for pointer in criterion.outcomes
        )
        if state in ("against", "mixed")
        else (),
    )  # fmt: skip


def _group(state: str, case_by_case: bool, *, judged: bool) -> str:
    """A criterion that is case by case stands under "needs judgement" as soon as anything speaks against, until a
    clinician has given it a state (criteria.md)."""
    if state == "mixed" or (state == "against" and case_by_case and not judged):
        return "judgement"
    return state


def _word(judgement: Judgement, run: int) -> Word:
    what = (
        f"Corrected from “{STATES[judgement.read_state]}” to “{STATES[judgement.state]}”"
        if judgement.is_correction
        else f"Confirmed: “{STATES[judgement.state]}”"
    )
    earlier = "" if judgement.run_id == run else ", before something new arrived"
    return Word(
        text=f"{what} by {judgement.by.name}, {moment(judgement.at)}{earlier}", reason=judgement.reason,
    )  # fmt: skip
