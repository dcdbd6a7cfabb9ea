"""Plain data into typed models, with every fault found at once and not only the first."""

import re
from collections.abc import Iterator
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

import msgspec

from painpath.pathway.problems import Fault, FieldPath

_HINTS = {
    "Expected `str`, got `object`": " A text in which a blank follows a colon needs quotation marks.",
    "Expected `str`, got `null`": " Write the text, or take the field out.",
    "Expected `array`, got `str`": " Write a list, with a dash before each item.",
}
"""What authors of YAML run into most, and what to do."""

_Model = TypeVar("_Model", bound=msgspec.Struct)

MISSING = "This field is missing."


def convert(data: Any, model: type[_Model]) -> tuple[_Model | None, list[Fault]]:
    """The model that the data describes, or None and every fault that stands in the way."""
    try:
        return msgspec.convert(data, model), []
    except msgspec.ValidationError:
        return None, list(_faults(data, model, ()))


def _faults(data: Any, type_: Any, path: FieldPath) -> Iterator[Fault]:
    try:
        msgspec.convert(data, type_)
    except msgspec.ValidationError as error:
        deeper = list(_inside(data, type_, path))
        yield from deeper or [_fault(error, path)]


def _inside(data: Any, type_: Any, path: FieldPath) -> Iterator[Fault]:
    origin, arguments = get_origin(type_), get_args(type_)
    if isinstance(data, dict) and isinstance(type_, type) and issubclass(type_, msgspec.Struct):
        yield from _inside_struct(data, type_, path)
    elif isinstance(data, list) and origin in (tuple, list, frozenset, set) and arguments[1:] in ((), (...,)):
        for index, item in enumerate(data):
            yield from _faults(item, arguments[0], (*path, index))
    elif isinstance(data, dict) and origin is dict:
        for key, value in data.items():
            yield from _faults(value, arguments[1], (*path, str(key)))
    elif origin in (Union, UnionType):
        choices = [choice for choice in arguments if choice is not type(None)]
        if len(choices) == 1:
            yield from _inside(data, choices[0], path)


def _inside_struct(data: dict[Any, Any], model: type[msgspec.Struct], path: FieldPath) -> Iterator[Fault]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(model)}
    for name, value in data.items():
        if field := fields.get(name):
            yield from _faults(value, field.type, (*path, name))
        elif name != model.__struct_config__.tag_field:
            yield Fault((*path, str(name)), f"There is no such field here. Fields: {', '.join(fields)}.")
    for name, field in fields.items():
        if field.required and name not in data:
            yield Fault((*path, name), MISSING)


def _fault(error: msgspec.ValidationError, path: FieldPath) -> Fault:
    reason, _, rest = str(error).partition(" - at `$")
    deeper = tuple(
        int(index) if index else name for index, name in re.findall(r"\[(\d+)\]|\.([^.\[\]`]+)", rest.rstrip("`"))
    )
    return Fault((*path, *deeper), reason + "." + _HINTS.get(reason, ""))
