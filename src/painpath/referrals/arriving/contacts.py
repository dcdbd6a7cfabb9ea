"""How a patient can be reached, and which of it a person has made sure of.

A confirmation counts only while the value is the one that was confirmed: a corrected address has to be confirmed anew.
"""

from dataclasses import dataclass

from django.db import transaction

from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.referrals.models import ConfirmedContact, Patient, Referral
from painpath.referrals.models.people import CONTACT_KINDS
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import STAFF, State


@dataclass(frozen=True)
class Contact:
    """One way to reach the patient: the value as it stands, and who confirmed exactly this value, if anybody has."""

    kind: str
    value: str
    confirmed: ConfirmedContact | None

    @property
    def label(self) -> str:
        return CONTACT_KINDS[self.kind]


def address_lines(patient: Patient) -> list[str]:
    """The postal address, line by line; empty when only a postcode is known, which no letter can be sent to."""
    lines = [line.strip() for line in patient.address.splitlines() if line.strip()]
    return [*lines, patient.postcode] if lines and patient.postcode else lines


def value_of(patient: Patient, kind: str) -> str:
    """The e-mail address, phone number or postal address on record; empty when there is none."""
    if kind == "address":
        return "\n".join(address_lines(patient))
    return {"email": patient.email, "phone": patient.phone}[kind]


def contacts(patient: Patient, *, none_confirmed: bool = False) -> list[Contact]:
    """Every way to reach the patient that is on record, with its confirmation. One query; none where it is known that
    nothing was confirmed."""
    rows = [] if none_confirmed else list(ConfirmedContact.objects.filter(patient=patient).select_related("by__user"))
    found = []
    for kind in CONTACT_KINDS:
        if value := value_of(patient, kind):
            same = [row for row in rows if row.kind == kind and row.value == value]
            found.append(Contact(kind, value, same[-1] if same else None))
    return found


def is_confirmed(patient: Patient, kind: str) -> bool:
    """Whether somebody has confirmed this contact as it stands now."""
    value = value_of(patient, kind)
    return bool(value) and ConfirmedContact.objects.filter(patient=patient, kind=kind, value=value).exists()


def has_died(patient: Patient) -> bool:
    """Whether a referral of this person says that they have died."""
    return Referral.objects.filter(patient=patient, state=State.DECEASED).exists()


@transaction.atomic
def confirm_contact(*, patient: Patient, kind: str, how: str, by: Membership, seen: str) -> ConfirmedContact:
    """Record that this contact, as it stands, reaches the patient and nobody else. Twice in a row is once.

    `seen` is the value that the person had before them, `how` how they made sure. Raises `Refused` when there is
    nothing to confirm, or when it has changed meanwhile.
    """
    if by.role not in STAFF or by.ended_at is not None:
        raise Refused("Only an administrator or a clinician can confirm a contact.")
    if kind not in CONTACT_KINDS:
        raise Refused("Choose what you confirm: the email address, the phone number or the postal address.")
    patient = Patient.objects.select_for_update().get(pk=patient.pk)
    value, how = value_of(patient, kind), " ".join(how.split())
    if not value:
        raise Refused(f"No {CONTACT_KINDS[kind].lower()} is on record. Correct the details first.")
    if value != seen:
        raise Refused(f"The {CONTACT_KINDS[kind].lower()} has changed since you opened this page. Check the new one.")
    if not how:
        raise Refused("Say how you made sure that this reaches the patient.")
    last = patient.confirmed_contacts.filter(kind=kind).last()
    if last is not None and last.value == value and last.by_id == by.pk and last.how == how:
        return last
    confirmed = ConfirmedContact.objects.create(
        service_id=patient.service_id, patient=patient, kind=kind, value=value, how=how, by=by
    )
    audit.record(by, "contact.confirm", confirmed, patient=patient.pk, kind=kind)
    return confirmed
