"""Media types and preferences of a call (https://hl7.org/fhir/R4/http.html). Old names still count."""

import re

JSON = "application/fhir+json"
TYPES = frozenset({JSON, "application/json", "application/json+fhir"})
FORM = "application/x-www-form-urlencoded"
ANY = frozenset({"*/*", "application/*"})
_FORMATS = TYPES | {"json", "fhir+json", "json+fhir"}


def media(header: str) -> str:
    """The type of a Content-Type header, without its parameters, in small letters."""
    return header.partition(";")[0].strip().lower()


def wanted(accept: str) -> tuple[str, ...]:
    """The types of an Accept header that are wanted at all."""
    found = []
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        refused = any(re.fullmatch(r"q\s*=\s*0(\.0*)?", one) for one in parameters)
        if name and not refused:
            found.append(name)
    return tuple(found)


def takes_json(accept: str, form: str | None = None) -> bool:
    """Whether whoever calls can read what we answer. `form` is the parameter `_format`, which goes first."""
    if form:
        return media(form.replace(" ", "+")) in _FORMATS
    names = wanted(accept)
    return not accept.strip() or any(name in TYPES | ANY for name in names)


def preferences(header: str) -> dict[str, str]:
    """What a Prefer header asks for: `return` and `handling` among others."""
    found: dict[str, str] = {}
    for part in re.split(r"[,;]", header):
        name, _, value = part.partition("=")
        if name.strip():
            found.setdefault(name.strip().lower(), value.strip().strip('"'))
    return found


def version_of(header: str) -> int | None:
    """The version that an If-Match or If-None-Match names (`W/"3"`); None for anything else."""
    found = re.fullmatch(r'\s*(?:W/)?"(\d{1,9})"\s*', header)
    return int(found[1]) if found else None
