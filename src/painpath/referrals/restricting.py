"""Restricted records: whom they open to, and breaking the glass.

A restricted record opens to the leads of the service and to whoever it is assigned to. Everybody else of the team
finds it on the worklist by its reference, with its state, due day, owner and alerts, so that no danger is hidden and
nobody is lost; its name and words are not shown. They can break the glass, with a reason: it opens for them for some
hours, the leads are told at once, and it stays on a list until a lead has reviewed it.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.accounts.roles import MANAGER, TEAM_ROLES
from painpath.referrals import tasks
from painpath.referrals.models import BrokenGlass, Referral, Restriction
from painpath.referrals.models.restricting import WHY_OPENED, WHY_RESTRICTED
from painpath.referrals.moves import lock
from painpath.referrals.refusal import Refused

LASTS = timedelta(hours=8)
"""One working day: a setting of ours."""
LATELY = timedelta(days=90)
"""For how long it stands there that a restriction was ended: a setting of ours."""
TELL = "letters.tell_of_glass"
HIDDEN = "Restricted record"
"""What stands in the place of a name."""


def named(referral: Referral, by: Membership) -> bool:
    """Whether the record opens to `by` without breaking the glass."""
    return not referral.restricted or by.leads or referral.owner_id == by.pk


def glass(referral: Referral, by: Membership) -> BrokenGlass | None:
    """What `by` has broken and is still open, the latest."""
    rows = BrokenGlass.objects.filter(referral=referral, by=by, until__gt=clock.now())
    return rows.order_by("-until").first()


def is_open(referral: Referral, by: Membership) -> bool:
    """Whether `by` may see whom this referral is about and what it says. No query where it is not restricted."""
    return named(referral, by) or glass(referral, by) is not None


def check_open(referral: Referral, *, by: Membership) -> None:
    """Raise `Refused` while the record is closed to `by`."""
    if by.role in TEAM_ROLES and not is_open(referral, by):
        raise Refused(
            f"Referral {referral.reference} is a restricted record. Open its page from the worklist: there you can say "
            "why you need it."
        )


def closed_to(by: Membership) -> frozenset[int]:
    """The referrals of the service that are closed to `by` now: no list names whom they are about. One query."""
    if by.leads:
        return frozenset()
    mine = BrokenGlass.objects.filter(by=by, until__gt=clock.now()).values("referral")
    shut = Referral.objects.filter(service_id=by.service_id, restricted=True).exclude(pk__in=mine)
    return frozenset(pk for pk, owner in shut.values_list("pk", "owner") if owner != by.pk)


def check_restricts(*, by: Membership) -> None:
    """Raise `Refused` unless `by` may restrict a record, or end that: a manager or a lead."""
    if by.ended_at is not None or not (by.role == MANAGER or by.leads):
        raise Refused("Only a manager or a lead can restrict a record.")


def restriction_of(referral: Referral) -> Restriction | None:
    """The restriction that stands."""
    rows = Restriction.objects.filter(referral=referral, ended_at__isnull=True)
    return rows.select_related("by__user").first()


@transaction.atomic
def restrict(*, referral: Referral, by: Membership, why: str, words: str) -> Restriction:
    """From now on the record opens only to those named on it. Done twice, it is done once. Raises `Refused`."""
    check_restricts(by=by)
    referral = lock(referral)
    words = words.strip()
    if why not in WHY_RESTRICTED or not words:
        raise Refused("Choose a reason, and say more in your own words.")
    if not Membership.objects.current().filter(service_id=by.service_id, leads=True).exists():
        raise Refused(
            "Nobody leads this service. Ask an administrator to name a lead first: leads review who opens a record."
        )
    if (stands := restriction_of(referral)) is not None:
        return stands
    made = Restriction.objects.create(service_id=by.service_id, referral=referral, why=why, words=words, by=by)
    referral.restricted = True
    referral.save(update_fields=["restricted"])
    audit.record(by, "restriction.begin", made, why=why)
    return made


@transaction.atomic
def end_restriction(*, referral: Referral, by: Membership, words: str) -> None:
    """The record opens to the whole team again. Done twice, it is done once. Raises `Refused`."""
    check_restricts(by=by)
    referral = lock(referral)
    words = words.strip()
    if not words:
        raise Refused("Say why the record need not be restricted any more.")
    stands = restriction_of(referral)
    if stands is None:
        return
    stands.ended_by, stands.ended_at, stands.ended_why = by, clock.now(), words
    stands.save(update_fields=["ended_by", "ended_at", "ended_why"])
    referral.restricted = False
    referral.save(update_fields=["restricted"])
    audit.record(by, "restriction.end", stands)


@transaction.atomic
def break_glass(*, referral: Referral, by: Membership, why: str, words: str) -> BrokenGlass:
    """Open a restricted record for `by` for `LASTS`; the leads are told. Open already, nothing more happens.

    Raises `Refused` without a reason, and for who does not work with referrals.
    """
    if by.role not in TEAM_ROLES or by.ended_at is not None or referral.service_id != by.service_id:
        raise Refused("Only somebody who works with the referrals of this service can open a record.")
    referral = lock(referral)
    if not referral.restricted:
        raise Refused("This record is not restricted any more. Open it from the worklist.")
    words = words.strip()
    if why not in WHY_OPENED or not words:
        raise Refused("Choose a reason, and say more in your own words.")
    if (still := glass(referral, by)) is not None:
        return still
    now = clock.now()
    made = BrokenGlass.objects.create(
        service_id=by.service_id, referral=referral, by=by, why=why, words=words, at=now, until=now + LASTS
    )
    audit.record(by, "glass.break", made, why=why)
    leads = Membership.objects.current().filter(service_id=by.service_id, leads=True)
    for pk in leads.values_list("pk", flat=True):
        tasks.at(TELL, now, service=by.service_id, glass=made.pk, member=pk)
    return made


def check_reviews(*, by: Membership) -> None:
    """Raise `Refused` unless `by` leads the service."""
    if by.ended_at is not None or not by.leads:
        raise Refused("Only a lead can review who opened a restricted record.")


@transaction.atomic
def review(*, one: BrokenGlass, by: Membership, words: str) -> None:
    """A lead has looked into why somebody opened a restricted record. The first review stays. Raises `Refused`."""
    check_reviews(by=by)
    rows = BrokenGlass.objects.select_for_update(of=("self",))
    row = rows.get(pk=one.pk, service_id=by.service_id)
    words = words.strip()
    if not words:
        raise Refused("Say what you found.")
    if row.by_id == by.pk:
        raise Refused("You opened this record yourself: another lead reviews that.")
    if row.reviewed_at is not None:
        return
    row.reviewed_by, row.reviewed_at, row.review = by, clock.now(), words
    row.save(update_fields=["reviewed_by", "reviewed_at", "review"])
    audit.record(by, "glass.review", row)


def to_review(by: Membership) -> QuerySet[BrokenGlass]:
    """What nobody has reviewed yet, the oldest first."""
    rows = BrokenGlass.objects.filter(service_id=by.service_id, reviewed_at__isnull=True)
    return rows.select_related("referral", "by__user").order_by("at", "pk")


def restricted_now(by: Membership) -> QuerySet[Restriction]:
    """Every record of the service that is restricted, the latest first."""
    rows = Restriction.objects.filter(service_id=by.service_id, ended_at__isnull=True)
    return rows.select_related("referral", "by__user").order_by("-at", "-pk")


def ended_lately(by: Membership) -> QuerySet[Restriction]:
    """Every restriction that was ended lately, the latest first: whoever may end one opens the record by it."""
    rows = Restriction.objects.filter(service_id=by.service_id, ended_at__gt=clock.now() - LATELY)
    return rows.select_related("referral", "ended_by__user").order_by("-ended_at", "-pk")
