"""Lengths of time and points in time as what they leave open: "14 months ago", "in 2023", "more than 3 months".

A letter seldom gives a day. A value is therefore two numbers of months, the least and the most that it can be on the
letter's day, so that bounds in between are settled by nobody but a person. `durations` gives single numbers, for
values that rules name.
"""

import re
from bisect import bisect_left
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from math import inf
from typing import NamedTuple

from painpath.reading.dates import MONTHS, days
from painpath.reading.durations import BEFORE, LESS, LONG, MORE, NUMBERS, SEASONS, UNITS, candidates, full_year

MONTH = 365.25 / 12
"""Days."""
_VAGUE: dict[str, tuple[float, float]] = {
    "a few": (2, 6), "few": (2, 6), "some": (2, 6), "several": (3, 12), "many": (4, inf), "numerous": (3, inf),
    "countless": (4, inf), "umpteen": (4, inf), "donkey's": (5, inf), "donkeys": (5, inf), "a good few": (3, 8),
    "quite a few": (3, 10), "a good many": (5, inf),
}  # fmt: skip
"""What words without a number leave open."""
_MONTH_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
_MONTH_OF_YEAR = re.compile(rf"\b({_MONTH_NAMES})\.?,? (?:of )?(?:19|20)\d\d$")
_TO = re.compile(r"(?:to|or|-) ?(\d{1,3})\b")
_AT_LEAST = re.compile(r"(?:\bat least|≥|\bno less than|\bupwards of) ?$")
_PART_OF_IT = re.compile(
    r"\b(?:wors\w+|deteriorat\w+|flar\w+|escalat\w+|increas\w+|better|improv\w+|reliev\w+|relief|settled|eased"
    r"|pain free|off (?:work|sick)|signed off|taking|taken|takes|took|tried|trial|trialled|using|used"
    r"|wait\w*|awaiting|abstinent|sober|stopped|attended|course|physio\w*|pregnant|married)\b[^.;,]{0,32}$"
)
"""Before a length of time: of something that the complaint is at least as old as, or that says nothing of its age."""
_OF_TREATMENT = re.compile(
    r" (?:course |trial )?(?:of|after|since) (?:\w+ ){0,3}(?:physio\w*|treatment|\w*therapy|injections?|exercises?)"
)
_OLD = re.compile(r"[ -]?old\b")
_STEP = 0.01
"""Months: "more than 6 months" is not 6 months."""


class Time(NamedTuple):
    """The least and the most months that it can be, and its place."""

    low: float
    high: float
    start: int
    end: int


def lengths(text: str, written_on: date) -> Iterator[Time]:
    """The lengths of time that a normal text names, as they stand on the letter's day.

    "Worse for the last 3 months", "codeine for six weeks": the complaint itself may be older, so the most is left open.
    """
    for found in candidates(text, 0, len(text)):
        if found["unit"] and BEFORE.search(text, max(0, found.start() - 22), found.start()):
            continue
        if (least_most := _length(found, written_on)) is None:
            continue
        low, high = least_most
        if _OLD.match(text, found.end()):
            continue
        if found["unit"] or found["fraction"]:
            low, high = _compared(text, found, low, high)
        if _PART_OF_IT.search(text, max(0, found.start() - 60), found.start()) or _OF_TREATMENT.match(
            text, found.end()
        ):
            high = inf
        yield Time(low, high, found.start(), found.end())


def _compared(text: str, found: re.Match[str], low: float, high: float) -> tuple[float, float]:
    before = max(0, found.start() - 22)
    if _AT_LEAST.search(text, before, found.start()) or "+" in found[0] or "or more" in found[0]:
        return low, inf
    if MORE.search(text, before, found.start()):
        return low + _STEP, inf
    if LESS.search(text, before, found.start()):
        return 0, high - _STEP
    return low, high


def _length(found: re.Match[str], written_on: date) -> tuple[float, float] | None:
    parts = found.groupdict()
    if parts["long"]:
        # "Over the last year" is about one year; "for years" is two at least.
        return (9, inf) if re.search(r"\byear$", parts["long"]) else (LONG, inf)
    if parts["short"]:
        return 0, 1.5
    if parts["fraction"] and parts["of"]:
        return _of_unit(int(parts["fraction"]), {"7": "d", "52": "w", "12": "m"}[parts["of"]])
    if parts["unit"]:
        return _told(found)
    if year := parts["year"] or parts["from"] or parts["todate"]:
        if month_named := _MONTH_OF_YEAR.search(found[0]):
            return _of_month(int(year), MONTHS[month_named[1]], written_on)
        return _since(date(int(year), 1, 1), date(int(year), 12, 31), written_on)
    if short := parts["two"] or parts["apart"]:
        year_ = full_year(int(short), written_on)
        return _since(date(year_, 1, 1), date(year_, 12, 31), written_on)
    if parts["numeric"] and parts["numericyear"]:
        return _of_month(full_year(int(parts["numericyear"]), written_on), int(parts["numeric"]), written_on)
    if season := parts["season"]:
        months = (written_on.month - SEASONS[season]) % 12 + (12 if parts["seasonlast"] else 0)
        return max(0, months - 2), months + 2
    month = MONTHS[parts["month"] or "january"]
    year_ = written_on.year - (1 if month > written_on.month or parts["lastyear"] else 0)
    return _of_month(year_, month, written_on)


def _told(found: re.Match[str]) -> tuple[float, float] | None:
    unit, number = found["unit"], found["number"] or ""
    if len(unit) == 1 and not number[0].isdigit():
        return None  # "a m…"
    kind = unit[0]
    if number in _VAGUE:
        low, high = _VAGUE[number]
    else:
        low = high = (float(number) if number[0].isdigit() else NUMBERS[number]) + (0.5 if found["half"] else 0)
    if kind == "m" and unit == "m" and low > 24:
        return None  # metres, or milligrams cut short
    if second := _TO.search(found[0]):
        high = max(high, float(second[1]))
    if unit.startswith("decade"):
        return low * 120, high * 120
    return _of_unit(low, kind)[0], _of_unit(high, kind)[1]


def _of_unit(amount: float, kind: str) -> tuple[float, float]:
    """Months. Twelve weeks are three months to some and not quite to others: weeks are both."""
    return (amount * UNITS["w"], amount / 4) if kind == "w" else (amount * UNITS[kind],) * 2


def _of_month(year: int, month: int, written_on: date) -> tuple[float, float] | None:
    if not 1 <= month <= 12:
        return None
    return _since(date(year, month, 1), date(year, month, monthrange(year, month)[1]), written_on)


def _since(first: date, last: date, written_on: date) -> tuple[float, float] | None:
    """Months since some day from `first` to `last`; None when it is still to come."""
    if first > written_on:
        return None
    return max(0, (written_on - last).days) / MONTH, (written_on - first).days / MONTH


_NUMBER = "|".join(sorted(NUMBERS, key=len, reverse=True))
_AGO = re.compile(
    rf"(?<![\w./-])(?:(?P<more>(?:more than|over|at least|well over|>) ?)|(?P<less>(?:less than|under|within|<) ?))?"
    rf"(?:(?P<number>\d{{1,3}}(?:\.\d)?|{_NUMBER})(?P<half> ?½| and a half)?(?: ?(?:to|-) ?(?P<to>\d{{1,3}}))? ?-?"
    r"(?P<unit>years?|yrs?|months?|mths?|weeks?|wks?|days?|fortnights?)|(?P<fraction>\d{1,3}) ?/ ?(?P<of>7|52|12))"
    r" (?:ago|previously|earlier|back|before)\b"
    rf"|(?:in|within|over|during) (?:the )?(?:last|past|previous) (?:(?P<past>\d{{1,3}}|{_NUMBER}) )?"
    r"(?P<past_unit>years?|months?|weeks?|fortnight|days?)\b"
    rf"|\b(?P<month>{_MONTH_NAMES})\.?,? ?'?(?P<month_year>(?:19|20)\d\d|(?<=')\d\d)(?![\d/])"
    r"|(?<![\d/.-])(?P<numeric>\d{1,2})[/.](?P<numeric_year>(?:19|20)\d\d)(?![\d/.])"
    rf"|\b(?:in|since|from|until|till|last|this) (?P<bare_month>{_MONTH_NAMES})\b(?! ?'?\d)"
    r"|(?P<last_year>\blast year\b)|(?P<this_year>\b(?:earlier this year|this year)\b)"
    r"|(?P<recent>\b(?:last (?:month|week)|yesterday|recently|a short while ago|today|this (?:month|week))\b)"
    r"|(?<![\d/.£-])(?P<year>(?:19|20)\d\d)(?![\d/]|-\d| ?(?:mg|ml|units|metres|hrs|hours|steps|calories|kcal|pounds))"
)


def times_ago(text: str, written_on: date) -> Iterator[Time]:
    """The points in time that a normal text names, as months before the letter's day; those to come are left out."""
    named = list(days(text, 0, len(text), latest=written_on))
    for day in named:
        if day.day <= written_on:
            ago = (written_on - day.day).days / MONTH
            yield Time(ago, ago, *day.span)
    starts = [day.span.start for day in named]
    for found in _AGO.finditer(text):
        before = bisect_left(starts, found.end())  # so many whole days begin before this ends
        if before and named[before - 1].span.end > found.start():
            continue
        if (least_most := _ago(found, written_on)) is not None:
            yield Time(*least_most, found.start(), found.end())


def _ago(found: re.Match[str], written_on: date) -> tuple[float, float] | None:
    parts = found.groupdict()
    if parts["unit"] or parts["fraction"]:
        if parts["fraction"]:
            low, high = _of_unit(int(parts["fraction"]), {"7": "d", "52": "w", "12": "m"}[parts["of"] or "12"])
        else:
            first, last = _amount(parts["number"] or "", bool(parts["half"]), parts["to"])
            kind = (parts["unit"] or "m")[0]
            low, high = _of_unit(first, kind)[0], _of_unit(last, kind)[1]
        if parts["more"]:
            return low + _STEP, inf
        return (0, high - _STEP) if parts["less"] else (low, high)
    if parts["past_unit"]:
        amount = _amount(parts["past"], half=False, to=None)[1] if parts["past"] else 1
        return 0, _of_unit(amount, parts["past_unit"][0])[1]
    if parts["month"]:
        return _of_month(full_year(int(parts["month_year"] or 0), written_on), MONTHS[parts["month"]], written_on)
    if parts["numeric"]:
        return _of_month(int(parts["numeric_year"] or 0), int(parts["numeric"]), written_on)
    if parts["bare_month"]:
        month = MONTHS[parts["bare_month"]]
        return _of_month(written_on.year - (1 if month > written_on.month else 0), month, written_on)
    if parts["recent"]:
        return 0, 3
    year = int(parts["year"] or written_on.year - (1 if parts["last_year"] else 0))
    return _since(date(year, 1, 1), date(year, 12, 31), written_on)


def _amount(number: str, half: bool, to: str | None) -> tuple[float, float]:
    if number in _VAGUE:
        return _VAGUE[number]
    amount = (float(number) if number[0].isdigit() else NUMBERS[number]) + (0.5 if half else 0)
    return amount, max(amount, float(to)) if to else amount


def in_words(time: Time) -> str:
    """`14 months`, `28 to 40 months`, `more than 6 months`: what a person is shown of it."""
    low, high = round(time.low), time.high
    if high == inf:
        return f"{low} months or more"
    if round(high) == 0:
        return "less than a month"
    if time.low < 1 and high - time.low > 1:
        return f"up to {_count(round(high))}"
    return _count(low) if low == round(high) else f"{low} to {_count(round(high))}"


def _count(months: int) -> str:
    return f"{months} month" if months == 1 else f"{months} months"
