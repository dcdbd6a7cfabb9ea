"""Reading a resource that may be faulty: whatever is there is taken where it can be understood, and never raises."""

import html
import re
from collections.abc import Iterator
from typing import Any

_TAG = re.compile(r"<[^>]{0,500}>")
_UNTOLD = frozenset({"resourceType", "id", "meta", "url", "system", "data", "reference", "fullUrl", "profile", "text"})


def listed(value: Any) -> list[Any]:
    """A list: where one thing stands in its place, that thing alone."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a list."""
    return [one for one in listed(value) if isinstance(one, dict)]


def first(value: Any) -> dict[str, Any]:
    """The first object, or an empty one."""
    return next(iter(objects(value)), {})


def words(value: Any) -> str:
    """A text without blanks around it; "" for anything else. Numbers count as they are written."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def concept(value: Any) -> str:
    """A CodeableConcept in words: its text, and what its codes are called where that says more."""
    found: list[str] = []
    for one in objects(value):
        codings = objects(one.get("coding"))
        said = [words(one.get("text")), *(words(code.get("display")) or words(code.get("code")) for code in codings)]
        for word in said:
            if word and word.lower() not in " ".join(found).lower():
                found.append(word)
    return "; ".join(found)


def tail(reference: Any, kind: str) -> str:
    """The id of `Kind/id`, also at the end of an absolute address; "" where another kind is meant, or nothing."""
    path = words(reference).partition("/_history")[0]
    found = re.fullmatch(rf"(?:.*/)?{kind}/([A-Za-z0-9.\-]{{1,64}})", path)
    return found[1] if found else ""


def narrative(resource: dict[str, Any]) -> str:
    """The text of a resource, without its marks."""
    div = words(first(resource.get("text")).get("div"))
    return " ".join(html.unescape(_TAG.sub(" ", div)).split())


def told(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text, number and yes or no of something, with where it stands: for a person to read. No files, no ids."""
    if isinstance(value, dict):
        for name, one in value.items():
            if name not in _UNTOLD or (name == "text" and isinstance(one, str)):
                yield from told(one, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for one in value:
            yield from told(one, path)
    elif isinstance(value, bool):
        yield path, "yes" if value else "no"
    elif words(value):
        yield path, words(value)
