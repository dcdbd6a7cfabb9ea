"""e-RS in tests: the stand-in running, and a site that is set up for it. Every answer and request of it is checked
against the published document, where that is there."""

import hashlib
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema_rs
import pytest
import requests
from django.test import Client
from msgspec.structs import replace

import painpath.pathway
from painpath.accounts.models import Service
from painpath.exchange.ers import tokens
from painpath.exchange.ers.operations import OPERATIONS
from painpath.exchange.ers.site import Site, site
from painpath.pathway.service import Route
from painpath.referrals import pathways
from tests.ers_stand_in import StandIn, server
from tests.exchange.ers_examples import openapi
from tests.shared import skipped


@pytest.fixture
def ers(tmp_path, monkeypatch) -> Iterator[StandIn]:
    """The stand-in, with the environment of a site that speaks with it."""
    made = StandIn()
    (tmp_path / "key.pem").write_bytes(server.PEM)
    for name, value in made.environ(str(tmp_path / "key.pem")).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(tokens, "_kept", {})
    yield made
    made.stop()
    if not skipped("data/ers/e-referrals-service-api.openapi.json"):
        check(made)


@pytest.fixture
def ers_site(ers: StandIn) -> Site:
    found = site()
    assert found is not None
    return found


def nullable(schema: Any) -> Any:
    """OpenAPI 3.0 says `nullable` beside the type, and `enum` of a nullable holds no null; JSON Schema says neither."""
    if isinstance(schema, list):
        return [nullable(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {name: nullable(one) for name, one in schema.items() if name not in ("example", "nullable", "format")}


def published(name: str) -> dict[str, Any]:
    """The published description of an operation."""
    method = OPERATIONS[name].method.lower()
    found = [
        methods[method] for methods in openapi()["paths"].values()
        if method in methods and methods[method]["operationId"].startswith(name.lower() + "-")
        and "versioned" not in methods[method]["operationId"]
    ]  # fmt: skip
    assert len(found) == 1
    said: dict[str, Any] = found[0]
    return said


@cache
def validator(name: str, status: int) -> Any:
    said = published(name)
    part = said["requestBody"] if status == 0 else said["responses"][str(status)]
    schema = part["content"]["application/fhir+json"]["schema"]
    return jsonschema_rs.validator_for(nullable(schema))


def check(made: StandIn) -> None:
    """Everything that was sent and answered fits the published schemas."""
    for name, _, body in made.calls:
        if isinstance(body, dict):
            validator(name, 0).validate(body)
    for name, status, body in made.answers:
        if isinstance(body, dict) and status < 300 and name != "A040":
            validator(name, status).validate(body)


def switch_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service's pathway, but with e-RS by its API."""
    in_force = pathways.in_force

    def with_ers(service: Service) -> Any:
        pathway, row = in_force(service)
        return replace(pathway, exchange=replace(pathway.exchange, ers="api")), row

    monkeypatch.setattr(pathways, "in_force", with_ers)


TRIAGE = Route(
    id="gp-triage", name="GP, through e-RS for triage", referrers=("gp",), channel="ers_triage", needs=("ubrn",),
    decided_by=("consultant",), decided_by_source="A setting of these tests.", published=(),
    how="Send your referral to our assessment service in e-RS.", plain="Your GP sends us a letter by computer.",
)  # fmt: skip
OURS = "11012"


def switch_on_triage(
    monkeypatch: pytest.MonkeyPatch, lists: tuple[Any, ...] = ("advice", "triage"), reads: Any = "off",
    services: tuple[str, ...] = (OURS,),
) -> Any:  # fmt: skip
    """A pathway of a service that works on these lists of e-RS; of triage with a route, and one service in e-RS."""
    real = painpath.pathway.load(painpath.pathway.find("southampton-portsmouth"))
    said = replace(real.exchange, ers="api", ers_lists=lists, ers_triage_services=services, ers_reads=reads)
    digest = hashlib.sha256(f"{lists} {reads} {services}".encode()).hexdigest()
    changed = replace(real, routes=(*real.routes, TRIAGE), exchange=said, digest=digest)
    monkeypatch.setattr(painpath.pathway, "load", lambda folder: changed)
    return changed


def sign_in(desk: Client, *, role: str = "R69 SERVICE_PROVIDER_CLINICIAN", then: str = "") -> None:
    """Somebody at this desk signs in to e-RS and chooses their role, as a browser would; they get to `then`."""
    away = desk.get("/e-rs/sign-in/")
    assert away.status_code == 302
    back = requests.get(away["Location"], allow_redirects=False, timeout=30).headers["Location"]
    assert desk.get(back.removeprefix("http://testserver")).status_code == 302
    chosen = desk.post("/e-rs/role/", {"role": role})
    assert chosen.status_code == 302
    assert then in ("", chosen["Location"])
