"""A reported change that nobody read goes to everybody who can act, whatever the mail server does."""

import smtplib
import uuid
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from painpath import clock
from painpath.accounts.models import AuditEntry, Membership
from painpath.letters import calendar, sweeping_unread, tasks
from painpath.referrals import staff_mail
from painpath.referrals.models import ReportedChange
from painpath.referrals.referring import changing, going_further
from painpath.referrals.transitions import add_working_days
from painpath.triage.presenters.changes import change_events, on_referral
from tests.letters.mail import MailServer, mail  # noqa: F401  # fixture
from tests.letters.notify_server import Notify, notify  # noqa: F401  # fixture
from tests.referrals.conftest import make_referrer, sent_by, team, waiting_referral  # noqa: F401  # fixture


@pytest.fixture
def change(team: Any) -> Iterator[ReportedChange]:  # noqa: F811
    """Reported at ten in the morning: late in the day its time has passed before the first step is due."""
    ten = datetime.combine(add_working_days(clock.today(), 1), time(10), clock.LONDON)
    with clock.at(ten):
        member = make_referrer(checked_by=team.administrator)
        referral = sent_by(waiting_referral(team), member)
        change = changing.report_change(
            referral=referral, by=member, kind="urgent", words="New weakness in the leg.", key=uuid.uuid4()
        )
        ProcrastinateJob.objects.filter(
            task_name="letters.tell"
        ).delete()  # nobody is on duty: every clinician, at once
        yield change


def jobs(name: str) -> list[ProcrastinateJob]:
    return list(ProcrastinateJob.objects.filter(status="todo", task_name=name))


def test_the_job_stands_in_the_calendar_at_its_moment(change: ReportedChange) -> None:
    (job,) = jobs("letters.escalate_change")
    assert (job.scheduled_at, job.args) == (change.due_at, {"service": change.service_id, "change": change.pk})


def test_everybody_who_can_act_is_told_without_a_clinical_word(
    change: ReportedChange, team: Any, mail: MailServer  # noqa: F811
) -> None:  # fmt: skip
    Membership.objects.filter(pk=team.colleague.pk).update(ended_at=clock.now())
    with clock.at(change.due_at):
        for _ in range(2):  # the queue may run a job twice
            calendar.escalate_change(service=change.service_id, change=change.pk)
        for job in jobs("letters.tell"):
            tasks.tell(**job.args)
    change.refresh_from_db()
    assert change.escalated_at == change.due_at
    told = sorted(recipients[0] for recipients, _ in mail.taken)
    assert told == sorted(one.user.email for one in (team.consultant, team.physiotherapist, team.manager))
    for _, message in mail.taken:
        words = message.get_payload(decode=True).decode()
        assert change.referral.reference in words
        assert not {"weakness", "Ashcombe", "pain"} & set(words.split())


def test_a_mail_server_that_is_down_loses_nothing(change: ReportedChange, mail: MailServer) -> None:  # noqa: F811
    mail.stop()
    with clock.at(change.due_at + timedelta(minutes=1)):
        calendar.escalate_change(service=change.service_id, change=change.pk)
        for job in jobs("letters.tell"):
            with pytest.raises((OSError, smtplib.SMTPException)):  # the queue tries again
                tasks.tell(**job.args)
    change.refresh_from_db()
    assert change.escalated_at is not None
    assert len(jobs("letters.tell")) == 4


def test_read_in_time_it_goes_nowhere(change: ReportedChange, team: Any, mail: MailServer) -> None:  # noqa: F811
    changing.read_change(change=change, by=team.consultant, action="Rang the GP.")
    with clock.at(change.due_at + timedelta(days=1)):
        calendar.escalate_change(service=change.service_id, change=change.pk)
    change.refresh_from_db()
    assert (change.escalated_at, jobs("letters.tell")) == (None, [])


def test_read_before_the_mail_left_nobody_is_troubled(
    change: ReportedChange, team: Any, mail: MailServer  # noqa: F811
) -> None:  # fmt: skip
    with clock.at(change.due_at):
        calendar.escalate_change(service=change.service_id, change=change.pk)
        changing.read_change(change=change, by=team.consultant, action="Rang the GP.")
        for job in jobs("letters.tell"):
            tasks.tell(**job.args)
    assert mail.taken == []


def test_where_no_email_can_leave_nobody_stands_as_told(change: ReportedChange, team: Any) -> None:  # noqa: F811
    step = jobs("letters.remind_unread")[0]
    with clock.at(change.due_at):
        calendar.remind_unread(**step.args)
        calendar.escalate_change(service=change.service_id, change=change.pk)
    assert jobs("letters.tell") == []
    told = [event.lines for event in change_events(change.referral)]
    assert told == [(staff_mail.NOBODY,)] * 3, "at once, at the step, and when its time had passed"
    (shown,) = on_referral(change.referral, team.consultant)
    assert "Nobody could be told by email" in shown.about
    assert [one.detail["by_email"] for one in AuditEntry.objects.filter(action__in=["change.remind", "change.escalate"])
            ] == [False, False]  # fmt: skip


def test_a_site_with_notify_alone_tells_staff_by_it_and_once(
    change: ReportedChange, team: Any, notify: Notify  # noqa: F811
) -> None:  # fmt: skip
    with clock.at(change.due_at):
        calendar.escalate_change(service=change.service_id, change=change.pk)
        for job in jobs("letters.tell") * 2:  # the queue may run a job twice
            tasks.tell(**job.args)
    sent = [one["given"] for one in notify.messages.values()]
    everybody = (team.consultant, team.colleague, team.physiotherapist, team.manager)
    assert sorted(one["email_address"] for one in sent) == sorted(one.user.email for one in everybody)
    assert all(change.referral.reference in one["personalisation"]["message"] for one in sent)
    assert "Emails to the clinicians and managers were queued." in str(change_events(change.referral))


def test_what_a_lost_job_did_not_tell_the_sweep_tells_once(
    change: ReportedChange, team: Any, mail: MailServer  # noqa: F811
) -> None:  # fmt: skip
    def swept(moment: datetime) -> int:
        ProcrastinateJob.objects.all().delete()  # every job of the calendar is lost
        with clock.at(moment):
            for _ in range(2):
                sweeping_unread.sweep_unread(service=change.service_id)
        return len(jobs("letters.tell"))

    first = going_further.steps(change)[0]
    morning = datetime.combine(add_working_days(change.due_at.date(), 1), time(9), clock.LONDON)
    assert swept(first - timedelta(minutes=1)) == 0
    assert swept(first) == 3, "the clinicians, by the step of the pathway"
    assert swept(change.due_at) == 4, "and the managers, once its time has passed"
    assert swept(change.due_at + timedelta(minutes=10)) == 0
    assert swept(morning - timedelta(minutes=1)) == 0, "nobody is troubled at night"
    assert [swept(morning), swept(morning + timedelta(hours=3))] == [4, 0], "once a morning"
    changing.read_change(change=change, by=team.consultant, action="Rang the GP.")
    assert swept(morning + timedelta(days=7)) == 0
