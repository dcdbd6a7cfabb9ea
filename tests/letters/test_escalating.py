"""A reported change that nobody read goes to everybody who can act, whatever the mail server does."""

import smtplib
import uuid
from datetime import timedelta
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from painpath import clock
from painpath.accounts.models import Membership
from painpath.letters import calendar, tasks
from painpath.referrals.models import ReportedChange
from painpath.referrals.referring import changing
from tests.letters.mail import MailServer, mail  # noqa: F401  # fixture
from tests.referrals.conftest import make_referrer, sent_by, team, waiting_referral  # noqa: F401  # fixture


@pytest.fixture
def change(team: Any) -> ReportedChange:  # noqa: F811
    member = make_referrer(checked_by=team.administrator)
    referral = sent_by(waiting_referral(team), member)
    return changing.report_change(
        referral=referral, by=member, kind="urgent", words="New weakness in the leg.", key=uuid.uuid4()
    )


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
