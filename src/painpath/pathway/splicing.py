"""One YAML file with other data in it, and every line that says nothing else as its author wrote it.

What is read and what is wanted are compared field by field. Only the lines of a field that differs are written anew, of
a list only those of its items; the rest, with its comments and its layout, stays byte for byte. What was made is read
again before it is given out, so that it can never say anything but what was asked for.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from difflib import SequenceMatcher
from typing import Any, NamedTuple

import msgspec
import yaml

from painpath.pathway.describing import shapes
from painpath.pathway.sources import parse
from painpath.pathway.writing import field_lines, file_of, item_lines, same, says

_BREAKS = re.compile("(\r\n|[\n\r\x85\u2028\u2029])")
_NOTHING = re.compile(r"\s*(#.*)?$|---|\.\.\.")


class NotInPlaceError(Exception):
    """The layout of a part is none that can be changed line by line: the part around it is written anew."""


class Entry(NamedTuple):
    """A field of a mapping or an item of a list, in block style: the line where it begins, the column, its value."""

    line: int
    column: int
    node: yaml.Node
    end: int
    """The line after its last, without the empty lines and the comments that follow it."""


def spliced(text: str, wanted: dict[str, Any], model: type[msgspec.Struct]) -> str:
    """The file with the data that is wanted in it.

    ValueError or YAMLError when the text is no YAML of a pathway, or the data cannot be any.
    """
    root, data = parse(text.encode())
    if isinstance(data, dict) and same(data, wanted):
        return text
    for made in _candidates(text, root, data, wanted, model):
        if says(made, wanted):
            return made
    raise ValueError("This cannot be written as YAML of a pathway.")


def _candidates(text: str, root: Any, data: Any, wanted: Any, model: type[msgspec.Struct]) -> Iterator[str]:
    if isinstance(root, yaml.MappingNode) and isinstance(data, dict):
        for whole in (False, True):
            with suppress(NotInPlaceError, yaml.YAMLError):
                yield _Splice(text, whole=whole).made(root, data, wanted, model)
    yield file_of(wanted)


def moved(text: str, name: str, item: int, to: int) -> str | None:
    """The file with one item of its list `name` in another place, its lines as they are; None where that cannot be."""
    root, _ = parse(text.encode())
    if not isinstance(root, yaml.MappingNode):
        return None
    return _Splice(text).moved(root, name, item, to)


class _Splice:
    def __init__(self, text: str, *, whole: bool = False) -> None:
        pieces = _BREAKS.split(text)
        self.lines, breaks = pieces[0::2], pieces[1::2]
        self.newline = breaks[0] if breaks else "\n"
        self.breaks = breaks
        if self.lines[-1] == "":
            self.lines.pop()
        self.edits: list[tuple[int, int, int, list[str]]] = []
        self.whole = whole
        """Write every field of the pathway that differs anew, from its name to its end."""

    def made(self, root: yaml.MappingNode, data: Any, wanted: Any, model: type[msgspec.Struct]) -> str:
        self._mapping(root, data, wanted, model, len(self.lines), inside_list=False)
        return self._applied()

    def _applied(self) -> str:
        rows = [(line, end) for line, end in zip(self.lines, [*self.breaks, self.newline], strict=False)]
        for start, end, _, lines in sorted(self.edits, reverse=True):
            rows[start:end] = [(line, self.newline) for line in lines]
        return "".join(line + end for line, end in rows)

    def _edit(self, start: int, end: int, lines: list[str]) -> None:
        self.edits.append((start, end, len(self.edits), lines))

    def _mapping(
        self, node: yaml.MappingNode, data: Any, wanted: Any, model: Any, end: int, *, inside_list: bool
    ) -> None:
        """Make the edits of a mapping in block style; NotInPlaceError where it has to be written anew as a whole."""
        if node.flow_style or not isinstance(wanted, dict) or not wanted.keys() & data.keys():
            raise NotInPlaceError
        entries = {key.value: entry for key, entry in self._entries(node, end)}
        order = [one.name for one in shapes(model)] if model else []
        kinds = {one.name: one.model for one in shapes(model)} if model else {}
        for name, entry in entries.items():
            first = inside_list and entry is next(iter(entries.values()))
            if name not in wanted:
                if first:
                    raise NotInPlaceError
                self._edit(*self._with_blanks(entry, node, end), [])
            elif not same(data[name], wanted[name]):
                self._field(name, entry, data[name], wanted[name], kinds.get(name))
        for name, value in wanted.items():
            if name not in entries:
                self._add_field(name, value, entries, order)

    def _field(self, name: str, entry: Entry, data: Any, wanted: Any, model: Any) -> None:
        count = len(self.edits)
        try:
            if self.whole:
                raise NotInPlaceError
            self._inside(entry.node, data, wanted, model, entry.end)
        except NotInPlaceError:
            del self.edits[count:]
            self._replace(entry, field_lines(name, wanted, entry.column, flow=_in_brackets(entry.node) and bool(data)))

    def _inside(self, node: yaml.Node, data: Any, wanted: Any, model: Any, end: int) -> None:
        if isinstance(node, yaml.MappingNode) and isinstance(data, dict):
            self._mapping(node, data, wanted, model, end, inside_list=False)
        elif isinstance(node, yaml.SequenceNode) and isinstance(data, list):
            self._list(node, data, wanted, model, end)
        else:
            raise NotInPlaceError

    def _list(self, node: yaml.SequenceNode, data: Any, wanted: Any, model: Any, end: int) -> None:
        if node.flow_style or not data or not wanted or not isinstance(wanted, list):
            raise NotInPlaceError
        items = self._items(node, end)
        old, new = ([_known_by(one) for one in each] for each in (data, wanted))
        for _, at, stop, new_at, new_stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            both = min(stop - at, new_stop - new_at)
            for offset in range(both):
                index = at + offset
                if not same(data[index], wanted[new_at + offset]):
                    self._item(items[index], data[index], wanted[new_at + offset], model)
            for index in range(at + both, stop):
                self._edit(*self._with_blanks(items[index], node, end), [])
            for index in range(new_at + both, new_stop):
                self._add_item(items, at + both, wanted[index])

    def _item(self, entry: Entry, data: Any, wanted: Any, model: Any) -> None:
        count = len(self.edits)
        try:
            if not isinstance(entry.node, yaml.MappingNode) or not isinstance(data, dict):
                raise NotInPlaceError
            self._mapping(entry.node, data, wanted, model, entry.end, inside_list=True)
        except NotInPlaceError:
            del self.edits[count:]
            self._replace(entry, item_lines(wanted, entry.column, flow=_in_brackets(entry.node)))

    def _replace(self, entry: Entry, lines: list[str]) -> None:
        before = self.lines[entry.line][: entry.column]
        found = list(self._comments(entry))
        comments = [words for _, words in found]
        lines = [before + lines[0][entry.column :], *lines[1:]]
        if len(lines) == 1 and [line for line, _ in found] == [entry.line]:
            lines = [f"{lines[0]}  {comments[0]}"]
        else:
            lines = [*(f"{' ' * entry.column}{one}" for one in comments), *lines]
            if comments and before.strip():  # the dash of an item stays before its first field
                column = len(before) - len(before.lstrip())
                lines[: len(comments)] = [f"{' ' * column}{one}" for one in comments]
        self._edit(entry.line, entry.end, lines)

    def _add_field(self, name: str, value: Any, entries: dict[str, Entry], order: list[str]) -> None:
        """Behind the last field that the model has before it; behind the first one where there is none."""
        before = [one for one in order[: order.index(name)] if one in entries] if name in order else list(entries)
        after = entries[before[-1]] if before else next(iter(entries.values()))
        lines = field_lines(name, value, after.column)
        self._edit(after.end, after.end, lines if after.column else ["", *lines])

    def _add_item(self, items: list[Entry], at: int, value: Any) -> None:
        neighbour = items[min(at, len(items) - 1)]
        lines = item_lines(value, neighbour.column, flow=_in_brackets(neighbour.node))
        apart = len(items) > 1 and not self.lines[self._first_comment(items[1]) - 1].strip()
        if at < len(items):
            line = self._first_comment(items[at])
            self._edit(line, line, [*lines, ""] if apart else lines)
        else:
            self._edit(items[-1].end, items[-1].end, ["", *lines] if apart else lines)

    def moved(self, root: yaml.MappingNode, name: str, item: int, to: int) -> str | None:
        entries = {key.value: entry for key, entry in self._entries(root, len(self.lines))}
        node, end = entries[name].node, entries[name].end
        if not isinstance(node, yaml.SequenceNode) or node.flow_style or root.flow_style:
            return None
        items = self._items(node, end)
        block = [(self._first_comment(one), one.end) for one in items]
        texts = [self.lines[start:stop] for start, stop in block]
        texts.insert(to, texts.pop(item))
        for (start, stop), lines in zip(block, texts, strict=True):
            self._edit(start, stop, lines)
        return self._applied()

    def _entries(self, node: yaml.MappingNode, end: int) -> Iterator[tuple[yaml.Node, Entry]]:
        starts = [key.start_mark.line for key, _ in node.value]
        for (key, value), following in zip(node.value, [*starts[1:], end], strict=True):
            mark = key.start_mark
            yield key, Entry(mark.line, mark.column, value, self._end(mark.line, mark.column, following))

    def _items(self, node: yaml.SequenceNode, end: int) -> list[Entry]:
        column = node.start_mark.column
        starts = []
        for item in node.value:
            line = item.start_mark.line
            while line > 0 and self.lines[line][: column + 1] != " " * column + "-":
                line -= 1  # the dash stands on a line of its own
            starts.append(line)
        if len(set(starts)) != len(starts):
            raise NotInPlaceError
        return [
            Entry(line, column, item, self._end(line, column, following))
            for item, line, following in zip(node.value, starts, [*starts[1:], end], strict=True)
        ]

    def _end(self, line: int, column: int, following: int) -> int:
        end = following
        while end > line + 1 and _NOTHING.match(self.lines[end - 1]) and _indent(self.lines[end - 1]) <= column:
            end -= 1
        return end

    def _with_blanks(self, entry: Entry, node: yaml.CollectionNode, end: int) -> tuple[int, int]:
        """The lines of an entry, and the empty lines that part it from the next, or from the one before."""
        start, stop = entry.line, entry.end
        while stop < end and stop < len(self.lines) and not self.lines[stop].strip():
            stop += 1
        if stop >= end:  # the last one: what follows belongs to what is around it
            stop = entry.end
            while start > node.start_mark.line + 1 and not self.lines[start - 1].strip():
                start -= 1
        return start, stop

    def _first_comment(self, entry: Entry) -> int:
        line = entry.line
        while line > 0 and re.match(r"\s*#", self.lines[line - 1]) and _indent(self.lines[line - 1]) >= entry.column:
            line -= 1
        return line

    def _comments(self, entry: Entry) -> Iterator[tuple[int, str]]:
        """The comments between the words of an entry, with their lines."""
        texts = list(_scalars(entry.node))
        for number in range(entry.line, entry.end):
            for found in re.finditer(r"(?:^|(?<=\s))#", self.lines[number]):
                at = (number, found.start())
                if not any(start <= at < stop for start, stop in texts):
                    yield number, self.lines[number][found.start() :].rstrip()
                    break


def _scalars(node: yaml.Node) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """From where to where the texts of a node reach: line and column. A block's text begins under its `|` or `>`."""
    if isinstance(node, yaml.ScalarNode):
        start, end = (node.start_mark.line, node.start_mark.column), (node.end_mark.line, node.end_mark.column)
        yield ((start[0] + 1, 0), end) if node.style in ("|", ">") else (start, end)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _scalars(item)
    elif isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _scalars(key)
            yield from _scalars(value)


def _known_by(item: Any) -> str:
    """Items with an id are matched by it, others by all they say."""
    return str(item["id"]) if isinstance(item, dict) and "id" in item else repr(item)


def _in_brackets(node: yaml.Node) -> bool:
    return isinstance(node, yaml.CollectionNode) and bool(node.flow_style)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip()) if line.strip() else 0
