"""Every text of a pathway, with its place and its reader."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from painpath.pathway.problems import FieldPath


class Text(NamedTuple):
    """One text of a pathway."""

    path: FieldPath
    words: str
    for_patients: bool


def texts(value: Any, path: FieldPath = (), for_patients: bool = False) -> Iterator[Text]:
    """Every text in a pathway, or in a part of one. By the naming rule of `Data`, `plain` texts are for patients.

    So is a question put to the patient.
    """
    if isinstance(value, str):
        yield Text(path, value, for_patients)
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            plain = name == "plain" or name.startswith("plain_")
            asked = name == "words" and getattr(value, "of", None) == "patient"
            yield from texts(getattr(value, name), (*path, name), for_patients or plain or asked)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts(item, (*path, key), for_patients)
    elif isinstance(value, tuple | list):
        for index, item in enumerate(value):
            yield from texts(item, (*path, index), for_patients)
