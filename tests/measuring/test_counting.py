"""The counts are what a count of the raw rows gives: every figure, every split."""

from collections import Counter
from datetime import UTC, date, datetime

import pytest

from painpath import clock
from painpath.figures.definitions import FIGURES
from painpath.figures.model import Period
from painpath.measuring import counting, gathering
from painpath.measuring.models import Count
from painpath.measuring.reading_figures import read
from painpath.referrals.models import Referral
from tests.measuring import by_hand
from tests.measuring.played import TODAY, play
from tests.referrals.conftest import Team

PERIODS = (Period(date(2025, 12, 1), date(2026, 11, 30)), Period(date(2026, 10, 1), date(2026, 10, 31)))


def differences(team: Team) -> list[str]:
    """Where what is read is not what the rows give."""
    wrong, rows = [], by_hand.Rows(TODAY)
    for figure in FIGURES:
        for period in PERIODS:
            for split in (None, *figure.splits):
                found = {one.key: one for one in read(team.service, figure.id, period=period, split=split).groups}
                wanted = rows.counted(figure.id, period, split)
                got = {
                    key: by_hand.Group(one.n, one.numerator, one.denominator, one.histogram, one.table)
                    for key, one in found.items()
                }
                if got != wanted:
                    wrong.append(f"{figure.id} {split} {period.start}: {got} is not {wanted}")
    return wrong


def cells() -> Counter[tuple[object, ...]]:
    rows = Count.objects.values_list("grain", "figure", "split", "day", "group", "value", "n")
    return Counter({row[:-1]: row[-1] for row in rows if row[-1]})


def test_every_figure_by_every_split_is_what_the_rows_say(team, monkeypatch):
    played = play(team, monkeypatch)
    with clock.at(TODAY):
        assert counting.count_up(team.service) == Referral.objects.count()
        assert differences(team) == []
        year = {one.id: read(team.service, one.id, period=PERIODS[0]).groups[0] for one in FIGURES}
        assert [name for name, one in year.items() if not one.n] == []  # nothing was compared with nothing
        before = cells()
        assert counting.count_up(team.service) == 0
        assert cells() == before
    assert played


@pytest.mark.parametrize(
    ("channel", "state", "told"),
    [
        ("print", "sent", "sent_at"), ("print", "delivered", "sent_at"), ("notify", "sent", "sent_at"),
        ("email", "sent", "sent_at"), ("sms", "delivered", "sent_at"), ("link", "delivered", "delivered_at"),
        ("link", "sent", None), ("print", "returned", None), ("print", "failed", None), ("print", "held", None),
        ("print", "queued", None), ("link", "cancelled", None),
    ],
)  # fmt: skip
def test_a_letter_tells_when_it_has_left_and_online_when_it_was_opened(channel, state, told):
    sent, opened = (datetime(2026, 3, on, tzinfo=UTC) for on in (2, 5))
    moments = {"sent_at": sent, "delivered_at": None if state == "sent" else opened}
    copy = {"channel": channel, "state": state} | moments
    assert gathering._told_at(copy) == (moments[told] if told else None)
