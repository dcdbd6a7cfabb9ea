"""Records that have ended: when a person looks, what holds them back. Nothing is destroyed by a timer."""

from datetime import date, timedelta

import pytest

from painpath import clock
from painpath.accounts.models import AuditEntry
from painpath.referrals import verbs
from painpath.referrals.corrections import merging
from painpath.referrals.models import Referral, RetentionReview
from painpath.referrals.refusal import Refused
from painpath.referrals.retention import keeping, listing, reckoning
from tests.referrals.conftest import waiting_referral
from tests.referrals.ended import THEN, withdrawn


def due(team, referral):
    return reckoning.reckon(team.service, [referral.pk])[referral.pk]


def test_a_referral_has_its_class_its_day_and_the_arithmetic(team):
    row = due(team, withdrawn(team))
    assert (row.retention_class, row.due_on) == ("not-accepted", date(2017, 3, 2))
    words = "Referral that was not accepted: the end of the referral (2 March 2015) and 2 years is 2 March 2017."
    assert row.words == [words]


def test_a_letter_that_speaks_of_suicide_is_kept_longer(team):
    number = {"nhs_number": "9990000018"}
    referral = withdrawn(team, text="Mr Leonard Ashcombe. Back pain. He wants to end his life.\n", **number)
    row = due(team, referral)
    assert (row.retention_class, row.due_on) == ("mental-health", date(2035, 3, 2))
    withdrawn(team, on=date(2019, 6, 3), **number)
    assert due(team, referral).due_on == date(2039, 6, 3)


def test_somebody_who_was_seen_again_is_kept_from_then(team):
    number = {"nhs_number": "9990000018"}
    first = withdrawn(team, **number)
    withdrawn(team, on=date(2019, 6, 3), **number)
    assert due(team, first).due_on == date(2021, 6, 3)
    with clock.at(date(2020, 6, 3)):
        waiting_referral(team, patient=number)
    row = due(team, first)
    assert (row.due_on, row.words) == (None, [])


def test_what_goes_together_is_due_together(team):
    with clock.at(THEN):
        one, other = (waiting_referral(team, patient={"nhs_number": "9990000018"}) for _ in range(2))
        merging.merge(duplicate=one, into=other, by=team.administrator, reason="Sent twice.")
        verbs.close(referral=other, by=team.administrator, how="withdraw", reason="He rang.", asked_by="patient")
    Referral.objects.filter(pk=other.pk).update(follows=withdrawn(team, on=date(2018, 1, 8)).pk)
    rows = reckoning.reckon(team.service, [one.pk, other.pk])
    assert {row.due_on for row in rows.values()} == {date(2020, 1, 8)}
    assert "goes together with it is kept longer" in rows[one.pk].words[-1]


def test_the_night_reckons_what_has_ended_and_destroys_nothing(team):
    referral, still = withdrawn(team), waiting_referral(team)
    assert reckoning.reckon_all(team.service) == 1
    assert reckoning.reckon_all(team.service) == 0
    assert RetentionReview.objects.get().referral == referral
    assert Referral.objects.filter(pk__in=[referral.pk, still.pk]).count() == 2


def test_a_changed_schedule_reckons_everything_anew(team, monkeypatch):
    withdrawn(team)
    reckoning.reckon_all(team.service)
    found, _ = reckoning.schedule_of(team.service)
    monkeypatch.setattr(reckoning, "schedule_of", lambda service: (found, "another"))
    assert reckoning.reckon_all(team.service) == 1


def test_the_list_has_what_is_due_and_only_that(team):
    old = withdrawn(team)
    withdrawn(team, on=clock.today() - timedelta(days=20), family_name="Freshman")
    waiting_referral(team, patient={"family_name": "Openman"})
    reckoning.reckon_all(team.service)
    page = listing.due(team.manager)
    assert [row.referral for row in page.rows] == [old]
    assert AuditEntry.objects.filter(action="retention.look").count() == 1
    with clock.at(THEN + timedelta(days=30)):
        assert listing.due(team.manager).rows == []


def test_what_was_taken_back_since_the_night_is_not_on_the_list(team):
    referral = withdrawn(team)
    reckoning.reckon_all(team.service)
    verbs.take_back(referral=referral, by=team.administrator, reason="She rang.")
    assert listing.due(team.manager).rows == []
    assert RetentionReview.objects.get().due_on is None


def test_the_list_costs_the_same_however_long_it_is_and_goes_on_where_it_ended(team, django_assert_num_queries):
    first = withdrawn(team)
    reckoning.reckon_all(team.service)
    with django_assert_num_queries(14):
        listing.due(team.manager)
    second, third = (withdrawn(team, on=date(2015, 3, day), family_name=f"No{day}") for day in (3, 4))
    reckoning.reckon_all(team.service)
    with django_assert_num_queries(14):
        assert len(listing.due(team.manager).rows) == 3
    page = listing.due(team.manager, rows=2)
    assert [row.referral for row in page.rows] == [first, second]
    assert [row.referral for row in listing.due(team.manager, rows=2, after=page.next).rows] == [third]
    assert listing.due(team.manager, rows=2, after="nonsense").rows[0].referral == first


# --- keep, hold


def test_kept_until_a_day_for_a_reason_it_leaves_the_list_until_then(team):
    referral = withdrawn(team)
    until = clock.today() + timedelta(days=100)
    keeping.keep(referral=referral, by=team.manager, until=until, reason="A study asks.")
    assert listing.due(team.manager).rows == []
    with clock.at(until):
        assert [row.referral for row in listing.due(team.manager).rows] == [referral]
    assert AuditEntry.objects.filter(action="retention.keep", subject_id=str(referral.pk)).exists()


@pytest.mark.parametrize(
    ("who", "changes", "words"),
    [
        ("administrator", {}, "Only a manager or a lead"),
        ("manager", {"reason": " "}, "Say why it is kept"),
        ("manager", {"until": THEN}, "must be in the future"),
    ],
)
def test_who_may_not_keep_it(team, who, changes, words):
    referral = withdrawn(team)
    given = {"until": clock.today() + timedelta(days=9), "reason": "A study."} | changes
    with pytest.raises(Refused, match=words):
        keeping.keep(referral=referral, by=getattr(team, who), **given)


def test_what_the_schedule_keeps_longer_or_is_open_needs_no_day(team):
    fresh = withdrawn(team, on=clock.today())
    with pytest.raises(Refused, match="longer than that already"):
        keeping.keep(referral=fresh, by=team.manager, until=clock.today() + timedelta(days=9), reason="A study.")
    still = waiting_referral(team, patient={"family_name": "Openman"})
    with pytest.raises(Refused, match="open"):
        keeping.keep(referral=still, by=team.manager, until=clock.today() + timedelta(days=9), reason="A study.")


def test_a_hold_is_on_until_its_day_or_until_somebody_ends_it_with_a_reason(team):
    referral = withdrawn(team)
    last = clock.today() + timedelta(days=5)
    hold = keeping.hold(referral=referral, by=team.manager, reason="A claim.", until=last)
    assert keeping.hold(referral=referral, by=team.manager, reason="A claim.", until=last) == hold
    with clock.at(last):
        assert keeping.holds_on(referral).get() == hold
    with clock.at(last + timedelta(days=1)):
        assert not keeping.holds_on(referral).exists()
    for_ever = keeping.hold(referral=referral, by=team.manager, reason="The inquiry.")
    with clock.at(date(2090, 1, 2)):
        assert keeping.holds_on(referral).get() == for_ever
    with pytest.raises(Refused, match="Say why the hold"):
        keeping.end_hold(hold=for_ever, by=team.manager, reason=" ")
    keeping.end_hold(hold=for_ever, by=team.manager, reason="The inquiry has reported.")
    assert keeping.holds_on(referral).get() == hold
    assert AuditEntry.objects.filter(action__in=["retention.hold", "retention.end_hold"]).count() == 3
    for who in (team.administrator, team.consultant):
        with pytest.raises(Refused, match="Only a manager or a lead"):
            keeping.hold(referral=referral, by=who, reason="A claim.")
        with pytest.raises(Refused, match="Only a manager or a lead"):
            keeping.end_hold(hold=hold, by=who, reason="Over.")
    with pytest.raises(Refused, match="in the past"):
        keeping.hold(referral=referral, by=team.manager, reason="A claim.", until=clock.today() - timedelta(days=1))
