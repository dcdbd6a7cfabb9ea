"""What a program may do, in the words of SMART: `system/<Resource>.<cruds>` (version 2), `.read`, `.write` (version 1).

https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html. Scopes with a search after them (`?category=`) are
not understood, and so never granted.
"""

import re
from collections.abc import Iterable, Iterator

_V2 = re.compile(r"system/([A-Z][A-Za-z]{1,39}|\*)\.(c?r?u?d?s?)")
_V1 = re.compile(r"system/([A-Z][A-Za-z]{1,39}|\*)\.(read|write|\*)")
_OF_V1 = {"read": "rs", "write": "cud", "*": "cruds"}
ALL = "cruds"


def parse(scope: str) -> tuple[str, str] | None:
    """The resource ("*" for all) and the letters of a scope; None for what is not understood."""
    if found := _V1.fullmatch(scope):
        return found[1], _OF_V1[found[2]]
    if (found := _V2.fullmatch(scope)) and found[2]:
        return found[1], found[2]
    return None


def may(scopes: Iterable[str], resource: str, letter: str) -> bool:
    """Whether one of `scopes` allows `letter` (one of c, r, u, d, s) on `resource`."""
    return any(one and one[0] in (resource, "*") and letter in one[1] for one in map(parse, scopes))


def granted(asked: Iterable[str], registered: Iterable[str]) -> list[str]:
    """What is asked for and registered. A scope that is granted whole stays as it was asked, whatever its version."""
    may_have = [one for one in map(parse, registered) if one]
    given: dict[str, None] = {}
    for scope in asked:
        if one := parse(scope):
            parts = list(_common(one, may_have))
            given.update(dict.fromkeys([scope] if one in parts else [f"system/{name}.{of}" for name, of in parts]))
    return list(given)


def _common(asked: tuple[str, str], registered: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    resource, letters = asked
    names = {name for name, _ in registered} if resource == "*" else {resource}
    for name in sorted(names):
        may_do = {letter for other, of in registered if other in (name, "*") for letter in of}
        if both := "".join(letter for letter in ALL if letter in may_do and letter in letters):
            yield name, both
