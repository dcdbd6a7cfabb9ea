"""E-mail over SMTP, to the mail server of the site. It cannot be asked what it took, nor what became of it.

Every copy of one dispatch carries the same Message-ID, made of its key, so that mail programs that drop doubles can.
"""

import smtplib
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from painpath.accounts.models import Service
from painpath.letters import codes
from painpath.letters.carriers import Handed, Later, Permanent, Told
from painpath.letters.errors import LetterError
from painpath.letters.models import Dispatch


def carrier(service: Service) -> "Smtp | None":
    """The mail server of the site, for every service; None where the site sends no e-mail."""
    return Smtp() if settings.SENDS_EMAIL else None


class Smtp:
    """See `Carrier`."""

    knows_doubles = False

    def hand_over(self, dispatch: Dispatch) -> Handed:
        """Give it one e-mail. Sentences never repeat what the server said: that may hold the address."""
        connection = get_connection(
            "django.core.mail.backends.smtp.EmailBackend",
            host=settings.EMAIL_HOST, port=settings.EMAIL_PORT, username=settings.EMAIL_HOST_USER,
            password=settings.EMAIL_HOST_PASSWORD, use_tls=settings.EMAIL_USE_TLS, use_ssl=settings.EMAIL_USE_SSL,
            timeout=settings.EMAIL_TIMEOUT,
        )  # fmt: skip
        try:
            message = _message(dispatch)
            message.connection = connection
            try:
                connection.open()
            except (OSError, smtplib.SMTPException) as error:
                raise Later(_said(error)) from None
            try:
                message.send()
            finally:
                connection.close()
        except smtplib.SMTPRecipientsRefused as refused:
            code = next(iter(refused.recipients.values()), (0, b""))[0]
            if code >= 500:
                raise Permanent(f"The mail server does not take mail for this address (code {code}).") from None
            raise Later(_said(refused)) from None
        except smtplib.SMTPDataError as error:
            if error.smtp_code >= 500:
                raise Permanent(f"The mail server does not take this message (code {error.smtp_code}).") from None
            raise Later(_said(error)) from None
        except (OSError, smtplib.SMTPException) as error:
            answered = isinstance(error, smtplib.SMTPResponseException)
            raise Later(_said(error), perhaps_taken=not answered) from None
        except LetterError as error:
            raise Permanent(error.sentence) from None
        except (ValueError, UnicodeError):
            raise Permanent("This email address cannot be written in the form that mail servers need.") from None
        return Handed()

    def find(self, dispatch: Dispatch) -> Handed | None:
        """Never asked: a mail server does not say what it took."""
        return None

    def what_became(self, dispatch: Dispatch) -> Told | None:
        """Never asked: a mail server does not say what became of it."""
        return None


def _message(dispatch: Dispatch) -> EmailMessage:
    sender = settings.DEFAULT_FROM_EMAIL
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    return EmailMessage(
        dispatch.subject, codes.clear_text(dispatch), sender, [dispatch.address],
        headers={"Message-ID": f"<{dispatch.key}@{domain}>", "Auto-Submitted": "auto-generated"},
    )  # fmt: skip


def _said(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "The mail server did not answer in time."
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "The mail server cannot take mail for this address now."
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "The mail server did not let us sign in. Whoever runs this site must look at its settings."
    if isinstance(error, smtplib.SMTPResponseException):
        return f"The mail server said no for now (code {error.smtp_code})."
    return "The mail server could not be reached."
