"""What changed between two versions of a pathway."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from painpath.pathway.model import Pathway


class Change(NamedTuple):
    """A field that differs. `None` stands for a field that one of the two does not have."""

    field: str
    before: Any
    after: Any


def compare(before: Pathway, after: Pathway) -> list[Change]:
    """The fields that differ, such as `criteria[adult].question`, in the order of the model.

    Items with an id are matched by it, so that a new criterion in the middle is one change. The digest, which
    differs whenever anything does, is left out.
    """
    old, new = msgspec.to_builtins(before), msgspec.to_builtins(after)
    return [change for change in _changes("", old, new) if change.field != "digest"]


def _changes(field: str, before: Any, after: Any) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys((*before, *after)):
            yield from _changes(f"{field}.{name}".removeprefix("."), before.get(name), after.get(name))
    elif _has_ids(before) and _has_ids(after) and (before or after):
        old, new = ({item["id"]: item for item in items} for items in (before, after))
        for one in dict.fromkeys((*old, *new)):
            yield from _changes(f"{field}[{one}]", old.get(one), new.get(one))
        if [one for one in old if one in new] != [one for one in new if one in old]:
            yield Change(f"{field} (order)", list(old), list(new))
    else:
        yield Change(field, before, after)


def _has_ids(value: Any) -> bool:
    return isinstance(value, list | tuple) and all(isinstance(item, dict) and "id" in item for item in value)
