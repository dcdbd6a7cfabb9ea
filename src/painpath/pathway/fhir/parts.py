"""What every FHIR resource of ours is made with."""

from typing import Any

OURS = "urn:painpath:"
"""Our own systems of identifiers and codes: no number of the NHS is used up for what stays in this record."""
UNPRINTABLE = {ord(char): " " for char in map(chr, range(32)) if char not in "\t\n\r"}


def text(value: str) -> str:
    """A string as FHIR has it: never empty, nothing that cannot be printed."""
    return value.translate(UNPRINTABLE).strip() or "-"


def concept(words: str, system: str = "", code: str = "") -> dict[str, Any]:
    """A CodeableConcept: words, and a code of ours where there is one."""
    coding = {"coding": [{"system": system, "code": code, "display": text(words)}]} if code else {}
    return coding | {"text": text(words)}


def present(resource: dict[str, Any]) -> dict[str, Any]:
    """The resource without what is empty: FHIR has no empty texts, lists or objects."""
    return {name: value for name, value in resource.items() if value not in ("", None, [], {}, ())}
