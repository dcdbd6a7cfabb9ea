"""What a manager can let a program do: plain sentences, each with the scopes that it stands for."""

from collections.abc import Iterable
from dataclasses import dataclass

from painpath.exchange import scopes


@dataclass(frozen=True)
class Offer:
    """One thing to tick."""

    id: str
    sentence: str
    scopes: tuple[str, ...]
    hint: str = ""


_WITH_IT = (
    "Patient", "Practitioner", "PractitionerRole", "Organization", "DocumentReference", "Binary",
    "QuestionnaireResponse",
)  # fmt: skip
OFFERS = (
    Offer(
        "send", "Send referrals, with the patient and the documents; send changes to them",
        ("system/ServiceRequest.cu", *(f"system/{one}.c" for one in _WITH_IT)),
        "Each waits for a person of the team, as a letter does. A change goes to a person too.",
    ),
    Offer(
        "see", "See referrals: the patient, who sent it, and where it stands",
        tuple(
            f"system/{one}.rs"
            for one in ("ServiceRequest", "Patient", "Practitioner", "PractitionerRole", "Organization", "Task")
        ),
    ),
    Offer(
        "documents", "See the documents and letters of referrals", ("system/DocumentReference.rs", "system/Binary.rs")
    ),
    Offer(
        "advice", "See what was asked and advised", ("system/Communication.rs", "system/CommunicationRequest.rs")
    ),
    Offer("answers", "See what patients have filled in", ("system/QuestionnaireResponse.rs",)),
    Offer(
        "trail", "See who did what, and when", ("system/Provenance.rs", "system/AuditEvent.rs"),
        "For an auditor's program.",
    ),
    Offer(
        "published", "Read the published criteria and questionnaires",
        ("system/PlanDefinition.rs", "system/Questionnaire.rs"), "Nothing of a patient.",
    ),
)  # fmt: skip

SUPPORTED = sorted({scope for one in OFFERS for scope in one.scopes})
"""Every scope that can be registered."""


def scopes_of(ticked: Iterable[str]) -> list[str]:
    """The scopes that the ticked offers stand for."""
    chosen = set(ticked)
    return sorted({scope for one in OFFERS if one.id in chosen for scope in one.scopes})


def offers_in(registered: Iterable[str]) -> list[Offer]:
    """What was ticked for a program with these scopes."""
    has = list(registered)

    def covers(scope: str) -> bool:
        one = scopes.parse(scope)
        return one is not None and all(scopes.may(has, one[0], letter) for letter in one[1])

    return [one for one in OFFERS if all(covers(scope) for scope in one.scopes)]
