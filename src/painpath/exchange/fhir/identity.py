"""Whom a referral is about, and who sent it, from what another program states: by the names of the register's form.

Systems of identifiers are those of UK Core. A good check digit is no proof of whose number it is: only a trace is, and
none is made here, so that no number is ever called verified.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from painpath.exchange.fhir.loose import concept, first, listed, objects, words
from painpath.reading.patient import valid_nhs_number

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
ODS = frozenset(
    f"https://fhir.nhs.uk/{place}/ods-{kind}" for place in ("Id", "id") for kind in ("organization-code", "site-code")
)
"""The published examples of BaRS write `id`."""
UBRN = "https://fhir.nhs.uk/Id/UBRN"
REGISTERS = {
    "https://fhir.hl7.org.uk/Id/gmc-number": "GMC",
    "https://fhir.hl7.org.uk/Id/nmc-number": "NMC",
    "https://fhir.hl7.org.uk/Id/gphc-number": "GPhC",
    "https://fhir.hl7.org.uk/Id/gmp-number": "GMP",
    "https://fhir.nhs.uk/Id/sds-user-id": "Spine",
}
_INTERPRETER = "Extension-UKCore-InterpreterRequired"
_POSTCODE = re.compile(r"[A-Za-z]{1,2}[0-9][A-Za-z0-9]?\s*[0-9][A-Za-z]{2}")
_BLANKS = re.compile(r"[\s\u00a0\u2007\u202f-]+")
SEXES = frozenset({"female", "male", "other", "unknown"})


@dataclass(frozen=True)
class Stated:
    """Details by the names of the register's form (`date_of_birth` as written, ISO), and what was read past."""

    details: dict[str, str]
    warnings: tuple[str, ...]

    @property
    def is_somebody(self) -> bool:
        """Whether a person could tell whom this is about: by a name or an NHS number."""
        return bool(self.details.get("family_name") or self.details.get("nhs_number") or self.number_as_stated)

    @property
    def number_as_stated(self) -> str:
        """The number as it came, also one whose check digit does not fit."""
        return self.details.get("nhs_number_stated", "")


def patient(resource: dict[str, Any]) -> Stated:
    """What a Patient, or the identifier and the words of a reference to one, states."""
    found: dict[str, str] = {}
    warnings: list[str] = []
    _name(resource, found)
    _number(resource, found, warnings)
    _born(resource, found, warnings)
    _reach(resource, found)
    sex = words(resource.get("gender")).lower()
    if sex in SEXES:
        found["sex"] = sex
    elif sex:
        warnings.append("The sex was sent in words that the standard does not have. It is in the letter.")
    if resource.get("deceasedBoolean") is True or words(resource.get("deceasedDateTime")):
        warnings.append("The sender says that this person has died. Check before anything is sent.")
    if len(objects(resource.get("name"))) > 1:
        warnings.append("More than one name was sent. The one for official use was taken.")
    _communication(resource, found)
    return Stated({name: value[:400] for name, value in found.items() if value}, tuple(warnings))


def _name(resource: dict[str, Any], found: dict[str, str]) -> None:
    names = objects(resource.get("name"))
    order = {"official": 0, "usual": 1, "": 2}
    best = min(names, key=lambda one: order.get(words(one.get("use")), 3), default={})
    found["title"] = " ".join(map(words, listed(best.get("prefix"))))[:20]
    found["given_name"] = " ".join(filter(None, map(words, listed(best.get("given")))))[:100]
    found["family_name"] = words(best.get("family"))[:100]
    if not found["family_name"]:  # only a text, or only the words of a reference
        said = words(best.get("text")) or words(resource.get("display"))
        given, _, family = said.rpartition(" ")
        found["family_name"], found["given_name"] = family[:100], found["given_name"] or given[:100]


def _number(resource: dict[str, Any], found: dict[str, str], warnings: list[str]) -> None:
    numbers = [
        _BLANKS.sub("", words(one.get("value")))
        for one in objects(resource.get("identifier"))
        if words(one.get("system")) == NHS_NUMBER
    ]
    numbers = list(dict.fromkeys(filter(None, numbers)))
    good = [one for one in numbers if re.fullmatch(r"[0-9]{10}", one) and valid_nhs_number(one)]
    if len(numbers) > 1:
        warnings.append("More than one NHS number was sent. None was taken: choose the right one.")
    elif good:
        found["nhs_number"] = good[0]
    elif numbers:
        warnings.append("The NHS number was not taken: its check digit does not fit, or it has not 10 digits.")
    found["nhs_number_stated"] = ", ".join(numbers)


def _born(resource: dict[str, Any], found: dict[str, str], warnings: list[str]) -> None:
    said = words(resource.get("birthDate"))
    if not said:
        return
    found["date_of_birth_stated"] = said
    try:
        found["date_of_birth"] = date.fromisoformat(said[:10]).isoformat()
    except ValueError:
        warnings.append("The date of birth was not taken: it is not a whole date. It is in the letter as it came.")


def _reach(resource: dict[str, Any], found: dict[str, str]) -> None:
    for one in objects(resource.get("telecom")):
        kind, value = words(one.get("system")), words(one.get("value"))
        if kind in ("phone", "sms"):
            found.setdefault("phone", value[:40])
        elif kind == "email":
            found.setdefault("email", value)
    homes = objects(resource.get("address"))
    best = min(homes, key=lambda one: words(one.get("use")) not in ("home", ""), default={})
    lines = [*map(words, listed(best.get("line"))), words(best.get("city")), words(best.get("district"))]
    found["address"] = "\n".join(filter(None, lines)) or words(best.get("text"))
    postcode = words(best.get("postalCode"))
    if _POSTCODE.fullmatch(postcode):
        found["postcode"] = postcode.upper()
    elif postcode:
        found["address"] = "\n".join(filter(None, (found["address"], postcode)))


def _communication(resource: dict[str, Any], found: dict[str, str]) -> None:
    spoken = [concept(one.get("language")) for one in objects(resource.get("communication"))]
    found["language"] = "; ".join(filter(None, spoken))[:60]
    for one in objects(resource.get("extension")):
        if words(one.get("url")).endswith(_INTERPRETER) and one.get("valueBoolean") is True:
            found["interpreter"] = found["language"] or "Yes"


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who sent it, as stated."""

    name: str = ""
    registration: str = ""
    role: str = ""
    organisation: str = ""
    ods_code: str = ""
    contact: str = ""


def sender(resources: list[dict[str, Any]], display: str = "") -> Sender:
    """Who a referral says it is from: out of the requester, and what that points to, in any order."""
    found: dict[str, str] = {"name": ""}
    for one in resources:
        kind = words(one.get("resourceType"))
        if kind == "Practitioner":
            human = first(one.get("name"))
            parts = [*map(words, listed(human.get("prefix"))), *map(words, listed(human.get("given")))]
            said = words(human.get("text")) or " ".join(filter(None, (*parts, words(human.get("family")))))
            found["name"] = found["name"] or said
            numbers = [
                f"{REGISTERS[words(mark.get('system'))]} {words(mark.get('value'))}"
                for mark in objects(one.get("identifier"))
                if words(mark.get("system")) in REGISTERS
            ]
            found.setdefault("registration", ", ".join(numbers))
        elif kind == "PractitionerRole":
            found.setdefault("role", "; ".join(filter(None, (concept(code) for code in listed(one.get("code"))))))
            found["name"] = found["name"] or words(first(one.get("practitioner")).get("display"))
            found.setdefault("organisation", words(first(one.get("organization")).get("display")))
        elif kind == "Organization":
            found["organisation"] = words(one.get("name")) or found.get("organisation", "")
            codes = [
                words(mark.get("value")) for mark in objects(one.get("identifier")) if words(mark.get("system")) in ODS
            ]
            found.setdefault("ods_code", next(iter(codes), ""))
        contacts = [words(way.get("value")) for way in objects(one.get("telecom"))]
        if any(contacts):
            found.setdefault("contact", ", ".join(filter(None, contacts)))
    found["name"] = found["name"] or display
    return Sender(**{name: value[:200] for name, value in found.items()})
