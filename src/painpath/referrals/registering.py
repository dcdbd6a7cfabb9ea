"""Registering: a person confirms whom a referral is about, who sent it, and by which route it came."""

import re
from dataclasses import dataclass, fields
from datetime import date

from django.db import transaction
from nhs_number.validate import calculate_checksum

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Process
from painpath.accounts.models import Membership
from painpath.directory.models import Practice, Referrer
from painpath.referrals import pathways
from painpath.referrals.models import Patient, Referral
from painpath.referrals.moves import READER, check_move, lock, make_ready, move
from painpath.referrals.refusal import Refused

UBRN = re.compile(r"\d{12}")
"""The samples of the e-RS API have 12 digits with leading zeros, so it is text, never a number."""


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


@dataclass(frozen=True, kw_only=True)
class Registration:
    """What a person confirms about a referral."""

    patient: PatientDetails
    route: str
    ubrn: str = ""
    circumstances: str = ""
    locality: str = ""
    referrer_name: str = ""
    referrer_profession: str = ""
    practice: Practice | None = None
    practice_name: str = ""
    information_given_on: date | None = None
    information_version: str = ""
    consented_on: date | None = None


def normal_nhs_number(text: str) -> str:
    """Ten digits without blanks, or "" for none given. Raises `Refused` when Modulus 11 does not come out.

    Source: NHS Data Dictionary, NHS NUMBER (weights 10 to 2, 11 minus the remainder, 10 is invalid).
    """
    digits = re.sub(r"[\s-]+", "", text)
    if not digits:
        return ""
    if not re.fullmatch(r"\d{10}", digits):
        raise Refused("An NHS number has 10 digits, like 999 123 4560. Check it, or leave it empty if it is not known.")
    if str(calculate_checksum(digits[:9])) != digits[9]:
        raise Refused("This is not a valid NHS number: its check digit does not fit. Check it for a slip.")
    return digits


def check_registration(referral: Referral, details: Registration, *, by: Membership) -> None:
    """Raise `Refused` with a sentence about the first detail that cannot be right."""
    check_move("register", referral, by=by)
    pathway = pathways.of(referral.pathway_version)
    today = clock.today()
    routes = {route.id: route for route in pathway.routes}
    if details.route not in routes:
        raise Refused("Choose how this referral came.")
    if not details.patient.family_name.strip():
        raise Refused("Enter the patient's family name.")
    if details.ubrn and not UBRN.fullmatch(details.ubrn):
        raise Refused("A UBRN has 12 digits. Copy it from the e-RS page, with its leading zeros.")
    if "ubrn" in routes[details.route].needs and not details.ubrn:
        raise Refused("Enter the UBRN: this route goes through e-RS, and the reply is sent under it.")
    if "circumstances" in routes[details.route].needs and not details.circumstances.strip():
        raise Refused("Enter the exceptional circumstances, as the palliative care team gives them.")
    if details.locality and details.locality not in {locality.id for locality in pathway.localities}:
        raise Refused("Choose a locality from the list, or “not known”.")
    if (born := details.patient.date_of_birth) and not date(1900, 1, 1) <= born <= today:
        raise Refused("Check the date of birth: it must be in the past.")
    for day, what in (
        (details.information_given_on, "information was given"),
        (details.consented_on, "the patient agreed"),
    ):
        if day and day > today:
            raise Refused(f"The day on which {what} cannot be in the future.")
    if details.ubrn:
        other = (
            Referral.objects.filter(service_id=referral.service_id, ubrn=details.ubrn).exclude(pk=referral.pk).first()
        )
        if other is not None and other.is_open:
            raise Refused(
                f"There is already an open referral with this UBRN: {other.reference}. "
                "Add the files to that one, and close this one as received in error."
            )


@transaction.atomic
def register(*, referral: Referral, by: Membership, details: Registration) -> Referral:
    """Confirm the details of a received referral; it is ready for screening as soon as all of it has been read.

    The person is found again by NHS number: then name and date of birth must agree, and only empty details are filled.
    Raises `Refused`, and then nothing has changed.
    """
    referral = lock(referral)
    check_registration(referral, details, by=by)
    practice = details.practice or _practice(details.practice_name, details.locality, by)
    referral.patient = _patient(details.patient, by)
    referral.referrer = _referrer(details, practice, by)
    referral.practice = practice
    for name in (
        "route",
        "ubrn",
        "circumstances",
        "locality",
        "information_given_on",
        "information_version",
        "consented_on",
    ):
        setattr(referral, name, getattr(details, name))
    referral.save()
    move("register", referral, by=by)
    make_ready(referral, by=Process(by.service, READER))
    return referral


def _patient(details: PatientDetails, by: Membership) -> Patient:
    number = normal_nhs_number(details.nhs_number)
    values = {field.name: getattr(details, field.name) for field in fields(details)} | {"nhs_number": number}
    values = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    known = Patient.objects.filter(service_id=by.service_id, nhs_number=number).first() if number else None
    if known is None:
        patient = Patient.objects.create(service_id=by.service_id, **values)
        audit.record(by, "patient.create", patient)
        return patient
    same_name = known.family_name.casefold() == values["family_name"].casefold()
    born = values["date_of_birth"]
    if not same_name or (born and known.date_of_birth and born != known.date_of_birth):
        raise Refused(
            "This NHS number belongs to somebody on record here with another family name or date of birth. "
            "Check the number against the letter; if it is right, leave it empty and tell the lead clinician."
        )
    filled = [name for name, value in values.items() if value and not getattr(known, name)]
    for name in filled:
        setattr(known, name, values[name])
    known.save(update_fields=filled)
    audit.record(by, "patient.update", known, fields=filled)
    return known


def _practice(name: str, locality: str, by: Membership) -> Practice | None:
    if not name.strip():
        return None
    practice, made = Practice.objects.get_or_create(
        service_id=by.service_id, name=name.strip(), defaults={"locality": locality}
    )
    if made:
        audit.record(by, "practice.create", practice)
    return practice


def _referrer(details: Registration, practice: Practice | None, by: Membership) -> Referrer | None:
    if not details.referrer_name.strip():
        return None
    referrer, made = Referrer.objects.get_or_create(
        service_id=by.service_id, name=details.referrer_name.strip(), practice=practice,
        defaults={"profession": details.referrer_profession.strip()},
    )  # fmt: skip
    if made:
        audit.record(by, "referrer.create", referrer)
    return referrer
