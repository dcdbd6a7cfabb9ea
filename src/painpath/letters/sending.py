"""E-mail over SMTP: one dispatch, one attempt, and what is written down about it."""

import smtplib
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction

from painpath import clock
from painpath.accounts.audit import Process
from painpath.accounts.roles import ADMINISTRATOR
from painpath.letters import codes, outbox
from painpath.letters.channels import reasons_to_hold
from painpath.letters.errors import LetterError
from painpath.letters.models import KINDS, Dispatch, DispatchState
from painpath.referrals.todo import give_task

TRIES = 7
"""After so many attempts a person is told. The waits between them add up to an hour and a half."""


class Later(Exception):
    """The mail server could not take it now. Holds no address: the queue writes it into its log."""


class _Permanent(Exception):
    """The mail server will never take this message."""


@transaction.atomic
def send(*, dispatch: Dispatch, by: Process) -> bool:
    """Send one queued e-mail, once; False when it should be tried again later.

    Done twice, or after somebody stopped it, nothing leaves: the row is locked from the look at its state until the
    record says `sent`. One gap no program can close: when this process dies after the mail server has taken the message
    and before the transaction commits, the message is sent again. Both copies carry the same Message-ID, made of the
    dispatch's key, so that mail programs that drop doubles can; nothing in them is clinical.

    The record is looked at again just before sending: an address that nobody has confirmed as it now is, new words on
    safe contact or a death hold the message for a person instead.
    """
    dispatch = outbox.lock(dispatch)
    if dispatch.state != DispatchState.QUEUED or dispatch.channel != "email":
        return True
    if reasons := reasons_to_hold(dispatch):
        outbox.hold(dispatch, reasons, by=by)
        return True
    if codes.has_run_out(dispatch):
        outbox.change(dispatch, DispatchState.CANCELLED, by=by, why="The code ran out before it could be sent.")
        return True
    dispatch.attempts += 1
    try:
        _hand_over(dispatch)
    except _Permanent as error:
        fail(dispatch, str(error), by=by)
    except (OSError, smtplib.SMTPException) as error:
        if dispatch.attempts < TRIES:
            dispatch.why, dispatch.changed_at = f"Not sent yet: {_said(error)} It is tried again.", clock.now()
            dispatch.save(update_fields=["attempts", "why", "changed_at"])
            return False
        fail(dispatch, f"{_said(error)} It was tried {TRIES} times.", by=by)
    else:
        outbox.change(dispatch, DispatchState.SENT, by=by)
    return True


def fail(dispatch: Dispatch, why: str, *, by: Process) -> None:
    """A locked dispatch cannot be sent: it stands in the outbox with the reason, and somebody has it to do today."""
    outbox.change(dispatch, DispatchState.FAILED, by=by, why=why)
    give_task(
        dispatch.referral, "contact", f"This could not be sent: {KINDS[dispatch.kind].lower()}, "
        f"{dispatch.get_to_display().lower()}. {why} Get in touch in another way, or send it by post.",
        by=by, role=ADMINISTRATOR, due_on=clock.today(), dispatch=dispatch.pk,
    )  # fmt: skip


def _hand_over(dispatch: Dispatch) -> None:
    connection = get_connection(
        "django.core.mail.backends.smtp.EmailBackend",
        host=settings.EMAIL_HOST, port=settings.EMAIL_PORT, username=settings.EMAIL_HOST_USER,
        password=settings.EMAIL_HOST_PASSWORD, use_tls=settings.EMAIL_USE_TLS, use_ssl=settings.EMAIL_USE_SSL,
        timeout=settings.EMAIL_TIMEOUT,
    )  # fmt: skip
    sender = settings.DEFAULT_FROM_EMAIL
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    try:
        text = codes.clear_text(dispatch)
        message = EmailMessage(
            dispatch.subject, text, sender, [dispatch.address], connection=connection,
            headers={"Message-ID": f"<{dispatch.key}@{domain}>", "Auto-Submitted": "auto-generated"},
        )  # fmt: skip
        message.send()
    except smtplib.SMTPRecipientsRefused as refused:
        code = next(iter(refused.recipients.values()), (0, b""))[0]
        if code >= 500:
            raise _Permanent(f"The mail server does not take mail for this address (code {code}).") from None
        raise
    except smtplib.SMTPDataError as error:
        if error.smtp_code >= 500:
            raise _Permanent(f"The mail server does not take this message (code {error.smtp_code}).") from None
        raise
    except LetterError as error:
        raise _Permanent(error.sentence) from None
    except (ValueError, UnicodeError):
        raise _Permanent("This email address cannot be written in the form that mail servers need.") from None


def _said(error: Exception) -> str:
    """What went wrong, without what the server said: that may repeat the address."""
    if isinstance(error, TimeoutError):
        return "The mail server did not answer in time."
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "The mail server cannot take mail for this address now."
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "The mail server did not let us sign in. Whoever runs this site must look at its settings."
    if isinstance(error, smtplib.SMTPResponseException):
        return f"The mail server said no for now (code {error.smtp_code})."
    return "The mail server could not be reached."
