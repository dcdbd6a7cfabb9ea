"""Numbers that are others for a group of people: "BMI of 30 or more (27.5 for people of South Asian origin)"."""

import re
from collections.abc import Iterator

from msgspec.structs import replace

from painpath.pathway.drafting.amounts import BEFORE, RANGE, UNIT, number, unit_of
from painpath.pathway.drafting.model import Measure

_NAMES = r"(?P<who>(?:[Ss]outh )?[A-Z][\w-]+(?:[ ,/]+(?:and |or |other )*[A-Z][\w-]+)*)"
_OF = (
    r"(?:if|for|in|where|when) (?:they are |the (?:patient|person) is )?"
    r"(?:(?:people|patients|those|adults|persons|anyone|individuals) )?(?:(?:who are )?(?:of|from|with) )?(?:an? )?"
)
_SORTS = r"(?P<sort>women|men|children|veterans|older people|(?:people|patients|those) (?:with|who) [\w -]{3,40}?)"
_GROUP = re.compile(rf"[ ,]*(?:{_OF}{_NAMES}|(?:for|in) {_SORTS}(?=[,.;)]|$))")
_ALONE = re.compile(rf" {_NAMES}")
_BEGINS = re.compile(
    r"\(?(?:(?:or|and|but) )?(?:(?:an? )?(?:bmi|score|cut-off|threshold|age|aged) )?(?:(?:of|is) )?", re.IGNORECASE
)
_TAIL = r"(?P<tail>,? (?:or|and) (?:more|over|above|higher|greater|older|longer|less|below|under|lower|younger)\b|\+)?"
_AMOUNT = re.compile(rf"(?:{BEFORE} ?)?(?:the age of )?{RANGE}(?: ?kg ?/ ?m[2²])?(?: {UNIT})?{_TAIL}")


def group_after(words: str, at: int, *, alone: bool = False) -> str | None:
    """The people whom the words name straight behind a number that ends at `at`. `alone`: also with no "for" before."""
    found = _GROUP.match(words, at) or (_ALONE.match(words, at) if alone else None)
    return (found["who"] or found.groupdict().get("sort")) if found else None


def for_groups(usual: list[Measure], hidden: list[str]) -> Iterator[Measure]:
    """The bounds that parentheses give for a group of people, after the usual ones. What they do not say (the side, the
    unit, whether the bound belongs to it) is as it is usually."""
    for part in hidden if len({(one.of, one.scale) for one in usual}) == 1 else ():
        begins = _BEGINS.match(part)
        amount = _AMOUNT.match(part.lower(), begins.end() if begins else 0)
        if amount is None or (group := group_after(part, amount.end(), alone=True)) is None:
            continue
        if not amount["unit"] or unit_of(amount["unit"]) == usual[0].unit:
            yield bounded(usual[0], amount, part, group)


def bounded(usual: Measure, found: re.Match[str], words: str, group: str | None) -> Measure:
    """The usual measure with the bounds that a match found. Where it says no side, the number is on the usual one."""
    first, second, tail = number(found["n"]), number(found["m"]) if found["m"] else None, found["tail"] or ""
    upper = found["below"] or found["upto"] or tail.endswith(("less", "below", "under", "lower", "younger"))
    told = bool(upper or found["above"] or found["from"] or tail or second is not None)
    said = words[found.start() : found.end()].strip()
    if not told:
        on_top = usual.low is None
        return replace(
            usual, low=None if on_top else first, high=first if on_top else None, words=said, for_group=group
        )
    low, high = (None, first) if upper and second is None else (first, second)
    included = not (found["above"] or found["below"])
    return replace(
        usual, low=low, high=high, low_included=included if low is not None else True,
        high_included=included if upper else True, words=said, for_group=group,
    )  # fmt: skip
