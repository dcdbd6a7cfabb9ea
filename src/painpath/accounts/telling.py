"""What a person is told about their own account: by e-mail, or where none can be sent, at their next sign-in."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction

from painpath import clock
from painpath.accounts.models import User
from painpath.accounts.signing_in import Notice

log = logging.getLogger(__name__)

_IF_NOT = "If you did not ask for it, change your password now and tell the administrator of your service."


def tell(user: User, subject: str, sentence: str) -> None:
    """Tell `user` that something about their account has changed, once the transaction of the change is kept.

    The sentence names no patient and no secret. An e-mail that cannot be sent becomes a notice: it never undoes what it
    tells of.
    """
    when = clock.now().astimezone(clock.LONDON)
    said = f"{sentence} That was on {when.day} {when:%B %Y} at {when:%H:%M}."
    if settings.SENDS_EMAIL:
        transaction.on_commit(lambda: _send(user, subject, said))
    else:
        Notice.objects.create(user=user, words=said)


def _send(user: User, subject: str, said: str) -> None:
    body = f"Hello {user.name},\n\n{said}\n\n{_IF_NOT}\n\n{settings.SITE_NAME}\n"
    try:
        send_mail(subject, body, None, [user.email])
    except (OSError, SMTPException) as error:
        log.error("mail could not be sent: %s", type(error).__name__)
        Notice.objects.create(user=user, words=said)


def told(user: User) -> list[str]:
    """What waits for this person; read once."""
    waiting = list(Notice.objects.filter(user=user).order_by("pk"))
    Notice.objects.filter(pk__in=[one.pk for one in waiting]).delete()
    return [one.words for one in waiting]
