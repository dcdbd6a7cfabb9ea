from datetime import UTC, date, datetime

import pytest

from painpath.triage.presenters.words import day


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (date(2026, 11, 6), "6 November 2026"),
        (datetime(2026, 7, 1, 23, 30, tzinfo=UTC), "2 July 2026"),  # already tomorrow in London's summer
        (datetime(2026, 12, 1, 23, 30, tzinfo=UTC), "1 December 2026"),
    ],
)
def test_dates_are_londons(when, words):
    assert day(when) == words
