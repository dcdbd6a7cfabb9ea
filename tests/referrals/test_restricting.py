"""Restricted records: whom they open to, who may restrict one, breaking the glass and its review."""

from datetime import timedelta

import pytest
from django.core import mail
from procrastinate.contrib.django.models import ProcrastinateJob

from painpath import clock
from painpath.accounts.changing import set_lead
from painpath.accounts.models import AuditEntry, Membership
from painpath.letters import escalating
from painpath.referrals import looking, restricting, staff_mail
from painpath.referrals.models import BrokenGlass, Referral
from painpath.referrals.refusal import Refused
from painpath.referrals.worklist import assigning, leaving
from painpath.referrals.worklist.searching import search
from tests.referrals.conftest import Team

GIVEN = {"why": "staff", "words": "Works on the ward"}
NEEDED = {"why": "care", "words": "Rings and is in tears"}


@pytest.fixture
def lead(team: Team) -> Membership:
    set_lead(member=team.colleague, leads=True, by=team.administrator)
    return Membership.objects.select_related("user").get(pk=team.colleague.pk)


@pytest.fixture
def shut(team, lead, waiting) -> Referral:
    """A restricted record that is nobody's."""
    restricting.restrict(referral=waiting(), by=team.manager, **GIVEN)
    return Referral.objects.get()


def test_it_opens_to_leads_and_to_whom_it_is_assigned_and_to_nobody_else(team, lead, shut):
    everybody = (team.administrator, team.consultant, team.physiotherapist, team.manager)
    assert [one for one in (*everybody, lead) if restricting.is_open(shut, one)] == [lead]
    for one in everybody:
        assert restricting.closed_to(one) == {shut.pk}
        with pytest.raises(Refused, match="restricted record"):
            looking.open_referral(shut.reference, by=one)
    assert restricting.closed_to(lead) == frozenset()
    assigning.assign(referral=shut, to=team.consultant, by=lead)
    shut.refresh_from_db()
    assert restricting.is_open(shut, team.consultant)
    assert restricting.closed_to(team.consultant) == frozenset()
    assert not restricting.is_open(shut, team.physiotherapist)


def test_nobody_assigns_it_to_themselves_to_get_in(team, shut):
    with pytest.raises(Refused, match="restricted record"):
        assigning.assign(referral=shut, to=team.consultant, by=team.consultant)


def test_no_administrator_takes_one_over_from_a_leaver_to_get_in(team, lead, shut):
    office = team.administrator
    Referral.objects.update(state="accepted", owner=team.consultant)
    [left] = leaving.reassign(leaver=team.consultant, to=office, by=office)
    assert left.reference == shut.reference
    assert Referral.objects.get().owner == team.consultant
    restricting.break_glass(referral=shut, by=office, **NEEDED)
    assert leaving.reassign(leaver=team.consultant, to=office, by=office) == []
    Referral.objects.update(owner=team.physiotherapist)
    BrokenGlass.objects.update(until=clock.now())
    assert leaving.reassign(leaver=team.physiotherapist, to=team.consultant, by=office) == []


def test_managers_and_leads_restrict_with_a_reason_and_end_it_with_one(team, lead, waiting):
    referral = waiting()
    for by in (team.administrator, team.consultant):
        with pytest.raises(Refused, match="Only a manager or a lead"):
            restricting.restrict(referral=referral, by=by, **GIVEN)
    with pytest.raises(Refused, match="Choose a reason"):
        restricting.restrict(referral=referral, by=lead, why="staff", words=" ")
    first = restricting.restrict(referral=referral, by=lead, **GIVEN)
    assert restricting.restrict(referral=referral, by=team.manager, **GIVEN) == first
    with pytest.raises(Refused, match="Say why"):
        restricting.end_restriction(referral=referral, by=team.manager, words="")
    restricting.end_restriction(referral=referral, by=team.manager, words="Has left")
    restricting.end_restriction(referral=referral, by=team.manager, words="Again")
    referral.refresh_from_db()
    assert restricting.is_open(referral, team.consultant)
    acts = AuditEntry.objects.filter(action__startswith="restriction.").order_by("pk")
    assert list(acts.values_list("action", flat=True)) == ["restriction.begin", "restriction.end"]


def test_a_service_without_a_lead_restricts_nothing(team, waiting):
    with pytest.raises(Refused, match="Nobody leads this service"):
        restricting.restrict(referral=waiting(), by=team.manager, **GIVEN)


def test_broken_glass_is_for_one_person_and_some_hours_and_is_written_down(team, lead, shut):
    for wrong in ({"why": "curious", "words": "Hm"}, {"why": "care", "words": " "}):
        with pytest.raises(Refused, match="Choose a reason"):
            restricting.break_glass(referral=shut, by=team.consultant, **wrong)
    one = restricting.break_glass(referral=shut, by=team.consultant, **NEEDED)
    assert restricting.break_glass(referral=shut, by=team.consultant, **NEEDED) == one
    assert restricting.is_open(shut, team.consultant)
    assert restricting.closed_to(team.consultant) == frozenset()
    assert not restricting.is_open(shut, team.physiotherapist)
    entry = AuditEntry.objects.get(action="glass.break")
    assert (entry.by, entry.subject_id, entry.detail) == (team.consultant, str(one.pk), {"why": "care"})
    with clock.at(clock.now() + restricting.LASTS + timedelta(minutes=1)):
        assert not restricting.is_open(shut, team.consultant)
        assert restricting.closed_to(team.consultant) == {shut.pk}


def test_every_lead_is_told_at_once_without_a_name(team, lead, shut, settings, monkeypatch):
    one = restricting.break_glass(referral=shut, by=team.consultant, **NEEDED)
    jobs = ProcrastinateJob.objects.filter(task_name=restricting.TELL)
    assert [job.args["member"] for job in jobs] == [lead.pk]
    said = []
    monkeypatch.setattr(staff_mail, "way", lambda service: "smtp")
    monkeypatch.setattr(escalating, "_by_smtp", lambda *given: said.append(given))
    assert escalating.tell_of_glass(glass=one, member=lead)
    assert not escalating.tell_of_glass(glass=one, member=team.consultant)
    [(member, _, subject, text)] = said
    assert member == lead
    assert shut.reference in text
    assert "Ashcombe" not in subject + text
    assert NEEDED["words"] not in text
    assert not mail.outbox


def test_it_waits_until_another_lead_has_reviewed_it(team, lead, shut):
    one = restricting.break_glass(referral=shut, by=team.consultant, **NEEDED)
    assert list(restricting.to_review(lead)) == [one]
    for by in (team.administrator, team.manager, team.consultant):
        with pytest.raises(Refused, match="Only a lead"):
            restricting.review(one=one, by=by, words="Right")
    set_lead(member=team.consultant, leads=True, by=team.administrator)
    with pytest.raises(Refused, match="another lead"):
        restricting.review(one=one, by=Membership.objects.get(pk=team.consultant.pk), words="Right")
    with pytest.raises(Refused, match="Say what you found"):
        restricting.review(one=one, by=lead, words=" ")
    restricting.review(one=one, by=lead, words="She had rung")
    restricting.review(one=one, by=lead, words="Again")
    assert BrokenGlass.objects.get().review == "She had rung"
    assert not restricting.to_review(lead).exists()


def test_a_search_by_name_number_or_words_tells_nobody_that_it_is_theirs(team, shut):
    closed = restricting.closed_to(team.consultant)
    for words in ("Ashcombe", "Leonard", "gabapentin", shut.ubrn):
        assert search(team.consultant, words).referrals == [shut], words
        found = search(team.consultant, words, closed=closed)
        assert (found.referrals, found.quotes) == ([], {}), words
    assert search(team.consultant, shut.reference, closed=closed).referrals == [shut]
