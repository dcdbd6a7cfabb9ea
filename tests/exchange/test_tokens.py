"""A program gets a token by a signed statement, for what a person has registered it for; and a person can end that."""

import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.db import OperationalError
from django.test import Client as Browser

from painpath import clock
from painpath.accounts.models import AuditEntry, Service
from painpath.accounts.scope import scope
from painpath.exchange import clients, keys, tokens
from painpath.exchange.clients import Program
from painpath.exchange.fhir import transactions
from painpath.exchange.inbound import acting_for
from painpath.exchange.models import AccessToken, Client
from painpath.exchange.tokens import ASSERTION
from painpath.referrals.refusal import Refused
from tests.exchange.programs import EC_KEY, KEYS, RSA_KEY, public, registered, statement
from tests.referrals.conftest import Team

TOKEN = "/services/southampton-portsmouth/oauth/token"
HERE = f"http://testserver{TOKEN}"


def ask(token: str = "", **changes: Any) -> Any:
    given = {
        "grant_type": "client_credentials", "client_assertion_type": ASSERTION, "scope": "system/ServiceRequest.rs",
        "client_assertion": token or statement(HERE),
    } | changes  # fmt: skip
    body = "&".join(f"{name}={value}" for name, value in given.items() if value is not None)
    return Browser().post(TOKEN, body, content_type="application/x-www-form-urlencoded")


@pytest.mark.usefixtures("switched_on")
def test_a_token_is_given_for_what_is_registered(team: Team, service: Service) -> None:
    with scope(service):
        registered(team.manager, "system/ServiceRequest.crs", "system/Task.rs")
    said = statement(HERE, key=RSA_KEY, key_id="rsa", algorithm="RS384")
    answer = ask(said, scope="system/ServiceRequest.cruds+system/Patient.rs", client_id="practice-system")
    assert answer.status_code == 200, answer.content
    assert answer["Cache-Control"] == "no-store"
    given = answer.json()
    assert given.pop("access_token")
    assert given == {"token_type": "Bearer", "expires_in": 300, "scope": "system/ServiceRequest.crs"}
    with scope(service):
        assert AccessToken.objects.get().expires_at <= clock.now() + timedelta(minutes=5)
        assert AuditEntry.objects.get(action="client.token").process == "client practice-system"
    assert "used before" in ask(said).json()["error_description"]
    with clock.at(clock.now() + timedelta(minutes=6)):
        assert ask().status_code == 200
    with scope(service):
        assert AccessToken.objects.count() == 1  # the one that has run out is gone


@pytest.mark.usefixtures("switched_on")
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"grant_type": None}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"scope": "a&scope=b"}, "invalid_request"),
        ({"client_assertion": None}, "invalid_client"),
        ({"client_assertion_type": "other"}, "invalid_client"),
        ({"client_assertion": "nonsense"}, "invalid_client"),
        ({"client_assertion": lambda: statement(HERE, issuer="unknown")}, "invalid_client"),
        ({"client_assertion": lambda: statement(HERE, issuer="a\x00b")}, "invalid_client"),
        ({"client_assertion": lambda: statement(HERE, sub="somebody")}, "invalid_client"),
        ({"client_assertion": lambda: statement(HERE, exp=10**400)}, "invalid_client"),
        ({"client_assertion": lambda: statement("https://elsewhere.example")}, "invalid_client"),
        ({"client_assertion": lambda: statement(HERE, key=ec.generate_private_key(ec.SECP384R1()))}, "invalid_client"),
        ({"client_id": "somebody"}, "invalid_client"),
        ({"scope": "system/Patient.rs"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
    ],
)
def test_each_fault_has_its_error(team: Team, service: Service, changes: dict[str, Any], error: str) -> None:
    with scope(service):
        registered(team.manager, "system/ServiceRequest.crs")
    answer = ask(**{name: value() if callable(value) else value for name, value in changes.items()})
    assert (answer.status_code, answer.json()["error"], answer["Cache-Control"]) == (400, error, "no-store")
    with scope(service):
        assert not AccessToken.objects.exists()


@pytest.mark.usefixtures("switched_on")
@pytest.mark.parametrize(("scope", "status"), [("a&b=c" + "&b=c" * 1_000, 413), ("a" * 3_000_000, 413), ("a%00", 400)])
def test_what_is_stopped_before_it_is_read_has_an_error_of_oauth_too(team: Team, scope: str, status: int) -> None:
    answer = ask("x.x.x", scope=scope)
    assert (answer.status_code, answer.json()["error"], answer["Cache-Control"]) == (
        status, "invalid_request", "no-store"
    )  # fmt: skip


@pytest.mark.usefixtures("switched_on")
def test_a_fault_of_ours_is_said_in_json_too(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_: Any, **__: Any) -> None:
        raise RuntimeError("what a stranger may have sent")

    monkeypatch.setattr("painpath.exchange.tokens._issue", break_down)
    answer = ask()
    assert (answer.status_code, answer.json()["error"], answer["Cache-Control"]) == (500, "server_error", "no-store")
    assert b"stranger" not in answer.content


def test_where_nothing_is_switched_on_there_is_no_token(team: Team) -> None:
    assert ask().status_code == 404
    assert Browser().post("/services/nowhere/oauth/token").status_code == 404
    assert Browser().get(f"{TOKEN[:-12]}/fhir/R4/.well-known/smart-configuration").status_code == 404


@pytest.mark.usefixtures("switched_on")
def test_the_discovery_names_what_works_and_too_often_is_429(team: Team, settings: Any) -> None:
    found = Browser().get("/services/southampton-portsmouth/fhir/R4/.well-known/smart-configuration").json()
    assert found["token_endpoint"] == HERE
    assert found["token_endpoint_auth_signing_alg_values_supported"] == ["ES384", "RS384"]
    assert "system/ServiceRequest.cu" in found["scopes_supported"]
    assert Browser().get(TOKEN).status_code == 405
    assert Browser().post(TOKEN, {"grant_type": "client_credentials"}).json()["error"] == "invalid_request"  # multipart
    settings.ACCOUNT_RATE_LIMITS = {"program_token": "1/m/ip"}
    assert [ask("x").status_code, ask("x").status_code] == [400, 429]


SMALL = rsa.generate_private_key(public_exponent=65537, key_size=1024)
ONE = public(EC_KEY, "one")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("no JSON", "not JSON"),
        ("[1]", "no list of keys"),
        ({"keys": []}, "at least 1"),
        ({"keys": [public(EC_KEY, f"k{n}") for n in range(6)]}, "at most 5"),
        ({"keys": [ONE, public(RSA_KEY, "one")]}, "same id"),
        (ONE | {"d": "AAAA"}, "secret part"),
        (ONE | {"kid": ""}, "needs an id"),
        ({"kty": "oct", "kid": "a", "x": "AAAA"}, "neither an RSA"),
        (public(ec.generate_private_key(ec.SECP256R1()), "small"), "P-384"),
        (public(SMALL, "short"), "2048 bits"),
        (ONE | {"use": "enc"}, "not for signing"),
        (ONE | {"alg": "ES256"}, "not for signing"),
        (ONE | {"x": "AAAA"}, "do not make a key"),
        (ONE | {"x": None}, "not whole"),
        (public(RSA_KEY, "r") | {"n": "ü"}, "cannot be read|too short"),
    ],
)
def test_only_public_keys_that_are_strong_enough_are_taken(given: Any, says: str) -> None:
    with pytest.raises(keys.BadKeys, match=says):
        keys.read(given if isinstance(given, str) else json.dumps(given))


@pytest.mark.usefixtures("switched_on")
def test_a_manager_lets_a_program_in_changes_it_and_ends_it(team: Team, service: Service) -> None:
    new = ec.generate_private_key(ec.SECP384R1())
    first, second = json.dumps(KEYS), json.dumps(public(new, "new"))
    what = Program(name="Practice system", contact="x", scopes=("system/ServiceRequest.rs",))
    with scope(service):
        with pytest.raises(Refused, match="Only a manager"):
            clients.register(program=what, keys=first, by=team.consultant)
        with pytest.raises(Refused, match="choose from the list"):
            clients.register(
                program=Program(name="a", contact="x", scopes=("system/*.cruds",)), keys=first, by=team.manager
            )
        with pytest.raises(Refused, match="what the program may do"):
            clients.register(program=Program(name="a", contact="x"), keys=first, by=team.manager)
        client = clients.register(program=what, keys=first, by=team.manager)
        by_card = Program(name="a", contact="x", issuer="https://gp.example")
        clients.register(program=by_card, keys=first, by=team.administrator)
        with pytest.raises(Refused, match="registered already"):
            clients.register(program=by_card, keys=first, by=team.administrator)

    def asks(key: Any, key_id: str) -> int:
        return int(ask(statement(HERE, issuer=client.client_id, key=key, key_id=key_id)).status_code)

    assert asks(EC_KEY, "ec") == 200
    with scope(service):
        clients.replace_keys(client=client, keys=second, keep=True, by=team.manager)
        assert AccessToken.objects.count() == 1
    assert [asks(EC_KEY, "ec"), asks(new, "new")] == [200, 200]  # two live keys while it changes over
    with scope(service):
        clients.replace_keys(client=client, keys=second, keep=False, by=team.manager)
        assert not AccessToken.objects.exists()  # what the old key had got is not good either
    assert [asks(EC_KEY, "ec"), asks(new, "new")] == [400, 200]
    papers = ("system/DocumentReference.rs", "system/Binary.rs")
    with scope(service):
        with pytest.raises(Refused, match="what the program may do"):
            clients.change_rights(client=client, scopes=(), reach="own", by=team.manager)
        with pytest.raises(Refused, match="choose from the list"):
            clients.change_rights(client=client, scopes=papers, reach="everything", by=team.manager)
        with pytest.raises(Refused, match="Only a manager"):
            clients.change_rights(client=client, scopes=papers, reach="service", by=team.consultant)
        clients.change_rights(client=client, scopes=what.scopes, reach="own", by=team.manager)
        assert AccessToken.objects.count() == 1  # it may do what it might before
        clients.change_rights(client=client, scopes=papers, reach="service", by=team.administrator)
        assert not AccessToken.objects.exists()
        assert AuditEntry.objects.get(action="client.rights").detail == {
            "before": {"scopes": list(what.scopes), "reach": "own"},
            "after": {"scopes": sorted(papers), "reach": "service"},
        }
    assert asks(new, "new") == 400  # the scope that it asks for is not registered any more
    with scope(service):
        clients.change_rights(client=client, scopes=what.scopes, reach="own", by=team.manager)
    assert asks(new, "new") == 200
    with pytest.MonkeyPatch.context() as patch:  # the keys are changed while a token is being made
        patch.setattr(tokens, "proved", lambda *_, **__: Client(pk=client.pk, keys=KEYS, scopes=list(what.scopes)))
        assert asks(new, "new") == 400
    with scope(service):
        clients.end(client=client, reason="key_known", by=team.manager)
        clients.end(client=client, reason="agreement", by=team.manager)
        assert AuditEntry.objects.get(action="client.end").detail == {"reason": "key_known"}
        with pytest.raises(Refused, match="let in no longer"):
            clients.replace_keys(client=client, keys=first, keep=False, by=team.manager)
    assert asks(new, "new") == 400


def test_two_programs_with_long_ids_act_under_names_of_their_own(team: Team, service: Service) -> None:
    long = "x" * 63
    ids = (f"{long}1", f"{long}2", long, "short")
    names = {acting_for(Client(service=service, client_id=one)).name for one in ids}
    assert len(names) == 4
    assert max(map(len, names)) <= 60
    assert "client short" in names


def test_while_the_database_cannot_be_had_it_is_said_to_pass(
    team: Team, switched_on: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also by the facade, and of an entry of a batch."""

    def is_away(*_: Any, **__: Any) -> None:
        raise OperationalError from psycopg.errors.AdminShutdown()

    monkeypatch.setattr(tokens, "_token", is_away)
    answer = ask()
    assert (answer.status_code, answer.json()["error"]) == (503, "server_error")
    assert answer["Retry-After"] == "30"
    monkeypatch.setattr(transactions, "handle", is_away)
    call: Any = SimpleNamespace(but=lambda **_: None, base="", headers={})
    entry = transactions._alone(call, {"request": {"method": "GET", "url": "Patient/1"}})
    assert entry["response"]["status"] == "503"
    assert entry["response"]["outcome"]["issue"][0]["code"] == "transient"
