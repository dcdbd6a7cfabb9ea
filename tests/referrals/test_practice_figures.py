"""What a practice is told about its referrals."""

from datetime import timedelta

import msgspec
from django.db import connection
from django.test.utils import CaptureQueriesContext

from painpath import clock
from painpath.directory.models import Practice
from painpath.pathway.service import Chapter
from painpath.referrals import pathways
from painpath.referrals.models import Referral
from painpath.referrals.referring.practice_figures import Gap, figures
from painpath.referrers.presenters.practice import page, since
from tests.referrals.conftest import LETTER
from tests.referrals.deciding import decided
from tests.referrals.test_referrer_accounts import ask, verify

BARE = "Dear Pain Team\n\nPlease see this man with back pain.\n\nDr A Example\n"


def test_only_their_practices_referrals_are_counted_in_as_many_queries_whatever_there_is(team, screening, waiting):
    with clock.at(clock.now() - timedelta(days=7)):
        asked = screening()
    decided(
        asked,
        team.consultant,
        "ask_referrer",
        clauses=("investigations-complete",),
        questions_referrer="",
        asks={"referrer:investigations-complete": "Which tests were done?"},
    )
    waiting(BARE)
    waiting(LETTER + "x", practice_name="Elsewhere Surgery")
    practice = Practice.objects.get(name="Larkfield Medical Practice")
    one = verify(ask(team, practice=practice), team.administrator, practice)
    pathway, _ = pathways.in_force(team.service)
    year_ago = since(clock.today(), 12)

    with CaptureQueriesContext(connection) as few:
        counted = figures(one.member, since=year_ago, pathway=pathway)
    assert counted.total == 2
    assert counted.states == {"awaiting_referrer": 1, "awaiting_screening": 1}
    assert (counted.outcomes, counted.decided) == ({"ask_referrer": 1}, 1)
    assert counted.days_to_decision == 5
    assert counted.gaps[0] == Gap("investigations-complete", not_stated=1, asked=1, referrals=2)
    assert Gap("interventions-exhausted", not_stated=1, asked=0, referrals=1) in counted.gaps
    shown = page(one, counted, 12, pathway)
    assert shown["gaps"][0]["example"] == pathway.criterion("investigations-complete").example
    assert shown["gaps"][0]["counts"] == "We had to ask for it in 1 of 2. Not stated at first in 1 of 2"
    assert "Ashcombe" not in str(shown)
    assert shown["gaps"][0]["heard"] == []
    chapter = Chapter(minute=12, criteria=("investigations-complete",))
    podcast = msgspec.structs.replace(pathway.podcasts[0], chapters=(chapter,))
    heard = page(one, counted, 12, msgspec.structs.replace(pathway, podcasts=(podcast,)))["gaps"][0]["heard"]
    assert heard == [{"words": f"Minute 12 of “{podcast.title}”", "link": None}]

    for number in range(3):
        waiting(LETTER + str(number))
    with CaptureQueriesContext(connection) as many:
        assert figures(one.member, since=year_ago, pathway=pathway).total == 5
    assert len(many) == len(few)
    Referral.objects.update(received_at=clock.now() - timedelta(days=500))
    assert figures(one.member, since=year_ago, pathway=pathway).total == 0


def test_the_period_begins_on_a_day_that_there_is():
    from datetime import date

    assert since(date(2028, 2, 29), 12) == date(2027, 2, 28)
    assert since(date(2026, 1, 31), 3) == date(2025, 10, 31)
