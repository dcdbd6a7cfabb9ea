"""Messages of the Booking and Referral Standard, as a test's own program writes them."""

import base64
import json
import uuid
from typing import Any

PDF = b"%PDF-1.4 a letter"


def urn() -> str:
    return f"urn:uuid:{uuid.uuid4()}"


def message(
    *, event: str = "servicerequest-request", reason: str = "new", status: str = "active", name: str = "R-1",
    note: str = "Low back pain for 6 years. MRI was normal.", request: dict[str, Any] | None = None,
    patient: dict[str, Any] | None = None, **bundle: Any,
) -> dict[str, Any]:  # fmt: skip
    """A request of a practice about one patient; `changes` go to its Bundle."""
    here, person, clinic, paper = urn(), urn(), urn(), urn()
    resources = {
        urn(): {
            "resourceType": "MessageHeader",
            "eventCoding": {"system": "https://fhir.nhs.uk/CodeSystem/message-events-bars", "code": event},
            "reason": {"coding": [{"code": reason}]},
            "source": {"name": "Larkfield", "endpoint": "http://fhir.nhs.uk/Id/dos-service-id|111"},
            "focus": [{"reference": here}],
        },
        here: {
            "resourceType": "ServiceRequest",
            "identifier": [{"system": "https://larkfield.example/referrals", "value": name}],
            "status": status,
            "intent": "plan",
            "subject": {"reference": person},
            "requester": {"reference": clinic},
            "note": [{"text": note}],
        } | (request or {}),
        person: {
            "resourceType": "Patient",
            "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000018"}],
            "name": [{"use": "official", "family": "Ashcombe", "given": ["Leonard"], "prefix": ["Mr"]}],
            "birthDate": "1966-04-03",
        } | (patient or {}),
        clinic: {"resourceType": "Organization", "name": "Larkfield Medical Practice"},
        paper: {
            "resourceType": "DocumentReference",
            "content": [{"attachment": {
                "contentType": "application/pdf", "title": "Letter", "data": base64.b64encode(PDF).decode(),
            }}],
        },
    }  # fmt: skip
    entries = [{"fullUrl": name, "resource": resource} for name, resource in resources.items()]
    return {"resourceType": "Bundle", "id": str(uuid.uuid4()), "type": "message", "entry": entries} | bundle


def in_header(value: Any) -> str:
    """How the standard writes a resource into a header."""
    return base64.b64encode(json.dumps(value).encode()).decode()
