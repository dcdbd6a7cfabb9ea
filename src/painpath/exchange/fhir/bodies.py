"""A body as plain values: JSON that nobody can make a bomb of, and text that PostgreSQL can keep."""

import json
import math
import re
from typing import Any

from painpath.exchange.fhir.outcomes import fault

DEEPEST = 60
"""Levels of nesting: the deepest published example we know has 14; a QuestionnaireResponse may nest groups."""
MOST_STRUCTURE = 2 * 1024 * 1024
"""Bytes outside of texts: brackets, commas, numbers. Files travel inside texts and do not count."""
_TEXT = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


class Written(float):
    """A decimal that is read as it was written (`1.50`, or more digits than a float has): FHIR asks for that."""

    text: str

    def __new__(cls, text: str) -> "Written":
        made = super().__new__(cls, text)
        if not math.isfinite(made):
            raise ValueError(text)
        made.text = text
        return made

    def __str__(self) -> str:
        return self.text


def read(content: bytes) -> dict[str, Any]:
    """The JSON object of a body. Raises `Fault`: 400 where it is none, 413 where it is made to be too much."""
    if len(_TEXT.sub(b'""', content)) > MOST_STRUCTURE:
        raise fault(413, "too-long", "This has more parts than we can read at once. Send it in several pieces.")
    try:
        found = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse_constant, parse_float=Written)
    except (ValueError, RecursionError):
        raise fault(400, "structure", "This is not JSON that we can read: check commas, quotes and brackets.") from None
    if not isinstance(found, dict):
        raise fault(400, "structure", "The body must be one JSON object: a FHIR resource.")
    cleaned: dict[str, Any] = _cleaned(found, 0)
    return cleaned


def clean(text: str) -> str:
    """A text that PostgreSQL can keep and that FHIR has: of the characters below 32 only tab, line feed and carriage
    return (R4, string). Also what was decoded from an address, and what people have pasted, must become one."""
    if text.isascii() and text.isprintable():  # a file of 33 MB is looked at in a tenth of the time
        return text
    return _UNFIT.sub(_instead, text)


def _instead(found: re.Match[str]) -> str:
    return "\n" if found[0] in "\v\f" else "\ufffd"  # what a word processor ends a line or a page with


def _cleaned(value: Any, depth: int) -> Any:
    if depth > DEEPEST:
        raise fault(400, "structure", f"This is nested more than {DEEPEST} levels deep. Nobody could read that.")
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {_cleaned(name, depth): _cleaned(one, depth + 1) for name, one in value.items()}
    if isinstance(value, list):
        return [_cleaned(one, depth + 1) for one in value]
    return value


def written(resource: dict[str, Any]) -> bytes:
    """A resource as bytes: the same resource is always the same bytes, whatever order its parts were kept in."""
    first = {name: resource[name] for name in ("resourceType", "id", "meta") if name in resource}
    ordered = first | {name: resource[name] for name in sorted(resource) if name not in first}
    return json.dumps({name: _sorted(one) for name, one in ordered.items()}, ensure_ascii=False,
                      separators=(",", ":")).encode()  # fmt: skip


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _sorted(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return [_sorted(one) for one in value]
    return clean(value) if isinstance(value, str) else value
