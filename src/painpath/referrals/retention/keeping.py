"""What a manager decides about a record that has ended: kept until a day, put on hold, the hold ended."""

from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.holding import held
from painpath.accounts.models import Membership
from painpath.accounts.roles import MANAGER
from painpath.referrals.models import KeptLonger, Referral, RetentionHold, RetentionReview
from painpath.referrals.moves import check_current, lock
from painpath.referrals.refusal import Refused
from painpath.referrals.retention.reckoning import reckon


def check_keeper(by: Membership) -> None:
    """Raise `Refused` unless `by` answers for how long records are kept."""
    if by.role != MANAGER and not by.leads:
        raise Refused("Only a manager or a lead can do this.")
    check_current(by)


def holds_on(referral: Referral) -> "QuerySet[RetentionHold]":
    """The holds that are on today."""
    return active().filter(referral=referral)


def active() -> "QuerySet[RetentionHold]":
    """All holds that are on today: not ended by anybody, and their last day has not passed."""
    current = Q(until__isnull=True) | Q(until__gte=clock.today())
    return RetentionHold.objects.filter(current, ended_at__isnull=True)


def check_hold(referral: Referral, *, by: Membership, reason: str, until: date | None) -> None:
    """Raise `Refused` unless `by` may put this referral on hold. It may be open: then the hold waits for its end."""
    check_keeper(by)
    if not reason.strip():
        raise Refused("Say why nothing may be destroyed, such as a claim or an inquiry.")
    if until is not None and until < clock.today():
        raise Refused("The last day of a hold cannot be in the past.")


@transaction.atomic
def hold(*, referral: Referral, by: Membership, reason: str, until: date | None = None) -> RetentionHold:
    """Let nothing of a referral be destroyed, until a day or until somebody ends it. The same twice is one."""
    referral = lock(referral)
    reason = reason.strip()
    check_hold(referral, by=by, reason=reason, until=until)
    same = holds_on(referral).filter(by=by, reason=reason, until=until).first()
    if same is not None:
        return same
    row = RetentionHold.objects.create(
        service_id=referral.service_id, referral=referral, reason=reason, until=until, by=by, at=clock.now()
    )
    audit.record(by, "retention.hold", referral, hold=row.pk, until=until.isoformat() if until else "")
    return row


@transaction.atomic
def end_hold(*, hold: RetentionHold, by: Membership, reason: str) -> RetentionHold:
    """End a hold, with the reason. Ended twice by one person, it is ended once. Raises `Refused`."""
    check_keeper(by)
    lock(Referral(pk=hold.referral_id))
    hold = held(RetentionHold.objects.select_related("ended_by__user").filter(pk=hold.pk)).get()
    reason = reason.strip()
    if not reason:
        raise Refused("Say why the hold has ended.")
    if hold.ended_by is not None:
        if hold.ended_by_id == by.pk:
            return hold
        raise Refused(f"{hold.ended_by.name} has ended this hold already.")
    hold.ended_at, hold.ended_by, hold.ended_reason = clock.now(), by, reason
    hold.save(update_fields=["ended_at", "ended_by", "ended_reason"])
    audit.record(by, "retention.end_hold", Referral(pk=hold.referral_id), hold=hold.pk)
    return hold


def check_keep(referral: Referral, *, by: Membership, until: date, reason: str) -> None:
    """Raise `Refused` unless `by` may say that this record is kept until a day."""
    check_keeper(by)
    if referral.is_open:
        raise Refused("This referral is open: it is kept in any case.")
    if not reason.strip():
        raise Refused("Say why it is kept longer.")
    if until <= clock.today():
        raise Refused("The day until which it is kept must be in the future.")
    row = RetentionReview.objects.filter(referral=referral).first()
    if row is not None and row.reckoned_on is not None and until <= row.reckoned_on:
        raise Refused("By the schedule it is kept longer than that already.")


@transaction.atomic
def keep(*, referral: Referral, by: Membership, until: date, reason: str) -> RetentionReview:
    """Keep a record, and what goes together with it, until a day. Then a person looks again."""
    referral = lock(referral)
    row = reckon(by.service, [referral.pk])[referral.pk]
    check_keep(referral, by=by, until=until, reason=reason)
    KeptLonger.objects.create(
        service_id=referral.service_id, referral=referral, until=until, reason=reason.strip(), by=by, at=clock.now()
    )
    row.keep_until = until
    row.save(update_fields=["keep_until"])
    audit.record(by, "retention.keep", referral, until=until.isoformat())
    return reckon(by.service, [referral.pk])[referral.pk]
