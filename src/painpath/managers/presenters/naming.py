"""What a pathway says, as people read it: fields as the editor calls them, ids and chosen values by their names."""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import msgspec

from painpath.managers.presenters.labels import in_words, inside, label, part_label
from painpath.managers.workbench import item_name
from painpath.pathway import editing
from painpath.pathway.describing import Shape, key_of, shapes
from painpath.pathway.editing import EditError

_STEPS = re.compile(r"(\w+)|\[([^\]]+)\]|( \(order\))")
"""Of `criteria[adult].plain_for` and `criteria (order)`, as `pathway.versions.compare` writes them."""


def named(model: type[msgspec.Struct], data: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """The same part, with names in the place of ids that refer to something of the pathway `own`, and words in that of
    chosen values."""
    found = dict(data)
    for one in shapes(model):
        if one.name in data:
            found[one.name] = _of_field(one, data[one.name], own)
    return found


def _of_field(one: Shape, value: Any, own: Mapping[str, Any]) -> Any:
    if one.model is not None:
        if isinstance(value, list | tuple):
            return [named(one.model, inner, own) if isinstance(inner, dict) else inner for inner in value]
        return named(one.model, value, own) if isinstance(value, dict) else value
    if not value or not (one.refers or one.kind in ("choice", "choices")):
        return value
    names = {
        key_of(item): item_name(item)
        for target in one.refers
        for item in editing.value_at(dict(own), tuple(target.split("."))) or ()
        if isinstance(item, dict)
    }
    if isinstance(value, list | tuple):
        return [names.get(each) or in_words(each) for each in value]
    return (names.get(value) or in_words(value)) if isinstance(value, str) else value


def text_of(value: Any, field: str, own: Mapping[str, Any]) -> str:
    """What stands in a field of the pathway `own`, or did, as text."""
    place = tuple(name or key for name, key, order in _STEPS.findall(field) if not order)
    with suppress(EditError):  # a field that no author writes has no shape
        value = _of_field(editing.shape_at(place), value, own)
    return plain(value)


def called(field: str, own: Mapping[str, Any]) -> str:
    """`criteria[adult].plain_for` -> `Criteria, “Adult”: plain words when it speaks for`."""
    value: Any = own
    found = ""
    for name, key, order in _STEPS.findall(field):
        if order:
            found += ", their order"
        elif name:
            value = value.get(name) if isinstance(value, Mapping) else None
            between = ": " if found.endswith("”") else ", "
            found += f"{between}{inside(label(name))}" if found else part_label(name)
        else:
            value = next((one for one in value or () if isinstance(one, dict) and one.get("id") == key), None)
            found += f", “{name_of(value) or key}”"
    return found


def name_of(value: Any) -> str:
    """What a thing of a pathway is called, by the first of its fields that says so."""
    for field in ("name", "title", "label", "heading", "question", "id"):
        if isinstance(value, dict) and isinstance(found := value.get(field), str) and found:
            return found
    return ""


def plain(value: Any) -> str:
    """A value as text: a line for each text, `Name: value` for fields, nothing for what is not there."""
    return "\n".join(_lines(value, ""))


def _lines(value: Any, name: str) -> Iterator[str]:
    said = f"{name}: " if name else ""
    if value is None or value in ("", [], {}):
        return
    if isinstance(value, bool):
        yield said + ("yes" if value else "no")
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _lines(inner, f"{name}, {inside(label(key))}" if name else label(key))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _lines(inner, name)
    else:
        yield f"{said}{value}"
