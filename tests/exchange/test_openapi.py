"""The description of what programs may ask says what is so; and no odd request made from it meets a fault of ours.

PAINPATH_FUZZ says how many odd requests are made at each address; half as many where nothing but an address is sent. A
few without it, and always the same ones.
"""

import itertools
import os
import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.cache import cache as kept
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.urls import resolve
from hypothesis import HealthCheck, Phase, given, settings

from painpath import clock
from painpath.accounts.models import Service
from painpath.accounts.scope import scope
from painpath.exchange.authorising import digest
from painpath.exchange.cds import services
from painpath.exchange.models import AccessToken
from painpath.exchange.offers import SUPPORTED
from painpath.exchange.openapi import SERVICES, description
from painpath.web.access import PROGRAM, access_table
from tests.exchange.programs import registered, statement
from tests.referrals.conftest import Team, waiting_referral

ROOT = Path(__file__).parents[2]
SLUG = "southampton-portsmouth"
EXAMPLES = int(os.environ.get("PAINPATH_FUZZ", "8"))


def test_the_description_stands_in_the_documentation() -> None:
    written = yaml.safe_load((ROOT / "docs/reference/openapi.yaml").read_text())
    assert written == description(), "run tools/openapi.py"


def test_every_address_of_programs_is_described_and_no_other() -> None:
    found = set()
    for path in description(SLUG)["paths"]:
        address = re.sub(r"\{\w+\}", "1", path.replace("cds-services/{id}", f"cds-services/{SERVICES[0]}"))
        found.add(resolve(address).view_name)
    assert found == {name for name, who in access_table().items() if who == PROGRAM}


def test_the_services_of_cds_hooks_are_those_of_the_discovery() -> None:
    assert set(SERVICES) == set(services.SERVICES)


@cache
def operations() -> list[Any]:
    """Every operation of the description. Made when it is needed: each worker of a run would make it to collect."""
    import schemathesis

    return [one.ok() for one in schemathesis.openapi.from_dict(description(SLUG)).get_all_operations()]


BASE, RECORDS = "http://localhost", "https://records.example"


@pytest.fixture
def _the_connection_stays() -> Iterator[None]:
    """The handler closes the connection after each request: the one of a test must stay, as for Django's own client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("switched_on", "_the_connection_stays")
@pytest.mark.parametrize("part", ["/oauth", "/fhir/R4", "/cds-services", "/bars"])
def test_no_odd_request_meets_a_fault_of_ours(part: str, team: Team, service: Service) -> None:
    """A program that may do everything calls each address of a part."""
    kept.clear()  # nobody came too often
    with scope(service):
        client = registered(team.manager, *SUPPORTED, reach="service", issuer=RECORDS)
        AccessToken.objects.create(
            service=service, client=client, digest=digest("token"), scopes=client.scopes,
            expires_at=datetime(2099, 1, 1, tzinfo=clock.LONDON),
        )  # fmt: skip
        reference = waiting_referral(team).reference
    there = [one for one in operations() if one.path.startswith(f"/services/{SLUG}{part}")]
    assert there
    modes = set[Any]()
    for operation in there:
        modes |= _call(operation, reference)
    assert len(modes) == 2, "what fits the description, and what does not"
    kept.clear()


def _call(operation: Any, reference: str) -> set[Any]:
    """Calls an operation in odd ways, half of which do not fit its description; and says which ways there were."""
    from schemathesis import GenerationMode

    application = get_wsgi_application()
    operation.app = lambda environ, start: application(environ | {"REMOTE_ADDR": "127.0.0.1"}, start)
    number, modes = itertools.count(), set[Any]()
    most = EXAMPLES if operation.body else max(2, EXAMPLES // 2)

    @given(case=operation.as_strategy() | operation.as_strategy(GenerationMode.NEGATIVE))
    @settings(
        max_examples=most, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def calls(case: Any) -> None:
        modes.add(case.meta.generation.mode)
        if "/fhir/R4/" in operation.path and "id" in case.path_parameters and next(number) % 2 == 0:
            case.path_parameters["id"] = reference  # one that is there
        answer = case.call(base_url=BASE, headers={"Authorization": f"Bearer {_shown(case.formatted_path)}"})
        assert answer.status_code < 500, (answer.status_code, case.as_curl_command(), answer.text[:400])
        assert not transaction.get_connection().needs_rollback, operation.label

    calls()
    return modes


def _shown(path: str) -> str:
    return statement(f"{BASE}{path}", issuer=RECORDS) if "/cds-services" in path else "token"
