"""A practice reads the same from counts and row by row."""

from datetime import date, timedelta

import pytest

from painpath import clock
from painpath.accounts.models import Membership, User
from painpath.directory.models import Practice, PracticeMember, Referrer
from painpath.letters import closing
from painpath.measuring import counting, practice_feedback
from painpath.measuring.models import Stale
from painpath.referrals import pathways
from painpath.referrals.models import Referral
from painpath.referrals.referring import practice_figures
from painpath.referrals.theirs import theirs
from tests.measuring.played import TODAY, Player
from tests.referrals.conftest import LETTER, make_referrer

BARE = "Dear Pain Team\n\nPlease see this man with back pain.\n\nDr A Example\n"
DAYS = [
    date(2025, 12, 10), date(2026, 3, 2), date(2026, 3, 31), date(2026, 8, 28), date(2026, 10, 13), date(2026, 11, 5),
]  # fmt: skip
SINCE = [
    date(2025, 11, 26),
    date(2026, 3, 1),
    date(2026, 3, 31),
    date(2026, 8, 26),
    date(2026, 10, 14),
    date(2026, 11, 2),
]


@pytest.fixture
def pages(team, monkeypatch):
    """What somebody reads, by both ways, and how many rows were counted for it one by one."""
    player = Player(team, monkeypatch)
    for day in DAYS:
        player.made = 0  # all from one practice, by one referrer
        player.receive(day, text=LETTER if day.day % 2 else BARE)
    first, second, third, fourth = Referral.objects.order_by("pk")[:4]
    player.decide(first, date(2025, 12, 15), "not_now")
    player.decide(
        second, date(2026, 3, 5), "ask_referrer", clauses=("investigations-complete",), questions_referrer="",
        asks={"referrer:investigations-complete": "Which tests were done?"},
    )  # fmt: skip
    player.decide(third, date(2026, 4, 1), "advise")
    closing.close(referral=fourth, by=team.administrator, how="close_in_error", reason="Not ours.", told="The GP.")
    pathway, _ = pathways.in_force(team.service)
    counted: list[int] = []
    tally = practice_figures.tally

    def watched(referrals):
        counted.append(referrals.count())
        return tally(referrals)

    monkeypatch.setattr(practice_feedback, "tally", watched)

    def read(by, since):
        counted.clear()
        found = practice_feedback.figures(by, since=since, pathway=pathway)
        return found, practice_figures.figures(by, since=since, pathway=pathway), sum(counted)

    return read


def test_from_counts_and_row_by_row_it_is_the_same(team, pages, monkeypatch):
    practice = Practice.objects.get(name="Larkfield Medical Practice")
    user = User.objects.create_user("practice@example.nhs.uk", "Pat Manager")
    member = Membership.objects.create(service=team.service, user=user, role="practice")
    PracticeMember.objects.create(
        service=team.service, member=member, practice=practice, given_by=team.administrator, how_known="Rang them"
    )
    gp = make_referrer(checked_by=team.administrator, practice=practice)
    elsewhere = Player(team, monkeypatch, areas=False).receive(date(2026, 5, 5))
    Referral.objects.filter(pk=elsewhere.pk).update(sent_by=gp, referrer=None)
    unverified = make_referrer("Dr New Example", practice=practice)
    with clock.at(TODAY):
        for by in (member, gp, unverified):
            whole, again, looked_at = pages(by, SINCE[0])
            assert whole == again
            assert looked_at == theirs(by).filter(received_at__gte=clock.midnight(SINCE[0])).count(), "not counted yet"
        counting.count_up(team.service)
        for since in SINCE:
            for by in (member, gp, unverified):
                found, wanted, _ = pages(by, since)
                assert found == wanted, (since, by.name)
        found, _, looked_at = pages(member, SINCE[0])
        assert (found.total, found.states["closed_in_error"], found.decided) == (6, 1, 3)
        assert found.gaps
        assert looked_at == 1, "only what came this month is looked at row by row"
        assert pages(gp, SINCE[0])[0].total == found.total + 1

        moved = Referrer.objects.filter(
            practice=practice, referrals__received_at__lt=clock.now() - timedelta(60)
        ).first()
        other = Practice.objects.create(service=team.service, name="Third")
        Referrer.objects.filter(pk=moved.pk).update(practice=other)
        assert Stale.objects.filter(since=None).count() == moved.referrals.count()
        counting.count_up(team.service)
        for since in SINCE:
            found, wanted, _ = pages(member, since)
            assert found == wanted, since
