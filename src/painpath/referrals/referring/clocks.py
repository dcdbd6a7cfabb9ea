"""By when a clinician reads what was reported, and what counts as working time. London time, and no database."""

from datetime import datetime, time, timedelta

from painpath import clock
from painpath.pathway.safety import Safety
from painpath.referrals.transitions import add_working_days, is_working_day


def due_moment(at: datetime, read_by: str) -> datetime:
    """By when a clinician reads what came in `at`: `read_by` ("17:00", London) of the same working day, and of the next
    one for what comes then or later, or on a day off. The time is the pathway's (`referring.changes.read_by`)."""
    here = at.astimezone(clock.LONDON)
    limit = time.fromisoformat(read_by)
    in_time = is_working_day(here.date()) and here.time() < limit
    day = here.date() if in_time else add_working_days(here.date(), 1)
    return datetime.combine(day, limit, clock.LONDON)


def answer_moment(at: datetime, safety: Safety) -> datetime:
    """By when a clinician reads an answer about safety that came in `at`: by `read_by` of the working day on which it
    came until `accept_until`; else, later, at night or on a day off, by `morning_by` of the next working morning."""
    here = at.astimezone(clock.LONDON)
    if not safety.accept_until or not safety.morning_by:
        return due_moment(at, safety.read_by)
    opens, in_time = time.fromisoformat(safety.read_from), time.fromisoformat(safety.accept_until)
    working = is_working_day(here.date())
    if working and opens <= here.time() < in_time:
        return due_moment(at, safety.read_by)
    day = here.date() if working and here.time() < opens else add_working_days(here.date(), 1)
    return datetime.combine(day, time.fromisoformat(safety.morning_by), clock.LONDON)


def working_moment(at: datetime, minutes: int, opens: str, closes: str) -> datetime:
    """The moment when so many minutes of working time (`opens` to `closes`, London, on working days) have passed."""
    first, last = time.fromisoformat(opens), time.fromisoformat(closes)
    here = at.astimezone(clock.LONDON)
    if first >= last:  # an older pathway may end before the newest begins: then every minute counts
        return here + timedelta(minutes=minutes)
    day, left = here.date(), timedelta(minutes=minutes)
    start = max(here, datetime.combine(day, first, clock.LONDON))
    while True:
        end = datetime.combine(day, last, clock.LONDON)
        if is_working_day(day) and start + left <= end:
            return start + left
        if is_working_day(day) and start < end:
            left -= end - start
        day += timedelta(days=1)
        start = datetime.combine(day, first, clock.LONDON)
