"""Registering: a person confirms whom a referral is about, who sent it, and by which route it came."""

import re
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Process
from painpath.accounts.models import Membership
from painpath.directory import finding
from painpath.directory.models import Practice, Referrer
from painpath.referrals import pathways
from painpath.referrals.arriving.persons import PatientDetails, normal_nhs_number, person_of
from painpath.referrals.corrections.joining import no_joining_now
from painpath.referrals.models import Patient, Referral
from painpath.referrals.moves import READER, check_move, lock, make_ready, move
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import State

UBRN = re.compile(r"[0-9]{12}")
"""The samples of the e-RS API have 12 digits with leading zeros, so it is text, never a number."""
_ODS_CODE = re.compile(r"[A-Za-z][0-9]{5}")
"""Of a GP practice: a letter and five digits."""


@dataclass(frozen=True, kw_only=True)
class Registration:
    """What a person confirms about a referral."""

    patient: PatientDetails
    route: str
    ubrn: str = ""
    may_convert: bool | None = None
    """Whether the GP lets the team turn an advice request into a referral. None: not known, which counts as no."""
    circumstances: str = ""
    locality: str = ""
    referrer_name: str = ""
    referrer_profession: str = ""
    referrer_registration: str = ""
    referrer_email: str = ""
    practice: Practice | None = None
    practice_name: str = ""
    """Its name or its ODS code, as typed; `practice` when it is known already."""
    practice_is_new: bool = False
    """The person says that none of the practices that come near is meant."""
    information_given_on: date | None = None
    information_version: str = ""
    consented_on: date | None = None


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
    if "ubrn" in routes[details.route].needs and not details.ubrn and referral.sent_by_id is None:
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
        check_ubrn_is_free(referral, details.ubrn)


def check_ubrn_is_free(referral: Referral, ubrn: str) -> None:
    """Raise `Refused` when another open referral has this UBRN."""
    others = Referral.objects.filter(service_id=referral.service_id, ubrn=ubrn).exclude(pk=referral.pk)
    if other := next((one for one in others if one.is_open), None):
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
    no_joining_now(by.service_id)
    referral = lock(referral)
    check_registration(referral, details, by=by)
    practice = details.practice or _practice(details, by)
    patient, changed = person_of(referral, details.patient, by)
    referral.patient = patient
    # A GP refers from the patient's practice; where somebody else works, the letter says and the form does not ask.
    if referral.sent_by_id is None:  # else it is whose account it was sent from, whatever the form says
        referral.referrer = _referrer(details, practice if details.route == "gp-ers" else None, by)
    referral.practice = practice
    for name in ("route", "ubrn", "may_convert", "circumstances", "locality", "information_given_on",
                 "information_version", "consented_on"):  # fmt: skip
        setattr(referral, name, getattr(details, name))
    referral.save()
    move(verb_for(referral), referral, by=by, facts={"before": changed} if changed else None)
    make_ready(referral, by=Process(by.service, READER))
    return referral


def _practice(details: Registration, by: Membership) -> Practice | None:
    """The practice that was meant: by ODS code, by name, or made because the directory has nothing like it.

    Raises `Refused` with the nearest when there are some, unless the person says that it is none of them.
    """
    name = " ".join(details.practice_name.split())
    if not name:
        return None
    found = finding.find(Practice.objects.filter(service_id=by.service_id), name, details.locality)
    if found.practice is not None:
        return found.practice
    nearest = "; ".join(
        ", ".join(part for part in (finding.titled(one), one.postcode) if part) for one in found.nearest
    )
    if found.joined and not details.practice_is_new:
        raise Refused(
            f"“{name}” was entered by mistake before: the practice is {nearest}. Enter that name or code; if it is "
            "another practice, tick that it is not in the directory."
        )
    if found.several:
        raise Refused(f"There are several practices called {name}: {nearest}. Enter the code of the right one.")
    if _ODS_CODE.fullmatch(name):
        raise Refused(f"No practice in the directory has the code {name.upper()}. Check it, or enter the name.")
    if found.nearest and not details.practice_is_new:
        raise Refused(
            f"The directory has no practice called “{name}”. The nearest: {nearest}. Enter one of these names or "
            "codes; if it is another practice, tick that it is not in the directory."
        )
    practice = Practice.objects.create(service_id=by.service_id, name=name, locality=details.locality)
    audit.record(by, "practice.create", practice)
    return practice


def _referrer(details: Registration, practice: Practice | None, by: Membership) -> Referrer | None:
    name = " ".join(details.referrer_name.split())
    if not name:
        return None
    # Whoever has an account sees what hangs on it: a name in a letter leads there only for a practice that a person of
    # the team has confirmed.
    named = Referrer.objects.filter(service_id=by.service_id, name__iexact=name, practice__joined_into=None)
    known = named.filter(member__isnull=True)
    referrer = known.filter(practice=practice).first() or (known.first() if practice is None else None)
    if practice is not None:
        current = named.filter(practice=practice, verified_at__isnull=False, member__ended_at__isnull=True)
        referrer = current.exclude(member__isnull=True).first() or referrer
    given = {
        "profession": details.referrer_profession.strip(),
        "registration": details.referrer_registration.strip(),
        "email": details.referrer_email.strip(),
    }
    if referrer is None:
        referrer = Referrer.objects.create(service_id=by.service_id, name=name, practice=practice, **given)
        audit.record(by, "referrer.create", referrer)
    elif referrer.member_id is None:  # with an account it is theirs to say
        changed = [field for field, value in given.items() if value and value != getattr(referrer, field)]
        for field in changed:
            setattr(referrer, field, given[field])
        if changed:
            referrer.save(update_fields=changed)
            audit.record(by, "referrer.change", referrer, fields=changed)
    return referrer
