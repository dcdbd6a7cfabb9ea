"""The number beside the name of a scale: "VAS 7/10", "pain score 8 out of 10", "MoCA (12/03/26): 17/30", "BMI 41.2"."""

import re
from math import inf
from typing import NamedTuple

from painpath.pathway.measures import Scale

_WORDED = {
    word: number
    for number, word in enumerate("zero one two three four five six seven eight nine ten".split())  # noqa: SIM905
}
_WORDS = "|".join(_WORDED)
_NUMBER = rf"(?:\d{{1,3}}(?:\.\d+)?|(?:{_WORDS})(?![a-z]))"
_BEHIND = re.compile(
    r"(?:[ -]?(?:scor(?:e|ed|es|ing)|total|result|index|value|reading|rating|of|is|was|at|as|to be|now|today|currently"
    r"|current|about|around|approx\w*|usually|averag\w+|=|:|\(|\)|-|,|~|repeated|in \w+"
    r"|(?:on )?\d\d?[/.]\d\d?[/.]\d{2,4}|\(\w{3,12}(?: \d{2,4})?\)|up to)){0,6}"
    r" ?(?P<sign>>|<|≥|≤|over |above |more than |greater than |at least |under |below |less than )? ?"
    rf"(?P<first>{_NUMBER})(?: ?(?:-|to) ?(?P<second>{_NUMBER}))? ?(?:(?:/|out of) ?(?P<most>\d{{1,3}}|ten))?"
    r"(?![\d%]|\.\d|/\d| ?(?:mg|mcg|ml|weeks|months|years|days)\b)"
)
_BEFORE = re.compile(
    rf"(?:(?P<first>{_NUMBER}) ?(?:-|to) ?)?(?<![\d.\w])(?P<second>{_NUMBER})"
    r" ?(?:(?:/|out of) ?(?P<most>\d{1,3}|ten))?"
    r"(?: (?:on|for|in|at|by|as)(?: (?:the|a|his|her|their))?)? ?$"
)

_AIM = re.compile(r"\b(?:aims?|aiming|goals?|targets?)\b[^.;\n]{0,24}$")
"""Before the name: a number that somebody wants to reach."""


class Score(NamedTuple):
    """The least and the most that the number can be, and its place."""

    low: float
    high: float
    start: int
    end: int


def score_beside(text: str, start: int, end: int, within: tuple[int, int], scale: Scale) -> Score | None:
    """The plausible number of the scale right behind its name, which stands from `start` to `end`, else before it.

    `text` is the normal text, `within` the sentence. None when there is none, or one that is aimed at: a name
    alone settles nothing.
    """
    if _AIM.search(text, max(within[0], start - 32), start):
        return None
    behind = _BEHIND.match(text, end, min(within[1], end + 60))
    if behind and (score := _score(behind, scale, behind["sign"] or "")):
        return score
    before = _BEFORE.search(text, max(within[0], start - 24), start)
    return _score(before, scale, "") if before else None


def _score(found: re.Match[str], scale: Scale, sign: str) -> Score | None:
    most = found["most"]
    if most and _number(most) != scale.high:
        return None
    numbers = [_number(found[name]) for name in ("first", "second") if found[name]]
    if not all(scale.low <= one <= scale.high for one in numbers):
        return None
    low, high = min(numbers), max(numbers)
    step = 0.01
    if sign.strip() in (">", "over", "above", "more than", "greater than"):
        low, high = low + step, inf
    elif sign.strip() in ("≥", "at least"):
        high = inf
    elif sign.strip() in ("<", "under", "below", "less than"):
        low, high = scale.low, high - step
    elif sign.strip() == "≤":
        low = scale.low
    name = "first" if found["first"] else "second"
    ends = found.end("most") if most else found.end("second") if found["second"] else found.end("first")
    return Score(low, high, found.start(name), ends)


def _number(words: str) -> float:
    return float(_WORDED[words]) if words in _WORDED else float(words)


def in_words(score: Score) -> str:
    """`7`, `7 to 8`, `more than 40`."""
    if score.high == inf:
        return f"{score.low:g} or more"
    return f"{score.low:g}" if score.low == score.high else f"{score.low:g} to {score.high:g}"
