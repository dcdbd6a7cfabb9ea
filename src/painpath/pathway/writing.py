"""Data as YAML in the layout that authors of pathways write, and such that it is read back as exactly this data."""

from collections.abc import Callable
from functools import partial
from io import StringIO
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, FoldedScalarString, LiteralScalarString

from painpath.pathway.sources import parse

WIDTH = 120
"""Columns of a line."""
_OVER = 12
"""The writer ends a line behind the first word that goes over its width: about this long."""


def field_lines(name: str, value: Any, indent: int, *, flow: bool = False) -> list[str]:
    """The lines of a field, `indent` columns from the left; with `flow`, its value in brackets on as few as can be.

    Texts are written plain where they can be, folded where they are long. Whatever would be read back as something
    else is put into quotation marks.
    """
    return _lines({name: value}, lambda tree: CommentedMap({name: tree(value, indent + len(name) + 2, flow)}), indent)


def item_lines(value: Any, indent: int, *, flow: bool = False) -> list[str]:
    """The lines of an item of a list, from its dash `indent` columns from the left."""
    lines = _lines([value], lambda tree: CommentedSeq([tree(value, indent + 2, flow)]), indent)
    lines = [line[2:] for line in lines]  # the writer puts dashes two columns to the right
    if flow:
        lines = [lines[0].rstrip(), *(f"{' ' * (indent + 4)}{line.strip()}" for line in lines[1:])]
    return lines


def file_of(data: dict[str, Any]) -> str:
    """A whole file."""
    return "".join(f"{line}\n" for name, value in data.items() for line in field_lines(name, value, 0))


def same(one: Any, other: Any) -> bool:
    """Whether two pieces of plain data are the same: 1, 1.0 and true are not."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(*pair) for pair in zip(one, other, strict=True))
    return type(one) is type(other) and bool(one == other)


def says(text: str, value: Any) -> bool:
    """Whether a text is YAML of a pathway and holds this data."""
    try:
        return same(parse(text.encode())[1], value)
    except (yaml.YAMLError, ValueError):
        return False


_Tree = Callable[[Any, int, bool], Any]


def _lines(value: Any, made: Callable[[_Tree], Any], indent: int) -> list[str]:
    text = ""
    for quoted in (False, True):
        text = _dumped(made(partial(_tree, quoted)), WIDTH - _OVER - indent, ascii_only=quoted)
        if says(text, value):
            break
    return [f"{' ' * indent}{line}" if line else "" for line in text.removesuffix("\n").split("\n")]


def _dumped(tree: Any, width: int, *, ascii_only: bool) -> str:
    writer = YAML()
    writer.allow_unicode = not ascii_only
    writer.indent(mapping=2, sequence=4, offset=2)
    writer.width = width
    out = StringIO()
    writer.dump(tree, out)
    return out.getvalue()


def _tree(quoted: bool, value: Any, column: int, flow: bool) -> Any:
    if isinstance(value, dict):
        mapping = CommentedMap((key, _tree(quoted, one, column + len(key) + 2, flow)) for key, one in value.items())
        if flow or not value:
            mapping.fa.set_flow_style()
        return mapping
    if isinstance(value, list):
        names = all(isinstance(one, str) and one.isascii() and " " not in one and len(one) < _NAME for one in value)
        on_a_line = flow or names or not value
        items = CommentedSeq(_tree(quoted, one, column + 4, on_a_line) for one in value)
        if on_a_line:
            items.fa.set_flow_style()
        return items
    if isinstance(value, str):
        return _text(value, column, quoted=quoted, flow=flow)
    return value


_NAME = 60


def _text(words: str, column: int, *, quoted: bool, flow: bool) -> Any:
    if quoted:
        return DoubleQuotedScalarString(words)
    if flow:
        return words
    if "\n" in words:
        return LiteralScalarString(words)
    return FoldedScalarString(words) if len(words) + column > WIDTH else words
