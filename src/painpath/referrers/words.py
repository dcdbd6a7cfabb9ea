"""Sentences that the public pages and the printed summary share."""

from typing import Literal

from painpath.pathway import Pathway
from painpath.pathway.outcomes import Due

GROUPS: tuple[tuple[Literal["inclusion", "exclusion", "readiness", "red_flag"], str], ...] = (
    ("red_flag", "Act on these first: not with this referral"),
    ("inclusion", "Who the service is for"),
    ("exclusion", "When something else may come first"),
    ("readiness", "To talk about with the patient"),
)
"""The groups of criteria, red flags first, else in the order of the published page, with our headings."""

GAPS = (
    "You can always send a referral with gaps. What is not stated leads to a question, never to a refusal. A clinician "
    "reads every referral and decides."
)
TEMPLATE = "A letter template with a place for every criterion is on the service's page for practitioners."

_TOLD = ("first-look", "decision-told", "look-again")
"""The time limits that a practitioner can count on; the others are between people of the team."""


def how_soon(pathway: Pathway) -> list[str]:
    """By when what happens: one sentence each."""
    return [f"{within(target.due)}: {_small(target.due.what)}" for target in pathway.targets if target.id in _TOLD]


def within(due: Due) -> str:
    """A time limit in words: "Within 7 working days"."""
    unit = {"days": "day", "working_days": "working day"}[due.unit]
    return f"Within {due.days} {unit}{'' if due.days == 1 else 's'}"


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:].removesuffix(".")
