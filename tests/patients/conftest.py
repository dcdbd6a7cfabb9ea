"""A patient whose e-mail address is confirmed, one who is reached by post, and their way in."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from painpath import clock
from painpath.accounts.scope import scope
from painpath.referrals.models import Referral
from tests.letters.mail import mail
from tests.letters.posting import ADDRESS, confirm
from tests.referrals.conftest import Team, make_team, waiting_referral

__all__ = ["BORN", "address_of", "mail", "make_patient", "opened", "team"]

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
