"""A referral in FHIR as words that people read, and that the program reads as any other letter. Nothing sent is left
out but files, which are filed beside it, and what only programs need; all of it as it came stays with the message."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from painpath.exchange.fhir.identity import Sender, Stated
from painpath.exchange.fhir.loose import concept, listed, narrative, objects, told, words

_SHOWN = frozenset(
    {"resourceType", "id", "meta", "text", "contained", "subject", "requester", "reasonCode", "note", "code",
     "priority", "identifier", "status", "intent", "authoredOn", "supportingInfo", "patientInstruction", "extension"}
)  # fmt: skip
_PEOPLE = frozenset({"Patient", "Practitioner", "PractitionerRole", "Organization"})
_FILES = frozenset({"Binary"})
LONGEST = 200_000
"""Characters: what is longer stays with the message and is said to."""


def reasons(request: dict[str, Any]) -> list[str]:
    """Why somebody is referred: the reasons in words, one each."""
    return [said for said in map(concept, listed(request.get("reasonCode"))) if said]


def notes(request: dict[str, Any]) -> list[str]:
    """The notes of a referral; one that is a mere text counts."""
    found = [words(one.get("text")) if isinstance(one, dict) else words(one) for one in listed(request.get("note"))]
    return [said for said in found if said]


def letter(
    request: dict[str, Any], stated: Stated, sender: Sender, others: Sequence[dict[str, Any]], *, program: str,
    received: str,
) -> str:  # fmt: skip
    """The whole referral as a letter. `others` are the resources that came with it, `received` a day in words."""
    blocks = [
        ("", [_line("Date", _day(words(request.get("authoredOn")))), f"Sent by {program}", f"Received on {received}"]),
        ("", _patient(stated)),
        ("", _sender(sender)),
        ("Referral", [
            concept(request.get("code")),
            *(_line("Kind", concept(one)) for one in listed(request.get("category"))),
            _line("Priority", words(request.get("priority"))),
        ]),
        ("Reason for referral", reasons(request) + [
            words(one.get("display")) for one in objects(request.get("reasonReference"))
        ]),
        ("Notes", notes(request)),
        ("Told to the patient", [words(request.get("patientInstruction"))]),
        ("Summary by the sender", [narrative(request)]),
        ("Also sent with it", _rest(request)),
        *((_title(one), _other(one)) for one in others if words(one.get("resourceType")) not in _PEOPLE | _FILES),
        *(("Patient, as it was sent", _other(one)) for one in others
          if one.get("resourceType") == "Patient"),
    ]  # fmt: skip
    parts = []
    for heading, lines in blocks:
        shown = [line for line in lines if line]
        if shown:
            parts.append("\n".join([heading, *shown] if heading else shown))
    text = "\n\n".join(parts) + "\n"
    if len(text) > LONGEST:
        text = text[:LONGEST] + "\n\n[There is more: it is kept whole with the message as it came.]\n"
    return text


def _day(said: str) -> str:
    try:
        found = date.fromisoformat(said[:10])
    except ValueError:
        return said
    return f"{found.day} {found:%B %Y}"


def _line(label: str, value: str) -> str:
    return f"{label}: {value}" if value else ""


def _patient(stated: Stated) -> list[str]:
    said = stated.details
    name = " ".join(filter(None, (said.get("title"), said.get("given_name"), said.get("family_name"))))
    return [
        _line("Patient", name),
        _line("Date of birth", said.get("date_of_birth_stated", "")),
        _line("NHS number", stated.number_as_stated),
        _line("Sex", said.get("sex", "")),
        _line("Address", ", ".join(filter(None, (*said.get("address", "").split("\n"), said.get("postcode", ""))))),
        _line("Phone", said.get("phone", "")),
        _line("Email", said.get("email", "")),
        _line("Language", said.get("language", "")),
        _line("Interpreter", said.get("interpreter", "")),
    ]


def _sender(sender: Sender) -> list[str]:
    who = ", ".join(filter(None, (sender.name, sender.role, sender.registration)))
    where = " ".join(filter(None, (sender.organisation, f"({sender.ods_code})" if sender.ods_code else "")))
    return [_line("Referred by", who), _line("Practice", where), _line("Contact", sender.contact)]


def _title(resource: dict[str, Any]) -> str:
    return words(resource.get("resourceType")) or "Something else"


def _other(resource: dict[str, Any]) -> list[str]:
    return [narrative(resource), *_lines(resource)]


def _rest(request: dict[str, Any]) -> list[str]:
    rest = {name: value for name, value in request.items() if name not in _SHOWN}
    shown = [words(one.get("display")) for one in objects(request.get("supportingInfo"))]
    return [*shown, *_lines(rest), *_lines({"extension": request.get("extension")})]


def _lines(value: Any) -> list[str]:
    return [f"{path}: {said}" for path, said in told(value)]
