"""Writing the audit. Called inside the transaction of the thing it tells of."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from painpath.accounts.models import AuditEntry, Membership, Service
from painpath.accounts.roles import PROCESS


@dataclass(frozen=True)
class Process:
    """Who acts where nobody is signed in: the program itself (it reads letters, it never decides), or somebody who came
    with a one-time code, whose `role` is then that of whom the code was sent to."""

    service: Service
    name: str
    role: str = PROCESS
    only: int | None = None
    """The one referral that a code opens."""

    @property
    def service_id(self) -> int:
        """As a membership has it."""
        return self.service.pk


Actor = Membership | Process


def person(by: Actor) -> Membership | None:
    """The member who acts; None for the program and for whoever came with a code."""
    return by if isinstance(by, Membership) else None


def record(by: Actor, action: str, subject: models.Model, **detail: Any) -> AuditEntry:
    """Add one entry for `subject`. `detail` holds plain JSON values and no patient's name or number.

    Raises RuntimeError outside a transaction: an audit that could be lost on its own is not one.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An audit entry belongs in the transaction of what it tells of.")
    return AuditEntry.objects.create(
        service_id=by.service_id,
        by=person(by),
        process=by.name if isinstance(by, Process) else "",
        action=action,
        subject_type=subject._meta.model_name or "",
        subject_id=str(subject.pk),
        detail=detail,
    )


def last_on_record(service_id: int, *actions: str) -> AuditEntry | None:
    """The latest of these acts on the whole record of a service (`models.ON_RECORD`)."""
    found = AuditEntry.objects.filter(service_id=service_id, action__in=actions)
    return found.order_by("at", "pk").last()


def record_each(by: Membership, action: str, subjects: Iterable[models.Model], **detail: Any) -> None:
    """One entry for each of `subjects`, in one query: what `record` does, for a page that shows several at once."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An audit entry belongs in the transaction of what it tells of.")
    AuditEntry.objects.bulk_create(
        AuditEntry(
            service_id=by.service_id, by=by, action=action, subject_type=subject._meta.model_name or "",
            subject_id=str(subject.pk), detail=detail,
        )
        for subject in subjects
    )  # fmt: skip
