"""The list of a referrer's referrals, in words."""

from typing import Any

from django.core.paginator import Page
from django.utils.formats import date_format

from painpath import clock
from painpath.referrals import pathways
from painpath.referrals.models import Referral
from painpath.referrers.presenters.refer import name_of

ON_A_PAGE = 50


def page(referrals: "Page[Referral]", *, verified: bool) -> dict[str, Any]:
    """What the page shows: until the account is verified, only that each is here."""
    return {
        "rows": [_row(referral, verified) for referral in referrals],
        "verified": verified,
        "previous": f"?page={referrals.previous_page_number()}" if referrals.has_previous() else "",
        "next": f"?page={referrals.next_page_number()}" if referrals.has_next() else "",
    }


def _row(referral: Referral, verified: bool) -> dict[str, str]:
    status = pathways.of(referral.pathway_version).referring.status(referral.state if verified else "received")
    return {
        "reference": referral.reference,
        "patient": referral.patient.name if referral.patient else typed_name(referral),
        "status": status.name,
        "sent": date_format(referral.received_at.astimezone(clock.LONDON), "j F Y"),
        "changed": date_format(referral.state_since.astimezone(clock.LONDON), "j F Y") if verified else "",
    }


def typed_name(referral: Referral) -> str:
    """The name that was typed online, until a person of the team has registered whom the referral is about."""
    online = getattr(referral, "online", None)
    return name_of(online.patient) if online else ""
