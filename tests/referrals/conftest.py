"""A small service with people in it, and referrals on the way through it, made with the verbs themselves."""

import itertools
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from painpath import clock, documents
from painpath.accounts.models import Membership, Service, User
from painpath.accounts.scope import scope
from painpath.directory.models import Practice, Referrer
from painpath.referrals import verbs
from painpath.referrals.arriving import persons, receiving, registering
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.reading_in import read_in
from painpath.referrals.models import Referral

LETTER = """Larkfield Medical Practice
4 November 2026

Dear Pain Team

Mr Leonard Ashcombe, DOB 03/04/1966

Thank you for seeing this man with low back pain for 6 years. MRI in 2024 was normal and no further tests are needed.
He has tried amitriptyline, gabapentin and physiotherapy without benefit. He has severe depression and there is no
care plan in place. He is keen to learn self-management and agrees to this referral. He drinks 4 units a week.

Dr A Example
"""
"""Speaks for most criteria; against one that is case by case."""


@dataclass
class Team:
    """The people of one service."""

    service: Service
    administrator: Membership
    consultant: Membership
    colleague: Membership
    physiotherapist: Membership
    manager: Membership


def make_team() -> Team:
    """One person in each role, in the service that stands there; inside its scope."""
    service = Service.objects.get()

    def person(name: str, role: str, grade: str = "", job: str = "") -> Membership:
        user = User.objects.create_user(f"{uuid.uuid4().hex}@example.nhs.uk", name, "correct horse battery")
        return Membership.objects.create(
            service=service, user=user, role=role, grade=grade, job_title=job,
            registration="GMC 0000001" if grade else "", contact="01632 960001" if grade else "",
        )  # fmt: skip

    return Team(
        service,
        person("Ada Min", "administrator"),
        person("Dr Con Sultant", "clinician", "consultant", "Consultant in pain medicine"),
        person("Dr Col League", "clinician", "consultant", "Consultant in pain medicine"),
        person("Phys Io", "clinician", "specialist_physiotherapist", "Specialist physiotherapist"),
        person("Man Ager", "manager"),
    )


@pytest.fixture
def team(db: None, service_id: int) -> Iterator[Team]:
    """A team whose scope is open, as it is during a request."""
    with scope(service_id):
        yield make_team()


_numbers = itertools.count(1)


def acceptance(**changes: Any) -> dict[str, Any]:
    """What an acceptance needs besides its reason."""
    return {
        "outcome": "accept", "stage": "assessment", "priority": "routine", "wait": "unknown",
        "clock_started_on": clock.today(),
    } | changes  # fmt: skip


def details(**changes: Any) -> registering.Registration:
    """A registration that is right in everything but what `changes` says."""
    patient = {"title": "Mr", "given_name": "Leonard", "family_name": "Ashcombe"} | changes.pop("patient", {})
    given = {
        "patient": persons.PatientDetails(**patient),
        "route": "gp-ers",
        "ubrn": f"{next(_numbers):012d}",
        "may_convert": True,
        "locality": "southampton",
        "referrer_name": "Dr A Example",
        "practice_name": "Larkfield Medical Practice",
    }
    return registering.Registration(**(given | changes))


def received_referral(team: Team, text: str = LETTER, name: str = "letter.txt") -> Referral:
    """A referral that has been received and read, not registered."""
    referral = receiving.receive(by=team.administrator, files=[File(name, text.encode())], key=uuid.uuid4())
    read_in(service_id=team.service.pk, referral_id=referral.pk, reader=documents.read)
    return Referral.objects.get(pk=referral.pk)


def waiting_referral(team: Team, text: str = LETTER, **changes: Any) -> Referral:
    """A referral that waits for screening."""
    referral = received_referral(team, text)
    registering.register(referral=referral, by=team.administrator, details=details(**changes))
    return Referral.objects.get(pk=referral.pk)


@pytest.fixture
def received(team: Team) -> Callable[..., Referral]:
    """Makes referrals that have been received and read."""
    return partial(received_referral, team)


@pytest.fixture
def waiting(team: Team) -> Callable[..., Referral]:
    """Makes referrals that wait for screening."""
    return partial(waiting_referral, team)


@pytest.fixture
def screening(team: Team) -> Callable[..., Referral]:
    """Makes referrals that the consultant is screening."""

    def make(text: str = LETTER, **changes: Any) -> Referral:
        return verbs.start_screening(referral=waiting_referral(team, text, **changes), by=team.consultant)

    return make


def make_referrer(
    name: str = "Dr Annette Example", kind: str = "gp", *, checked_by: Membership | None = None,
    practice: Practice | None = None, password: str = "correct horse battery", **changes: Any,
) -> Membership:  # fmt: skip
    """Somebody who refers and has an account; `checked_by` is who of the team has compared their registration."""
    user = User.objects.create_user(f"{uuid.uuid4().hex[:12]}@example.nhs.uk", name, password)
    member = Membership.objects.create(service=Service.objects.get(), user=user, role="referrer", job_title="GP")
    given = {"registration": "1234567", "register": "gmc", "email": user.email} | changes
    Referrer.objects.create(
        service=member.service, name=name, practice=practice, member=member, asked_at=clock.now(), kind=kind,
        verified_at=clock.now() if checked_by else None, verified_by=checked_by,
        verified_how="The GMC register" if checked_by else "", **given,
    )  # fmt: skip
    return member


def sent_by(referral: Referral, member: Membership) -> Referral:
    """The same referral, as if it had been sent from this account."""
    referrer = Referrer.objects.get(member=member)
    Referral.objects.filter(pk=referral.pk).update(sent_by=member, referrer=referrer)
    return Referral.objects.get(pk=referral.pk)


@pytest.fixture
def referrer_account(team: Team) -> Callable[..., Membership]:
    """Makes referrers with accounts: verified unless `checked_by=None`."""
    return partial(make_referrer, checked_by=team.administrator)


@pytest.fixture
def new_referrer(team: Team) -> Callable[..., Membership]:
    """Makes referrers with accounts that nobody has verified yet."""
    return make_referrer
