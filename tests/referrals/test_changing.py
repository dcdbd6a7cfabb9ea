"""Something has changed: first until a clinician has read it, the same working day; nothing but a person closes it."""

import uuid
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from painpath import clock
from painpath.accounts.audit import Process
from painpath.referrals import verbs
from painpath.referrals.models import Referral, ReportedChange
from painpath.referrals.moves import CALENDAR
from painpath.referrals.referring import changing, going_further
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import is_working_day
from painpath.referrals.worklist import queries
from tests.referrals.conftest import sent_by
from tests.referrals.deciding import decided

FIVE = "17:00"
moments = st.datetimes(
    min_value=datetime.fromisoformat("2020-01-01"), max_value=datetime.fromisoformat("2035-12-31"),
    timezones=st.just(UTC),
)  # fmt: skip


@given(at=moments)
def test_the_clock_is_that_of_the_same_working_day(at):
    due = changing.due_moment(at, FIVE)
    here, then = at.astimezone(clock.LONDON), due.astimezone(clock.LONDON)
    assert due > at
    assert (then.time(), is_working_day(then.date())) == (time(17), True)
    between = (here.date() + timedelta(days=n) for n in range((then.date() - here.date()).days))
    free = [day for day in between if is_working_day(day)]
    # no working day passes unused, but the one on which it came too late
    assert free in ([], [here.date()])
    assert (free == [here.date()]) == (is_working_day(here.date()) and here.time() >= time(17))


@given(at=moments, later=st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=30)))
def test_what_comes_later_is_never_due_sooner(at, later):
    assert changing.due_moment(at, FIVE) <= changing.due_moment(at + later, FIVE)


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2026-11-25 16:59", date(2026, 11, 25)),  # a Wednesday
        ("2026-11-25 17:00", date(2026, 11, 26)),
        ("2026-11-27 18:00", date(2026, 11, 30)),  # Friday evening
        ("2026-12-24 17:30", date(2026, 12, 29)),  # Christmas, Boxing Day and its substitute
        ("2026-03-29 01:30", date(2026, 3, 30)),  # the night on which the clocks go forward
    ],
)
def test_days_that_people_know(at, due):
    moment = datetime.fromisoformat(at).replace(tzinfo=clock.LONDON)
    assert changing.due_moment(moment, FIVE) == datetime.combine(due, time(17), clock.LONDON)


def report(referral, by, words="New weakness in the left leg.", key=None) -> ReportedChange:
    return changing.report_change(referral=referral, by=by, kind="urgent", words=words, key=key or uuid.uuid4())


def test_it_stands_first_until_a_clinician_has_read_it(waiting, team, referrer_account):
    member = referrer_account()
    waiting()
    referral = sent_by(waiting(patient={"family_name": "Other"}), member)
    key = uuid.uuid4()
    change = report(referral, member, key=key)
    assert report(referral, member, key=key) == change, "a double click is one report"
    assert report(referral, member, words="And numbness.", key=key) != change, "other words are never dropped"
    page = queries.worklist(team.consultant, queries.Filters())
    assert page.referrals[0] == referral
    assert page.referrals[0].due_on == referral.due_on, "what everybody was told stays"
    assert (page.referrals[0].came_back, page.referrals[0].changed, page.referrals[0].alerted) == (
        "changed", True, False,
    )  # fmt: skip
    for by in (team.administrator, team.manager, member):
        with pytest.raises(Refused):
            changing.read_change(change=change, by=by, action="Read.")
    with pytest.raises(Refused, match="Say what you did"):
        changing.read_change(change=change, by=team.consultant, action=" ")
    for one in referral.changes.all():
        for _ in range(2):
            changing.read_change(change=one, by=team.consultant, action="Rang the GP.")
        with pytest.raises(Refused, match="already"):
            changing.read_change(change=one, by=team.colleague, action="Me too.")
    referral.refresh_from_db()
    assert referral.look_first == 2
    assert not changing.unread(team.manager).exists()


def test_nothing_leaves_the_worklist_before(screening, team, referrer_account):
    member = referrer_account()
    referral = sent_by(screening(), member)
    change = report(referral, member)
    with pytest.raises(Refused, match="something has changed"):
        decided(referral, team.consultant, "not_now")
    with pytest.raises(Refused, match="something has changed"):
        verbs.close(
            referral=Referral.objects.get(pk=referral.pk), by=team.administrator, how="withdraw", reason="Rang.",
            asked_by="patient",
        )  # fmt: skip
    changing.read_change(change=change, by=team.consultant, action="Rang the GP.")
    decided(referral, team.consultant, "not_now")


def test_a_delay_is_reviewed_on_the_day_that_was_told(screening, team, referrer_account):
    """The report has its own clock. When it was read the review is still to come."""
    member = referrer_account()
    referral = sent_by(screening(), member)
    review_on = clock.today() + timedelta(days=60)
    decided(referral, team.consultant, "delay", review_on=review_on)
    change = report(referral, member)
    assert change.due_at.astimezone(clock.LONDON).date() < review_on
    changing.read_change(change=change, by=team.consultant, action="Rang the GP.")
    with clock.at(change.due_at + timedelta(days=1)):
        verbs.fall_due(referral=referral, by=Process(team.service, "calendar"))
    referral.refresh_from_db()
    assert (referral.state, referral.due_on) == ("delayed", review_on)
    assert referral.transitions.last().due_on == review_on


def test_also_when_it_has_ended(screening, team, referrer_account):
    member = referrer_account()
    referral = sent_by(screening(), member)
    decided(referral, team.consultant, "not_now")
    change = report(referral, member)
    referral.refresh_from_db()
    assert (referral.state, referral.live, referral.came_back) == ("not_now", True, "")
    assert referral.due_on == change.due_at.astimezone(clock.LONDON).date(), "it stands by its day, not last"
    assert referral in queries.worklist(team.consultant, queries.Filters()).referrals
    assert [one.referral for one in changing.unread(team.manager)] == [referral]
    changing.read_change(change=change, by=team.consultant, action="Rang the GP.")
    referral.refresh_from_db()
    assert (referral.live, referral.due_on) == (False, None)


def test_bad_input_is_a_sentence(waiting, team, referrer_account):
    member = referrer_account()
    referral = sent_by(waiting(), member)
    for kind, words in (("nothing-known", "x"), ("urgent", " ")):
        with pytest.raises(Refused):
            changing.report_change(referral=referral, by=member, kind=kind, words=words, key=uuid.uuid4())
    assert not ReportedChange.objects.exists()


def test_escalation_is_neither_early_nor_twice(waiting, team, referrer_account):
    member = referrer_account()
    change = report(sent_by(waiting(), member), member)
    by = Process(team.service, CALENDAR)
    assert not going_further.escalate(change=change, by=by)
    with clock.at(change.due_at + timedelta(minutes=1)):
        assert going_further.escalate(change=change, by=by)
        assert not going_further.escalate(change=change, by=by)
        assert changing.unread(team.consultant).exists(), "time alone never closes it"
