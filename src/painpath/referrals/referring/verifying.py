"""What the team does about a referrer's account: compare it with the register, or decline it, join it, end it.

Whoever is verified sees what was sent from their practice. So a person compares, and says with what and which practice.
"""

import re
from dataclasses import dataclass
from typing import Literal

from django.db import transaction
from django.db.models import Count, QuerySet

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.holding import held
from painpath.accounts.models import AuditEntry, Membership
from painpath.accounts.sessions import end_sessions
from painpath.directory.models import Practice, Referrer
from painpath.referrals.corrections.joining import right_one
from painpath.referrals.models import Referral
from painpath.referrals.referring.referrer_accounts import accounts, check_looks_after
from painpath.referrals.refusal import Refused

Standing = Literal["waiting", "verified", "declined", "ended"]
DECLINED = "referrer.decline"
_TITLES = frozenset({"dr", "mr", "mrs", "ms", "miss", "mx", "prof", "professor", "sr", "sister"})


def standing(referrer: Referrer) -> Standing:
    """Where an account stands; its membership was fetched before."""
    ended = referrer.member is None or referrer.member.ended_at is not None
    if referrer.verified_at is not None:
        return "ended" if ended else "verified"
    return "declined" if ended else "waiting"


def waiting(service_id: int) -> QuerySet[Referrer]:
    """Those whose registration nobody has compared yet, whoever waits longest first."""
    found = accounts(service_id).filter(asked_at__isnull=False, verified_at__isnull=True, member__ended_at=None)
    return found.order_by("asked_at", "pk")


def why_declined(referrer: Referrer) -> str:
    """The reason that was given, and by whom; empty when the account was not declined."""
    entry = AuditEntry.objects.filter(
        service_id=referrer.service_id, subject_type="referrer", subject_id=str(referrer.pk), action=DECLINED
    ).select_related("by__user").last()  # fmt: skip
    return "" if entry is None or entry.by is None else f"{entry.detail['reason']} ({entry.by.name})"


def same_number(referrer: Referrer) -> QuerySet[Referrer]:
    """Other accounts with the same number on the same register, which should be the same person."""
    others = accounts(referrer.service_id).filter(register=referrer.register, registration=referrer.registration)
    return others.exclude(pk=referrer.pk).exclude(registration="")


def details_seen(referrer: Referrer) -> str:
    """What somebody compares: a form carries it back, so that nothing is verified that changed meanwhile."""
    return f"{referrer.kind}/{referrer.register}/{referrer.registration}/{referrer.practice_id or ''}"


def _locked(referrer: Referrer, by: Membership) -> Referrer:
    check_looks_after(by=by)
    rows = Referrer.objects.select_related("member__user", "verified_by__user")
    locked = held(rows.filter(service_id=by.service_id, pk=referrer.pk, member__isnull=False)).first()
    if locked is None:
        raise Refused("This is no account of this service.")
    return locked


@transaction.atomic
def verify_referrer(
    *, referrer: Referrer, by: Membership, compared: str, practice: Practice | None, seen: str
) -> Referrer:
    """Record that a person compared the registration with the register, and where the referrer works. A double click
    is one. Raises `Refused`."""
    practice = right_one(practice, by.service_id)
    one = _locked(referrer, by)
    if standing(one) in ("declined", "ended"):
        raise Refused("This account has ended. They can ask for a new one.")
    if one.verified_at is not None:
        if one.verified_by_id == by.pk:
            return one
        raise Refused(f"{one.verified_by.name if one.verified_by else 'Somebody'} has verified this account already.")
    if seen != details_seen(one):
        raise Refused("Their details have changed since you opened the page. Look at them again, then compare.")
    compared = " ".join(compared.split())
    if not compared:
        raise Refused("Say what you compared their details with.")
    if practice is None and not one.workplace:
        raise Refused("Enter the practice: nothing else says where they work.")
    before, one.practice = one.practice_id, practice
    one.verified_at, one.verified_by, one.verified_how = clock.now(), by, compared
    one.save(update_fields=["practice", "verified_at", "verified_by", "verified_how"])
    audit.record(by, "referrer.verify", one, practice=one.practice_id, practice_before=before)
    return one


@transaction.atomic
def decline_referrer(*, referrer: Referrer, by: Membership, reason: str) -> Referrer:
    """Somebody gets no account, for a reason. What they sent stays and says so. Twice is once; raises `Refused`."""
    one = _locked(referrer, by)
    if standing(one) == "declined":
        return one
    if standing(one) != "waiting":
        raise Refused("This account has been verified. End it instead.")
    reason = reason.strip()
    if not reason:
        raise Refused("Say why: they read it.")
    _end(one)
    audit.record(by, DECLINED, one, reason=reason)
    return one


@transaction.atomic
def end_referrer(*, referrer: Referrer, by: Membership) -> Referrer:
    """End a referrer's access at once, sessions and all. What they sent stays. Twice is once; raises `Refused`."""
    one = _locked(referrer, by)
    if standing(one) == "waiting":
        raise Refused("This account waits to be compared with the register. Decline it instead, with a reason.")
    if standing(one) == "verified":
        _end(one)
        audit.record(by, "referrer.end", one)
    return one


def _end(one: Referrer) -> None:
    member = one.member
    if member is not None and member.ended_at is None:
        member.ended_at = clock.now()
        member.save(update_fields=["ended_at"])
        end_sessions(member.user_id)


@dataclass(frozen=True)
class Namesake:
    """A referrer of the directory that may be the same person, with how many referrals."""

    referrer: Referrer
    referrals: int


def plain_name(name: str) -> str:
    """A name without titles, stops and case: `Dr. A Example` and `a example` are one."""
    words = re.sub(r"[^\w' -]", " ", name.casefold()).split()
    return " ".join(word for word in words if word not in _TITLES)


def namesakes(referrer: Referrer) -> list[Namesake]:
    """Those with referrals and the same name (or, in the same practice, the same surname) that letters made, or that
    belonged to an account which has ended. A suggestion: a person says whether they are the same."""
    name = plain_name(referrer.name)
    if not name:
        return []
    surname = name.split()[-1]
    found = (
        Referrer.objects.filter(service_id=referrer.service_id, name__icontains=surname)
        .exclude(pk=referrer.pk)
        .exclude(member__isnull=False, member__ended_at__isnull=True)
        .select_related("practice", "member")
        .annotate(count=Count("referrals"))
        .filter(count__gt=0)
        .order_by("name", "pk")
    )
    return [
        Namesake(one, one.count)
        for one in found
        if plain_name(one.name) == name
        or (one.practice_id is not None and one.practice_id == referrer.practice_id
            and plain_name(one.name).split()[-1:] == [surname])
    ]  # fmt: skip


@transaction.atomic
def join_referrer(*, referrer: Referrer, old: Referrer, by: Membership) -> int:
    """What came under the name `old` belongs to this account from now on; gives how many referrals that were.

    Only a person does this, for a verified account. Each referral's audit keeps whose it was. Raises `Refused`.
    """
    one = _locked(referrer, by)
    if standing(one) != "verified":
        raise Refused("Compare the account with the register first: then earlier referrals can be joined to it.")
    moved = list(
        Referral.objects.select_for_update().filter(service_id=by.service_id, referrer_id=old.pk).order_by("pk")
    )
    if not moved:
        return 0
    if old.pk not in {found.referrer.pk for found in namesakes(one)}:
        raise Refused("Only referrals that came under the same name can be joined to an account.")
    Referral.objects.filter(pk__in=[found.pk for found in moved]).update(referrer=one)
    audit.record_each(by, "referral.referrer", moved, before=old.pk, now=one.pk)
    audit.record(by, "referrer.join", one, old=old.pk, referrals=len(moved))
    return len(moved)
