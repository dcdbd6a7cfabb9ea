"""The one clock. Every date in Painpath is a day in London; nothing else calls `date.today()`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

_fixed: datetime | None = None


def now() -> datetime:
    """The current moment, aware, in London time."""
    return (_fixed or datetime.now(UTC)).astimezone(LONDON)


def today() -> date:
    """The current day in London."""
    return now().date()


def tomorrow() -> date:
    """The day after `today()`."""
    return today() + timedelta(days=1)


def midnight(day: date) -> datetime:
    """The moment at which a day begins in London."""
    return datetime.combine(day, time(), LONDON)


@contextmanager
def at(moment: datetime | date) -> Iterator[None]:
    """Hold the clock at `moment` for the whole process: for tests, and for demonstration data dated in the past.

    A plain date means noon of that day in London, so that no time zone moves it.
    """
    global _fixed  # one process, one clock: a context variable would not reach the server's threads
    before = _fixed
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, 12, tzinfo=LONDON)
    _fixed = moment
    try:
        yield
    finally:
        _fixed = before
