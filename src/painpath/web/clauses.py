"""How the published criteria are shown beside a letter: the same groups, words and colours on every door.

Whoever sends a letter sees what the clinician will see.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from painpath.pathway import Pathway
from painpath.pathway.model import Criterion, Route

GROUPS = {
    "judgement": ("Needs judgement", "The words go both ways, or an exception or “case by case” may apply."),
    "against": ("Against", "The referral says something that speaks against accepting."),
    "limited": ("Can be seen, may be helped less", "The page says so of these. They are no reason against."),
    "apart": ("Against one programme or class", "These say which programme, or how soon. They are no reason against."),
    "not_stated": ("Not stated", "The referral does not settle these. Silence is never a reason to refuse: ask."),
    "for": ("For", "The referral speaks for accepting."),
}

SPEAKS = {"for": "speaks for", "against": "speaks against", "mention": "mentioned"}
STATES = {"for": "Speaks for", "against": "Speaks against", "mixed": "Both ways", "not_stated": "Not stated"}
EXCLUSION_STATES = STATES | {"for": "Speaks for: ruled out", "against": "Speaks against: applies"}
"""An exclusion that speaks "for" needs the other half said: its name alone would read as if it applied."""


RED_FLAG_STATES = STATES | {"for": "Ruled out", "against": "Present: act on this first"}


LIMITED = "Can be seen, may be helped less"
AGAINST = {
    "limited": LIMITED,
    "programme": "Speaks against this programme",
    "class": "Does not describe this class",
}
"""What "against" means of a criterion that does not bear on the referral as a whole: never a reason against it."""


def labels_of(criterion: Criterion | None, pathway: Pathway) -> dict[str, str]:
    """The words for the states of this criterion; of one that is published no more, those of any."""
    if criterion is None:
        return STATES
    return labels_for(criterion.group, pathway.bears_on(criterion))


def labels_for(group: str, bears: str) -> dict[str, str]:
    """The words for the states of a criterion of this group that counts for this (`pathway.model.Bears`)."""
    labels = {"exclusion": EXCLUSION_STATES, "red_flag": RED_FLAG_STATES}.get(group, STATES)
    return labels if bears == "referral" else labels | {"against": AGAINST[bears]}


def colour_of(criterion: Criterion, state: str, pathway: Pathway) -> str:
    """The colour of this state of the criterion: red only for what speaks against the referral as a whole."""
    return colour_for(pathway.bears_on(criterion), state)


def colour_for(bears: str, state: str) -> str:
    """The colour of a state of a criterion that counts for this."""
    if state == "against" and bears != "referral":
        return STATE_COLOURS["not_stated" if bears == "class" else "mixed"]
    return STATE_COLOURS[state]


STATE_COLOURS = {"for": "green", "against": "red", "mixed": "orange", "not_stated": "grey"}
ALERTS = {
    "red_flag": "Red flag",
    "suicide_self_harm": "Thoughts of suicide or self-harm",
    "safeguarding": "Safeguarding",
    "urgent_deterioration": "Urgent deterioration",
}
CERTAINTY = {"affirmed": "the letter says so", "uncertain": "the letter leaves it open"}


def group_of(state: str, criterion: Criterion, pathway: Pathway, *, judged: bool) -> str:
    """A criterion that is case by case stands under "needs judgement" as soon as anything speaks against, until a
    clinician has given it a state (criteria.md). Under "against" stands only what bears on the referral as a whole."""
    if state == "mixed" or (state == "against" and criterion.case_by_case and not judged):
        return "judgement"
    return _APART[pathway.bears_on(criterion)] if state == "against" else state


_APART = {"referral": "against", "limited": "limited", "programme": "apart", "class": "apart"}


def groups_shown(pathway: Pathway) -> dict[str, tuple[str, str]]:
    """The groups of a sheet with title and help; those of the limited tier, of programmes and classes only where the
    page has any."""
    there = {_APART[pathway.bears_on(criterion)] for criterion in pathway.criteria}
    return {name: words for name, words in GROUPS.items() if name not in ("limited", "apart") or name in there}


@dataclass(frozen=True)
class Words:
    """One quotation beside a criterion, with the number and place of the words in the letter."""

    quote: str
    speaks: str
    speaks_label: str
    why: str
    number: int
    anchor: str


class Found(Protocol):
    """Words that were found for a criterion: of the record, or of a letter that is nowhere kept."""

    @property
    def phrase(self) -> str: ...

    @property
    def why(self) -> str: ...


@dataclass(frozen=True)
class ExceptionView:
    """An exception, its published words, and what would show that it applies."""

    words: str
    published: str
    shown_by: str


def exception_of(
    criterion: Criterion, states: Iterable[str], evidence: Iterable[Found], pathway: Pathway, route: Route | None
) -> ExceptionView | None:
    """The exception of a criterion when it may apply: something speaks against, or words of the exception are there.

    `states` are all that was said of the criterion: by the letter, a clinician, the form, the directory. A route that
    is itself exceptional brings the exceptions that share its published words.
    """
    if criterion.exception is None:
        return None
    against = any(state in ("against", "mixed") for state in states)
    by_route = route is not None and route.exceptional and bool(set(route.published) & set(criterion.published))
    if not (against or by_route or any(_is_exception(item, criterion, pathway) for item in evidence)):
        return None
    return ExceptionView(criterion.exception, criterion.exception_published or "", criterion.exception_shown_by or "")


def _is_exception(item: Found, criterion: Criterion, pathway: Pathway) -> bool:
    """Whether a rule marked as an exception found these words; by themselves such words settle nothing."""
    return any(
        rule.exception and item.phrase in rule.when and rule.why == item.why
        for found in pathway.evidence
        if found.criterion in (criterion.id, criterion.mirror_of)
        for rule in found.rules
    )
