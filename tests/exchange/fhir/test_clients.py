"""Four clients that are not ours, each unmodified, create, read, find and update a referral on a running server."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fhirclient.client import FHIRClient
from fhirclient.models.annotation import Annotation
from fhirclient.models.servicerequest import ServiceRequest
from fhirpy import SyncFHIRClient
from fhirpy.base.exceptions import OperationOutcome

from painpath.accounts.scope import scope
from painpath.referrals.models import Referral, Task
from tests.browsing import CHECKOUT, serving
from tests.exchange.fhir.conftest import give_token, referral
from tests.referrals.conftest import Team

SYSTEM = "https://practice.example/requests"


@pytest.fixture
def server(transactional_db: None, team: Team, switched_on: None) -> Iterator[tuple[str, str]]:
    """The address of the facade on a running server, and a token."""
    token = give_token(team, "system/*.cruds", client_id="practice")
    with serving() as site:
        yield f"{site}/services/{team.service.slug}/fhir/R4", token


def named(value: str) -> dict[str, Any]:
    return referral(identifier=[{"system": SYSTEM, "value": value}])


def by_fhirpy(base: str, token: str) -> str:
    client = SyncFHIRClient(base, authorization=f"Bearer {token}")
    sent = client.resource("ServiceRequest", **named("fhirpy"))
    sent.save()
    name = str(sent["id"])
    read = client.reference("ServiceRequest", name).to_resource()
    assert read["reasonCode"][0]["text"].startswith("Low back pain")
    found = client.resources("ServiceRequest").search(identifier=f"{SYSTEM}|fhirpy").fetch_all()
    assert [one["id"] for one in found] == [name]
    assert client.resources("ServiceRequest").count() >= 1
    again = client.resource("ServiceRequest", **named("fhirpy"))
    _, is_new = client.resources("ServiceRequest").search(identifier=f"{SYSTEM}|fhirpy").get_or_create(again)
    assert not is_new
    read["note"] = [*read["note"], {"text": "Said by fhirpy."}]
    read.save()
    assert read["meta"]["versionId"] == "2"
    with pytest.raises(OperationOutcome):
        client.resources("ServiceRequest").search(authored="soon").fetch()
    return name


def by_fhirclient(base: str, token: str) -> str:
    client = FHIRClient(settings={"app_id": "practice", "api_base": base})
    client.server.session.headers["Authorization"] = f"Bearer {token}"
    assert client.prepare()
    assert client.server.capabilityStatement.fhirVersion == "4.0.1"
    sent = ServiceRequest(named("fhirclient"))
    name = str(sent.create(client.server)["id"])
    read = ServiceRequest.read(name, client.server)
    assert read.reasonCode[0].text.startswith("Low back pain")
    found = ServiceRequest.where({"identifier": f"{SYSTEM}|fhirclient"}).perform_resources(client.server)
    assert [one.id for one in found] == [name]
    pages = list(ServiceRequest.where({"_count": "1"}).perform_resources_iter(client.server))
    assert len(pages) == 2, "its own, and the one before"
    read.note.append(Annotation({"text": "Said by fhirclient."}))
    changed = read.update(client.server)
    assert changed["meta"]["versionId"] == "2"
    return name


def test_four_clients_each_create_read_find_and_update_a_referral(server: tuple[str, str], team: Team) -> None:
    base, token = server
    names = {"fhirpy": by_fhirpy(base, token), "fhirclient": by_fhirclient(base, token)}
    run = subprocess.run(
        ["node", str(Path(__file__).with_name("clients.mjs"))],
        input=json.dumps({"base": base, "token": token, "referral": referral()}), cwd=CHECKOUT, capture_output=True,
        text=True, check=False, timeout=60,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    smart, kit = found["fhirclient"], found["fhir-kit-client"]
    assert (smart["total"], smart["version"], smart["pages"], smart["release"]) == (1, "2", 3, 4)
    assert "There is no ServiceRequest" in smart["error"], "people read why"
    assert (kit["total"], kit["version"], kit["first"], kit["release"]) == (1, "2", "1", "4.0.1")
    assert (kit["other"], kit["status"]) == (True, 412)
    with scope(team.service):
        assert Referral.objects.count() == 4
        assert {row.reference for row in Referral.objects.all()} == {*names.values(), smart["id"], kit["id"]}
        added = Task.objects.filter(facts__has_key="fhir_note").values_list("facts__fhir_note", flat=True)
        assert {one.rstrip(".") for one in added} == {
            "Said by fhirpy", "Said by fhirclient", "Said by fhirclient in JavaScript", "Said by fhir-kit-client",
        }  # fmt: skip
