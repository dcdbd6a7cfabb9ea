"""Advice asked and given, and what the team asks whoever referred: Communication and CommunicationRequest."""

from typing import Any

from painpath.exchange.fhir.mapping.base import OURS, instant, present, reference, text
from painpath.exchange.fhir.mapping.facts import Awaited, Case, Word
from painpath.exchange.fhir.mapping.people import sender_reference


def question_id(word: Word) -> str:
    """The id of the CommunicationRequest that a message of the team answers."""
    return f"question-{word.id}"


def asked_id(asked: Awaited) -> str:
    """The id of the CommunicationRequest by which the team asks."""
    return f"asked-{asked.id}"


def communication(case: Case, word: Word) -> dict[str, Any]:
    """One message."""
    team = reference("Organization", case.service, case.service_name)
    them = sender_reference(case)
    ours = word.side == "team"
    return present({
        "resourceType": "Communication",
        "id": str(word.id),
        "identifier": [{"system": f"{OURS}message", "value": str(word.id)}],
        "basedOn": [reference("CommunicationRequest", question_id(word))] if word.question and ours else [],
        "status": "completed",
        "subject": reference("Patient", case.reference),
        "about": [reference("ServiceRequest", case.reference)],
        "sent": instant(word.at),
        "recipient": [them if ours else team] if (them or not ours) else [],
        "sender": team if ours else (them if "reference" in them else {}),
        "payload": [{"contentString": text(word.text)}],
        "note": [{"text": text(f"Written by {word.by}")}] if ours and word.by else [],
    })  # fmt: skip


def question(case: Case, word: Word) -> dict[str, Any]:
    """What the referrer asked, in their words, as the team quoted it."""
    return _request(case, question_id(word), instant(word.at), [word.question], "completed", sender_reference(case))


def asked(case: Case, one: Awaited) -> dict[str, Any]:
    """What the team asks whoever referred."""
    status = "completed" if one.answered else "active"
    team = reference("Organization", case.service, case.service_name)
    made = _request(case, asked_id(one), instant(one.asked_at), list(one.questions), status, team)
    return made | {"occurrencePeriod": {"end": one.due_on.isoformat()}}


def _request(
    case: Case, name: str, at: str, said: list[str], status: str, requester: dict[str, Any]
) -> dict[str, Any]:  # fmt: skip
    return present({
        "resourceType": "CommunicationRequest",
        "id": name,
        "status": status,
        "subject": reference("Patient", case.reference),
        "about": [reference("ServiceRequest", case.reference)],
        "payload": [{"contentString": text(one)} for one in said],
        "authoredOn": at,
        "requester": requester if "reference" in requester else {},
    })  # fmt: skip
