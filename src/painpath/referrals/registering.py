"""Registering: a person confirms whom a referral is about, who sent it, and by which route it came."""

import re
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

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
from painpath.referrals.transitions import OPEN, State

_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Characters that turn the direction of what follows: pasted into a name they would turn the rest of the page."""
UBRN = re.compile(r"[0-9]{12}")
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
    check_move(verb_for(referral), referral, by=by)
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
    if referral.follows is not None and referral.follows.patient is not None:
        _check_follows(referral.follows.patient, referral.follows.reference, details.patient)
    if details.ubrn:
        other = (
            Referral.objects.filter(service_id=referral.service_id, ubrn=details.ubrn).exclude(pk=referral.pk).first()
        )
        if other is not None and other.is_open:
            raise Refused(
                f"There is already an open referral with this UBRN: {other.reference}. "
                "Add the files to that one, and close this one as received in error."
            )


def _check_follows(before: Patient, reference: str, details: PatientDetails) -> None:
    number = normal_nhs_number(details.nhs_number)
    same = (
        before.family_name.casefold() == details.family_name.strip().casefold()
        and (not number or not before.nhs_number or number == before.nhs_number)
        and (not details.date_of_birth or before.date_of_birth in (None, details.date_of_birth))
    )
    if not same:
        raise Refused(
            f"This was received as following referral {reference}, which is about somebody else. "
            "Close it as received in error, and receive the letter as a new referral."
        )


def verb_for(referral: Referral) -> str:
    """Which verb takes the details of a referral in the state it is in."""
    return "register" if referral.state == State.RECEIVED else "correct_details"


@transaction.atomic
def register(*, referral: Referral, by: Membership, details: Registration) -> Referral:
    """Confirm the details of a referral, or correct them while it is open; what they were before is kept.

    A received referral is ready for screening as soon as all of it has been read. A person whom the service knows is
    found again by NHS number (see `_same_person`). Raises `Refused`, and then nothing has changed.
    """
    referral = lock(referral)
    check_registration(referral, details, by=by)
    practice = details.practice or _practice(details.practice_name, details.locality, by)
    patient, changed = _patient(referral, details.patient, by)
    referral.patient = patient
    # A GP refers from the patient's practice; where somebody else works, the letter says and the form does not ask.
    referral.referrer = _referrer(details, practice if details.route == "gp-ers" else None, by)
    referral.practice = practice
    for name in ("route", "ubrn", "circumstances", "locality", "information_given_on", "information_version",
                 "consented_on"):  # fmt: skip
        setattr(referral, name, getattr(details, name))
    referral.save()
    move(verb_for(referral), referral, by=by, facts={"before": changed} if changed else None)
    make_ready(referral, by=Process(by.service, READER))
    return referral


IDENTITY = frozenset({"title", "given_name", "family_name", "nhs_number", "date_of_birth", "sex", "ethnicity"})
ADDED_TO = frozenset({"safe_contact", "communication_needs"})
"""What a later referral may add to but never overwrite: somebody's safety may hang on the older words."""


def _patient(referral: Referral, details: PatientDetails, by: Membership) -> tuple[Patient, dict[str, str]]:
    """The person on record with these details, and what was there before in the fields that changed.

    One NHS number is one person, whom several referrals may share. A referral that gets another number, or none, is
    about somebody else from then on: the person of the other referrals stays as they are.
    """
    own = referral.patient
    given: dict[str, Any] = {field.name: getattr(details, field.name) for field in fields(details)}
    values = {
        name: _TURNING.sub("", value).strip() if isinstance(value, str) else value for name, value in given.items()
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
    """What changed about a person stands on the timeline of each of their open referrals, and makes drafts there old."""
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
            "This NHS number is on record here. Enter the date of birth as well, so that it is sure to be the same person."
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


def _practice(name: str, locality: str, by: Membership) -> Practice | None:
    """The practice of this name, made when there is none. Raises `Refused` when there are several and none fits."""
    name = " ".join(name.split())
    if not name:
        return None
    found = list(Practice.objects.filter(service_id=by.service_id, name__iexact=name))
    if len(found) > 1:
        found = [practice for practice in found if practice.locality == locality]
        if len(found) != 1:
            raise Refused(f"There are several practices called {name}. Choose the locality first, or ask the lead.")
    if found:
        return found[0]
    practice = Practice.objects.create(service_id=by.service_id, name=name, locality=locality)
    audit.record(by, "practice.create", practice)
    return practice


def _referrer(details: Registration, practice: Practice | None, by: Membership) -> Referrer | None:
    name = " ".join(details.referrer_name.split())
    if not name:
        return None
    known = Referrer.objects.filter(service_id=by.service_id, name__iexact=name)
    referrer = known.filter(practice=practice).first() or (known.first() if practice is None else None)
    if referrer is None:
        referrer = Referrer.objects.create(
            service_id=by.service_id, name=name, practice=practice, profession=details.referrer_profession.strip()
        )
        audit.record(by, "referrer.create", referrer)
    return referrer
