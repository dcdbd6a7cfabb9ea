"""Accounts of those who refer, in words."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from painpath import clock
from painpath.accounts.lost_factor import has_factor
from painpath.accounts.models import Membership
from painpath.accounts.roles import ADMINISTRATOR
from painpath.directory import finding
from painpath.directory.models import Practice, Referrer
from painpath.pathway import Pathway
from painpath.referrals.models import Referral
from painpath.referrals.referring import verifying
from painpath.referrals.referring.referrer_accounts import abbreviation
from painpath.triage.presenters.words import day, plural

GONE = 50
"""Ended and declined accounts that the list shows, the latest first."""
LINK_LATER = "Email cannot be sent at the moment: send them the link to set a password later, from this page."
STANDINGS = {
    "waiting": ("Not compared yet", "orange"),
    "verified": ("Verified", "green"),
    "declined": ("Declined", "grey"),
    "ended": ("Ended", "grey"),
}


@dataclass(frozen=True)
class Row:
    """One account in the list."""

    name: str
    href: str
    kind: str
    registration: str
    where: str
    since: str
    standing: str
    colour: str


def row(one: Referrer, pathway: Pathway) -> Row:
    """An account whose membership and practice were fetched before."""
    standing = verifying.standing(one)
    words, colour = STANDINGS[standing]
    ended = one.member.ended_at if one.member else None
    return Row(
        name=one.name,
        href=reverse("triage:referrer", args=[one.pk]),
        kind=one.profession,
        registration=_registration(one, pathway),
        where=_where(one),
        since=day(ended or one.verified_at) if standing != "waiting" else _waits(one),
        standing=words,
        colour=colour,
    )


def _registration(one: Referrer, pathway: Pathway) -> str:
    known = {register.id for register in pathway.referring.registers}
    return f"{abbreviation(pathway, one.register) if one.register in known else ''} {one.registration}".strip()


def _where(one: Referrer) -> str:
    return "; ".join(words for words in (finding.titled(one.practice) if one.practice else "", one.workplace) if words)


def _waits(one: Referrer) -> str:
    if one.asked_at is None:
        return ""
    days = (clock.today() - one.asked_at.astimezone(clock.LONDON).date()).days
    return f"{day(one.asked_at)} ({plural(days, 'day')})" if days else f"{day(one.asked_at)} (today)"


def page(one: Referrer, pathway: Pathway, practices: "QuerySet[Practice]", *, by: Membership) -> dict[str, Any]:
    """One account, with what somebody compares it with."""
    standing = verifying.standing(one)
    words, colour = STANDINGS[standing]
    account = one.member
    has_password = account is not None and account.user.has_usable_password()
    facts = [
        ("Works as", one.profession),
        ("Registration", _registration(one, pathway)),
        ("Practice", finding.titled(one.practice) if one.practice else ""),
        ("Place of work, as typed", one.workplace),
        ("Email address", one.email),
        ("Email proved", "Yes: they have set a password" if has_password else "Not yet: no password has been set"),
        ("Asked on", _waits(one) if standing == "waiting" else day(one.asked_at)),
        ("Compared", _compared(one)),
        ("Declined", verifying.why_declined(one) if standing == "declined" else ""),
        ("Ended on", day(account.ended_at) if account else ""),
    ]
    register = next((item for item in pathway.referring.registers if item.id == one.register), None)
    near = finding.find(practices, one.workplace) if standing == "waiting" and one.workplace else finding.Found(None)
    return {
        "referrer": one,
        "standing": standing,
        "tag": {"text": words, "classes": f"nhsuk-tag--{colour}"},
        "facts": [(label, value) for label, value in facts if value],
        "register": register,
        "same_number": [row(other, pathway) for other in verifying.same_number(one)],
        "nearest": [finding.titled(item) for item in ((near.practice,) if near.practice else near.nearest)],
        "has_factor": by.role == ADMINISTRATOR and account is not None and has_factor(account.user_id),
        "namesakes": [_namesake(item) for item in verifying.namesakes(one)] if standing == "verified" else [],
    }


def _compared(one: Referrer) -> str:
    if one.verified_at is None or one.verified_by is None:
        return ""
    return f"{day(one.verified_at)}, {one.verified_by.name}: {one.verified_how}"


def _namesake(item: verifying.Namesake) -> dict[str, str]:
    one = item.referrer
    where = _where(one) or "No practice on record"
    return {
        "pk": str(one.pk),
        "name": one.name,
        "what": ", ".join(words for words in (one.profession, where) if words),
        "count": plural(item.referrals, "referral"),
    }


def joined(count: int, one: Referrer) -> str:
    """What joining has done."""
    return f"{plural(count, 'referral')} now belong{'s' if count == 1 else ''} to the account of {one.name}."


def number(typed: str) -> int | None:
    """The number of a row; None for anything else that a browser may send."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else None


def sender(referral: Referral) -> str:
    """What must be known of the account that sent a referral: empty when it is verified, or when there is none."""
    if referral.sent_by_id is None:
        return ""
    one = Referrer.objects.filter(member_id=referral.sent_by_id).select_related("member").first()
    if one is None or one.verified_at is not None:
        return ""
    return {
        "waiting": f"{one.name}: the registration has not been compared with the register yet",
        "declined": f"{one.name}: the account was declined",
    }.get(verifying.standing(one), "")
