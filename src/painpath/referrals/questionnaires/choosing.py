"""Whether the service asks about self-harm at all: the PHQ-9, or the PHQ-4 instead. A safety decision.

The audit trail is its record: who, when and why stand there and are never changed. A later decision stands beside it.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from painpath.accounts import audit
from painpath.accounts.models import AuditEntry, Membership, Service
from painpath.referrals import staff_mail
from painpath.referrals.questionnaires.site import check_manage
from painpath.referrals.refusal import Refused

ACTION = "questionnaire.safety_choice"
WATCH = "questionnaire.safety_watch"
"""Who looks at To do, and when, while no e-mail can tell staff of an answer about safety."""


@dataclass(frozen=True)
class Choice:
    """One decision."""

    asks: bool
    """True: questionnaires with a question about safety may be sent. False: the PHQ-4 instead, and none with one."""
    reason: str
    by: Membership
    at: datetime


def choices(service: Service) -> list[Choice]:
    """Every decision of the service, the newest first; without any, what the rota allows may be sent."""
    rows = AuditEntry.objects.filter(
        service_id=service.pk, subject_type="service", subject_id=str(service.pk), action=ACTION, by__isnull=False
    ).select_related("by__user")
    return [
        Choice(bool(row.detail["asks"]), str(row.detail["reason"]), row.by, row.at)
        for row in rows.order_by("-at", "-pk")
        if row.by is not None
    ]


@transaction.atomic
def choose(*, asks: bool, reason: str, by: Membership) -> Choice:
    """Decide it for the service, with the reason. The same decision twice is one. Raises `Refused`."""
    check_manage(by=by)
    reason = reason.strip()
    if not reason:
        raise Refused("Say who decided it, and why.")
    Service.objects.select_for_update(no_key=True).get(pk=by.service_id)
    last = next(iter(choices(by.service)), None)
    if last is not None and (last.asks, last.reason) == (asks, reason):
        return last
    row = audit.record(by, ACTION, by.service, asks=asks, reason=reason)
    return Choice(asks, reason, by, row.at)


def check_asks(service: Service, title: str) -> None:
    """Raise `Refused` when the service has decided to ask nothing about safety, as the form called `title` does."""
    last = next(iter(choices(service)), None)
    if last is not None and not last.asks:
        raise Refused(
            f"“{title}” has a question about safety, and this service has decided to ask the PHQ-4 instead of the "
            f"PHQ-9 ({last.by.name}: “{last.reason}”). Choose a questionnaire without such a question. A manager can "
            "record another decision under Questionnaires."
        )


@transaction.atomic
def say_who_looks(*, words: str, by: Membership) -> None:
    """Record who looks at To do, and when, while no e-mail reaches staff. The same words twice are one."""
    check_manage(by=by)
    words = words.strip()
    if not words:
        raise Refused("Say who looks at To do, and at which times.")
    Service.objects.select_for_update(no_key=True).get(pk=by.service_id)
    last = who_looks(by.service)
    if last is None or last.detail["words"] != words:
        audit.record(by, WATCH, by.service, words=words)


def who_looks(service: Service) -> AuditEntry | None:
    """The last word on that, with who said it and when; None when nobody has said so."""
    rows = AuditEntry.objects.filter(
        service_id=service.pk, subject_type="service", subject_id=str(service.pk), action=WATCH, by__isnull=False
    ).select_related("by__user")
    return rows.order_by("at", "pk").last()


def check_told(service: Service, title: str) -> None:
    """Raise `Refused` when an answer about safety in the form called `title` would be told to nobody, and nobody has
    said who looks instead. The demonstration sends no e-mail by its nature, says so, and has no patients."""
    if settings.DEMO or staff_mail.way(service) or who_looks(service) is not None:
        return
    raise Refused(
        f"“{title}” has a question about safety, and this site sends no email to staff: nobody would be told of such "
        "an answer. A manager first records under Questionnaires who looks at To do, and at which times; or whoever "
        "runs this site sets up email. Until then, choose a questionnaire without such a question."
    )
