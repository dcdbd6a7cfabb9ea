"""The operations of the e-RS API that we call, as data: address, headers, who may, and how versions are held.

There is no single rule for the headers, so that each operation has its own row (the API's OpenAPI document, 26 June
2026; the `If-Match` of A027 is in its body).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Method = Literal["GET", "POST"]
HeaderSet = Literal["H1", "H2", "H3"]
"""H1: organisation and business function for a person, never for the application. H2: both, always. H3: neither."""
Access = Literal["user", "app"]
Versions = Literal["none", "if_match", "in_body", "in_address"]

SPC, SPCA, SPA = "SERVICE_PROVIDER_CLINICIAN", "SERVICE_PROVIDER_CLINICIAN_ADMIN", "SERVICE_PROVIDER_ADMIN"
PROVIDER_ROLES = {SPC: "Clinician of the provider", SPCA: "Administrator for a clinician", SPA: "Administrator"}
"""The roles in e-RS of people who work here, in words."""
_ANSWER = frozenset({SPC, SPCA})
_READ = frozenset({SPC, SPCA, SPA})

FHIR = "application/fhir+json"


@dataclass(frozen=True)
class Operation:
    """One operation. `roles` are those of providers; `write` changes something in e-RS."""

    id: str
    method: Method
    path: str
    headers: HeaderSet
    roles: frozenset[str]
    access: frozenset[Access] = frozenset({"user"})
    versions: Versions = "none"
    write: bool = False
    on_behalf: bool = True
    """Whether an administrator says for which clinician (`NHSD-eRS-On-Behalf-Of-User-ID`)."""
    answers: frozenset[int] = frozenset({200})
    """What it answers when all is well."""
    accept: str = FHIR


_BOTH: frozenset[Access] = frozenset({"user", "app"})

OPERATIONS: Mapping[str, Operation] = {
    one.id: one
    for one in (
        Operation("A004", "GET", "/STU3/CodeSystem/{kind}", "H1", _READ, _BOTH),
        Operation("A005", "GET", "/STU3/ReferralRequest/{ubrn}", "H1", _ANSWER, _BOTH),
        Operation("A007", "POST", "/STU3/ReferralRequest/{ubrn}/$ers.generateCRI", "H1", _ANSWER, _BOTH,
                  accept="application/pdf"),
        Operation("A008", "POST", "/STU3/ReferralRequest/$ers.fetchworklist", "H1", _READ, _BOTH),
        Operation("A020", "POST", "/STU3/Binary", "H2", _ANSWER, write=True, answers=frozenset({201})),
        Operation("A023", "POST", "/STU3/CommunicationRequest/$ers.fetchworklist", "H2", _READ),
        Operation("A024", "GET", "/STU3/CommunicationRequest/{ubrn}", "H1", _ANSWER, _BOTH),
        Operation("A025", "GET", "/STU3/Communication", "H1", _ANSWER, _BOTH, versions="in_address"),
        Operation("A026", "POST", "/STU3/CommunicationRequest/{ubrn}/$ers.sendCommunicationToRequester", "H2", _ANSWER,
                  versions="if_match", write=True),
        Operation("A027", "POST", "/STU3/ReferralRequest/$ers.createFromCommunicationRequestActionLater", "H2",
                  _ANSWER, versions="in_body", write=True, answers=frozenset({201})),
        Operation("A028", "POST", "/STU3/ReferralRequest/{ubrn}/$ers.recordReviewOutcome", "H2", _ANSWER,
                  versions="if_match", write=True),
        Operation("A029", "GET", "/STU3/Task", "H2", _ANSWER, _BOTH, versions="in_address"),
        Operation("A030", "GET", "/R4/PractitionerRole", "H3", _READ, on_behalf=False),
        Operation("A040", "GET", "/R4/Practitioner", "H2", frozenset({SPCA}), on_behalf=False),
        Operation("A042", "GET", "/R4/Binary/{binary}", "H1", _READ, _BOTH, answers=frozenset({307}), accept="*/*"),
        Operation("A043", "POST", "/STU3/CommunicationRequest/{ubrn}/$ers.generateCRI", "H1", _ANSWER, _BOTH,
                  accept="application/pdf"),
    )
}  # fmt: skip
"""A028 is open to an application for what is no clinical decision; ours all are, so it is a person's."""

INCLUDES = (
    "Communication:requester-practitionerrole:PractitionerRole",
    "Communication:sender-practitionerrole:PractionerRole",  # spelt so in the API
    "Communication:content-reference:DocumentReference",
)
"""What A025 is asked for besides the messages. All three are sent always: what is given without may change."""


class NotAllowed(Exception):
    """The call must not be made in this way. `sentence` says why; nothing was sent."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Acting:
    """As whom we call: in a person's session with organisation and role, or as the application."""

    access: Access
    organisation: str = ""
    role: str = ""
    on_behalf_of: str = ""


def headers_of(operation: Operation, acting: Acting) -> dict[str, str]:
    """Organisation, business function and on whose behalf, as this operation wants them.

    Raises NotAllowed where this person, or the application, may not call it: e-RS would refuse it too.
    """
    if acting.access not in operation.access:
        raise NotAllowed("This can be done in e-RS only by a person who has signed in there. Nothing was sent.")
    if acting.access == "user" and operation.headers != "H3" and acting.role not in operation.roles:
        raise NotAllowed("Your role in e-RS does not allow this. Choose another role, or ask a clinician.")
    if operation.headers == "H3" or (operation.headers == "H1" and acting.access == "app"):
        return {}
    if not acting.organisation:
        raise NotAllowed("Choose for which organisation you work in e-RS. Nothing was sent.")
    found = {"NHSD-End-User-Organisation-ODS": acting.organisation, "NHSD-eRS-Business-Function": acting.role}
    if acting.access == "user" and acting.role == SPCA and operation.on_behalf:
        if not acting.on_behalf_of:
            raise NotAllowed("Choose for which clinician you act in e-RS. Nothing was sent.")
        found["NHSD-eRS-On-Behalf-Of-User-ID"] = acting.on_behalf_of
    return found
