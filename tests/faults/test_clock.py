"""What is done by the clock, when the clock jumps."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from procrastinate.contrib.django import app
from procrastinate.periodic import PeriodicDeferrer

from painpath import clock
from painpath.referrals import tasks


def test_after_a_jump_no_task_is_queued_more_often_than_once() -> None:
    """The queue makes up for each time that it has missed; a lock lets one wait, and the others are dropped."""
    found = PeriodicDeferrer(app.periodic_registry)
    now = datetime(2026, 11, 26, 12, 0, tzinfo=UTC).timestamp()
    list(found.get_previous_tasks(at=now))
    missed = list(found.get_previous_tasks(at=now + 24 * 3600))
    assert len(missed) > 1000, "of every minute of the day"
    assert {one.task.name for one, _ in missed if not one.task.queueing_lock} == set()


@pytest.mark.parametrize(
    ("day", "hour"), [(date(2026, 10, 25), 5), (date(2026, 10, 24), 4), (date(2027, 3, 28), 4), (date(2027, 3, 27), 5)]
)
def test_mornings_are_london_mornings_on_the_days_on_which_the_clocks_change(
    monkeypatch: pytest.MonkeyPatch, day: date, hour: int
) -> None:
    """In universal time, by which the queue calls them (Summer Time Order 2002: last Sundays of March and October)."""
    called: list[datetime] = []

    class Job:
        def defer(self, **_: Any) -> None:
            pass

    def configure_task(name: str, *, schedule_at: datetime) -> Job:
        called.append(schedule_at)
        return Job()

    monkeypatch.setattr(app, "configure_task", configure_task)
    tasks.later("any", day)
    tasks.later("any", day - timedelta(days=1), after=True)
    morning = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    assert [one.astimezone(UTC) for one in called] == [morning, morning]
    with clock.at(morning):
        assert clock.now().hour == 5
        assert clock.today() == day
