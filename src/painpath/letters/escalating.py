"""A reported change that nobody read in time goes to everybody who can act: it stands on top of what is to do, and each
gets an e-mail. The first is written down before the second is tried, so that no mail server can lose it. An answer
about safety goes further step by step before that, as the pathway says (`safety.unread`)."""

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction

from painpath.accounts.audit import Process
from painpath.accounts.models import Membership
from painpath.accounts.roles import CLINICIAN, MANAGER
from painpath.letters import tasks
from painpath.referrals import pathways
from painpath.referrals.models import ReportedChange
from painpath.referrals.questionnaires import safety
from painpath.referrals.referring import changing

TOLD = (CLINICIAN, MANAGER)
"""Who is told: a clinician can read it, a manager can see to it that one does."""


@transaction.atomic
def escalate(*, change: ReportedChange, by: Process) -> bool:
    """When nobody has read this in time: write that down and queue an e-mail to each current clinician and manager.

    May be called early, twice, or after somebody has read it: then nothing is done, and it gives False. Each e-mail is
    a job of its own, queued in the transaction that writes the escalation down, and tried again when it fails.
    """
    if not changing.escalate(change=change, by=by):
        return False
    whole = ReportedChange.objects.select_related("referral__pathway_version").get(pk=change.pk)
    safety.again_tomorrow(whole)
    _tell_all(whole, TOLD)
    return True


@transaction.atomic
def remind(*, change: ReportedChange, step: int, by: Process) -> bool:
    """Tell those of the pathway's step that nobody has read an answer about safety yet, as `escalate` does."""
    roles = safety.remind(change=change, step=step, by=by)
    _tell_all(change, roles)
    return bool(roles)


def _tell_all(change: ReportedChange, roles: tuple[str, ...]) -> None:
    if not roles or not settings.SENDS_EMAIL:
        return
    for member in Membership.objects.current().filter(service_id=change.service_id, role__in=roles).order_by("pk"):
        tasks.tell_later(change, member)


def tell(*, change: ReportedChange, member: Membership) -> bool:
    """One e-mail without clinical content to one member; False when it is not needed any more.

    Raises what the mail server raises: the queue then tries again. Sent twice, both copies have one Message-ID.
    """
    if change.read_at is not None or member.ended_at is not None or not settings.SENDS_EMAIL:
        return False
    notices = pathways.of(change.referral.pathway_version).notices
    late = change.escalated_at is not None
    steps = len(change.facts.get("told", ()))
    first = not late and not steps and member.pk == change.owner_id
    notice = notices.change_waiting if late else notices.change_for_you if first else notices.change_unread
    message = EmailMessage(
        notice.plain_subject, notice.plain_text.format(reference=change.referral.reference),
        settings.DEFAULT_FROM_EMAIL, [member.user.email],
        connection=get_connection(
            "django.core.mail.backends.smtp.EmailBackend",
            host=settings.EMAIL_HOST, port=settings.EMAIL_PORT, username=settings.EMAIL_HOST_USER,
            password=settings.EMAIL_HOST_PASSWORD, use_tls=settings.EMAIL_USE_TLS, use_ssl=settings.EMAIL_USE_SSL,
            timeout=settings.EMAIL_TIMEOUT,
        ),
        headers={
            "Message-ID": f"<change-{change.key}-{member.pk}{'-late' if late else ''}-{steps}@painpath>",
            "Auto-Submitted": "auto-generated",
        },
    )  # fmt: skip
    message.send()
    return True
