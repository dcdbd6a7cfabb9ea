"""What a letter states about whom it is from and about, as a form takes it, with the words it comes from."""

from collections.abc import Mapping
from datetime import date
from typing import Any

TITLES = {
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "dr",
    "prof",
    "professor",
    "rev",
    "sir",
    "dame",
    "lady",
    "lord",
    "master",
    "sr",
}
FIELDS = {
    "name": "family_name",
    "date_of_birth": "date_of_birth",
    "nhs_number": "nhs_number",
    "postcode": "postcode",
    "referrer": "referrer_name",
    "practice": "practice_name",
    "ubrn": "ubrn",
}
"""What the reader names -> the field of the form under which its words are quoted."""


def stated(identifiers: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """The fields of a form that the letter fills, and the words of the letter for each. Nothing is made up.

    `identifiers` are `screening.Identifiers` in plain objects, as the record keeps them.
    """
    found: dict[str, Any] = {name: value for name, value in identifiers.items() if value}
    values: dict[str, Any] = {}
    quotes = {}
    for name, field in FIELDS.items():
        if name not in found:
            continue
        value = found[name]["value"]
        values[field] = date.fromisoformat(value) if name == "date_of_birth" else value
        quotes[field] = found[name]["quote"]
    if "name" in found:
        values |= split_name(found["name"]["value"])
    return values, quotes


def split_name(name: str) -> dict[str, str]:
    """Title, given names and family name of a name as letters write it. A family name in capitals is recognised."""
    words = name.split()
    title = words.pop(0).rstrip(".") if words and words[0].rstrip(".").lower() in TITLES else ""
    capitals = [word for word in words if word.isupper() and len(word) > 1]
    if capitals and len(capitals) < len(words):
        given = [word for word in words if word not in capitals]
        family = " ".join(_name_case(word) for word in capitals)
    else:
        given, family = words[:-1], " ".join(words[-1:])
    return {"title": title, "given_name": " ".join(given), "family_name": family}


def _name_case(word: str) -> str:
    return "-".join(part.capitalize() for part in word.split("-"))
