"""JSON that may be anything, walked through without minding what it is.

Published examples of the API hold one thing where a list should be, references that live in an extension or in what is
contained, and addresses with a placeholder for their base.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

_BAD = re.compile("[\x00\ud800-\udfff]")


class Unreadable(Exception):
    """What came is not what was asked for at all: no JSON, or another kind of resource (`kind`, by its name)."""

    def __init__(self, why: str, kind: str = "") -> None:
        super().__init__(why)
        self.kind = kind if re.fullmatch(r"[A-Za-z]{1,40}", kind) else ""


class Whatever:
    """Any JSON value, walked through without minding what it is: what is not there is empty."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __getitem__(self, name: str) -> "Whatever":
        """The member of this name; of a list, that of its first item that has one."""
        for item in self._items():
            if isinstance(item, dict) and item.get(name) is not None:
                return Whatever(item[name])
        return Whatever(None)

    def _items(self) -> list[Any]:
        return self.value if isinstance(self.value, list) else [] if self.value is None else [self.value]

    def __iter__(self) -> "Iterator[Whatever]":
        """Its items; a single thing where a list should be is a list of one."""
        return iter([Whatever(item) for item in self._items()])

    def __bool__(self) -> bool:
        return bool(self._items())

    @property
    def text(self) -> str:
        """It as text where it is a text or a number; else empty. Characters that no database takes are replaced."""
        first = next(iter(self._items()), None)
        if isinstance(first, bool) or not isinstance(first, str | int | float):
            return ""
        return _BAD.sub("\ufffd", str(first)).strip()

    @property
    def code(self) -> str:
        """The code of a Coding, or of the first coding of a CodeableConcept."""
        return self["code"].text or self["coding"]["code"].text

    @property
    def moment(self) -> datetime | None:
        """It as a moment; None for what is none, and for one that no patient or letter can have lived through."""
        try:
            found = datetime.fromisoformat(self.text)
        except (ValueError, OverflowError):
            return None
        if not 1900 <= found.year <= 2200:
            return None
        return found if found.tzinfo else found.replace(tzinfo=UTC)

    def extension(self, *names: str) -> "Whatever":
        """The value of the extension whose address ends so, one inside the other: bases are placeholders at times."""
        inner = self
        for name in names:
            inner = next((one for one in inner["extension"] if _ends(one["url"].text, name)), Whatever(None))
        for name, value in inner.value.items() if isinstance(inner.value, dict) else ():
            if name.startswith("value"):
                return Whatever(value)
        return inner


def _ends(address: str, name: str) -> bool:
    return address == name or address.rstrip("/").rsplit("/", 1)[-1] == name


def parse(content: bytes, kind: str) -> Whatever:
    """The JSON of an answer that should be a resource of this kind. Raises Unreadable."""
    try:
        found = Whatever(json.loads(content))
    except (ValueError, RecursionError):
        raise Unreadable("The answer is not JSON.") from None
    if (said := found["resourceType"].text) != kind:
        raise Unreadable(f"The answer is {said or 'nothing known'}, where {kind} was asked for.", said)
    return found
