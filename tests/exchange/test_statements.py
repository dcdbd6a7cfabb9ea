"""Signed statements are read strictly, and taken once; a token opens what it was given out for, and no longer."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import connection
from django.test import RequestFactory

from painpath import clock
from painpath.accounts.models import Service
from painpath.accounts.scope import scope
from painpath.exchange import scopes
from painpath.exchange.authorising import Denied, authorise, digest
from painpath.exchange.models import AccessToken, UsedStatement
from painpath.exchange.statements import BadStatement, use_once, verify
from tests.exchange.programs import EC_KEY, KEYS, RSA_KEY, public, registered, statement
from tests.referrals.conftest import Team, make_team

HERE = "https://pain.example/token"


def read(token: str, keys: dict[str, Any] = KEYS, **changes: Any) -> dict[str, Any]:
    given = {
        "algorithms": frozenset({"RS384", "ES384"}), "audience": HERE, "issuer": "practice-system",
        "longest": timedelta(minutes=5),
    }  # fmt: skip
    return verify(token, keys=keys, **(given | changes))


def test_a_right_statement_is_taken() -> None:
    assert read(statement(HERE))["iss"] == "practice-system"
    assert read(statement(["https://other.example", HERE], key=RSA_KEY, key_id="rsa", algorithm="RS384"))["jti"]
    assert read(statement(HERE, iat=None))["jti"]  # SMART asks for iss, sub, aud, exp and jti alone
    assert read(statement(HERE, exp=int(clock.now().timestamp()) - 5))  # within what two clocks may differ


SECRET = "a shared secret of more than thirty-two bytes in length"


@pytest.mark.parametrize(
    ("token", "says"),
    [
        (lambda: "nonsense", "not a signed statement"),
        (lambda: "bm8.bm8.bm8", "not a signed statement"),
        (lambda: "x" * 20_000, "not a signed statement"),
        (lambda: statement(HERE, key=SECRET, algorithm="HS256"), "must be signed with ES384 or RS384"),
        (lambda: statement(HERE, key=None, algorithm="none"), "must be signed with"),
        (lambda: statement(HERE, key=RSA_KEY, key_id="rsa", algorithm="RS256"), "must be signed with"),
        (lambda: statement(HERE, key_id=None), "does not name its key"),
        (lambda: statement(HERE, key_id="other"), "not registered"),
        (lambda: statement(HERE, head={"jku": "https://bad.example/keys"}, key_id="theirs"), "not registered"),
        (lambda: statement(HERE, key_id="rsa"), "not one for ES384"),
        (lambda: statement(HERE, key=ec.generate_private_key(ec.SECP384R1())), "signature"),
        (lambda: statement(HERE)[:-4] + "AAAA", "signature"),
        (lambda: statement("https://elsewhere.example"), "aud must be https://pain.example/token"),
        (lambda: statement([]), "aud must be"),
        (lambda: statement(HERE, issuer="someone-else"), "somebody else"),
        (lambda: statement(HERE, exp=int(clock.now().timestamp()) - 11), "run out"),
        (lambda: statement(HERE, exp=int(clock.now().timestamp()) + 400), "at most 5 minutes"),
        (lambda: statement(HERE, iat=int(clock.now().timestamp()) + 60), "future"),
        (lambda: statement(HERE, exp=float("inf")), "not a time"),
        (lambda: statement(HERE, exp=10**400), "not a time"),  # no float can hold it
        (lambda: statement(HERE, iat=-(10**400)), "not a time"),
        (lambda: statement(HERE, exp=True), "not a time"),
        (lambda: statement(HERE, exp="soon"), "not a time|signature"),
        (lambda: statement(HERE, exp=None), "exp"),
        (lambda: statement(HERE, iat=None, nbf=int(clock.now().timestamp()) + 60), "future"),
        (lambda: statement(HERE, jti=None), "jti"),
        (lambda: statement(HERE, jti=""), "jti"),
        (lambda: statement(HERE, jti="a\x00b"), "jti"),
        (lambda: statement(HERE, head={"crit": ["x"]}), "crit|not a signed"),
    ],
)
def test_what_is_wrong_is_refused_with_a_sentence(token: Any, says: str) -> None:
    with pytest.raises(BadStatement, match=says):
        read(token())


def test_the_curve_of_the_key_is_the_one_of_the_algorithm() -> None:
    small = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(BadStatement, match="not one for ES384"):
        read(statement(HERE), {"keys": [public(small, "ec")]})
    with pytest.raises(BadStatement, match="not registered"):
        read(statement(HERE), {"keys": [public(EC_KEY, "ec"), public(small, "ec")]})


def test_a_statement_is_used_once_and_forgotten_when_it_has_run_out(team: Team) -> None:
    with scope(team.service):
        client = registered(team.manager)
        claims = read(statement(HERE))
        use_once(client, claims)
        with pytest.raises(BadStatement, match="used before"):
            use_once(client, claims)
        with clock.at(clock.now() + timedelta(minutes=6)):
            use_once(client, read(statement(HERE)))
            assert UsedStatement.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_that_come_at_once_one_is_taken(service_id: int) -> None:
    with scope(service_id):
        client = registered(make_team().manager)
    claims = read(statement(HERE))
    both = threading.Barrier(2)

    def use() -> bool:
        try:
            with scope(service_id):
                both.wait(10)
                use_once(client, claims)
        except BadStatement:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(one.result(20) for one in [pool.submit(use), pool.submit(use)]) == [False, True]


def ask(service: Service, shown: str) -> Any:
    with scope(service):
        return authorise(RequestFactory().get("/", headers={"Authorization": shown} if shown else {}), service)


def test_a_token_opens_what_it_was_given_out_for(team: Team, service: Service) -> None:
    with scope(service):
        client = registered(team.manager)
        AccessToken.objects.create(
            service=service, client=client, digest=digest("abc"), scopes=["system/ServiceRequest.crs"],
            expires_at=clock.now() + timedelta(minutes=5),
        )  # fmt: skip
    grant = ask(service, "bearer abc")
    assert grant.client == client
    assert grant.by.role == "client"
    assert grant.by.name == "client practice-system"
    assert grant.may("ServiceRequest", "c")
    assert not grant.may("ServiceRequest", "u")
    with pytest.raises(Denied, match=r"system/Task\.r") as no:
        grant.need("Task", "r")
    assert no.value.status == 403
    assert 'error="insufficient_scope"' in no.value.challenge
    for shown in ("Bearer abd", "Basic abc", "Bearer a b", "Bearer"):
        with pytest.raises(Denied) as no:
            ask(service, shown)
        assert no.value.status == 401
        assert 'error="invalid_token"' in no.value.challenge
    with pytest.raises(Denied) as no:
        ask(service, "")
    assert no.value.status == 401
    assert "error=" not in no.value.challenge  # RFC 6750, section 3.1
    with clock.at(clock.now() + timedelta(minutes=5)), pytest.raises(Denied, match="run out"):
        ask(service, "Bearer abc")
    with scope(service):
        client.ended_at = clock.now()
        client.save(update_fields=["ended_at"])
    with pytest.raises(Denied, match="ended"):
        ask(service, "Bearer abc")


@pytest.mark.parametrize(
    ("asked", "registered", "granted"),
    [
        ("system/ServiceRequest.cruds", "system/ServiceRequest.crs", ["system/ServiceRequest.crs"]),
        ("system/ServiceRequest.read", "system/ServiceRequest.crs", ["system/ServiceRequest.read"]),
        ("system/ServiceRequest.write", "system/ServiceRequest.crs", ["system/ServiceRequest.c"]),
        ("system/*.rs", "system/Task.r system/Patient.rs", ["system/Patient.rs", "system/Task.r"]),
        ("system/Task.r", "system/*.rs", ["system/Task.r"]),
        ("system/Patient.sr", "system/Patient.rs", []),
        ("system/Patient.", "system/Patient.rs", []),
        ("system/Patient.rs?name=x", "system/Patient.rs", []),
        ("user/Patient.rs launch", "system/Patient.rs", []),
        ("system/Patient.d", "system/Patient.rs", []),
    ],
)
def test_granted_is_what_was_asked_for_and_is_registered(asked: str, registered: str, granted: list[str]) -> None:
    assert scopes.granted(asked.split(), registered.split()) == granted
