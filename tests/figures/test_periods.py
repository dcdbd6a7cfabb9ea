"""Which periods there are: whole months that have ended, and half-years that never overlap."""

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from painpath.figures import periods
from painpath.figures.model import Period

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@given(DAYS, st.sampled_from(periods.RECENT))
def test_the_last_months_end_before_this_one(today: date, months: int) -> None:
    period = periods.recent(months, today)
    assert period.months == months
    assert (today - period.end).days <= 31
    assert period.end < today.replace(day=1)


@given(DAYS)
def test_half_years_touch_and_never_overlap(today: date) -> None:
    found = periods.half_years(today, 5)
    assert all(one.months == 6 and one.start.month in (4, 10) for one in found)
    assert found[0].end < today
    assert (today - found[0].end).days <= 184
    assert all((later.start - earlier.end).days == 1 for later, earlier in pairwise(found))


def test_days_by_hand() -> None:
    assert periods.half_years(date(2026, 11, 26), 2) == (
        Period(date(2026, 4, 1), date(2026, 9, 30)), Period(date(2025, 10, 1), date(2026, 3, 31)),
    )  # fmt: skip
    assert periods.half_years(date(2026, 3, 31), 1) == (Period(date(2025, 4, 1), date(2025, 9, 30)),)
    assert periods.recent(3, date(2026, 1, 31)) == Period(date(2025, 10, 1), date(2025, 12, 31))
    assert periods.widened(periods.recent(3, date(2026, 1, 31)), 24).start == date(2024, 1, 1)
    assert periods.months(Period(date(2025, 12, 1), date(2026, 1, 31))) == (date(2025, 12, 1), date(2026, 1, 1))
