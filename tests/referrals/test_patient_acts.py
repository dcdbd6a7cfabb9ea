"""Whatever patients tell us has an owner, a clock of the same working day, and goes further unread: all of it."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from painpath import clock
from painpath.accounts.audit import Process
from painpath.accounts.roles import PATIENT
from painpath.letters import escalating
from painpath.letters.door import holder
from painpath.referrals.models import Referral, ReportedChange
from painpath.referrals.moves import CALENDAR
from painpath.referrals.referring import changing, clocks, going_further, patient_acts
from painpath.triage.presenters.changes import to_do
from tests.referrals.deciding import decided
from tests.referrals.questionnaires import fill_rota

Act = Callable[[Referral, object], ReportedChange | None]


def told(verb, **given) -> Act:
    return lambda referral, by: verb(referral=referral, by=by, key=uuid.uuid4(), **given)


def answered(there: bool) -> Act:
    return lambda referral, by: patient_acts.answer_follow_up(
        follow_up=referral.follow_ups.first(), by=by, there=there, words="It was far.", key=uuid.uuid4()
    )


NEEDS = {"needs": ["large-print"], "letter_format": "", "other": "", "interpreter": "", "language": ""}
ACTS: dict[str, dict[str, Act]] = {
    "": {
        "other": told(changing.report_change, kind="other", words="I moved.", side="patient"),
        "needs": told(patient_acts.say_needs, **NEEDS),
        "contact": told(patient_acts.say_contact, details="A new phone", safety=""),
        "acting_for": told(patient_acts.act_for, proxy=patient_acts.Proxy("Jo", "son"), words=""),
        "withdraw": told(patient_acts.withdraw, words=""),
    },
    "delay": {"ready": told(patient_acts.say_ready, words="")},
    "signpost": {"there": answered(True)},
    "signpost ": {"not_there": answered(False)},
    "not_now": {"look_again": told(patient_acts.look_again, words="My mood is steady.")},
}
"""Outcome of the referral -> what is told about it then, one after the other; by the kind of its report."""


def test_the_table_holds_every_act():
    assert set(patient_acts.ACTS) | {"other"} == {kind for acts in ACTS.values() for kind in acts}


@pytest.mark.parametrize("outcome", ACTS)
def test_each_has_an_owner_a_clock_of_the_same_working_day_and_goes_further_unread(screening, waiting, team, outcome):
    fill_rota(team.colleague)
    referral = screening() if outcome else waiting()
    if outcome:
        more = {"review_on": clock.today() + timedelta(days=60)} if outcome == "delay" else {}
        decided(referral, team.consultant, outcome.strip(), **more)
    patient, calendar = holder(team.service, referral.pk, PATIENT), Process(team.service, CALENDAR)
    for kind, act in ACTS[outcome].items():
        before = clock.now()
        change = act(Referral.objects.get(pk=referral.pk), patient)
        assert change is not None, kind
        assert (change.kind, change.side, change.owner) == (kind, "patient", team.colleague)
        assert change.due_at == clocks.due_moment(before, "17:00"), kind
        jobs = {job.task_name: job for job in ProcrastinateJob.objects.filter(args__change=change.pk)}
        assert jobs[going_further.ESCALATE].scheduled_at == change.due_at, kind
        assert jobs[going_further.TELL].args["member"] == team.colleague.pk, kind
        assert Referral.objects.get(pk=referral.pk).look_first == 0, "first of all, also when it has ended"
        with clock.at(change.due_at + timedelta(minutes=1)):
            assert escalating.escalate(change=change, by=calendar), kind
        change.refresh_from_db()
        assert (change.escalated_at is not None, change.read_at) == (True, None), "time closes nothing"


@pytest.mark.parametrize(("kind", "urgent"), [("low", True), ("worse", True), ("other", False)])
def test_with_nobody_on_duty_what_is_urgent_is_told_to_every_clinician_and_the_clinicians_have_the_rest(
    waiting, team, kind, urgent
):  # fmt: skip
    referral = waiting()
    patient = holder(team.service, referral.pk, PATIENT)
    change = told(changing.report_change, kind=kind, words="It is bad.", side="patient")(referral, patient)
    clinicians = {team.consultant.pk, team.colleague.pk, team.physiotherapist.pk}
    jobs = list(ProcrastinateJob.objects.filter(args__change=change.pk))
    assert {job.args["member"] for job in jobs if job.task_name == going_further.TELL} == (
        clinicians if urgent else set()
    )
    steps = sorted(job.scheduled_at for job in jobs if job.task_name == going_further.REMIND)
    assert steps == (going_further.steps(change) if urgent else [])
    ((_, row),) = to_do(team.administrator)
    assert (change.owner, row.owner, row.due != "") == (None, "The clinicians", True), "a role has it, with its clock"
    if urgent:
        with clock.at(steps[0]):
            by = Process(team.service, CALENDAR)
            assert [escalating.remind(change=change, step=0, by=by) for _ in range(2)] == [True, False]
