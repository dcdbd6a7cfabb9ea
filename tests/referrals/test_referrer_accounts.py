"""Accounts of those who refer: who gets to see what, and when they no longer do."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from painpath import clock
from painpath.accounts.audit import Process
from painpath.accounts.models import AuditEntry, Membership, User
from painpath.directory.models import Practice, Referrer
from painpath.referrals.models import Referral
from painpath.referrals.referring import referrer_accounts, verifying
from painpath.referrals.referring.referrer_accounts import Practitioner, TooOften
from painpath.referrals.refusal import Refused
from painpath.referrals.theirs import is_verified, theirs
from painpath.triage.presenters.page import frame
from painpath.triage.presenters.referrers import sender

LARKFIELD = "Larkfield Medical Practice"


def gp(**changes) -> Practitioner:
    given = {"name": "Dr A Example", "email": "A.Example@nhs.net", "kind": "gp", "register": "gmc",
             "number": "GMC 123 4567", "workplace": LARKFIELD}  # fmt: skip
    return Practitioner(**(given | changes))


def ask(team, **changes) -> Referrer:
    asked = referrer_accounts.ask_for_account(who=gp(**changes), by=Process(team.service, "account request"))
    return Referrer.objects.get(member=asked.member)


def verify(referrer, by, practice=None):
    return verifying.verify_referrer(
        referrer=referrer, by=by, compared="GMC register", practice=practice, seen=verifying.details_seen(referrer)
    )


def test_a_request_is_kept_once_and_belongs_to_the_address(team):
    one = ask(team)
    assert (one.registration, one.member.user.email, one.member.job) == ("1234567", "a.example@nhs.net", "GP")
    assert not one.member.user.has_usable_password()
    assert ask(team, name="Somebody Else", number="7654321") == one
    one.refresh_from_db()
    assert (one.name, one.registration, one.verified_at) == ("Dr A Example", "1234567", None)
    assert AuditEntry.objects.filter(action="referrer.ask").count() == 2


def test_somebody_of_the_team_keeps_their_place(team):
    User.objects.filter(pk=team.consultant.user_id).update(email="con.sultant@nhs.net")
    asked = referrer_accounts.ask_for_account(
        who=gp(email="con.sultant@nhs.net"), by=Process(team.service, "account request")
    )
    assert (asked.member, asked.new) == (team.consultant, False)
    assert not Referrer.objects.exists()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"email": "a@nhs.net.example.com"}, "ends with nhs.net or nhs.uk"),
        ({"email": "a@notnhs.uk"}, "ends with nhs.net or nhs.uk"),
        ({"number": "12345"}, "7 digits"),
        ({"register": "hcpc", "number": "PH123456"}, "Choose a register that a GP can be on"),
        ({"workplace": " "}, "Enter the practice or the place"),
    ],
)
def test_what_cannot_be_right_is_said(team, changes, sentence):
    with pytest.raises(Refused, match=sentence):
        ask(team, **changes)
    assert not Membership.objects.filter(role="referrer").exists()


def test_an_address_is_not_asked_for_without_end(team):
    for _ in range(referrer_accounts.MOST_FOR_AN_ADDRESS):
        ask(team)
    with pytest.raises(TooOften):
        ask(team)
    with clock.at(clock.now() + timedelta(hours=2)):
        ask(team)


def test_a_practice_is_seen_once_a_person_has_compared(team, waiting):
    referral = waiting()
    practice = Practice.objects.get(name=LARKFIELD)
    one = ask(team, practice=practice)
    assert not theirs(one.member).exists()
    with pytest.raises(Refused, match="Only an administrator or a clinician"):
        verify(one, team.manager, practice)
    verify(one, team.administrator, practice)
    assert list(theirs(one.member)) == [referral]
    assert AuditEntry.objects.get(action="referrer.verify").by == team.administrator


def test_a_letter_of_the_same_name_does_not_reach_an_account_that_nobody_compared(team, waiting):
    practice = Practice.objects.create(service=team.service, name=LARKFIELD)
    one = ask(team, practice=practice)
    referral = waiting()
    assert referral.practice == practice
    assert referral.referrer != one
    assert not theirs(one.member).exists()
    verify(one, team.administrator, practice)
    assert waiting().referrer == one


def test_nothing_is_verified_that_has_changed_meanwhile(team):
    one = ask(team)
    seen = verifying.details_seen(one)
    referrer_accounts.change_details(who=gp(number="7654321"), by=one.member)
    with pytest.raises(Refused, match="have changed since you opened the page"):
        verifying.verify_referrer(referrer=one, by=team.administrator, compared="GMC", practice=None, seen=seen)


def test_another_number_or_practice_has_to_be_compared_again(team, waiting):
    waiting()
    practice = Practice.objects.get(name=LARKFIELD)
    other = Practice.objects.create(service=team.service, name="Elsewhere Surgery")
    one = verify(ask(team, practice=other), team.administrator, other)
    referrer_accounts.change_details(who=gp(practice=other, workplace="Tuesdays only"), by=one.member)
    assert is_verified(one.member)
    referrer_accounts.change_details(who=gp(practice=practice), by=one.member)
    assert not is_verified(one.member)
    assert not theirs(one.member).exists()
    assert list(verifying.waiting(team.service.pk)) == [one]


def test_declined_and_ended_get_nowhere_at_once(team):
    first, second = ask(team), ask(team, email="b@nhs.net", number="7654321")
    clients = [Client(), Client()]
    for client, one in zip(clients, (first, second), strict=True):
        client.force_login(one.member.user)
        assert client.get("/my/referrals/").status_code == 200
    verifying.decline_referrer(referrer=first, by=team.consultant, reason="The register has no such number.")
    verifying.decline_referrer(referrer=first, by=team.consultant, reason="Twice.")
    with pytest.raises(Refused, match="Decline it instead"):
        verifying.end_referrer(referrer=second, by=team.administrator)
    verify(second, team.administrator)
    verifying.end_referrer(referrer=second, by=team.administrator)
    assert not Session.objects.exists()
    assert [client.get("/my/referrals/").status_code for client in clients] == [302, 302]
    first, second = Referrer.objects.get(pk=first.pk), Referrer.objects.get(pk=second.pk)
    assert (verifying.standing(first), verifying.standing(second)) == ("declined", "ended")
    assert verifying.why_declined(first) == "The register has no such number. (Dr Con Sultant)"
    with pytest.raises(Refused, match="has ended"):
        verify(first, team.administrator)
    again = ask(team)
    assert again != first
    assert verifying.standing(again) == "waiting"


def test_earlier_referrals_are_joined_by_a_person_and_keep_whose_they_were(team, waiting):
    referral, other = waiting(), waiting(referrer_name="Dr B Other")
    old = referral.referrer
    one = ask(team, name="A. Example")
    with pytest.raises(Refused, match="Compare the account"):
        verifying.join_referrer(referrer=one, old=old, by=team.administrator)
    verify(one, team.administrator)
    assert [found.referrer for found in verifying.namesakes(one)] == [old]
    with pytest.raises(Refused, match="same name"):
        verifying.join_referrer(referrer=one, old=other.referrer, by=team.administrator)
    assert verifying.join_referrer(referrer=one, old=old, by=team.administrator) == 1
    assert verifying.join_referrer(referrer=one, old=old, by=team.administrator) == 0
    assert Referral.objects.get(pk=referral.pk).referrer == one
    assert list(theirs(one.member)) == [referral]
    assert AuditEntry.objects.get(action="referral.referrer").detail == {"before": old.pk, "now": one.pk}


def test_an_invitation_may_be_verified_at_once(team):
    made = referrer_accounts.invite_referrer(who=gp(email="a@hospice.example"), by=team.consultant, compared="GMC list")
    assert (made.verified_by, made.verified_how) == (team.consultant, "GMC list")
    with pytest.raises(Refused, match="has a referrer's account already"):
        referrer_accounts.invite_referrer(who=gp(email="a@hospice.example"), by=team.consultant)
    with pytest.raises(Refused, match="Only an administrator or a clinician"):
        referrer_accounts.invite_referrer(who=gp(email="c@nhs.net"), by=made.member)


def test_what_an_account_sent_is_marked_until_somebody_has_compared_it(team, waiting):
    first, second = ask(team), ask(team, email="b@nhs.net", number="7654321")
    referral = waiting()
    for one in (first, second):
        referral.sent_by = one.member
        assert "has not been compared with the register yet" in sender(referral)
        assert list(frame(referral, team.consultant)["facts"]).count(("Sent by", sender(referral))) == 1
    verify(second, team.administrator)
    assert sender(referral) == ""
    verifying.decline_referrer(referrer=first, by=team.administrator, reason="No such number.")
    referral.sent_by = first.member
    assert "the account was declined" in sender(referral)
