"""Numbers as pages write them, in figures and words, with their units and bounds: the pieces of patterns."""

import re
from typing import Literal

_ONES = re.findall(
    r"\w+",
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen",
)
_TENS = re.findall(r"\w+", "twenty thirty forty fifty sixty seventy eighty ninety")
_WORDED = {
    **{word: number for number, word in enumerate(_ONES, 1)},
    **{word: number * 10 for number, word in enumerate(_TENS, 2)},
    **{
        f"{tens}{gap}{one}": number * 10 + unit
        for number, tens in enumerate(_TENS, 2)
        for unit, one in enumerate(_ONES[:9], 1)
        for gap in "- "
    },
}
NUMBER = r"(?:\d{1,3}(?:\.\d+)?|(?:" + "|".join(sorted(_WORDED, key=len, reverse=True)) + r")\b)"
UNIT = r"(?:calendar |working |full |complete |whole )?(?P<unit>years?|yrs?|months?|mths?|weeks?|wks?|days?)\b"
ABOVE = r"(?:more than|longer than|greater than|older than|in excess of|exceeding|exceeds|above|over|beyond|>(?!/?=))"
FROM = r"(?:at least|a minimum of|minimum of|minimum|no less than|not less than|from|≥|>/?=)"
BELOW = r"(?:less than|fewer than|shorter than|younger than|lower than|below|under|<(?!/?=))"
UP_TO = r"(?:up to|at most|a maximum of|maximum of|maximum|no more than|not more than|no longer than|≤|</?=)"
BEFORE = rf"(?:(?P<above>{ABOVE})|(?P<from>{FROM})|(?P<below>{BELOW})|(?P<upto>{UP_TO}))"
AFTER = (
    r"(?:(?P<ormore>(?: years?(?: old)?| yrs)?(?: of age)?,? ?(?:or|and) (?:over|older|above|more"
    r"|longer|higher|upwards?|greater)\b|\+)"
    r"|(?P<orless>(?: years?(?: old)?| yrs)?(?: of age)?,? ?(?:or|and) (?:under|younger|below|less"
    r"|lower|fewer|shorter)\b))"
)
RANGE = rf"(?P<n>{NUMBER})(?:\s?(?:to|-|–|—|and)\s?(?P<m>{NUMBER}))?"

Unit = Literal["years", "months", "weeks", "days"]


def number(words: str) -> float:
    """What a number says, in figures or words."""
    return float(_WORDED[words]) if words in _WORDED else float(words)


def unit_of(words: str) -> Unit:
    first = words[0]
    return "years" if first == "y" else "months" if first == "m" else "weeks" if first == "w" else "days"


def overlaps(span: tuple[int, int], taken: list[tuple[int, int]]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in taken)
