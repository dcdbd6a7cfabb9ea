"""Who decided what, and who looked: Provenance and AuditEvent; and a whole case as a document."""

from typing import Any

from painpath.exchange.fhir.mapping.base import OURS, OUTCOMES, concept, exact, instant, present, reference, text
from painpath.exchange.fhir.mapping.facts import Case, Look, Paper, Signed
from painpath.pathway.fhir.plan import plan_id

_PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
_EVENT = "http://terminology.hl7.org/CodeSystem/audit-event-type"
SECTIONS = {
    "Referral": ("ServiceRequest", "Patient", "Practitioner", "PractitionerRole", "Organization"),
    "Where it stands": ("Task", "Provenance"),
    "Advice asked and given": ("CommunicationRequest", "Communication"),
    "Letters and documents": ("DocumentReference",),
    "Answers to questionnaires": ("QuestionnaireResponse",),
}


def provenance(case: Case, signed: Signed, letters: tuple[Paper, ...]) -> dict[str, Any]:
    """A decision as the act of the clinician who signed it, with the version of the criteria it was made with."""
    targets = [reference("Task", case.reference), reference("ServiceRequest", case.reference)]
    targets += [reference("DocumentReference", one.id) for one in letters]
    who = text(", ".join(filter(None, (signed.by, signed.job, signed.registration))))
    taken_back = (
        [{"text": text(f"Taken back on {instant(signed.taken_back_at)}")}] if signed.taken_back_at is not None else []
    )
    return present({
        "resourceType": "Provenance",
        "id": signed.key,
        "target": targets,
        "occurredDateTime": instant(signed.at),
        "recorded": exact(signed.at),
        "reason": [concept(signed.reason), *taken_back],
        "activity": concept(signed.label, OUTCOMES, signed.outcome),
        "agent": [{
            "type": {"coding": [{"system": _PARTICIPANT, "code": "author", "display": "Author"}]},
            "who": {"display": who},
            "onBehalfOf": reference("Organization", case.service, case.service_name),
        }],
        "entity": [{"role": "source", "what": reference("PlanDefinition", plan_id(case.service, signed.digest))}],
    })  # fmt: skip


def audit_event(case: Case, look: Look) -> dict[str, Any]:
    """One look at a referral."""
    return {
        "resourceType": "AuditEvent",
        "id": str(look.id),
        "type": {"system": _EVENT, "code": "rest", "display": "RESTful Operation"},
        "subtype": [{"system": f"{OURS}audit", "code": look.action}],
        "action": "R",
        "recorded": exact(look.at),
        "outcome": "0",
        "agent": [present({
            "type": concept("A person" if look.is_person else "A program"),
            "name": text(look.by),
            "requestor": True,
        })],
        "source": {"observer": reference("Organization", case.service, case.service_name)},
        "entity": [{"what": reference("ServiceRequest", case.reference)}],
    }  # fmt: skip


def document(case: Case, base: str, resources: list[dict[str, Any]], *, at: str, name: str) -> dict[str, Any]:
    """A whole case as a document Bundle: a Composition first, then everything it refers to. `name` is a UUID."""
    sections = []
    for title, kinds in SECTIONS.items():
        named = [
            {"reference": f"{base}/{one['resourceType']}/{one['id']}"}
            for one in resources
            if one["resourceType"] in kinds
        ]
        if named:
            sections.append({"title": title, "entry": named})
    composition = {
        "resourceType": "Composition",
        "id": name,
        "status": "final",
        "type": concept("A referral and everything about it", f"{OURS}document", "case"),
        "subject": {"reference": f"{base}/Patient/{case.reference}"},
        "date": at,
        "author": [{"reference": f"{base}/Organization/{case.service}", "display": text(case.service_name)}],
        "title": f"Referral {case.reference}",
        "section": sections,
    }
    entries: list[dict[str, Any]] = [{"fullUrl": f"urn:uuid:{name}", "resource": composition}]
    entries += [{"fullUrl": f"{base}/{one['resourceType']}/{one['id']}", "resource": one} for one in resources]
    return {
        "resourceType": "Bundle",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{name}"},
        "type": "document",
        "timestamp": at,
        "entry": entries,
    }
