"""The facade switched on, and programs that call it."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.test import Client as Browser

from painpath import clock
from painpath.accounts.models import Service
from painpath.accounts.scope import scope
from painpath.exchange.authorising import digest
from painpath.exchange.models import AccessToken
from painpath.pathway.exchange import Exchange
from painpath.referrals import pathways
from tests.exchange.programs import registered
from tests.referrals.conftest import Team

JSON = "application/fhir+json"


@dataclass
class Program:
    """A program with a good token, calling through Django's test client."""

    browser: Browser
    base: str
    token: str

    def call(self, method: str, path: str = "", body: Any = None, **headers: str) -> Any:
        """The answer; `headers` by name, underscores for hyphens."""
        given = {"Authorization": f"Bearer {self.token}", "Accept": JSON}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        kind = given.pop("Content-Type", JSON)
        content = body if isinstance(body, bytes | str) else msgspec.json.encode(body) if body is not None else b""
        address = f"{self.base}/{path}" if path else self.base
        return self.browser.generic(method, address, content, content_type=kind, headers=given)

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.call("POST", path, body, **headers)


@pytest.fixture
def switched_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service speaks FHIR."""
    in_force = pathways.in_force

    def on(service: Service) -> Any:
        pathway, version = in_force(service)
        return msgspec.structs.replace(pathway, exchange=Exchange(fhir="on")), version

    monkeypatch.setattr(pathways, "in_force", on)


def give_token(team: Team, *scopes: str, client_id: str, **changes: Any) -> str:
    """A program is registered and has asked for a token."""
    token = secrets.token_urlsafe(32)
    with scope(team.service):
        client = registered(team.manager, *scopes, client_id=client_id, **changes)
        AccessToken.objects.create(
            service=team.service, client=client, digest=digest(token), scopes=list(scopes),
            expires_at=clock.now() + timedelta(minutes=5),
        )  # fmt: skip
    return token


@pytest.fixture
def program(team: Team, switched_on: None) -> Callable[..., Program]:
    """Makes programs: with every scope and their own reach, unless told otherwise."""
    made = 0

    def make(*scopes: str, **changes: Any) -> Program:
        nonlocal made
        made += 1
        given = scopes or ("system/*.cruds",)
        token = give_token(team, *given, client_id=f"program-{made}", **changes)
        return Program(Browser(raise_request_exception=False), f"/services/{team.service.slug}/fhir/R4", token)

    return make


def referral(**changes: Any) -> dict[str, Any]:
    """A referral as a practice's system might send it: invented, the patient inside."""
    return {
        "resourceType": "ServiceRequest",
        "contained": [
            {
                "resourceType": "Patient",
                "id": "p",
                "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000018"}],
                "name": [{"use": "official", "prefix": ["Mrs"], "given": ["Iris", "May"], "family": "Quillfeather"}],
                "birthDate": "1958-02-17",
                "gender": "female",
            },
            {
                "resourceType": "Practitioner",
                "id": "gp",
                "identifier": [{"system": "https://fhir.hl7.org.uk/Id/gmc-number", "value": "7654321"}],
                "name": [{"prefix": ["Dr"], "given": ["Owen"], "family": "Larch"}],
            },
        ],
        "status": "active",
        "intent": "order",
        "priority": "routine",
        "code": {"text": "Referral to the persistent pain service"},
        "subject": {"reference": "#p"},
        "requester": {"reference": "#gp"},
        "reasonCode": [{"text": "Low back pain for 6 years, no red flags"}],
        "note": [{"text": "She has tried amitriptyline and physiotherapy without benefit."}],
    } | changes
