"""A visitor without a name; a patient reached by e-mail, one reached by post, and their way in."""

from collections.abc import Callable
from datetime import date, timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from painpath import clock
from painpath.accounts.scope import scope
from painpath.referrals.models import Referral
from tests.conftest import SERVICE
from tests.letters.mail import mail
from tests.letters.posting import ADDRESS, confirm
from tests.pathway.conftest import copy, folder, pathway
from tests.referrals.conftest import Team, make_team, waiting_referral
from tests.referrers.conftest import published

__all__ = [
    "BORN", "HOME", "address_of", "copy", "folder", "mail", "make_patient", "opened", "pathway", "published", "team",
]  # fmt: skip

SLUG = "southampton-portsmouth"
BORN = {"born-day": "3", "born-month": "4", "born-year": "1966"}
"""As the letter of `tests.referrals.conftest` has it."""


def address_of(name: str, **more) -> str:
    return reverse(f"patients:{name}", kwargs={"service": SLUG, **more})


def make_patient(team: Team, *, email: bool = True, **changes) -> Referral:
    """A registered referral whose patient has a date of birth, an address, and a confirmed e-mail address or none."""
    patient = ADDRESS | {"date_of_birth": date(1966, 4, 3)} | changes.pop("patient", {})
    referral = waiting_referral(team, patient=patient, **changes)
    if email:
        confirm(team, referral)
    return referral


def opened(referral: Referral) -> Client:
    """A client that has used a code of this referral. The scope of the service is not open."""
    client = Client()
    client.get(address_of("code"))
    session = client.session
    until = clock.now() + timedelta(minutes=30)
    session["patient_opened_by_code"] = {
        "referral": referral.pk, "service": referral.service_id, "until": until.isoformat(),
    }  # fmt: skip
    session.save()
    return client


@pytest.fixture
def team(db, service_id):
    """The people; no scope is open, as before a request."""
    with scope(service_id):
        return make_team()


HOME = f"/services/{SERVICE}/patients/"

Words = Callable[[str], str]


@pytest.fixture
def client(service_id: int, static_files: None) -> Client:
    return Client()


@pytest.fixture
def words(client: Client) -> Words:
    """A page as text, its blanks made even."""

    def read(address: str) -> str:
        answer = client.get(address)
        assert answer.status_code == 200, address
        return even(unescape(answer.content.decode().partition("<main")[2]))

    return read


def even(text: str) -> str:
    """The text with each run of blanks as one."""
    return " ".join(text.split())
