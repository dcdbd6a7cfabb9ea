"""Words for patients about a new criterion: from the clause's own, where those are plain; else general ones."""

import re

from painpath.pathway.drafting.model import Clause
from painpath.pathway.readability import HIGHEST_GRADE, grade
from painpath.pathway.wording import words_for_patients

GENERAL = {
    "plain": "This is one of the things that our list asks about.",
    "plain_for": "This fits with our list.",
    "plain_against": "This is one of the reasons on our list why now may not be the right time.",
    "plain_change": "If this changes, tell us or your GP. Then you can be referred again.",
}
"""They are true of every criterion, and say too little: an author has to write them."""
_ASKS = {
    "plain": "Our page asks for this: “{}”.",
    "plain_for": "This is so for you: “{}”.",
    "plain_against": "Our page asks for this, and it may not be so for you now: “{}”.",
}
_SHUTS_OUT = {
    "plain": "Our page names this as a reason to wait, or to go to others first: “{}”.",
    "plain_for": "This is not so for you: “{}”.",
    "plain_against": "Now may not be the right time for you. Our page names this: “{}”.",
}
_MOST = 14
"""Words of a clause that still make a short sentence."""
_LONGEST = 13
"""Letters of a word. A longer one is mostly a name of the trade, which no count of syllables tells from others."""
_NOT_THEIRS = re.compile(r"\brefer\w*|\bpatients?\b|[/<>≥≤=|\t]|\b(?:e\.g|i\.e|mg|CRP|ESR)\b", re.IGNORECASE)

_HARD_TO_READ = re.compile(
    r"suicid|self[- ]harm|hurt(?:ing)? (?:them|your)sel|end(?:ing)? (?:their|your) life|cancer|tumour|palliative"
    r"|abuse|misuse|risk|crisis|psycho\w+|personality|capacity|litigation|prison|detained",
    re.IGNORECASE,
)
"""What is said to a patient only in words that somebody has chosen with care."""


def proposed(clause: Clause, *, shuts_out: bool) -> dict[str, str]:
    """The four fields for patients. The clause's words stand in them as the page's, between quotation marks.

    General where they are long, hard (by the same grade as letters) or in the words of the trade.
    """
    words = _own(clause)
    if words is None:
        return GENERAL
    said = {name: text.format(words) for name, text in (_SHUTS_OUT if shuts_out else _ASKS).items()}
    whole = " ".join(said.values())
    if any(words_for_patients(whole)) or grade(whole) > HIGHEST_GRADE:
        return GENERAL
    return GENERAL | said


def are_general(clause: Clause, *, shuts_out: bool) -> bool:
    """Whether nothing better was found than words that are true of every criterion."""
    return proposed(clause, shuts_out=shuts_out) is GENERAL


def _own(clause: Clause) -> str | None:
    """The clause without what is beside it; None where it is no short piece of plain words."""
    if (
        clause.kind in ("red_flag", "priority")
        or _HARD_TO_READ.search(clause.words)
        or _NOT_THEIRS.search(clause.words)
    ):
        return None
    words = re.sub(r"\([^()]*\)", " ", clause.words)
    words = re.sub(r"[\s,;:.–—-]*(?:\b(?:and|or)\W*)?$", "", " ".join(words.split()))
    count = len(words.split())
    hard = any(len(one) > _LONGEST for one in re.findall(r"[\w’'-]+", words))
    # An exception, a condition or another service is more than a quotation can say rightly.
    if clause.redirect or clause.exception or clause.only_if or not 1 <= count <= _MOST:
        return None
    if hard or any(one.of == "scale" for one in clause.thresholds) or re.search(r"[.!?] |[“”\"]", words):
        return None
    first, *others = words.split()
    is_name = (len(first) > 1 and not first[1:].islower()) or (others and others[0][:1].isupper())
    return words if is_name else words[:1].lower() + words[1:]
