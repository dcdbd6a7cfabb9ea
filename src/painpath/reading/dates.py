"""Days as letters write them: 11-Sep-2025, 30.11.62, 9 April 2008, 14th November 2025, 2025-09-11."""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from painpath.reading.model import Span

MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sept sep", "october oct", "november nov", "december dec"), 1)
    for name in names.split()
}  # fmt: skip

_ROMAN = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"]
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_DATE = re.compile(
    r"(?<![\d/.-])(?:"
    r"(?P<y>(?:19|20)\d\d)-(?P<m>\d{1,2})-(?P<d>\d{1,2})"
    r"|(?P<d2>\d{1,2})\s?[/.-]\s?(?P<m2>\d{1,2})\s?[/.-]\s?(?P<y2>(?:19|20)\d\d|\d\d)"
    rf"|(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[\s.-]*(?P<m3>{_MONTH})[a-z]{{0,6}}[\s.,'’-]*(?P<y3>(?:19|20)\d\d|\d\d(?!\s*:))"
    r"|(?P<d4>\d{1,2})\s?[.-]\s?(?P<m4>x?i{1,3}|i?[vx]|vi{1,3})\s?[.-]\s?(?P<y4>(?:19|20)\d\d|\d\d)"
    r"|(?P<d5>\d{1,2})(?:st|nd|rd|th) of the (?P<m5>\d{1,2})(?:st|nd|rd|th),? (?P<y5>(?:19|20)\d\d)"
    r")(?![\d/]|\.\d)",
    re.IGNORECASE,
)


class Found(NamedTuple):
    """A day that a letter names, and its place."""

    day: date
    span: Span


def days(text: str, start: int, end: int, *, latest: date) -> Iterator[Found]:
    """The days named between `start` and `end`. A year of two figures is the last such year not after `latest`."""
    for found in _DATE.finditer(text, start, end):
        parts = found.groupdict()
        year = int(parts["y"] or parts["y2"] or parts["y3"] or parts["y4"] or parts["y5"] or 0)
        month = parts["m"] or parts["m2"] or parts["m5"]
        if year < 100:
            year += latest.year // 100 * 100
            if year > latest.year:
                year -= 100
        try:
            day = date(
                year,
                int(month)
                if month
                else MONTHS[parts["m3"].lower()]
                if parts["m3"]
                else _ROMAN.index(parts["m4"].lower()),
                int(parts["d"] or parts["d2"] or parts["d3"] or parts["d4"] or parts["d5"]),
            )
        except ValueError:
            continue
        yield Found(day, Span(*found.span()))


def years_between(born: date, day: date) -> int:
    """Whole years of age on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
