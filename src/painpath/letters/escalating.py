"""A reported change that nobody read in time goes to everybody who can act: it stands on top of what is to do, and each
gets an e-mail, by the site's mail server or by GOV.UK Notify. The first is written down before the second is tried, so
that no mail server can lose it. What is urgent goes further step by step before that (`referring.going_further`)."""

import uuid

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction

from painpath.accounts.audit import Process
from painpath.accounts.models import Membership
from painpath.accounts.roles import CLINICIAN, MANAGER
from painpath.letters import tasks
from painpath.letters.carriers.notify import Notify
from painpath.letters.models import Dispatch
from painpath.referrals import pathways, staff_mail
from painpath.referrals.models import ReportedChange
from painpath.referrals.models.restricting import BrokenGlass
from painpath.referrals.referring import going_further

TOLD = (CLINICIAN, MANAGER)
"""Who is told: a clinician can read it, a manager can see to it that one does."""

GLASS_SUBJECT = "A restricted record was opened"
GLASS_TEXT = (
    "Somebody who is not named on the restricted record {reference} has opened it, and has said why. Sign in and look "
    "under “Restricted” to review it."
)


@transaction.atomic
def escalate(*, change: ReportedChange, by: Process) -> bool:
    """When nobody has read this in time: write that down and queue an e-mail to each current clinician and manager.

    May be called early, twice, or after somebody has read it: then nothing is done, and it gives False. Each e-mail is
    a job of its own, queued in the transaction that writes the escalation down, and tried again when it fails.
    """
    if not going_further.escalate(change=change, by=by):
        return False
    _tell_all(change, TOLD)
    return True


@transaction.atomic
def remind(*, change: ReportedChange, step: int, by: Process) -> bool:
    """Tell those of the pathway's step that nobody has read something urgent yet, as `escalate` does."""
    roles = going_further.remind(change=change, step=step, by=by)
    _tell_all(change, roles)
    return bool(roles)


def sweep(by: Process) -> None:
    """Tell what should have been told by now and was not, because its job was lost or gave up. Twice is once."""
    for change, step in going_further.missed(by.service):
        if step is None:
            escalate(change=change, by=by)
        else:
            remind(change=change, step=step, by=by)


def _tell_all(change: ReportedChange, roles: tuple[str, ...]) -> None:
    if not roles or not staff_mail.way(change.service):  # which stands on record by now
        return
    for member in Membership.objects.current().filter(service_id=change.service_id, role__in=roles).order_by("pk"):
        tasks.tell_later(change, member)


def tell(*, change: ReportedChange, member: Membership) -> bool:
    """One e-mail without clinical content to one member; False when it is not needed any more.

    Raises what the mail server raises: the queue then tries again. Sent twice, both copies have one Message-ID.
    """
    way = staff_mail.way(change.service)
    if change.read_at is not None or member.ended_at is not None or not way:
        return False
    notices = pathways.of(change.referral.pathway_version).notices
    late = change.escalated_at is not None
    steps = len(change.facts.get("told", ()))
    first = not late and not steps and member.pk == change.owner_id
    notice = notices.change_waiting if late else notices.change_for_you if first else notices.change_unread
    name = f"change-{change.key}-{member.pk}{'-late' if late else ''}-{steps}"
    send = _by_smtp if way == "smtp" else _by_notify
    send(member, name, notice.plain_subject, notice.plain_text.format(reference=change.referral.reference))
    return True


def tell_of_glass(*, glass: BrokenGlass, member: Membership) -> bool:
    """One e-mail to one lead, with the reference and nothing else; False when it is not needed or cannot be sent.

    Whether or not it can, the opening stands on the leads' list until one has reviewed it.
    """
    way = staff_mail.way(glass.service)
    if glass.reviewed_at is not None or member.ended_at is not None or not member.leads or not way:
        return False
    send = _by_smtp if way == "smtp" else _by_notify
    send(member, f"glass-{glass.pk}-{member.pk}", GLASS_SUBJECT, GLASS_TEXT.format(reference=glass.referral.reference))
    return True


def _by_smtp(member: Membership, name: str, subject: str, text: str) -> None:
    message = EmailMessage(
        subject, text, settings.DEFAULT_FROM_EMAIL, [member.user.email],
        connection=get_connection(
            "django.core.mail.backends.smtp.EmailBackend",
            host=settings.EMAIL_HOST, port=settings.EMAIL_PORT, username=settings.EMAIL_HOST_USER,
            password=settings.EMAIL_HOST_PASSWORD, use_tls=settings.EMAIL_USE_TLS, use_ssl=settings.EMAIL_USE_SSL,
            timeout=settings.EMAIL_TIMEOUT,
        ),
        headers={"Message-ID": f"<{name}@painpath>", "Auto-Submitted": "auto-generated"},
    )  # fmt: skip
    message.send()


def _by_notify(member: Membership, name: str, subject: str, text: str) -> None:
    """One e-mail by GOV.UK Notify, which is asked first whether it has this one already."""
    carrier = Notify(member.service)
    message = Dispatch(  # never stored: the outbox is for patients and practices
        channel="email", kind="notice", key=uuid.uuid5(uuid.NAMESPACE_OID, name), address=member.user.email,
        subject=subject, text=text,
    )  # fmt: skip
    if carrier.find(message) is None:
        carrier.hand_over(message)
