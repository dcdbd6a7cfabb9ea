"""How a patient can be reached, as the referral's pages show it."""

from painpath.referrals.arriving.contacts import Contact, contacts
from painpath.referrals.models import Referral
from painpath.triage.presenters.words import day


def contact_facts(referral: Referral) -> list[tuple[str, str]]:
    """Each contact on record with whether somebody has confirmed it, for the top of the page."""
    patient = referral.patient
    known = contacts(patient, none_confirmed=referral.lacks("contact")) if patient else []
    return [(one.label, f"{shown(one)}. {standing(one)}") for one in known]


def shown(contact: Contact) -> str:
    """The contact on one line."""
    return ", ".join(contact.value.splitlines())


def standing(contact: Contact) -> str:
    """`Confirmed by Ada Min on 3 November 2026 (read out on the phone)`, or `Not confirmed`."""
    row = contact.confirmed
    return f"Confirmed by {row.by.name} on {day(row.at)} ({row.how})" if row else "Not confirmed"
