"""The CapabilityStatement: what this address can do, and nothing that it cannot."""

from typing import Any

from painpath.exchange.fhir.parameters import INCLUDES, OTHERS, REFERRALS

_DOES = {
    "ServiceRequest": ("read", "vread", "history-instance", "update", "create", "search-type"),
    "Patient": ("read", "vread", "search-type"),
    "Task": ("read", "vread", "history-instance", "search-type"),
    "Practitioner": ("read", "vread"),
    "PractitionerRole": ("read", "vread"),
    "Organization": ("read", "vread"),
    "Communication": ("read", "vread", "search-type"),
    "CommunicationRequest": ("read", "vread", "search-type"),
    "DocumentReference": ("read", "vread", "create", "search-type"),
    "Binary": ("read",),
    "Questionnaire": ("read", "vread", "search-type"),
    "QuestionnaireResponse": ("read", "vread", "create", "search-type"),
    "PlanDefinition": ("read", "vread", "search-type"),
    "Provenance": ("read", "vread", "search-type"),
    "AuditEvent": ("read", "search-type"),
}
_SAYS = {
    "ServiceRequest": "A referral. What is sent is kept first, and registered by a person. An update adds words and "
    "files or asks to cancel; it never changes what was decided. authoredOn is when the referral was received.",
    "Patient": "The person as one referral names them, under the id of that referral. Sent inside one: contained, "
    "or beside it in a transaction. Only a program that may see every referral can search.",
    "Task": "Where a referral stands and what is awaited, under the id of the referral.",
    "QuestionnaireResponse": "Answers to a questionnaire that a referral waits for (Task.input).",
    "AuditEvent": "Who looked at a referral; for programs that may see every referral.",
    "PlanDefinition": "The published criteria, one action a clause. They decide nothing.",
}


def may(kind: str, what: str) -> bool:
    """Whether this kind of resource knows this interaction."""
    return what in _DOES.get(kind, ())


def statement(*, base: str, service: str, date: str, version: str) -> dict[str, Any]:
    """The resource. `date` is when what it says began to be so."""
    # Where tokens come from stands in SMART's discovery alone: the older extension `oauth-uris` makes some clients look
    # for a person to sign in.
    security: dict[str, Any] = {
        "cors": True,
        "service": [{
            "coding": [{
                "system": "http://terminology.hl7.org/CodeSystem/restful-security-service", "code": "SMART-on-FHIR",
                "display": "SMART-on-FHIR",
            }],
            "text": "OAuth 2.0 client credentials with a signed JWT (SMART backend services)",
        }],
    }  # fmt: skip
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": date,
        "kind": "instance",
        "software": {"name": "Painpath", "version": version},
        "implementation": {"description": f"Referrals to {service}", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "rest": [{
            "mode": "server",
            "security": security,
            "resource": [_resource(kind) for kind in _DOES],
            "interaction": [{"code": "transaction"}, {"code": "batch"}],
        }],
    }  # fmt: skip


def _resource(kind: str) -> dict[str, Any]:
    does = _DOES[kind]
    found: dict[str, Any] = {"type": kind, "interaction": [{"code": one} for one in does]}
    if kind in _SAYS:
        found["documentation"] = _SAYS[kind]
    found["versioning"] = "versioned" if "vread" in does else "no-version"
    if "create" in does or "update" in does:
        found["updateCreate"] = False
    if kind == "ServiceRequest":
        found |= {"conditionalCreate": True, "conditionalRead": "not-match", "searchInclude": sorted(INCLUDES)}
        found["operation"] = [{"name": "document", "definition": "urn:painpath:operation:document",
                               "documentation": "The whole case as a document Bundle; for programs that may see every "
                               "referral of the service."}]  # fmt: skip
    if "search-type" in does:
        known = (REFERRALS | OTHERS)[kind]
        found["searchParam"] = [{"name": name, "type": kind_of} for name, kind_of in known.items() if "." not in name]
    return found
