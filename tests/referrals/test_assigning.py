"""Whose a referral is: by hand, by the rota, and until a claim ends."""

from datetime import date, timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from painpath import clock
from painpath.accounts.audit import Process
from painpath.accounts.models import AuditEntry, Membership
from painpath.referrals import tasks, verbs
from painpath.referrals.decisions.deciding import save_draft
from painpath.referrals.decisions.decision_content import DecisionContent
from painpath.referrals.models import DecisionDraft, Referral, RotaEntry
from painpath.referrals.moves import CALENDAR
from painpath.referrals.refusal import Refused
from painpath.referrals.sheet import judging
from painpath.referrals.transitions import State
from painpath.referrals.worklist import claims, rota
from painpath.referrals.worklist.assigning import assign, assign_several, who_may_have
from tests.referrals.conftest import LETTER

WEDNESDAY, SATURDAY, MONDAY = date(2026, 11, 25), date(2026, 11, 28), date(2026, 11, 30)


def again(referral):
    return Referral.objects.get(pk=referral.pk)


def test_assigned_by_hand_to_who_may_decide_and_back_to_nobody(team, waiting):
    referral = waiting()
    assert who_may_have(referral, team.administrator) == [team.colleague, team.consultant]
    assign(referral=referral, to=team.colleague, by=team.administrator)
    assign(referral=referral, to=team.colleague, by=team.administrator)  # a double click
    assert again(referral).owner == team.colleague
    assert referral.transitions.filter(verb="assign").count() == 1
    assert again(referral).due_on == referral.due_on
    assign(referral=referral, to=None, by=team.physiotherapist)
    assert again(referral).owner is None
    assert AuditEntry.objects.filter(action="referral.assign").count() == 2


@pytest.mark.parametrize(
    ("to", "sentence"),
    [
        ("physiotherapist", "decided by others"),
        ("administrator", "waits for a clinician"),
        ("manager", "handles referrals"),
    ],
)
def test_nobody_is_assigned_what_they_may_not_handle(team, waiting, to, sentence):
    with pytest.raises(Refused, match=sentence):
        assign(referral=waiting(), to=getattr(team, to), by=team.consultant)


def test_a_leaver_a_manager_and_a_screening_are_refused(team, waiting, screening):
    referral = waiting()
    Membership.objects.filter(pk=team.colleague.pk).update(ended_at=clock.now())
    with pytest.raises(Refused, match="works in this service now"):
        assign(referral=referral, to=Membership.objects.get(pk=team.colleague.pk), by=team.consultant)
    with pytest.raises(Refused, match="Only"):
        assign(referral=referral, to=team.consultant, by=team.manager)
    with pytest.raises(Refused, match="taken over"):
        assign(referral=screening(), to=team.consultant, by=team.administrator)


def test_whose_decision_is_looked_at_again_does_not_get_it(team, waiting):
    referral = waiting()
    Referral.objects.filter(pk=referral.pk).update(not_by=team.consultant)
    with pytest.raises(Refused, match="Somebody else"):
        assign(referral=referral, to=team.consultant, by=team.administrator)


def test_several_at_once_and_one_that_cannot_be(team, waiting, screening):
    one, other, busy = waiting(), waiting(LETTER + "other"), screening(LETTER + "busy")
    outcome = assign_several(referrals=[one, busy, other], to=team.colleague, by=team.administrator)
    assert {referral.pk for referral in outcome.done} == {one.pk, other.pk}
    assert [referral.pk for referral, _ in outcome.refused] == [busy.pk]
    assert again(busy).owner == team.consultant


def test_starting_what_was_assigned_to_a_colleague_is_allowed_and_recorded(team, waiting):
    referral = waiting()
    assign(referral=referral, to=team.colleague, by=team.administrator)
    verbs.start_screening(referral=referral, by=team.consultant)
    assert again(referral).owner == team.consultant
    assert referral.transitions.last().facts == {"from": team.colleague.pk}


# --- the rota


def on_rota(team, membership, weekday=2, **more):
    """On duty on Wednesdays, unless another day is given."""
    return rota.add_to_rota(
        by=team.administrator, membership=membership, weekday=weekday, **({"starts_on": date(2026, 1, 1)} | more)
    )


@pytest.fixture
def wednesday(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: WEDNESDAY)


def test_what_becomes_ready_is_whose_day_it_is(team, waiting, wednesday):
    on_rota(team, team.consultant)
    referral = waiting()
    assert referral.state == State.AWAITING_SCREENING
    assert referral.owner == team.consultant
    assert AuditEntry.objects.get(action="referral.assign").process == "rota"


def test_with_several_on_duty_the_fewest_open_referrals_count(team, waiting, wednesday):
    on_rota(team, team.consultant)
    on_rota(team, team.colleague)
    owners = [waiting(f"{LETTER}{number}").owner for number in range(3)]
    assert owners == [team.consultant, team.colleague, team.consultant]


def test_who_is_on_duty(team, waiting):
    referral = waiting()
    assert rota.on_duty(referral, WEDNESDAY) is None
    on_rota(team, team.physiotherapist)  # may not decide this route
    assert rota.on_duty(referral, WEDNESDAY) is None
    on_rota(team, team.consultant, route="practitioner-letter")
    assert rota.on_duty(referral, WEDNESDAY) is None
    on_rota(team, team.consultant, ends_on=WEDNESDAY - timedelta(days=1))
    assert rota.on_duty(referral, WEDNESDAY) is None
    on_rota(team, team.consultant, starts_on=WEDNESDAY, ends_on=WEDNESDAY)
    assert rota.on_duty(referral, WEDNESDAY) == team.consultant
    assert rota.on_duty(referral, WEDNESDAY + timedelta(days=7)) is None
    on_rota(team, team.colleague, weekday=0)
    assert rota.on_duty(referral, SATURDAY) == team.colleague  # nobody looks before Monday
    referral.not_by = team.colleague
    assert rota.on_duty(referral, MONDAY) is None
    referral.not_by = None
    Membership.objects.filter(pk=team.colleague.pk).update(ended_at=clock.now())
    assert rota.on_duty(referral, MONDAY) is None


def test_the_rota_refuses_with_a_sentence(team):
    entry = on_rota(team, team.consultant)
    assert on_rota(team, team.consultant) == entry  # a double click
    for given, sentence in (
        ({"membership": team.consultant, "starts_on": WEDNESDAY}, "already"),
        ({"membership": team.administrator}, "Choose a clinician"),
        ({"membership": team.consultant, "weekday": 5}, "Monday to Friday"),
        ({"membership": team.consultant, "route": "by-pigeon"}, "from the list"),
        ({"membership": team.physiotherapist, "route": "gp-ers"}, "decided by others"),
        ({"membership": team.colleague, "ends_on": date(2025, 1, 1)}, "before the first day"),
    ):
        with pytest.raises(Refused, match=sentence):
            on_rota(team, **given)
    with pytest.raises(Refused, match="Only"):
        rota.end_rota_entry(entry=entry, by=team.manager)


def test_an_entry_that_held_is_kept_one_that_never_did_is_not(team):
    held, future = on_rota(team, team.consultant), on_rota(team, team.colleague, starts_on=clock.today())
    for entry in (held, future):
        rota.end_rota_entry(entry=entry, by=team.consultant)
    assert list(RotaEntry.objects.all()) == [held]
    rota.end_rota_entry(entry=held, by=team.consultant)
    assert list(rota.entries(team.consultant)) == []


# --- claims


def jobs():
    return list(ProcrastinateJob.objects.filter(task_name="referrals.lapse").order_by("id"))


def lapse(team, referral):
    """Do the last job that is in the calendar for this referral."""
    return claims.lapse(referral=referral, by=Process(team.service, CALENDAR), since=jobs()[-1].args["transition"])


def hours_later(monkeypatch, hours):
    later = clock.now() + timedelta(hours=hours)
    monkeypatch.setattr(clock, "now", lambda: later)


def test_a_screening_that_nobody_works_on_lapses_and_its_draft_is_kept(team, screening, monkeypatch):
    referral = screening()
    [job] = jobs()
    assert job.scheduled_at == referral.claimed_until
    save_draft(
        referral=referral, by=team.consultant, content=DecisionContent(outcome="advise"), seen_version=referral.version
    )
    hours_later(monkeypatch, 5)
    tasks.lapse(**job.args)
    referral = again(referral)
    assert (referral.state, referral.owner, referral.claimed_until) == (State.AWAITING_SCREENING, None, None)
    assert DecisionDraft.objects.filter(referral=referral, by=team.consultant).exists()
    tasks.lapse(**job.args)  # twice: nothing more happens
    assert referral.transitions.filter(verb="lapse").count() == 1


def test_work_prolongs_a_claim_and_the_job_comes_back_then(team, screening, monkeypatch):
    referral = screening()
    first = referral.claimed_until
    hours_later(monkeypatch, 3)
    judging.judge(referral=referral, by=team.consultant, criterion="adult", state="mixed", reason="Two dates")
    hours_later(monkeypatch, 2)  # after the first end, before the new one
    assert not lapse(team, referral)
    assert again(referral).state == State.SCREENING
    assert jobs()[-1].scheduled_at == again(referral).claimed_until > first
    hours_later(monkeypatch, 3)
    assert lapse(team, referral)


def test_the_job_of_a_screening_that_ended_does_nothing_to_the_next(team, screening, monkeypatch):
    referral = screening()
    [old] = jobs()
    hours_later(monkeypatch, 2)
    verbs.take_over(referral=referral, by=team.colleague)
    hours_later(monkeypatch, 3)
    tasks.lapse(**old.args)
    assert again(referral).owner == team.colleague
    assert len(jobs()) == 2
    hours_later(monkeypatch, 2)
    assert lapse(team, referral)
