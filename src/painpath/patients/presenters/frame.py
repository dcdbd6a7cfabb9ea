"""What stands around every page for patients: whose service, help in a crisis, how to reach the team."""

from typing import Any

from painpath.accounts.models import Service
from painpath.pathway import Pathway, contacts_for
from painpath.pathway.crisis import help_now


def frame(service: Service, pathway: Pathway, locality: str = "") -> dict[str, Any]:
    """The context of `patients/frame.jinja`. Without the patient's `locality` only contacts for everyone are shown."""
    return {
        "slug": service.slug,
        "service_name": pathway.service,
        "team": pathway.plain_team,
        "crisis": help_now(pathway),
        "contacts": [(one.kind, one.label, one.value) for one in contacts_for(pathway, locality or None)],
        "no_contact": pathway.patient_status.plain_no_contact,
    }
