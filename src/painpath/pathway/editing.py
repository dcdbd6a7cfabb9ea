"""One change of a pathway's files: a field set, an item of a list added, taken out or moved.

Files are a pathway's own, as relative path and text; what is given back are the files that changed, so that only those
are written and kept. A place is a `FieldPath` in which an item of a list is named by its number or by its id; numbers
count the items of these files alone, without those that every service shares. A file of which nothing is to be changed
is never written, and of one that is, only the lines of the field (`splicing`).
"""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec
import yaml

from painpath.pathway.describing import Kind, Shape, key_of, shapes
from painpath.pathway.loading import COMPANIONS
from painpath.pathway.model import Pathway
from painpath.pathway.problems import FieldPath
from painpath.pathway.sources import Document, parse
from painpath.pathway.splicing import moved, spliced
from painpath.pathway.writing import same

FIRST = "service.yaml"
"""The file that every pathway has: what no file holds yet goes there."""

LISTS: tuple[Kind, ...] = ("parts", "word_list", "choices", "references")
"""Kinds of fields whose value is a list."""


class EditError(ValueError):
    """A change that cannot be made, with a sentence that says why."""


def read(files: Mapping[str, str]) -> Document:
    """What a pathway's own files say, as plain data, whether or not it makes a pathway; and what is no YAML."""
    document = Document()
    for name in _yaml_files(files):
        document.add(Path(name), files[name].encode())
    return document


def value_at(data: Any, path: FieldPath) -> Any:
    """What stands at a place; None when nothing does. EditError when a list has no such item."""
    for step in resolved(data, path):
        data = data.get(step) if isinstance(data, dict) else data[int(step)] if isinstance(data, list) else None
    return data


def resolved(data: Any, path: FieldPath) -> FieldPath:
    """The place with numbers only. EditError when a list has no item of this id or number."""
    found: list[str | int] = []
    for step in path:
        if isinstance(data, list):
            step = _number(data, step)
            data = data[step]
        else:
            data = data.get(step) if isinstance(data, dict) else None
        found.append(step)
    return tuple(found)


def set_field(files: Mapping[str, str], path: FieldPath, value: Any) -> dict[str, str]:
    """The file that changes when the field at `path` gets this value: plain data, `None` to take the field out.

    A field gets its place by the model's order; what is inside and equals the model's default is not written when it
    was not written before. EditError when there is no such place, or a file is no YAML.
    """
    shape_at(path)
    name = str(path[0])
    data = _data(files, path)
    path = resolved(data, path)
    if len(path) == 1 or not isinstance(data.get(name), list):
        home = _home(files, name)
        return _changed(files, home, path, value)
    home, number = _own_place(files, name, int(path[1]))
    return _changed(files, home, (name, number, *path[2:]), value)


def add_item(files: Mapping[str, str], path: FieldPath, item: Any, at: int | None = None) -> dict[str, str]:
    """The file that changes when the list at `path` gets another item, last or at number `at`.

    It goes into the file that holds the item before it.
    """
    if shape_at(path).kind not in LISTS:
        raise EditError(f"{path[-1]} is no list.")
    items = list(value_at(_data(files, path), path) or [])
    at = len(items) if at is None else max(0, min(at, len(items)))
    if len(path) > 1 or not items:
        return set_field(files, path, [*items[:at], item, *items[at:]])
    name = str(path[0])
    home, number = _own_place(files, name, max(at - 1, 0))
    number += at > 0
    here = list(_parsed(files, home)[name])
    return _changed(files, home, (name,), [*here[:number], item, *here[number:]])


def remove_item(files: Mapping[str, str], path: FieldPath) -> dict[str, str]:
    """The file that changes when the item at `path` is taken out of its list."""
    data = _data(files, path)
    path = resolved(data, path)
    *around, number = path
    items = value_at(data, tuple(around))
    if not isinstance(items, list) or not isinstance(number, int):
        raise EditError("Only an item of a list can be taken out.")
    if len(around) > 1:
        return set_field(files, tuple(around), [one for index, one in enumerate(items) if index != number])
    name = str(around[0])
    home, number = _own_place(files, name, number)
    here = _parsed(files, home)[name]
    return _changed(files, home, (name,), [one for index, one in enumerate(here) if index != number])


def move_item(files: Mapping[str, str], path: FieldPath, to: int) -> dict[str, str]:
    """The files that change when the item at `path` moves to number `to` of its list.

    Within one file its lines move as they are, with the comment above them; from file to file it is written anew.
    """
    data = _data(files, path)
    path = resolved(data, path)
    *around, at = path
    items = value_at(data, tuple(around))
    if not isinstance(items, list) or not isinstance(at, int):
        raise EditError("Only an item of a list can be moved.")
    to = max(0, min(to, len(items) - 1))
    if at == to:
        return {}
    if len(around) > 1:
        rest = [one for index, one in enumerate(items) if index != at]
        return set_field(files, tuple(around), [*rest[:to], items[at], *rest[to:]])
    name = str(around[0])
    (home, number), (other, place) = _own_place(files, name, at), _own_place(files, name, to)
    if home == other:
        text = moved(files[home], name, number, place)
        here = list(_parsed(files, home)[name])
        here.insert(place, here.pop(number))
        if text is not None and parse(text.encode())[1][name] == here:
            return {home: text}
        return _changed(files, home, (name,), here)
    changed = remove_item(files, (name, at))
    after = add_item({**files, **changed}, (name,), items[at], None if to == len(items) - 1 else to)
    return {**changed, **after}


def shape_at(path: FieldPath) -> Shape:
    """The shape of the field at a place, or of the list that the place is an item of. EditError when there is none."""
    found: Shape | None = None
    model: type[msgspec.Struct] | None = Pathway
    in_list = False
    for step in path:
        if in_list:  # the number or the id of an item
            in_list = False
        else:
            found = next((one for one in shapes(model) if one.name == step), None) if model else None
            if found is None:
                raise EditError(f"There is no field {step} here.")
            model, in_list = found.model, found.kind in LISTS
    if found is None:
        raise EditError("Say which field.")
    return found


def _changed(files: Mapping[str, str], home: str, path: FieldPath, value: Any) -> dict[str, str]:
    data = _parsed(files, home)
    wanted = deepcopy(data)
    around: Any = wanted
    for step in path[:-1]:
        around = around[int(step)] if isinstance(around, list) else around.setdefault(step, {})
    last: Any = path[-1]
    before = around[last] if isinstance(around, list) else around.get(last)
    value = written(value, before, shape_at(path), item=isinstance(around, list))
    if value is None and isinstance(around, dict):
        around.pop(last, None)
    elif value is None:
        raise EditError("An item of a list is taken out, not emptied.")
    else:
        around[last] = value
    try:
        text = spliced(files[home], wanted, Pathway)
    except (yaml.YAMLError, ValueError) as error:
        raise EditError(f"This cannot be kept in {home}: {error}") from None
    return {} if text == files[home] else {home: text}


def written(value: Any, before: Any, one: Shape, *, item: bool = False) -> Any:
    """What stands in the file of a value: without what is nothing, or is so anyhow and was not written before."""
    if isinstance(value, tuple | list) and not item:
        old = before if isinstance(before, list) else []
        known = {key_of(each): each for each in old if isinstance(each, dict) and key_of(each)}
        value = [
            written(each, known.get(key_of(each), old[at] if at < len(old) else None), one, item=True)
            if one.kind == "parts" and isinstance(each, dict)
            else each
            for at, each in enumerate(value)
        ]
    elif isinstance(value, dict) and one.model is not None:
        known = before if isinstance(before, dict) else {}
        inner = {field.name: field for field in shapes(one.model)}
        value = {
            name: written(each, known.get(name), inner[name]) if name in inner else each for name, each in value.items()
        }
        value = {name: each for name, each in value.items() if each is not None}
    if item or one.required or value is None or (before is not None and same(value, before)):
        return value
    default = list(one.default) if isinstance(one.default, tuple) else one.default
    return None if same(value, default) else value


def _data(files: Mapping[str, str], path: FieldPath) -> dict[str, Any]:
    """Of the pathway, the one field that a place is in, from whatever files hold it."""
    name = str(path[0])
    found = [value for _, value in _holding(files, name)]
    if len(found) > 1 and all(isinstance(value, list) for value in found):
        return {name: [item for value in found for item in value]}
    return {name: found[-1]} if found else {}


def _parsed(files: Mapping[str, str], home: str) -> dict[str, Any]:
    if home not in files:
        raise EditError(f"There is no file {home}.")
    try:
        data = parse(files[home].encode())[1]
    except (yaml.YAMLError, ValueError) as error:
        raise EditError(f"{home} has to be put right first: it is no YAML. {error}") from None
    if not isinstance(data, dict):
        raise EditError(f"{home} has to be put right first: it holds no fields.")
    return data


def _yaml_files(files: Mapping[str, str]) -> Iterator[str]:
    """In the order in which a pathway is read (`loading.read_files`)."""
    for name in sorted(files, key=PurePosixPath):
        if name.endswith(".yaml") and PurePosixPath(name).name not in COMPANIONS:
            yield name


def _holding(files: Mapping[str, str], name: str) -> Iterator[tuple[str, Any]]:
    for file in _yaml_files(files):
        if re.search(rf"^[\"']?{name}[\"']?\s*:", files[file], re.MULTILINE):  # most files need no parsing
            data = _parsed(files, file)
            if name in data:
                yield file, data[name]


def _home(files: Mapping[str, str], name: str) -> str:
    """The file that holds a field of the pathway; of a list in several files, the last."""
    return ([file for file, _ in _holding(files, name)] or [FIRST])[-1]


def _own_place(files: Mapping[str, str], name: str, number: int) -> tuple[str, int]:
    """Of an item of a list of the pathway: its file, and its number there."""
    for file, items in _holding(files, name):
        if number < len(items):
            return file, number
        number -= len(items)
    raise EditError(f"{name} has no such item.")


def _number(items: list[Any], step: str | int) -> int:
    if isinstance(step, int):
        if 0 <= step < len(items):
            return step
    else:
        for index, item in enumerate(items):
            if isinstance(item, dict) and key_of(item) == step:
                return index
    raise EditError(f"There is no {step} in this list.")
