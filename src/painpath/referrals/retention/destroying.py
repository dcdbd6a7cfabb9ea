"""A record is destroyed by two people: one asks, another agrees. No timer, no process and no single person can.

The rows go by a function of the database (`function`), which checks all of this once more; a certificate and the audit
stay. Referrals that go together go together: what one follows, and what was merged.
"""

from django.db import connection, transaction
from django.db.models import QuerySet
from django.dispatch import Signal

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.holding import held
from painpath.accounts.models import Membership
from painpath.referrals.models import (
    DestructionCertificate,
    DestructionMember,
    DestructionRequest,
    Referral,
)
from painpath.referrals.moves import lock
from painpath.referrals.refusal import Refused
from painpath.referrals.restricting import check_open
from painpath.referrals.retention import function
from painpath.referrals.retention.keeping import check_keeper, holds_on
from painpath.referrals.retention.reckoning import linked, reckon

blocking = Signal()
"""Sent with `referral` before it may be destroyed: a layer above raises `Refused` while it is on its way."""


def group_of(referral: Referral) -> list[Referral]:
    """The referral, and whatever goes together with it, by number."""
    ids = linked([referral.pk])[referral.pk]
    rows = Referral.objects.filter(pk__in=ids).select_related("patient", "pathway_version")
    return list(rows.defer("pathway_version__content").order_by("pk"))


def open_request(referral: Referral) -> DestructionRequest | None:
    """What somebody has asked about this referral and nobody has answered."""
    rows = DestructionRequest.objects.filter(members__referral=referral, closed_at__isnull=True)
    return rows.select_related("asked_by__user").first()


def open_requests(by: Membership) -> "QuerySet[DestructionRequest]":
    """What waits for somebody's agreement in the service, the oldest first."""
    rows = DestructionRequest.objects.filter(service_id=by.service_id, closed_at__isnull=True)
    return rows.select_related("asked_by__user").prefetch_related("members__referral").order_by("id")


def check_may_go(referral: Referral) -> None:
    """Raise `Refused` unless this referral could be destroyed today, by whoever may."""
    name = f"Referral {referral.reference}"
    if referral.is_open:
        raise Refused(f"{name} is open ({referral.state_label.lower()}). What is open is never destroyed.")
    if holds_on(referral).exists():
        raise Refused(f"{name} is on hold: nothing of it may be destroyed.")
    row = reckon(referral.service, [referral.pk])[referral.pk]
    if row.due_on is None or row.due_on > clock.today():
        raise Refused(f"{name} is not due for review yet: it is kept by the schedule, or by what somebody has decided.")
    if referral.tasks.filter(done_at__isnull=True).exists():
        raise Refused(f"Something is still to do about referral {referral.reference}: see To do.")
    blocking.send(Referral, referral=referral)


def check_ask(referral: Referral, *, by: Membership) -> None:
    """Raise `Refused` unless `by` may ask to destroy this referral and all that goes together with it."""
    check_keeper(by)
    if (asked := open_request(referral)) is not None:
        raise Refused(f"{asked.asked_by.name} has already asked for that. Somebody else has to agree.")
    for one in group_of(referral):
        check_open(one, by=by)  # nobody destroys what they cannot look at
        check_may_go(one)


@transaction.atomic
def ask(*, referral: Referral, by: Membership, reason: str, reference: str) -> DestructionRequest:
    """Ask to destroy a referral and what goes together with it. `reference` is typed by hand: the wrong record is the
    danger. Nothing is destroyed before somebody else agrees. Raises `Refused`."""
    _check_typed(reference, referral)
    group = _lock_group(referral)
    check_ask(referral, by=by)
    if not reason.strip():
        raise Refused("Say why it is not needed any longer.")
    request = DestructionRequest.objects.create(
        service_id=referral.service_id, reason=reason.strip(), asked_by=by, asked_at=clock.now()
    )
    for one in group:
        DestructionMember.objects.create(service_id=referral.service_id, request=request, referral=one)
        audit.record(by, "retention.ask_to_destroy", one, request=request.pk)
    return request


@transaction.atomic
def turn_down(*, request: DestructionRequest, by: Membership, reason: str) -> DestructionRequest:
    """Say no to a request, or take one's own back. The record stays, and stays due."""
    check_keeper(by)
    request = _lock_request(request)
    if not reason.strip():
        raise Refused("Say why it is kept.")
    request.closed_at, request.closed_by, request.closed_reason = clock.now(), by, reason.strip()
    request.save(update_fields=["closed_at", "closed_by", "closed_reason"])
    for member in request.members.all():
        audit.record(by, "retention.turn_down", Referral(pk=member.referral_id), request=request.pk)
    return request


def check_agree(request: DestructionRequest, *, by: Membership) -> None:
    """Raise `Refused` unless `by` may agree to what somebody else has asked."""
    check_keeper(by)
    if request.asked_by.user_id == by.user_id:
        raise Refused("You asked for this. Somebody else has to agree.")
    members = [one.referral for one in request.members.select_related("referral__service").order_by("referral")]
    for one in members:
        if {other.pk for other in group_of(one)} != {other.pk for other in members}:
            raise Refused(
                "What goes together with this referral has changed since somebody asked. Turn it down, and ask again."
            )
        check_open(one, by=by)
        check_may_go(one)
    if request.asked_by.ended_at is not None:
        raise Refused(f"{request.asked_by.name} no longer works here. Turn it down, and ask again yourself.")


@transaction.atomic
def agree(*, request: DestructionRequest, by: Membership, reference: str) -> DestructionCertificate:
    """Agree to what somebody else has asked: the record is destroyed now, all of it or nothing. Gives the certificate.

    `reference` is that of one of the referrals, typed by hand. Raises `Refused`, and then nothing is destroyed.
    """
    members = [row.referral for row in request.members.select_related("referral").order_by("referral")]
    for one in members:
        lock(one)
    request = _lock_request(request)
    _check_typed(reference, *members)
    check_agree(request, by=by)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function.NAME}(%s, %s)", [request.pk, by.pk])
        (pk,) = cursor.fetchone()
    certificate = DestructionCertificate.objects.get(pk=pk)
    for one in members:
        audit.record(by, "retention.destroy", one, certificate=pk, asked_by=certificate.asked_by_id)
    return certificate


def _check_typed(typed: str, *referrals: Referral) -> None:
    wanted = {one.reference.replace("-", "") for one in referrals}
    if "".join(char for char in typed.upper() if char.isalnum()) not in wanted:
        raise Refused("This is not the reference of this referral. Look at the top of the page whose record this is.")


def _lock_group(referral: Referral) -> list[Referral]:
    """All that goes together, held in the order of their numbers; looked up again once they are held."""
    for pk in sorted(linked([referral.pk])[referral.pk]):
        lock(Referral(pk=pk))
    return group_of(referral)


def _lock_request(request: DestructionRequest) -> DestructionRequest:
    found = held(DestructionRequest.objects.select_related("asked_by__user").filter(pk=request.pk)).first()
    if found is None or found.closed_at is not None:
        raise Refused("Somebody has already answered this request.")
    return found
