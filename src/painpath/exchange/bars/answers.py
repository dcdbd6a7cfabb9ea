"""What a sender is answered: the response message, or an OperationOutcome with a code of the standard. Pure."""

import re
import uuid
from datetime import datetime
from typing import Any

from painpath.exchange.fhir.loose import first, objects, words

EVENTS = "https://fhir.nhs.uk/CodeSystem/message-events-bars"
REASONS = "https://fhir.nhs.uk/CodeSystem/message-reason-bars"
ERRORS = "https://fhir.nhs.uk/Codesystem/http-error-codes"
"""The small s is the standard's."""
REFERENCE = "urn:painpath:referral"
"""Our own name of a referral: a sender may give it back in an update."""
CODES = {
    400: ("REC_BAD_REQUEST", "structure"),
    401: ("REC_UNAUTHORIZED", "login"),
    403: ("SEND_FORBIDDEN", "forbidden"),
    404: ("REC_NOT_FOUND", "not-found"),
    405: ("REC_METHOD_NOT_ALLOWED", "not-supported"),
    406: ("REC_NOT_ACCEPTABLE", "not-supported"),
    408: ("REC_TIMEOUT", "timeout"),
    409: ("REC_CONFLICT", "duplicate"),
    413: ("REC_BAD_REQUEST", "too-long"),
    422: ("REC_UNPROCESSABLE_ENTITY", "processing"),
    429: ("REC_TOO_MANY_REQUESTS", "throttled"),
    500: ("REC_SERVER_ERROR", "exception"),
    501: ("REC_NOT_IMPLEMENTED", "not-supported"),
    503: ("REC_UNAVAILABLE", "transient"),
}
"""HTTP status -> the standard's code, and the FHIR issue type. For 413 the standard has no code of its own."""
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")


class BarsFault(Exception):
    """Why a message is not answered with a message: the status and a sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


def outcome(status: int, sentence: str) -> dict[str, Any]:
    """The OperationOutcome for a status of `CODES`."""
    code, kind = CODES[status]
    coding = {"system": ERRORS, "code": code, "display": code.replace("_", " ").capitalize()}
    issue = {"severity": "error", "code": kind, "details": {"coding": [coding]}, "diagnostics": sentence}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def response(
    *, to: dict[str, Any], bundle_id: str, request: dict[str, Any], key: uuid.UUID, at: datetime, name: str,
    address: str, reference: str, reason: str, note: str,
) -> dict[str, Any]:  # fmt: skip
    """The message `servicerequest-response` to a message that was received.

    `to` is its MessageHeader, `request` its ServiceRequest; `key` names this answer, `name` and `address` are who
    answers. The request stands as active: nothing that a program sends has been decided.
    """
    ids = [str(uuid.uuid5(key, part)) for part in ("bundle", "header", "request", "organisation")]
    urn = [f"urn:uuid:{one}" for one in ids]
    when = at.isoformat(timespec="seconds")
    header: dict[str, Any] = {
        "resourceType": "MessageHeader",
        "id": ids[1],
        "eventCoding": {"system": EVENTS, "code": "servicerequest-response"},
        "sender": {"reference": urn[3]},
        "source": {"name": name, "software": "Painpath", "endpoint": address},
        "reason": {"coding": [{"system": REASONS, "code": reason}]},
        "response": {"identifier": bundle_id if _ID.fullmatch(bundle_id) else ids[0], "code": "ok"},
        "focus": [{"reference": urn[2]}],
    }
    if endpoint := words(first(to.get("source")).get("endpoint")):
        header["destination"] = [{"endpoint": endpoint}]
    theirs = [
        {"system": words(one.get("system")), "value": words(one.get("value"))}
        for one in objects(request.get("identifier"))
        if words(one.get("system")) and words(one.get("value"))
    ]
    shown = {
        "resourceType": "ServiceRequest",
        "id": ids[2],
        "identifier": [{"system": REFERENCE, "value": reference}, *theirs],
        "status": "active",
        "intent": "plan",
        "subject": {"display": "The patient of the request"},
        "note": [{"text": note}],
    }
    ours = {"resourceType": "Organization", "id": ids[3], "name": name}
    entries = zip(urn[1:], (header, shown, ours), strict=True)
    return {
        "resourceType": "Bundle", "id": ids[0], "type": "message", "timestamp": when,
        "entry": [{"fullUrl": full_url, "resource": resource} for full_url, resource in entries],
    }  # fmt: skip
