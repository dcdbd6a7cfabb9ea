"""What a letter says about whom it is from and about, offered for a person to confirm, with the words it comes from."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from painpath.directory.finding import titled
from painpath.referrals.models import Referral

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


_YES_NO = {True: "yes", False: "no", None: "unknown"}


@dataclass(frozen=True)
class Offers:
    """What the form starts with, and a hint for each field that the letter filled."""

    initial: dict[str, Any]
    hints: dict[str, str]


def offers(referral: Referral) -> Offers:
    """What is on record already; else what the letter states. Nothing is offered that the letter does not state."""
    if referral.patient is not None:
        return Offers(_on_record(referral), {})
    run = referral.screenings.last()
    stated: dict[str, Any] = {name: found for name, found in run.identifiers.items() if found} if run else {}
    initial: dict[str, Any] = {}
    hints = {}
    for name, field in FIELDS.items():
        if name not in stated:
            continue
        value = stated[name]["value"]
        initial[field] = date.fromisoformat(value) if name == "date_of_birth" else value
        hints[field] = f"The letter says: “{stated[name]['quote']}”"
    if "name" in stated:
        initial |= split_name(stated["name"]["value"])
    if "ubrn" in stated:
        initial["route"] = "gp-ers"
    return Offers(initial, hints)


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


def _on_record(referral: Referral) -> dict[str, Any]:
    patient = referral.patient
    names = [
        "title", "given_name", "family_name", "date_of_birth", "nhs_number", "sex", "ethnicity", "address", "postcode",
        "phone", "email", "language", "interpreter", "communication_needs", "safe_contact", "proxy_name",
        "proxy_relationship", "proxy_authority",
    ]  # fmt: skip
    found = {name: getattr(patient, name) for name in names}
    found |= {
        name: getattr(referral, name)
        for name in ("route", "ubrn", "circumstances", "information_given_on", "information_version", "consented_on")
    }
    found["locality"] = referral.locality or "unknown"
    found["may_convert"] = _YES_NO[referral.may_convert] if referral.route else ""
    if referral.referrer:
        one = referral.referrer
        found |= {
            "referrer_name": one.name, "referrer_profession": one.profession, "referrer_email": one.email,
            "referrer_registration": one.registration,
        }  # fmt: skip
    if referral.practice:
        found["practice_name"] = titled(referral.practice)
    return found
