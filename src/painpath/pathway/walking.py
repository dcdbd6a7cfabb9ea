"""Every text of a pathway, with its place and its reader."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeVar

import msgspec

from painpath.pathway.problems import FieldPath

Part = TypeVar("Part")
_NOT_WORDS = frozenset({"id", "link", "when", "unless", "list", "own_words"})
"""Fields that are no words, even inside `plain` ones."""


class Text(NamedTuple):
    """One text of a pathway."""

    path: FieldPath
    words: str
    for_patients: bool


def texts(value: Any, path: FieldPath = (), for_patients: bool = False) -> Iterator[Text]:
    """Every text in a pathway, or in a part of one. By the naming rule of `Data`, `plain` texts are for patients.

    So is a question put to the patient, and what a part of the pathway itself calls so (`patients_read`).
    """
    if isinstance(value, str):
        yield Text(path, value, for_patients)
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            theirs = (for_patients or _is_for_patients(value, name)) and name not in _NOT_WORDS
            yield from texts(getattr(value, name), (*path, name), theirs)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts(item, (*path, key), for_patients)
    elif isinstance(value, tuple | list):
        for index, item in enumerate(value):
            yield from texts(item, (*path, index), for_patients)


def worded(value: Part, change: Callable[[str, FieldPath], str]) -> Part:
    """The same pathway, or part of one, with every text for patients as `change(words, path)` gives it."""
    changed: Part = _worded(value, change, (), for_patients=False)
    return changed


def _worded(value: Any, change: Callable[[str, FieldPath], str], path: FieldPath, *, for_patients: bool) -> Any:
    if isinstance(value, str):
        return change(value, path) if for_patients else value
    if isinstance(value, msgspec.Struct):
        fields = {}
        for name in value.__struct_fields__:
            before = getattr(value, name)
            theirs = (for_patients or _is_for_patients(value, name)) and name not in _NOT_WORDS
            after = _worded(before, change, (*path, name), for_patients=theirs)
            if after is not before:
                fields[name] = after
        return msgspec.structs.replace(value, **fields) if fields else value
    if isinstance(value, dict):
        return {key: _worded(item, change, (*path, key), for_patients=for_patients) for key, item in value.items()}
    if isinstance(value, tuple | list):
        items = [_worded(item, change, (*path, at), for_patients=for_patients) for at, item in enumerate(value)]
        return type(value)(items) if any(one is not other for one, other in zip(items, value, strict=True)) else value
    return value


def _is_for_patients(of: msgspec.Struct, name: str) -> bool:
    asked = name == "words" and getattr(of, "of", None) == "patient"
    return name == "plain" or name.startswith("plain_") or asked or name in getattr(of, "patients_read", ())
