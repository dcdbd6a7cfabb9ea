"""A JSON object being read: typed access that collects faults instead of raising them."""

import math
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

from painpath.questionnaires import urls
from painpath.questionnaires.faults import Fault

LONGEST = 4000
_FHIRPATH_LONGEST = 4000


class Node:
    """One object of the resource, where it stands, and the list in which faults are gathered."""

    def __init__(self, data: dict[str, Any], path: str, faults: list[Fault], link_id: str = "") -> None:
        self.data = data
        self.path = path
        self.faults = faults
        self.link_id = link_id

    def fault(self, sentence: str, key: str = "") -> None:
        """Note that something is wrong here."""
        self.faults.append(Fault(f"{self.path}.{key}" if key else self.path, sentence, self.link_id))

    def has(self, key: str) -> bool:
        """True when the key is there with a value."""
        return self.data.get(key) is not None

    def only(self, known: Collection[str]) -> None:
        """Every key that FHIR does not have here is a fault: a misspelt rule would be ignored."""
        for key, value in self.data.items():
            if key.removeprefix("_") not in known:
                self.fault(f"FHIR R4 has no {key[:60]!r} here. Is it misspelt?", key[:60])
            elif value in ([], {}, "") or value is None:
                self.fault("An empty value is not allowed in FHIR: leave the key out.", key)
        if self.has("modifierExtension"):
            self.fault(
                "A modifierExtension changes what this means, so it is refused. Take it out.", "modifierExtension"
            )

    def text(self, key: str, longest: int = LONGEST, needed: str = "") -> str:
        """The text under this key; empty when there is none. `needed` is the sentence for one that is missing."""
        value = self.data.get(key)
        if value is None or value == "":
            if needed:
                self.fault(needed, key)
            return ""
        if not isinstance(value, str):
            self.fault(f"{key} must be text.", key)
        elif not value.strip():
            self.fault(needed or f"{key} holds only spaces.", key)
        elif len(value) > longest:
            self.fault(f"{key} is longer than {longest} characters.", key)
        else:
            return value.strip()
        return ""

    def texts(self, key: str) -> list[str]:
        """The list of texts under this key."""
        value = self.data.get(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self.fault(f"{key} must be a list of texts.", key)
            return []
        return value

    def code(self, key: str, known: Sequence[str], needed: bool = False) -> str:
        """One of the known codes; empty when there is none."""
        value = self.data.get(key)
        if value is None:
            if needed:
                self.fault(f"{key} is missing: one of {', '.join(known)}.", key)
            return ""
        if value not in known:
            self.fault(f"{key} must be one of {', '.join(known)}.", key)
            return ""
        return str(value)

    def flag(self, key: str) -> bool:
        """True or false; false when there is none."""
        value = self.data.get(key, False)
        if not isinstance(value, bool):
            self.fault(f"{key} must be true or false.", key)
            return False
        return value

    def whole(self, key: str, least: int | None = 0) -> int | None:
        """A whole number."""
        value = self.data.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 2**31:
            self.fault(f"{key} must be a whole number.", key)
            return None
        if least is not None and value < least:
            self.fault(f"{key} must be {least} or more.", key)
            return None
        return value

    def number(self, key: str) -> Decimal | None:
        """A number, exact as it was written."""
        value = self.data.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self.fault(f"{key} must be a number.", key)
            return None
        return Decimal(str(value))

    def child(self, key: str) -> "Node | None":
        """The object under this key."""
        value = self.data.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            self.fault(f"{key} must be an object.", key)
            return None
        return Node(value, f"{self.path}.{key}", self.faults, self.link_id)

    def children(self, key: str) -> list["Node"]:
        """The objects in the list under this key."""
        value = self.data.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self.fault(f"{key} must be a list.", key)
            return []
        made = []
        for at, one in enumerate(value):
            if isinstance(one, dict):
                made.append(Node(one, f"{self.path}.{key}[{at}]", self.faults, self.link_id))
            else:
                self.fault(f"{key}[{at}] must be an object.", key)
        return made

    def extensions(self) -> "Extensions":
        """The extensions of this object."""
        return Extensions(self)


class Extensions:
    """Extensions by name. What nobody asked for is judged by `done`."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._left: dict[str, list[Node]] = {}
        for one in node.children("extension"):
            if url := one.text("url", 500, "An extension needs its url."):
                self._left.setdefault(url, []).append(one)

    def take(self, *names: str) -> list[Node]:
        """The extensions with one of these addresses; a name without a colon is one of ours (`urn:painpath:`)."""
        found = []
        for name in names:
            found += self._left.pop(name, [])
            if ":" not in name:
                found += self._left.pop(urls.OURS + name, [])
        return found

    def one(self, *names: str) -> Node | None:
        """The one extension with this address."""
        found = self.take(*names)
        if len(found) > 1:
            found[1].fault("This extension can stand here once only.")
        return found[0] if found else None

    def text(self, *names: str) -> str:
        """Its text, whatever the kind of text."""
        one = self.one(*names)
        if one is None:
            return ""
        keys = ("valueString", "valueCode", "valueMarkdown", "valueUri", "valueUrl", "valueCanonical")
        for key in keys:
            if one.has(key):
                return one.text(key)
        one.fault("This extension needs a valueString.")
        return ""

    def code(self, name: str, known: Sequence[str]) -> str:
        """Its code, one of the known ones."""
        one = self.one(name)
        return "" if one is None else one.code("valueCode", known, needed=True)

    def flag(self, *names: str) -> bool:
        """Its true or false."""
        one = self.one(*names)
        if one is None:
            return False
        if not one.has("valueBoolean"):
            one.fault("This extension needs a valueBoolean.")
        return one.flag("valueBoolean")

    def whole(self, *names: str, least: int = 0) -> int | None:
        """Its whole number."""
        one = self.one(*names)
        if one is None:
            return None
        for key in ("valueInteger", "valuePositiveInt", "valueUnsignedInt"):
            if one.has(key):
                return one.whole(key, least)
        one.fault("This extension needs a valueInteger.")
        return None

    def number(self, *names: str) -> Decimal | None:
        """Its number."""
        one = self.one(*names)
        if one is None:
            return None
        for key in ("valueDecimal", "valueInteger"):
            if one.has(key):
                return one.number(key)
        one.fault("This extension needs a valueDecimal.")
        return None

    def expression(self, *names: str) -> str:
        """Its FHIRPath expression."""
        one = self.one(*names)
        if one is None:
            return ""
        return _expression(one)[1]

    def variables(self) -> tuple[tuple[str, str], ...]:
        """Named FHIRPath expressions for others to use."""
        found = []
        for one in self.take(urls.HL7 + "variable"):
            name, expression = _expression(one)
            if not name:
                one.fault("A variable needs a name.")
            elif expression:
                found.append((name, expression))
        return tuple(found)

    def done(self) -> None:
        """What is left is judged: harmless, or a fault with what to do instead."""
        for url, nodes in self._left.items():
            for node in nodes:
                if advice := urls.UNSUPPORTED.get(url):
                    node.fault(advice)
                elif url.startswith(urls.OURS):
                    node.fault(f"Painpath has no extension {url[:80]!r} here. Is it misspelt, or in the wrong place?")
                elif url not in urls.UNSUPPORTED and (node.has("valueExpression")):
                    node.fault(f"The expression of {url[:120]} is not supported. Take it out.")


def _expression(node: Node) -> tuple[str, str]:
    inside = node.child("valueExpression")
    if inside is None:
        node.fault("This extension needs a valueExpression.")
        return "", ""
    if inside.data.get("language") != "text/fhirpath":
        inside.fault("Expressions must be FHIRPath: language text/fhirpath.", "language")
        return "", ""
    return inside.text("name", 60), inside.text("expression", _FHIRPATH_LONGEST, "The expression is missing.")
