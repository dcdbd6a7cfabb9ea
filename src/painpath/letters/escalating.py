"""A reported change that nobody read in time goes to everybody who can act: it stands on top of what is to do, and each
gets an e-mail. The first is written down before the second is tried, so that no mail server can lose it."""

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction

from painpath.accounts.audit import Process
from painpath.accounts.models import Membership
from painpath.accounts.roles import CLINICIAN, MANAGER
from painpath.letters import tasks
from painpath.referrals import pathways
from painpath.referrals.models import ReportedChange
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
    if settings.SENDS_EMAIL:
        for member in Membership.objects.current().filter(service_id=change.service_id, role__in=TOLD).order_by("pk"):
            tasks.tell_later(change, member)
    return True


def tell(*, change: ReportedChange, member: Membership) -> bool:
    """One e-mail without clinical content to one member; False when it is not needed any more.

    Raises what the mail server raises: the queue then tries again. Sent twice, both copies have one Message-ID.
    """
    if change.read_at is not None or member.ended_at is not None or not settings.SENDS_EMAIL:
        return False
    notices = pathways.of(change.referral.pathway_version).notices
    late = change.escalated_at is not None
    notice = notices.change_waiting if late else notices.change_for_you
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
            "Message-ID": f"<change-{change.key}-{member.pk}{'-late' if late else ''}@painpath>",
            "Auto-Submitted": "auto-generated",
        },
    )  # fmt: skip
    message.send()
    return True
