"""A referral as a ServiceRequest."""

import re
from typing import Any

from painpath.exchange.fhir.identity import UBRN
from painpath.exchange.fhir.loose import listed, objects, words
from painpath.exchange.fhir.mapping.base import JOINED, OURS, instant, present, reference, text
from painpath.exchange.fhir.mapping.facts import Case
from painpath.exchange.fhir.mapping.people import sender_reference

REFERRAL = f"{OURS}referral"
PRIORITIES = frozenset({"routine", "urgent", "asap", "stat"})
INTENTS = frozenset({"proposal", "plan", "order", "original-order", "directive", "filler-order", "instance-order"})
STATUSES = {
    "on-hold": ("delayed",),
    "revoked": ("withdrawn", "deceased", "moved_away"),
    "entered-in-error": ("closed_in_error",),
    "completed": ("handed_over", "advice_given", "signposted", "redirected", "not_now", "discharged"),
    "active": ("received", "awaiting_screening", "screening", "awaiting_referrer", "awaiting_patient", "accepted"),
}
"""Status of a request -> our states. A request is active until somebody has decided, and never `rejected`."""
STATUS_OF = {state: status for status, states in STATUSES.items() for state in states}
_CODE = re.compile(r"[^\s]+( [^\s]+)*")
_URI = re.compile(r"\S{1,300}")
_LONGEST = 20_000


def kept(request: dict[str, Any]) -> dict[str, Any]:
    """What of a request that came in is shown again: rebuilt piece by piece, so that what we show is well formed
    whatever came."""
    found: dict[str, Any] = {
        "intent": words(request.get("intent")) if words(request.get("intent")) in INTENTS else "order",
        "priority": words(request.get("priority")) if words(request.get("priority")) in PRIORITIES else "",
        "code": _concept(request.get("code")),
        "category": [made for one in listed(request.get("category")) if (made := _concept(one))],
        "reasonCode": [made for one in listed(request.get("reasonCode")) if (made := _concept(one))],
        "note": [{"text": text(said)[:_LONGEST]} for said in _notes(request)],
        "patientInstruction": words(request.get("patientInstruction"))[:_LONGEST],
    }
    return present(found)


def _notes(request: dict[str, Any]) -> list[str]:
    said = [words(one.get("text")) if isinstance(one, dict) else words(one) for one in listed(request.get("note"))]
    return [one for one in said if one]


def _concept(value: Any) -> dict[str, Any]:
    for one in objects(value)[:1]:
        codings = []
        for coding in objects(one.get("coding")):
            system, code = words(coding.get("system")), words(coding.get("code"))
            made = present({
                "system": system if _URI.fullmatch(system) else "",
                "code": code if _CODE.fullmatch(code) else "",
                "display": words(coding.get("display"))[:1000],
            })  # fmt: skip
            if made:
                codings.append(made)
        return present({"coding": codings, "text": words(one.get("text"))[:_LONGEST]})
    said = words(value)
    return {"text": said[:_LONGEST]} if said else {}


def service_request(case: Case) -> dict[str, Any]:
    """The resource. `authoredOn` is when we received it, which is what can be searched; the day on which the sender
    wrote it stands in the letter."""
    own = case.request
    identifiers: list[dict[str, Any]] = [{"system": REFERRAL, "value": case.reference}]
    identifiers += [present({"system": system, "value": text(value)}) for system, value in case.identifiers]
    if case.ubrn:
        identifiers.append({"system": UBRN, "value": case.ubrn})
    notes = [*own.get("note", [])]
    notes += [{"time": instant(at), "text": text(said)} for at, said in case.added]
    if case.cancel_asked_at is not None:
        notes.append({
            "time": instant(case.cancel_asked_at),
            "text": "The sender has asked to cancel this referral. Somebody of the team decides with whoever sent it.",
        })  # fmt: skip
    if case.joined:
        notes.append({"text": JOINED})
    return present({
        "resourceType": "ServiceRequest",
        "id": case.reference,
        "identifier": identifiers,
        "status": STATUS_OF[case.state],
        "intent": own.get("intent", "order"),
        "priority": own.get("priority"),
        "category": own.get("category"),
        "code": own.get("code") or {"text": text(f"Referral to {case.service_name}")},
        "subject": reference("Patient", case.reference, case.person.name if case.person else ""),
        "authoredOn": instant(case.received_at),
        "requester": sender_reference(case),
        "performer": [reference("Organization", case.service, case.service_name)],
        "reasonCode": own.get("reasonCode"),
        "note": notes,
        "patientInstruction": own.get("patientInstruction"),
    })  # fmt: skip
