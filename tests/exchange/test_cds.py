"""CDS Hooks over HTTP: who may call, what is answered, what is kept."""

import json
import logging
import socket
import uuid
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client as Browser
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace

from painpath.accounts.models import AuditEntry, Service
from painpath.accounts.scope import scope
from painpath.exchange.models import CdsCard, Client
from painpath.pathway import find, load
from tests.exchange.cards import BASE, HOST, ISSUER, SELECT, SIGN, body, card_for, order, send
from tests.exchange.odd_calls import ANYTHING, CALLS
from tests.exchange.programs import registered, statement
from tests.referrals.conftest import Team

NAME = "Persephone Quibble"


@pytest.fixture
def on(monkeypatch: pytest.MonkeyPatch, team: Team) -> Client:
    """The service has switched it on, and a manager has registered a practice's program."""
    real = load(find("southampton-portsmouth"))
    switched = replace(real, exchange=replace(real.exchange, cds_hooks="on"))
    monkeypatch.setattr("painpath.pathway.load", lambda folder: switched)
    with scope(team.service):
        return registered(team.manager, issuer=ISSUER)


def kept(service: Service) -> list[CdsCard]:
    with scope(service):
        return list(CdsCard.objects.order_by("pk"))


def discover(token: str, address: str = BASE) -> Any:
    return Browser().get(address, headers={"Authorization": f"Bearer {token}"})


def test_discovery_names_both_hooks(on):
    answer = discover(statement(f"{HOST}{BASE}", issuer=ISSUER))
    services = answer.json()["services"]
    assert {one["hook"] for one in services} == {"order-select", "order-sign"}
    assert all(one["id"] and one["description"] and one["prefetch"] for one in services)
    published = {"hook", "title", "description", "id", "prefetch", "usageRequirements", "version"}  # CDSHooksServices
    assert all(one.keys() <= published and one["version"] in ("STU1", "STU2", "STU3") for one in services)
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_switched_off_or_not_there_is_404_in_json(on, monkeypatch, second_opinion):
    elsewhere = "/services/elsewhere/cds-services"
    answer = discover(statement(f"{HOST}{elsewhere}", issuer=ISSUER), elsewhere).json()
    assert answer["issue"][0]["code"] == "not-found"
    assert answer in second_opinion
    assert send(f"{BASE}/nothing", body(order())).status_code == 404
    monkeypatch.setattr("painpath.pathway.load", load)
    assert send(SELECT, body(order())).status_code == 404


def test_only_a_registered_client_with_a_new_statement_for_this_address(on, team):
    good = statement(f"{HOST}{SELECT}", issuer=ISSUER)
    assert send(SELECT, body(order()), token=good).status_code == 200
    again = send(SELECT, body(order()), token=good)
    assert again.status_code == 401
    assert again["WWW-Authenticate"] == "Bearer"
    for bad in (
        "", "nonsense", statement(f"{HOST}{SIGN}", issuer=ISSUER), statement(f"{HOST}{SELECT}", issuer="https://other"),
        statement(f"{HOST}{SELECT}", issuer="\0"), statement(f"{HOST}{SELECT}", issuer=None),
        statement(f"{HOST}{SELECT}", issuer=ISSUER, key_id="none"),
    ):  # fmt: skip
        assert send(SELECT, body(order()), token=bad).status_code == 401
        assert discover(bad).status_code == 401
    assert send(SELECT, body(order()), token=statement([f"{HOST}{SELECT}", "x"], issuer=ISSUER)).status_code == 200
    with scope(team.service):
        Client.objects.update(ended_at=on.added_at)
    assert send(SELECT, body(order())).status_code == 401


@override_settings(SITE_URL="https://pain.example.nhs.uk")
def test_behind_a_proxy_the_sites_own_address_counts(on):
    token = statement(f"https://pain.example.nhs.uk{SELECT}", issuer=ISSUER)
    answer = send(SELECT, body(order()), token=token)
    assert answer.json()["cards"][0]["links"][0]["url"].startswith("https://pain.example.nhs.uk/services/")
    assert send(SELECT, body(order())).status_code == 401


def test_a_card_names_what_is_missing_and_what_speaks_against_with_the_published_words(on, team):
    pathway = load(find("southampton-portsmouth"))
    card = card_for(
        order(note=[{"text": "He has severe depression. Opioid use disorder; please take over methadone."}])
    )
    assert card is not None
    detail = card["detail"]
    against, judgement, missing = (
        detail.index(heading) for heading in ("may speak against", "clinician's judgement", "Not stated")
    )
    assert against < detail.index("managed by community pharmacy team") < judgement
    assert judgement < detail.index("severe depression") < missing
    assert "Published: “Adults aged 18 and over.”" in detail[missing:]
    assert "Silence is never a reason to refuse" in detail
    assert detail.count("Under 18") == 0  # asked once, as "18 or over"
    assert "November 2025" in card["source"]["label"]
    assert card["links"][0]["url"] == f"{HOST}/services/southampton-portsmouth/practitioners/check/"
    assert [one["code"] for one in card["overrideReasons"]] == [one.id for one in pathway.exchange.cards.overrides]
    [row] = kept(team.service)
    assert str(row.uuid) == card["uuid"]
    assert {"opioid-use-disorder", "adult", "major-psychiatric-disturbance"} <= set(row.criteria)
    assert set(row.criteria) <= {one.id for one in pathway.criteria}


def test_a_danger_comes_first_with_what_to_do(on):
    card = card_for(order(note=[{"text": "Since yesterday saddle anaesthesia and new urinary retention."}]))
    assert card is not None
    assert card["indicator"] == "warning"
    assert card["summary"].startswith("This may not be able to wait: red flag")
    assert card["detail"].startswith("### This may not be able to wait")
    assert card["detail"].index("emergency department now") < card["detail"].index("Not stated")


def test_what_was_sent_along_is_read_and_what_was_not_is_named(on):
    prefetch = {
        "patient": {"resourceType": "Patient", "id": "p1", "birthDate": "2012-05-01"},
        "conditions": {"resourceType": "Bundle", "entry": [
            {"resource": {"resourceType": "Condition", "subject": {"reference": "Patient/p1"},
                          "code": {"coding": [{"display": "Opioid use disorder (disorder)"}]}}},
            {"resource": {"resourceType": "Condition", "subject": {"reference": "Patient/another"},
                          "code": {"text": "Cauda equina syndrome"}}},
            {"resource": {"resourceType": "Condition", "verificationStatus": {"coding": [{"code": "refuted"}]},
                          "code": {"text": "Severe depression"}}},
            {"resource": {"resourceType": "Condition", "code": {"coding": [{"code": "1"}]}}},
        ]},
        "medications": {"resourceType": "OperationOutcome", "issue": []},
    }  # fmt: skip
    card = card_for(order(), prefetch=prefetch)
    assert card is not None
    against = card["detail"].partition("### Not stated")[0]
    assert "1 May 2012" in against
    assert "Opioid use disorder" in against
    assert "auda" not in card["detail"]
    assert "severe depression" not in against.lower()
    unread = card["detail"].partition("### Not read")[2]
    assert "another patient" in unread
    assert "the medicines on record" in unread
    assert "A code came without words" in unread


def test_the_questions_go_into_the_note_once_and_are_nobodys_answer(on):
    draft = order(quantityQuantity={"value": 1.0}, note=[{"text": "Please see him."}])
    first = card_for(draft)
    assert first is not None
    [suggestion] = first["suggestions"]
    changed = suggestion["actions"][0]["resource"]
    assert changed["note"][0] == {"text": "Please see him."}
    assert "[Question 1: What is the patient's date of birth?]" in changed["note"][1]["text"]
    assert changed | {"note": draft["note"]} == draft
    second = card_for(changed)
    assert second is not None
    assert "suggestions" not in second
    assert second["detail"] == first["detail"]
    changed["note"][1]["text"] = changed["note"][1]["text"].replace("birth?]", "birth?]\nBorn 3 April 1966.")
    third = card_for(changed)
    assert third is not None
    assert "18 or over" not in third["detail"]


@pytest.mark.parametrize("draft", [
    {"resourceType": "ServiceRequest", "id": "a", "code": {"coding": [{}]}, "reasonCode": []},
    order(code={"text": "Full blood count"}), order(code={"coding": [{"display": "X-ray of lumbar spine"}]}),
    order(code={}, category=[{"text": "Imaging service"}]), order(code={}, performer=[{"display": "Orthopaedics"}]),
    order(status="revoked"), order(resourceType="MedicationRequest"), {},
])  # fmt: skip
def test_an_order_that_is_not_for_us_or_says_nothing_yet_has_no_card(on, team, draft):
    assert card_for(draft) is None
    assert kept(team.service) == []


@pytest.mark.parametrize("draft", [
    order(code={"coding": [{}]}, reasonCode=[{"coding": [{"code": "22253000", "display": "Pain (finding)"}]}]),
    order(code={"coding": [{"display": "Patient referral (procedure)"}]}),
    order(code={}, performer=[{"display": "Persistent Pain Service, Southampton"}]),
    order(code={"concept": {"text": "Pain management"}}, reason=[{"concept": {"text": "Back pain"}}], reasonCode=None),
    order(reasonCode="pain", note="He hurts."), order(contained=[None, {"resourceType": "Condition", "id": "c"}]),
])  # fmt: skip
def test_first_drafts_of_every_shape_have_one(on, draft):
    assert card_for(draft, prefetch=None) is not None
    bare = body(draft, hook="order-sign")
    bare["context"]["draftOrders"] = {"entry": [draft]}  # no type, no wrapper
    assert len(send(SIGN, bare | {"prefetch": {"patient": None}}).json()["cards"]) == 1


SERVER = "https://records.example/fhir"


def allowed(scopes: str, *, patient: str | None = None, **more: Any) -> dict[str, Any]:
    """What a call says of its server, and of what may be asked of it."""
    token = {"access_token": "secret", "token_type": "Bearer", "expires_in": 300, "subject": "practice"}
    token |= {"scope": scopes} | ({"patient": patient} if patient else {})
    return {"fhirServer": SERVER, "fhirAuthorization": token} | more


@pytest.mark.parametrize("hook", ["order-select", "order-sign"])
@pytest.mark.parametrize("also", [
    {}, {"fhirServer": SERVER}, allowed("user/Patient.read user/Observation.read"),
    allowed("patient/Patient.rs patient/Condition.rs?category=problem-list-item", patient="p1", hookVersion="1.1.1"),
    allowed("system/*.cruds", hookVersion="2.0.0-ballot", extension={"example.practice": {"x": 1}}),
    {"hookVersion": None, "fhirAuthorization": {"scope": ["patient/Patient.rs"]}},
], ids=["bare", "a server", "scopes of 2.0", "scopes of 3.0", "everything of 3.0", "odd"])  # fmt: skip
def test_a_call_of_any_release_has_the_same_card_and_no_server_is_called(on, monkeypatch, hook, also):
    reached: list[Any] = []

    def reach(*where: Any, **_: Any) -> None:
        reached.append(where[-1])
        raise OSError("no way out")

    before = send(SELECT, body(order(), hook=hook)).json()["cards"][0]
    for name in ("connect", "connect_ex", "sendto"):  # the connection with the database is libpq's, no socket of ours
        monkeypatch.setattr(socket.socket, name, reach)
    monkeypatch.setattr(socket, "getaddrinfo", reach)
    with pytest.raises(OSError, match="no way out"):
        socket.create_connection(("127.0.0.1", 9))
    assert reached, "whoever reaches out is seen"
    reached.clear()
    [card] = send(SELECT, body(order(), hook=hook, **also)).json()["cards"]
    assert reached == []
    assert {name: card[name] for name in ("summary", "detail", "indicator")} == {
        name: before[name] for name in ("summary", "detail", "indicator")
    }
    assert "secret" not in json.dumps(card)


def test_what_is_no_call_is_400_and_what_is_no_json_too(on):
    for bad in (
        b"", b"{", b"[1", b"\xff", b"NaN", b'{"a": 1e999}', b"[" * 100_000, [], None, 3, {},
        {"hook": "patient-view", "context": {}}, {"hook": ["order-sign"], "context": {}}, {"hook": "order-sign"},
    ):  # fmt: skip
        assert send(SELECT, bad).status_code == 400, bad
        assert send(f"{SELECT}/feedback", bad).status_code == 400, bad
    assert send(SELECT, body(order()), content_type="multipart/form-data; boundary=x").status_code == 415
    assert send(SELECT, b" " * 3_000_000).status_code == 413
    assert send(SELECT, body(order()), content_type="application/fhir+json; charset=utf-8").status_code == 200
    assert Browser().get(SELECT).json()["issue"][0]["code"] == "not-supported"


def test_a_page_in_a_browser_may_call(on):
    preflight = Browser().options(SELECT, headers={"Origin": "https://practice.example"})
    assert preflight.status_code == 204
    assert "Authorization" in preflight["Access-Control-Allow-Headers"]
    assert "POST" in preflight["Access-Control-Allow-Methods"]
    strict = Browser(enforce_csrf_checks=True)
    answer = strict.post(
        SELECT, json.dumps(body(order())), content_type="application/json",
        headers={"Authorization": f"Bearer {statement(f'{HOST}{SELECT}', issuer=ISSUER)}"},
    )  # fmt: skip
    assert answer.status_code == 200


def test_nothing_of_the_patient_is_kept_or_logged(on, team, caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)
    patient = {"resourceType": "Patient", "id": "p1", "birthDate": "1966-04-03", "name": [{"text": NAME}]}
    card_for(order(note=[{"text": f"{NAME} has severe depression."}]), prefetch={"patient": patient})
    with scope(team.service):
        rows = [*CdsCard.objects.values(), *AuditEntry.objects.values()]
    words = json.dumps(rows, default=str) + caplog.text
    assert not [one for one in (NAME, "1966", "severe depression") if one in words]

    def break_down(*_: Any) -> None:
        raise RuntimeError(NAME)

    monkeypatch.setattr("painpath.exchange.cds.views.understand", break_down)
    token = statement(f"{HOST}{SELECT}", issuer=ISSUER)
    failed = Browser().post(
        SELECT, json.dumps(body(order())), content_type="application/json", headers={"Authorization": f"Bearer {token}"}
    )
    assert failed.status_code == 500
    assert failed.json()["resourceType"] == "OperationOutcome"
    assert NAME not in failed.content.decode()


def feedback(card: Any, outcome: str = "overridden", **changes: Any) -> dict[str, Any]:
    return {"card": card, "outcome": outcome, "outcomeTimestamp": "2026-11-26T10:00:00Z"} | changes


def test_feedback_is_kept_once_and_the_latest_stands(on, team):
    card = card_for(order())
    assert card is not None
    passed = feedback(card["uuid"], overrideReason={
        "reason": {"code": "in-the-letter"}, "userComment": "See letter of 12/03/1970, NHS 999 000 0018\0.",
    })  # fmt: skip
    told = f"{SELECT}/feedback"
    for _ in range(2):
        assert send(told, {"feedback": [passed, feedback(str(uuid.uuid4()), "accepted")]}).status_code == 200
    [row] = kept(team.service)
    assert (row.outcome, row.reason) == ("overridden", "in-the-letter")
    assert row.comment == "See letter of (number left out), NHS (number left out) ."
    with scope(team.service):
        assert AuditEntry.objects.filter(action="cds.feedback").count() == 1
    later = feedback(
        card["uuid"], "accepted", outcomeTimestamp="2026-11-26T10:00:05Z", acceptedSuggestions=[{"id": "x"}]
    )
    assert send(told, {"feedback": [later]}).status_code == 200
    assert send(told, {"feedback": [passed]}).status_code == 200  # an old one, again
    [row] = kept(team.service)
    assert (row.outcome, row.reason, row.comment) == ("accepted", "", "")


def test_feedback_on_what_one_was_not_shown_is_404_and_half_of_it_is_not_taken(on, team):
    card = card_for(order())
    assert card is not None
    told = f"{SELECT}/feedback"
    assert send(told, {"feedback": [feedback(str(uuid.uuid4()))]}).status_code == 404
    for bad in ({"feedback": []}, {"feedback": [feedback(card["uuid"]), {"card": "x"}]},
                {"feedback": [feedback(card["uuid"], "ignored")]}, {"feedback": [feedback(None)]}):  # fmt: skip
        assert send(told, bad).status_code == 400
    with scope(team.service):
        registered(team.manager, client_id="another", issuer="https://another.example")
    token = statement(f"{HOST}{told}", issuer="https://another.example")
    assert send(told, {"feedback": [feedback(card["uuid"])]}, token=token).status_code == 404
    assert [row.outcome for row in kept(team.service)] == [""]


def test_the_page_counts_by_criterion_and_is_for_the_team(on, team, referrer):
    page = Browser()
    page.force_login(team.manager.user)
    assert "No card was shown" in page.get("/service/cards/").content.decode()
    card = card_for(order())
    assert card is not None
    why = {"reason": {"code": "exception"}, "userComment": "It <b>applies</b>."}
    send(f"{SELECT}/feedback", {"feedback": [feedback(card["uuid"], overrideReason=why)]})
    said = page.get("/service/cards/").content.decode()
    assert "18 or over" in said
    assert "An exception applies" in said
    assert "It &lt;b&gt;applies&lt;/b&gt;." in said
    assert "Long numbers are taken out before a comment is kept. Names are not." in said
    assert "/service/cards/" in page.get("/service/").content.decode()
    page.force_login(referrer.user)
    assert page.get("/service/cards/").status_code == 403


@pytest.fixture
def referrer(team):
    from tests.referrals.conftest import make_referrer

    with scope(team.service):
        return make_referrer(checked_by=team.administrator)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=CALLS | ANYTHING)
def test_whatever_is_sent_gets_an_answer_that_keeps_the_rules(on, content):
    expected = (200,) if isinstance(content, dict) and "context" in content else (200, 400)
    assert send(SELECT, content).status_code in expected
    assert send(f"{SELECT}/feedback", {"feedback": [content]}).status_code in (400, 404)


def test_too_often_is_said_and_the_order_goes_on(on, settings):
    settings.ACCOUNT_RATE_LIMITS = {"program_call": "1/m/key"}
    cache.clear()
    assert send(SELECT, body(order())).status_code == 200
    answer = send(SELECT, body(order()))
    assert (answer.status_code, answer.json()["issue"][0]["code"]) == (429, "throttled")
    cache.clear()
