"""What the stand-in remembers: requests for advice and referrals with versions, messages and files."""

import uuid
from dataclasses import dataclass, field
from typing import Any

STU3 = "https://fhir.nhs.uk/STU3"
GP, GP_PRACTICE = "103264992985", "R68"


@dataclass
class File:
    name: str
    media_type: str
    content: bytes
    referral: str = ""
    availability: str = "AVAILABLE"
    kind: str = "ADVICE_REQUEST"
    by: str = GP
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass
class Message:
    side: str
    text: str
    by: str
    organisation: str
    sent: str
    files: list[File] = field(default_factory=list)
    id: str = ""


@dataclass
class Request:
    """A request for advice; after A027 it is a referral too."""

    ubrn: str
    nhs_number: str
    service: str = "11014"
    service_name: str = "Pain Advice"
    version: int = 4
    state: str = "PROVIDER_RESPONSE_REQUIRED"
    priority: str = "ROUTINE"
    may_convert: bool | None = True
    organisation: str = "R69"
    messages: list[Message] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    recommendation: str = ""
    converted: dict[str, Any] = field(default_factory=dict)
    locked: bool = False

    def say(self, text: str, side: str = "REQUESTER", files: list[File] | None = None, sent: str = "") -> Message:
        """One more message, and with it one more version."""
        ours = side == "RESPONDER"
        made = Message(
            side, text, "103264994981" if ours else GP, self.organisation if ours else GP_PRACTICE,
            sent or f"2026-11-2{len(self.messages)}T09:00:00.000Z", files or [],
            f"{int(self.ubrn) + len(self.messages)}",
        )  # fmt: skip
        self.messages.append(made)
        self.version += 1
        return made


@dataclass
class Referral:
    """A referral in triage; one that is `booked` stands on the same list. `related` are references of its pathway."""

    ubrn: str
    nhs_number: str
    service: str = "11012"
    service_name: str = "Pain Assessment"
    files: list[File] = field(default_factory=list)
    related: list[str] = field(default_factory=list)
    review: str = "NEVER_REVIEWED"
    booked: bool = False
    written: str = ""
    """What the referrer wrote: it stands in the PDF of A007 alone."""
    version: int = 6
    state: str = "AWAITING_TRIAGE"
    priority: str = "ROUTINE"
    organisation: str = "R69"
    locked: bool = False
    outcome: str = ""
    comments: str = ""


def coding(system: str, code: str) -> dict[str, Any]:
    known = {"TRIAGED_PROVIDER_TO_ACTION": "Triaged - Provider To Action"}
    display = known.get(code, code.replace("_", " ").title())
    return {"system": f"{STU3}/CodeSystem/{system}", "code": code, "display": display}


def concept(system: str, code: str) -> dict[str, Any]:
    return {"coding": [coding(system, code)]}


def extension(name: str, **value: Any) -> dict[str, Any]:
    return {"url": f"{STU3}/StructureDefinition/Extension-{name}", **value}


def identified(system: str, value: str) -> dict[str, Any]:
    return {"identifier": {"system": system, "value": value}}


NHS, SDS = "http://fhir.nhs.net/Id/nhs-number", "http://fhir.nhs.net/Id/sds-user-id"
SERVICE, ODS = "http://fhir.nhs.net/Id/ers-service", "https://fhir.nhs.uk/Id/ods-organization-code"


SPECIALTY = {"system": "_baseUrl_/STU3/CodeSystem/SPECIALTY", "code": "PAIN", "display": "Pain"}


def profile(name: str, version: int | None = None) -> dict[str, Any]:
    meta: dict[str, Any] = {"profile": [f"{STU3}/StructureDefinition/{name}"]}
    return meta | ({"versionId": str(version)} if version is not None else {})


def person(who: str, organisation: str, role: str) -> dict[str, Any]:
    return {
        "id": f"{who}.{organisation}.{role.replace('_', '-')}",
        "meta": {"profile": ["https://fhir.hl7.org.uk/STU3/StructureDefinition/CareConnect-PractitionerRole-1"]},
        "resourceType": "PractitionerRole",
        "practitioner": identified(SDS, who),
        "organization": identified(ODS, organisation),
        "code": [concept("eRS-BusinessFunction-1", role)],
    }


def document(file: File, number: str) -> dict[str, Any]:
    attachment = {
        "id": number,
        "extension": [
            extension("eRS-AvailabilityStatus-1", valueCoding=coding("eRS-AvailabilityStatus-1", file.availability)),
            extension("eRS-AttachedBy-1", valueReference=identified(SDS, file.by)),
            extension("eRS-AttachedByOrganisation-1", valueReference=identified(ODS, GP_PRACTICE)),
        ],
        "contentType": file.media_type, "url": f"Binary/{file.id}", "size": len(file.content), "title": file.name,
        "creation": "2026-11-20",
    }  # fmt: skip
    return {
        "id": number, "meta": profile("eRS-DocumentReference-1"), "resourceType": "DocumentReference",
        "type": concept("eRS-AttachmentType-1", file.kind), "status": "current", "indexed": "2026-11-20T09:00:00.000Z",
        "description": file.name, "content": [{"attachment": attachment}],
    }  # fmt: skip


def _shortlist(service: str, name: str) -> list[dict[str, Any]]:
    criteria = {
        "id": "serviceSearchCriteria", "meta": profile("eRS-ServiceSearchCriteria-Parameters-1"),
        "resourceType": "Parameters",
        "parameter": [
            {"name": "priority", "valueCoding": coding("eRS-Priority-1", "ROUTINE")},
            {"name": "ageAndGenderAppropriate", "valueBoolean": True},
        ],
    }  # fmt: skip
    shortlist = {
        "id": "shortlist", "meta": profile("eRS-Shortlist-List-1"), "resourceType": "List",
        "extension": [
            extension("eRS-Shortlist-SearchCriteria-1", valueReference={"reference": "#serviceSearchCriteria"})
        ],
        "status": "current", "mode": "snapshot",
        "entry": [{"item": identified(SERVICE, service) | {"display": name}}],
    }  # fmt: skip
    return [criteria, shortlist]


def communication_request(one: Request) -> dict[str, Any]:
    """A024."""
    by = person(GP, GP_PRACTICE, "REFERRING_CLINICIAN")
    by["id"] = f"PractitionerRole.{by['id']}"
    pointer = extension("PractitionerRole-Reference-1", valueReference={"reference": f"#{by['id']}"})
    files = [document(file, f"DocumentReference-{number}") for number, file in enumerate(one.files, 70002)]
    authority = {True: "AUTHORISED_TO_CONVERT", False: "NOT_AUTHORISED_TO_CONVERT"}.get(one.may_convert)  # type: ignore[arg-type]
    extensions = [
        extension("eRS-ReferralPriority-1", valueCodeableConcept=concept("eRS-Priority-1", one.priority)),
        extension("eRS-ReferralShortlist-1", valueReference={"reference": "#shortlist"}),
        extension(
            "eRS-Specialty-1",
            valueCoding=SPECIALTY,
        ),
    ]
    if authority:
        extensions.append(
            extension(
                "eRS-ProviderConversionAuthorisation-1",
                valueCoding=coding("eRS-ProviderConversionAuthorisation-1", authority),
            )
        )
    found = {
        "id": one.ubrn, "meta": profile("eRS-CommunicationRequest-1", one.version),
        "resourceType": "CommunicationRequest", "extension": extensions,
        "contained": [*_shortlist(one.service, one.service_name), by, *files], "status": "active",
        "category": [concept("eRS-AdviceAndGuidanceStatus-1", one.state)],
        "subject": identified(NHS, one.nhs_number),
        "recipient": [
            {"extension": [extension("HealthcareService-Reference-1", valueReference=identified(SERVICE, one.service))]}
        ],
        "sender": {"extension": [pointer]}, "requester": {"agent": {"extension": [pointer]}},
        "identifier": [{"system": "https://fhir.nhs.uk/Id/ers-request-id", "value": f"a.{one.ubrn}"}],
    }  # fmt: skip
    if files:
        found["payload"] = [{"contentReference": {"reference": f"#{file['id']}"}} for file in files]
    return found


def communication(message: Message, one: Request) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A message, and what it includes."""
    role = "SERVICE_PROVIDER_CLINICIAN" if message.side == "RESPONDER" else "REFERRING_CLINICIAN"
    by = person(message.by, message.organisation, role)
    files = [document(file, f"{int(message.id)}{number}") for number, file in enumerate(message.files)]
    pointer = {"reference": f"PractitionerRole/{by['id']}"}
    found = {
        "id": message.id, "meta": profile("eRS-Communication-1", 0), "resourceType": "Communication",
        "extension": [extension("Communication-Requester-1", valueReference=pointer)],
        "basedOn": [{"reference": f"CommunicationRequest/{one.ubrn}/_history/{one.version}"}], "status": "completed",
        "category": [concept("eRS-CommunicationSentBy-1", message.side)],
        "recipient": [identified(ODS, GP_PRACTICE)], "sent": message.sent,
        "sender": {"extension": [extension("PractitionerRole-Reference-1", valueReference=pointer)]},
        "note": [{"text": message.text}],
    }  # fmt: skip
    if files:
        found["payload"] = [{"contentReference": {"reference": f"DocumentReference/{file['id']}"}} for file in files]
    return found, [by, *files]


def conversation(one: Request) -> dict[str, Any]:
    """A025."""
    matches, included = [], {}
    for message in one.messages:
        made, more = communication(message, one)
        matches.append(made)
        included |= {f"{item['resourceType']}/{item['id']}": item for item in more}
    entries = [(item, "match") for item in matches] + [(item, "include") for item in included.values()]
    return {
        "id": str(uuid.uuid4()), "resourceType": "Bundle", "type": "searchset", "total": len(matches),
        "meta": {"lastUpdated": "2026-11-26T09:00:00.000Z",
                 "profile": ["http://hl7.org/fhir/STU3/StructureDefinition/Bundle"]},
        "link": [{"relation": "self", "url": "_baseUrl_/STU3/Communication"}],
        "entry": [
            {"fullUrl": f"_baseUrl_/STU3/{item['resourceType']}/{item['id']}",
             "resource": item, "search": {"mode": mode}}
            for item, mode in entries
        ],
    }  # fmt: skip


def advice_worklist(rows: list[Request]) -> dict[str, Any]:
    """A023."""
    entries = []
    for one in rows:
        facts = [
            {"url": "priority", "valueCodeableConcept": concept("eRS-Priority-1", one.priority)},
            {"url": "specialty", "valueCodeableConcept": {"coding": [SPECIALTY]}},
            {"url": "patient", "valueReference": identified(NHS, one.nhs_number)},
            {"url": "category", "valueCodeableConcept": concept("eRS-AdviceAndGuidanceStatus-1", one.state)},
            {"url": "adviceFirstRequested", "valueDateTime": "2026-11-20T09:00:00.000Z"},
            {"url": "adviceLastUpdated", "valueDateTime": "2026-11-21T09:00:00.000Z"},
            {"url": "referrer", "valueReference": identified(SDS, GP)},
            {"url": "service", "valueReference": identified(SERVICE, one.service) | {"display": one.service_name}},
            {"url": "communicationRequestVersion", "valueInteger": one.version},
        ]  # fmt: skip
        row = extension("eRS-AdviceAndGuidanceRequests-WorkListItem-1", extension=facts)
        entries.append({"extension": [row], "item": {"reference": f"CommunicationRequest/{one.ubrn}"}})
    return _listed(entries)


def referral_worklist(rows: list[Referral]) -> dict[str, Any]:
    """A008, referrals for review: booked ones too, and the patients in what is contained."""
    entries, patients = [], {}
    for one in rows:
        patients[one.nhs_number] = {
            "id": f"Patient-{one.nhs_number}", "meta": profile("eRS-Patient-1"), "resourceType": "Patient",
            "identifier": [{"system": NHS, "value": one.nhs_number}],
        }  # fmt: skip
        facts = [
            {"url": "priority", "valueCodeableConcept": concept("eRS-Priority-1", one.priority)},
            {"url": "specialty", "valueCodeableConcept": {"coding": [SPECIALTY]}},
            {"url": "patient", "valueReference": {"reference": f"#Patient-{one.nhs_number}"}},
            {"url": "eReferralPathwayStart", "valueDateTime": "2026-11-19T09:00:00.000Z"},
            {"url": "clinicalInfoPrinted", "valueBoolean": False},
            {"url": "requestContextStatus", "valueCodeableConcept": concept("eRS-RequestContextStatus-1", one.review)},
            {"url": "clinicalInfoFirstSubmitted", "valueDateTime": "2026-11-20T09:00:00.000Z"},
            {"url": "referralType", "valueCodeableConcept": concept(
                "eRS-ReferralType-1", "APPOINTMENT" if one.booked else "TRIAGE_DEFERRAL")},
            {"url": "service", "valueReference": identified(SERVICE, one.service) | {"display": one.service_name}},
            {"url": "referralRequestVersion", "valueInteger": one.version},
        ]  # fmt: skip
        row = extension("eRS-ReferralsforReview-WorkListItem-1", extension=facts)
        entries.append({"extension": [row], "item": {"reference": f"ReferralRequest/{one.ubrn}"}})
    return _listed(entries, list(patients.values()))


def _listed(entries: list[dict[str, Any]], contained: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    meta = profile("eRS-FetchWorklist-List-1")
    found = {"meta": meta, "resourceType": "List", "status": "current", "mode": "snapshot", "entry": entries}
    return found | ({"contained": contained} if contained else {})


def referral_request(one: Referral | Request, state: str = "") -> dict[str, Any]:
    """A005, and what A027 and A028 answer."""
    said = [{"url": "state", "valueCoding": coding("eRS-ReferralState-1", state or one.state)}]
    files: list[dict[str, Any]] = []
    related: list[str] = []
    if isinstance(one, Referral):
        files = [document(file, f"DocumentReference-{number}") for number, file in enumerate(one.files, 80000)]
        related = one.related
        if one.outcome:
            said.append({"url": "reason", "valueCoding": coding("eRS-ReviewOutcome-1", one.outcome)})
            said.append({"url": "comments", "valueString": one.comments})
    return {
        "id": one.ubrn, "meta": profile("eRS-ReferralRequest-1", one.version), "resourceType": "ReferralRequest",
        "extension": [
            extension("eRS-ReferralPriority-1", valueCodeableConcept=concept("eRS-Priority-1", one.priority)),
            extension("eRS-ReferralShortlist-1", valueReference={"reference": "#shortlist"}),
            extension("eRS-ReferralState-1", extension=said),
        ],
        "contained": [*_shortlist(one.service, "Pain service"), *files], "status": "active", "intent": "plan",
        "subject": identified(NHS, one.nhs_number),
        "supportingInfo": [{"reference": name} for name in [*(f"#{file['id']}" for file in files), *related]],
        "identifier": [{"system": "https://fhir.nhs.uk/Id/ers-request-id", "value": f"r.{one.ubrn}"}],
    }  # fmt: skip


def outcome(code: str) -> dict[str, Any]:
    """An OperationOutcome, with words in it that no clinician should ever read."""
    detail = {"coding": [{"system": f"{STU3}/CodeSystem/eRS-APIErrorCode-1", "code": code, "display": code.title()}]}
    return {
        "meta": profile("eRS-OperationOutcome-1"), "resourceType": "OperationOutcome",
        "issue": [{"severity": "error", "code": "invalid", "details": detail, "diagnostics": "RAW DIAGNOSTICS"}],
    }  # fmt: skip


def actions(one: Referral, codes: list[str]) -> dict[str, Any]:
    """A029: what may be done with a referral now."""
    focus = f"ReferralRequest/{one.ubrn}/_history/{one.version}"
    entries = [
        {"fullUrl": f"_baseUrl_/STU3/Task/{name}", "search": {"mode": "match"}, "resource": {
            "id": name, "resourceType": "Task", "status": "ready", "intent": "proposal", "focus": {"reference": focus},
            "meta": {"profile": ["https://fhir.hl7.org.uk/STU3/StructureDefinition/CareConnect-Task-1"]},
            "code": concept("eRS-AvailableActionsForUser-1", code),
        }}
        for code in codes for name in [str(uuid.uuid4())]
    ]  # fmt: skip
    return {
        "id": str(uuid.uuid4()), "resourceType": "Bundle", "type": "searchset", "entry": entries,
        "meta": {"lastUpdated": "2026-11-26T09:00:00.000Z",
                 "profile": ["http://hl7.org/fhir/STU3/StructureDefinition/Bundle"]},
        "link": [{"relation": "self", "url": f"_baseUrl_/STU3/Task?focus={focus}&intent=proposal&status=ready"}],
    }  # fmt: skip
