"""What a person is told about their own account: by e-mail, or where none can be sent, at their next sign-in."""

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction

from painpath import clock
from painpath.accounts import tasks
from painpath.accounts.models import User
from painpath.accounts.signing_in import Notice

_IF_NOT = "If you did not ask for it, change your password now and tell the administrator of your service."


@transaction.atomic
def tell(user: User, subject: str, sentence: str, *, if_not: str = _IF_NOT) -> None:
    """Tell `user` that something about their account has changed, in the transaction of the change; or about what they
    have done, with an empty `if_not`.

    The sentence names no patient and no secret. It is a notice until its e-mail has left: nobody waits for mail,
    and a mail server that is dead loses nothing.
    """
    when = clock.now().astimezone(clock.LONDON)
    said = f"{sentence} That was on {when.day} {when:%B %Y} at {when:%H:%M}."
    notice = Notice.objects.create(user=user, subject=subject, words=f"{said}\n\n{if_not}".strip())
    if settings.SENDS_EMAIL:
        tasks.tell.defer(notice=notice.pk)


def send(notice: int) -> None:
    """Send one notice by e-mail, unless it was read meanwhile. What the mail server raises is the caller's."""
    one = Notice.objects.select_related("user").filter(pk=notice).first()
    if one is None:
        return
    body = f"Hello {one.user.name},\n\n{one.words}\n\n{settings.SITE_NAME}\n"
    send_mail(one.subject, body, None, [one.user.email])
    one.delete()


def told(user: User) -> list[str]:
    """What waits for this person; read once."""
    waiting = list(Notice.objects.filter(user=user).order_by("pk"))
    Notice.objects.filter(pk__in=[one.pk for one in waiting]).delete()
    return [one.words.partition("\n")[0] for one in waiting]
