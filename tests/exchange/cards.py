"""A caller of CDS Hooks, as a test plays it: what it sends, and what it demands of every answer."""

import json
import uuid
from typing import Any

from django.test import Client as Browser

from tests.exchange.programs import statement

ISSUER = "https://practice.example/cds"
BASE = "/services/southampton-portsmouth/cds-services"
SELECT, SIGN = f"{BASE}/check-referral-select", f"{BASE}/check-referral-sign"
HOST = "http://testserver"
_BROWSER = Browser()


def order(**changes: Any) -> dict[str, Any]:
    """A draft referral to a pain clinic."""
    return {
        "resourceType": "ServiceRequest", "id": "draft-1", "status": "draft", "intent": "plan",
        "subject": {"reference": "Patient/p1"}, "code": {"text": "Referral to pain clinic"},
        "reasonCode": [{"text": "Low back pain for 6 years"}],
    } | changes  # fmt: skip


def body(*orders: dict[str, Any], hook: str = "order-select", **changes: Any) -> dict[str, Any]:
    """A call with these drafts."""
    context = {
        "userId": "PractitionerRole/g1", "patientId": "p1",
        "draftOrders": {"resourceType": "Bundle", "entry": [{"resource": one} for one in orders]},
    }  # fmt: skip
    if hook == "order-select":
        context["selections"] = [f"ServiceRequest/{one.get('id')}" for one in orders]
    return {"hook": hook, "hookInstance": str(uuid.uuid4()), "context": context} | changes


def send(address: str, content: Any, *, token: str | None = None, **also: Any) -> Any:
    """The answer to a call, which keeps the rules of the standard whatever was sent."""
    data = content if isinstance(content, bytes) else json.dumps(content)
    token = statement(f"{HOST}{address}", issuer=ISSUER) if token is None else token
    given = {"content_type": "application/json", "headers": {"Authorization": f"Bearer {token}"}} | also
    answer = _BROWSER.post(address, data, **given)
    assert answer.status_code < 500, answer.content
    assert answer["Content-Type"] == "application/json"
    assert answer["Access-Control-Allow-Origin"] == "*"
    said = answer.json()
    if answer.status_code == 200:
        for card in said.get("cards", []):
            keeps_the_rules(card)
    else:
        assert said["resourceType"] == "OperationOutcome"
        assert said["issue"][0]["diagnostics"]
    return answer


def card_for(*orders: dict[str, Any], **changes: Any) -> dict[str, Any] | None:
    """The one card that these drafts get, or None."""
    answer = send(SELECT, body(*orders, **changes))
    assert answer.status_code == 200, answer.content
    cards = answer.json()["cards"]
    assert len(cards) <= 1
    return cards[0] if cards else None


def keeps_the_rules(card: dict[str, Any]) -> None:
    """CDS Hooks 2.0.1, "Card Attributes", and no verdict."""
    assert 0 < len(card["summary"]) < 140
    assert card["indicator"] in ("info", "warning")
    assert card["source"]["label"]
    uuid.UUID(card["uuid"])
    assert set(card) <= {
        "uuid", "summary", "detail", "indicator", "source", "suggestions", "selectionBehavior", "overrideReasons",
        "links",
    }  # fmt: skip
    assert ("suggestions" in card) == ("selectionBehavior" in card)
    assert card.get("selectionBehavior", "any") in ("any", "at-most-one")
    for suggestion in card.get("suggestions", []):
        assert suggestion["label"]
        uuid.UUID(suggestion["uuid"])
        for action in suggestion["actions"]:
            assert action["type"] == "update"
            assert action["description"]
            assert action["resource"]["id"]
    assert all(reason["display"] and reason["code"] and reason["system"] for reason in card.get("overrideReasons", []))
    for link in card["links"]:
        assert link["type"] == "absolute"
        assert link["url"].startswith("http")
    words = f"{card['summary']} {card['detail']}".lower()
    assert not [one for one in ("eligible", "rejected", "not suitable", "refused") if one in words]
