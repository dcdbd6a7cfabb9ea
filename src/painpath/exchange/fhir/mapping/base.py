"""What every resource of ours is made with."""

from datetime import UTC, date, datetime
from typing import Any

from painpath import clock

OURS = "urn:painpath:"
"""Our own systems of identifiers and codes: no number of the NHS is used up for what stays in this record."""
STATES = f"{OURS}state"
OUTCOMES = f"{OURS}outcome"
JOINED = "This was joined with another referral of the same person that is here. It goes on there."
UNPRINTABLE = {ord(char): " " for char in map(chr, range(32)) if char not in "\t\n\r"}


def instant(at: datetime) -> str:
    """A moment to the second, in London, with its offset: a dateTime and an instant of FHIR."""
    return at.astimezone(clock.LONDON).isoformat(timespec="seconds")


def exact(at: datetime) -> str:
    """A moment to the millisecond, in universal time."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def day(value: date) -> str:
    """A day."""
    return value.isoformat()


def text(value: str) -> str:
    """A string as FHIR has it: never empty, nothing that cannot be printed."""
    return value.translate(UNPRINTABLE).strip() or "-"


def reference(kind: str, name: str, display: str = "") -> dict[str, Any]:
    """A reference to a resource here."""
    return {"reference": f"{kind}/{name}"} | ({"display": text(display)} if display else {})


def concept(words: str, system: str = "", code: str = "") -> dict[str, Any]:
    """A CodeableConcept: words, and a code of ours where there is one."""
    coding = {"coding": [{"system": system, "code": code, "display": text(words)}]} if code else {}
    return coding | {"text": text(words)}


def present(resource: dict[str, Any]) -> dict[str, Any]:
    """The resource without what is empty: FHIR has no empty texts, lists or objects."""
    return {name: value for name, value in resource.items() if value not in ("", None, [], {}, ())}
