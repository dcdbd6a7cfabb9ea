"""E-mail through a real mail server: taken, refused, slow, dead; and a worker that dies at the worst moment."""

from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job

from painpath.letters import ending, holding, outbox, tasks
from painpath.letters.carriers import Later
from painpath.letters.models import Dispatch, DispatchState
from painpath.referrals.models import Task
from tests.letters.mail import MailServer, mail  # noqa: F401  # fixture
from tests.letters.posting import decided, let_the_mailer_work, outbox_of  # noqa: F401  # fixture
from tests.referrals.conftest import team  # noqa: F401  # fixture

NOTICE = ("notice", "patient", "email")


@pytest.fixture
def notice(decided: Any, mail: MailServer) -> Any:  # noqa: F811
    """Gives the notice of a referral that was just decided, as it stands now."""
    referral = decided(confirmed=True)
    return lambda: outbox_of(referral)[NOTICE]


def test_an_email_is_taken_once_with_nothing_clinical_in_it(notice: Any, mail: MailServer) -> None:  # noqa: F811
    assert notice().state == DispatchState.QUEUED
    assert let_the_mailer_work() == [True]
    assert let_the_mailer_work() == [True], "the queue may run a job twice"
    sent = notice()
    assert (sent.state, sent.attempts, sent.why) == (DispatchState.SENT, 1, "")
    ((to, message),) = mail.taken
    assert to == ["leonard@example.com"]
    assert message["Message-ID"] == f"<{sent.key}@pain.example.nhs.uk>"
    assert message["Subject"] == "News about your referral"
    assert message["From"] == "The team <no-reply@pain.example.nhs.uk>"
    words = message.as_string()
    assert "A letter is on its way to you." in words
    for word in ("Ashcombe", "Sultant", "depress", "Pain Team"):
        assert word not in words


@pytest.mark.parametrize("where", ["on_rcpt", "on_data"])
def test_what_the_server_will_never_take_comes_to_a_person_today(
    notice: Any, mail: MailServer, where: str, caplog: Any  # noqa: F811
) -> None:  # fmt: skip
    setattr(mail, where, "550 5.1.1 <leonard@example.com> unknown")
    assert let_the_mailer_work() == [True]
    failed = notice()
    assert failed.state == DispatchState.FAILED
    assert "(code 550)" in failed.why
    assert "leonard" not in failed.why + caplog.text
    task = Task.objects.get()
    assert (task.kind, task.owner_role, task.due_on, task.facts) == (
        "contact", "administrator", task.made_at.date(), {"dispatch": failed.pk},
    )  # fmt: skip


@pytest.mark.parametrize("trouble", ["busy", "slow", "dead"])
def test_what_may_pass_is_tried_again_and_then_comes_to_a_person(
    notice: Any, mail: MailServer, settings: Any, trouble: str  # noqa: F811
) -> None:  # fmt: skip
    if trouble == "busy":
        mail.on_rcpt = "451 try later"
    elif trouble == "slow":
        mail.dawdle, settings.EMAIL_TIMEOUT = 0.3, 0.05
    else:
        mail.stop()
    for number in range(1, ending.TRIES):
        assert let_the_mailer_work() == [False]
        waiting = notice()
        assert (waiting.state, waiting.attempts) == (DispatchState.QUEUED, number)
        assert waiting.why.endswith("It is tried again.")
    assert let_the_mailer_work() == [True]
    assert notice().state == DispatchState.FAILED
    assert Task.objects.filter(kind="contact").count() == 1


def test_a_server_that_comes_back_gets_it(notice: Any, mail: MailServer) -> None:  # noqa: F811
    mail.on_rcpt = "451 try later"
    assert let_the_mailer_work() == [False]
    mail.on_rcpt = "250 OK"
    assert let_the_mailer_work() == [True]
    assert (notice().state, len(mail.taken)) == (DispatchState.SENT, 1)
    assert not Task.objects.exists()


def test_the_queue_waits_longer_each_time_and_outlasts_our_own_count() -> None:
    strategy = tasks.send.retry_strategy
    assert strategy is not None
    waits = []
    for number in range(2 * ending.TRIES):
        job = Job(id=1, queue="q", lock=None, queueing_lock=None, task_name="letters.send", attempts=number)
        with time_machine.travel("2026-11-27 12:00Z", tick=False):
            decision = strategy.get_retry_decision(exception=Later(), job=job)
            assert decision is not None, "a worker that is killed counts as an attempt there, not here"
            assert decision.retry_at is not None
            waits.append((decision.retry_at - datetime.now(UTC)).total_seconds())
    assert waits[: ending.TRIES - 1] == [4, 16, 64, 256, 1024, 4096]


def test_a_worker_that_dies_after_the_server_took_it_doubles_it_under_one_message_id(
    notice: Any, mail: MailServer, monkeypatch: Any  # noqa: F811
) -> None:  # fmt: skip
    def killed(*args: Any, **kwargs: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(outbox, "change", killed)
        with pytest.raises(KeyboardInterrupt):
            let_the_mailer_work()
    assert notice().state == DispatchState.QUEUED, "nothing is lost"
    assert let_the_mailer_work() == [True]
    assert notice().state == DispatchState.SENT
    first, second = (message["Message-ID"] for _, message in mail.taken)
    assert first == second


@pytest.mark.parametrize("change", [{"email": "new@example.com"}, {"safe_contact": "No email"}])
def test_the_record_is_looked_at_again_just_before_sending(notice: Any, mail: MailServer, change: Any) -> None:  # noqa: F811
    patient = notice().referral.patient
    for name, value in change.items():
        setattr(patient, name, value)
    patient.save()
    assert let_the_mailer_work() == [True]
    assert notice().state == DispatchState.HELD
    assert mail.taken == []


def test_what_was_stopped_does_not_leave(notice: Any, mail: MailServer, team: Any) -> None:  # noqa: F811
    outbox.stop([notice()], by=team.consultant, why="Reversed.")
    assert let_the_mailer_work() == [True]
    assert mail.taken == []
    assert notice().state == DispatchState.CANCELLED


def test_a_failed_email_goes_again_when_a_person_says_so(notice: Any, mail: MailServer, team: Any) -> None:  # noqa: F811
    mail.on_rcpt = "550 no"
    let_the_mailer_work()
    failed = outbox.whole(pk=notice().pk).get()
    mail.on_rcpt = "250 OK"
    holding.release(
        dispatch=failed, by=team.administrator, how="email", words="The mailbox works now.",
        read=holding.digest(holding.to_read(failed)),
    )  # fmt: skip
    let_the_mailer_work()
    assert (notice().state, notice().attempts) == (DispatchState.SENT, 1)


def test_an_address_that_no_server_could_be_given_fails_with_a_sentence(notice: Any, mail: MailServer) -> None:  # noqa: F811
    patient = notice().referral.patient
    patient.email = "a@b\r\nBcc: x@example.com"
    patient.save()
    from painpath.referrals.models import ConfirmedContact

    ConfirmedContact.objects.create(
        service_id=patient.service_id, patient=patient, kind="email", value=patient.email, how="x",
        by=notice().referral.transitions.first().by,
    )  # fmt: skip
    Dispatch.objects.filter(pk=notice().pk).update(address=patient.email)
    assert let_the_mailer_work() == [True]
    assert notice().state == DispatchState.FAILED
    assert mail.taken == []


def test_an_email_waits_for_the_commit(notice: Any) -> None:
    notice()
    job = ProcrastinateJob.objects.get(task_name="letters.send")
    assert set(job.args) == {"service", "dispatch"}, "ids only"
