"""Where a referral stands, as a Task: its state, and what is awaited from whom. Nothing of what the team says among
itself, nothing of a second screening, nothing of what a letter was read to say."""

from typing import Any

from painpath.exchange.fhir.mapping.base import (
    JOINED,
    OURS,
    OUTCOMES,
    STATES,
    concept,
    day,
    instant,
    present,
    reference,
    text,
)
from painpath.exchange.fhir.mapping.facts import Awaited, Case

_STATUS = {
    "received": "received",
    "awaiting_screening": "received",
    "screening": "in-progress",
    "awaiting_referrer": "on-hold",
    "awaiting_patient": "on-hold",
    "delayed": "on-hold",
    "accepted": "accepted",
    "withdrawn": "cancelled",
    "deceased": "cancelled",
    "moved_away": "cancelled",
    "closed_in_error": "entered-in-error",
}
"""State -> status; every other state is `completed`. None is `rejected`: somebody has always decided what is next."""
_DONE = ("handed_over", "advice_given", "signposted", "redirected", "not_now", "discharged")
STATES_OF = {status: tuple(one for one in _STATUS if _STATUS[one] == status) for status in _STATUS.values()} | {
    "completed": _DONE
}
"""Status -> the states that are shown as it."""
_WAITS = {"referrer": "We wait for an answer of whoever referred", "patient": "We wait for an answer of the patient"}
_OPEN = frozenset({"received", "awaiting_screening", "screening", "awaiting_referrer", "awaiting_patient", "delayed",
                   "accepted"})  # fmt: skip
INPUTS = f"{OURS}task-input"
OUTPUTS = f"{OURS}task-output"


def task(case: Case) -> dict[str, Any]:
    """The resource, under the referral's own reference."""
    waiting = [one for one in case.awaited if not one.answered]
    why = JOINED if case.joined else " ".join(map(_waits, waiting))
    found = {
        "resourceType": "Task",
        "id": case.reference,
        "status": _STATUS.get(case.state, "completed"),
        "statusReason": concept(why) if why else {},
        "businessStatus": concept(case.state_words, STATES, case.state),
        "intent": "order",
        "code": {"coding": [{"system": "http://hl7.org/fhir/CodeSystem/task-code", "code": "fulfill"}]},
        "focus": reference("ServiceRequest", case.reference),
        "for": reference("Patient", case.reference),
        "authoredOn": instant(case.received_at),
        "lastModified": instant(case.changed_at),
        "owner": reference("Organization", case.service, case.service_name),
        "input": [made for one in waiting for made in _inputs(one)],
        "output": _outputs(case),
    }
    if case.state in _OPEN and case.due_on is not None:
        found["restriction"] = {"period": {"end": day(case.due_on)}}
    return present(found)


def _waits(one: Awaited) -> str:
    return f"{_WAITS[one.of]} until {one.due_on.day} {one.due_on:%B %Y}."


def _inputs(one: Awaited) -> list[dict[str, Any]]:
    asked = [
        {"type": concept("Question to whoever referred", INPUTS, "question"), "valueString": text(said)}
        for said in one.questions
    ]
    forms = [
        {"type": concept("Questionnaire for the patient", INPUTS, "questionnaire"), "valueCanonical": canonical}
        for canonical in one.questionnaires
    ]
    return asked + forms


def _outputs(case: Case) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    standing = [one for one in case.decisions if one.taken_back_at is None]
    for one in standing[-1:]:
        found.append({
            "type": concept("Decision", OUTPUTS, "decision"),
            "valueCodeableConcept": concept(one.label, OUTCOMES, one.outcome),
        })  # fmt: skip
        found.append({
            "type": concept("Who decided, when and why", OUTPUTS, "provenance"),
            "valueReference": reference("Provenance", one.key),
        })  # fmt: skip
    found += [
        {"type": concept("Letter", OUTPUTS, "letter"), "valueReference": reference("DocumentReference", one.id)}
        for one in case.letters
        if not one.superseded and one.kind == "gp" and one.left
    ]
    return found
