"""The people and places of one referral: each as that referral names it, under its reference."""

from typing import Any

from painpath.exchange.fhir.identity import NHS_NUMBER
from painpath.exchange.fhir.mapping.base import OURS, concept, present, reference, text
from painpath.exchange.fhir.mapping.facts import Case

_STATUS = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-NHSNumberVerificationStatus"
_STATUS_CODES = "https://fhir.hl7.org.uk/CodeSystem/UKCore-NHSNumberVerificationStatusEngland"
NOT_TRACED = {"02": "Number present but not traced"}
_GMC = "https://fhir.hl7.org.uk/Id/gmc-number"
_ODS = "https://fhir.nhs.uk/Id/ods-organization-code"


def patient(case: Case) -> dict[str, Any]:
    """The person of this referral. The number is "present but not traced" at most: nobody here has traced it."""
    person = case.person
    found: dict[str, Any] = {
        "resourceType": "Patient",
        "id": case.reference,
        "identifier": [{"system": f"{OURS}patient-of-referral", "value": case.reference}],
    }
    if person is None:
        return found
    if person.nhs_number:
        status = {"coding": [{"system": _STATUS_CODES, "code": "02", "display": NOT_TRACED["02"]}]}
        found["identifier"].insert(0, {
            "extension": [{"url": _STATUS, "valueCodeableConcept": status}],
            "system": NHS_NUMBER,
            "value": person.nhs_number,
        })  # fmt: skip
    name = present({
        "use": "official",
        "text": text(person.name) if person.name else "",
        "family": person.family_name,
        "given": person.given_name.split(),
        "prefix": [person.title] if person.title else [],
    })  # fmt: skip
    return found | present({
        "name": [name] if person.name else [],
        "gender": person.sex,
        "birthDate": person.born,
    })  # fmt: skip


def sender_reference(case: Case) -> dict[str, Any]:
    """The requester of a request: the practitioner in their role, else the practice, else only who sent it."""
    sender = case.sender
    shown = ", ".join(filter(None, (sender.name, sender.organisation)))
    if sender.name:
        return reference("PractitionerRole", case.reference, shown)
    if sender.organisation:
        return reference("Organization", case.reference, shown)
    return {"display": text(case.program)} if case.program else {}


def practitioner(case: Case) -> dict[str, Any] | None:
    """Whoever referred; None where nobody is named."""
    sender = case.sender
    if not sender.name:
        return None
    number = sender.registration
    identifiers = [{"system": _GMC, "value": number}] if number.isdigit() and len(number) == 7 else []
    if number and not identifiers:
        identifiers = [{"system": f"{OURS}registration", "value": text(number)}]
    return present({
        "resourceType": "Practitioner",
        "id": case.reference,
        "identifier": identifiers,
        "name": [{"text": text(sender.name)}],
    })  # fmt: skip


def practitioner_role(case: Case) -> dict[str, Any] | None:
    """Whoever referred, at their practice."""
    sender = case.sender
    if not sender.name:
        return None
    where = reference("Organization", case.reference, sender.organisation) if sender.organisation else {}
    return present({
        "resourceType": "PractitionerRole",
        "id": case.reference,
        "practitioner": reference("Practitioner", case.reference, sender.name),
        "organization": where,
        "code": [concept(sender.role)] if sender.role else [],
    })  # fmt: skip


def organization(case: Case) -> dict[str, Any] | None:
    """Where whoever referred works."""
    sender = case.sender
    if not sender.organisation:
        return None
    return present({
        "resourceType": "Organization",
        "id": case.reference,
        "identifier": [{"system": _ODS, "value": text(sender.ods_code)}] if sender.ods_code else [],
        "name": text(sender.organisation),
    })  # fmt: skip


def ourselves(slug: str, name: str) -> dict[str, Any]:
    """The service itself."""
    return {
        "resourceType": "Organization",
        "id": slug,
        "active": True,
        "identifier": [{"system": f"{OURS}service", "value": slug}],
        "name": text(name),
    }
