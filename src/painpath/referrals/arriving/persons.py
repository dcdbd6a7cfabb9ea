"""Who a referral is about: details as a person confirms them, and the person on record whom they belong to."""

import re
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.pathway.unseen import TURNING
from painpath.reading.patient import valid_nhs_number
from painpath.referrals.models import Patient, Referral
from painpath.referrals.moves import lock, move
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import OPEN, State


@dataclass(frozen=True, kw_only=True)
class PatientDetails:
    """What is known of the person. Only the family name is needed."""

    family_name: str
    given_name: str = ""
    title: str = ""
    nhs_number: str = ""
    date_of_birth: date | None = None
    sex: str = ""
    ethnicity: str = ""
    address: str = ""
    postcode: str = ""
    phone: str = ""
    email: str = ""
    language: str = ""
    interpreter: str = ""
    communication_needs: str = ""
    safe_contact: str = ""
    proxy_name: str = ""
    proxy_relationship: str = ""
    proxy_authority: str = ""


def normal_nhs_number(text: str) -> str:
    """Ten digits without blanks, or "" for none given. Raises `Refused` when Modulus 11 does not come out.

    Source: NHS Data Dictionary, NHS NUMBER (weights 10 to 2, 11 minus the remainder, 10 is invalid).
    """
    digits = re.sub(r"[\s-]+", "", text)
    if not digits:
        return ""
    if not re.fullmatch(r"[0-9]{10}", digits):
        raise Refused("An NHS number has 10 digits, like 999 123 4560. Check it, or leave it empty if it is not known.")
    if not valid_nhs_number(digits):
        raise Refused("This is not a valid NHS number: its check digit does not fit. Check it for a slip.")
    return digits


IDENTITY = frozenset({"title", "given_name", "family_name", "nhs_number", "date_of_birth", "sex", "ethnicity"})
ADDED_TO = frozenset({"safe_contact", "communication_needs"})
"""What a later referral may add to but never overwrite: somebody's safety may hang on the older words."""


def person_of(referral: Referral, details: PatientDetails, by: Membership) -> tuple[Patient, dict[str, str]]:
    """The person on record with these details, and what was there before in the fields that changed.

    One NHS number is one person, whom several referrals may share. A referral that gets another number, or none, is
    about somebody else from then on: the person of the other referrals stays as they are.
    """
    own = referral.patient
    given: dict[str, Any] = {field.name: getattr(details, field.name) for field in fields(details)}
    values = {
        name: TURNING.sub("", value).strip() if isinstance(value, str) else value for name, value in given.items()
    }
    number = values["nhs_number"] = normal_nhs_number(details.nhs_number)
    values["postcode"] = normal_postcode(values["postcode"])
    known = Patient.objects.filter(service_id=by.service_id, nhs_number=number).first() if number else None
    shared = own is not None and own.referrals.exclude(pk=referral.pk).exists()
    patient = known if known is not None or (own is not None and shared and own.nhs_number != number) else own
    if patient is None:
        patient = Patient.objects.create(service_id=by.service_id, **values)
        audit.record(by, "patient.create", patient)
        return patient, {}
    if patient != own:
        values = _same_person(patient, values)
    changed = {
        name: str(getattr(patient, name) or "") for name, value in values.items() if value != getattr(patient, name)
    }
    for name in changed:
        setattr(patient, name, values[name])
    if changed:
        patient.save(update_fields=list(changed))
        audit.record(by, "patient.update", patient, fields=sorted(changed))
    before = {name: words for name, words in changed.items() if words}
    if before:
        _tell_other_referrals(referral, patient, before, by)
    return patient, before


def _tell_other_referrals(referral: Referral, patient: Patient, before: dict[str, str], by: Membership) -> None:
    """What changed about a person stands on the timeline of each of their open referrals, and ages drafts there."""
    others = Referral.objects.filter(patient=patient, state__in=[state.value for state in OPEN]).exclude(pk=referral.pk)
    for other in others:
        if other.state != State.RECEIVED:
            move("correct_details", lock(other), by=by, facts={"before": before, "with": referral.reference})


def _same_person(known: Patient, values: dict[str, Any]) -> dict[str, Any]:
    """What a new referral may change of somebody on record: names and date of birth must agree, else `Refused`.

    Who they are is only filled in where it was empty; how to reach them is renewed; what keeps them safe is added to.
    """
    born = values["date_of_birth"]
    if known.date_of_birth and not born:
        raise Refused(
            "This NHS number is on record here. Enter the date of birth as well: then it is sure to be the same person."
        )
    if not _same_names(known, values) or (born and known.date_of_birth and born != known.date_of_birth):
        raise Refused(
            "This NHS number belongs to somebody on record here with another name or date of birth. "
            "Check the number against the letter; if it is right, leave it empty and tell the lead clinician."
        )
    taken = {}
    for name, value in values.items():
        before = getattr(known, name)
        if not value or (before and name in IDENTITY):
            taken[name] = before
        elif name in ADDED_TO and before and value not in before:
            taken[name] = f"{before}\n{value}"
        else:
            taken[name] = before if name in ADDED_TO and before else value
    return taken


def _same_names(known: Patient, values: dict[str, Any]) -> bool:
    """Family names agree, and first given names too, where both are there; an initial stands for its name."""
    if known.family_name.casefold() != values["family_name"].casefold():
        return False
    one, other = (name.split()[:1] for name in (known.given_name.casefold(), values["given_name"].casefold()))
    if not one or not other:
        return True
    short, long = sorted((one[0].rstrip("."), other[0].rstrip(".")), key=len)
    return short == long or (len(short) == 1 and long.startswith(short))


def normal_postcode(text: str) -> str:
    """A postcode in capitals with one blank before the last three characters. Raises `Refused` for what is too long."""
    letters = re.sub(r"[^A-Z0-9]", "", text.upper())
    if not letters:
        return ""
    if not 5 <= len(letters) <= 7:
        raise Refused("A postcode has five to seven letters and numbers, like SO16 6YD. Check it, or leave it empty.")
    return f"{letters[:-3]} {letters[-3:]}"
