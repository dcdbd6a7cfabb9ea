"""What stands around every page of one's own referral: help in a crisis, how to reach the team, how to leave."""

from typing import Any

from django.utils.formats import date_format

from painpath import clock
from painpath.accounts.models import Service
from painpath.pathway import Pathway, contacts_for
from painpath.patients.seen import Seen


def around(service: Service, pathway: Pathway, locality: str = "") -> dict[str, Any]:
    """The context of the frame. Without the patient's `locality` only contacts for everyone are shown."""
    return {
        "slug": service.slug,
        "service_name": service.name,
        "crisis": [one for kind in ("emergency", "crisis") for one in pathway.signposts if one.kind == kind],
        "contacts": [(one.kind, one.label, one.value) for one in contacts_for(pathway, locality or None)],
        "no_contact": pathway.patient_status.plain_no_contact,
    }


def behind_code(seen: Seen) -> dict[str, Any]:
    """The same for a page of one referral, with until when it stays open."""
    until = date_format(seen.until.astimezone(clock.LONDON), "H:i")
    return around(seen.service, seen.pathway, seen.referral.locality) | {"seen": seen, "until": until}
