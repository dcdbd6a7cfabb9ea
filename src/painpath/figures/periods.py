"""The periods that a figure can be read over: whole months that have ended."""

from calendar import monthrange
from datetime import date, timedelta

from painpath.figures.model import Period

RECENT = (3, 6, 12)
"""The last so many months, for the whole service."""
YEARS = 3
HALVES = 4
"""So many calendar years, and so many half-years, are offered."""


def recent(months: int, today: date) -> Period:
    """The last so many months before the month of `today`."""
    end = today.replace(day=1) - timedelta(days=1)
    at = end.year * 12 + end.month - months
    return Period(date(at // 12, at % 12 + 1, 1), end)


def year(number: int) -> Period:
    """One calendar year."""
    return Period(date(number, 1, 1), date(number, 12, 31))


def half_years(today: date, number: int = HALVES) -> tuple[Period, ...]:
    """The last half-years that have ended, April to September and October to March, the latest first. By groups a
    figure is told for these alone (`small_numbers`)."""
    start = date(today.year, 4, 1) if 4 <= today.month < 10 else date(today.year - (today.month < 4), 10, 1)
    found = []
    for _ in range(number):
        end = start - timedelta(days=1)
        start = date(end.year, 4, 1) if end.month == 9 else date(end.year - 1, 10, 1)
        found.append(Period(start, end))
    return tuple(found)


def months(period: Period) -> tuple[date, ...]:
    """The first day of each month of a period."""
    first = period.start.year * 12 + period.start.month - 1
    return tuple(date(at // 12, at % 12 + 1, 1) for at in range(first, first + period.months))


def widened(period: Period, least: int) -> Period:
    """The period with months before it, so that it has at least so many: a line over time needs its past."""
    at = period.end.year * 12 + period.end.month - max(least, period.months)
    return Period(date(at // 12, at % 12 + 1, 1), period.end)


def last_day(day: date) -> date:
    """The last day of the month of this day."""
    return day.replace(day=monthrange(day.year, day.month)[1])
