"""A pathway's YAML files as one mapping, with the file and line of every field.

Each top-level key of a file is a field of `Pathway`. Files are read in the order of their paths, those of the folder
`shared` beside the pathway first. A list may be continued from file to file; anything else stands in one file only.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from painpath.pathway.problems import FieldPath, Problem, field_name
from painpath.pathway.unseen import TURNING

DEEPEST = 30
"""Levels of nesting; the deepest field of a pathway stands at about eight."""


_TURNED = "the invisible character U+{code:X} turns the direction of writing: leave it out"


class RefusedError(ValueError):
    """YAML that is valid and has no place in a pathway; `line` says where."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.line = line


class Place(NamedTuple):
    """A line of a file."""

    file: Path
    line: int


class _Loader(yaml.CSafeLoader):
    """YAML as authors expect it: `no` and `on` are words, `0800` and `1:30` are not numbers.

    PyYAML follows YAML 1.1; these are the rules of YAML 1.2 (core schema), https://yaml.org/spec/1.2.2/#103-core-schema.
    """


_CORE = {
    "tag:yaml.org,2002:bool": (r"true|false", "tf"),
    "tag:yaml.org,2002:int": (r"[-+]?(0|[1-9][0-9]*)", "-+0123456789"),
    "tag:yaml.org,2002:float": (r"[-+]?(0|[1-9][0-9]*)\.[0-9]+", "-+0123456789"),
}
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _CORE]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
for _tag, (_pattern, _first) in _CORE.items():
    _Loader.add_implicit_resolver(_tag, re.compile(rf"^(?:{_pattern})$"), list(_first))


class Document:
    """The data of a pathway's files, and where each field of it stands."""

    def __init__(self) -> None:
        self.data: dict[str, Any] = {}
        self.places: dict[FieldPath, Place] = {}
        self.problems: list[Problem] = []

    def add(self, file: Path, content: bytes) -> None:
        """Take in one file. What is wrong with its YAML goes to `problems`."""
        try:
            fields = _fields(content)
        except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
            self.problems.append(_unreadable(file, error))
            return
        if fields is None:
            self.problems.append(Problem(file, 1, "", "The file must consist of fields, such as `criteria:`."))
            return
        seen: set[str] = set()
        for field in fields:
            # YAML readers keep the last of two equal keys in silence: an author would never learn which one counts.
            if field.name in seen:
                self._twice(file, field.line, (field.name,))
            else:
                seen.add(field.name)
                self._take(file, field)

    def _take(self, file: Path, field: "_Field") -> None:
        name, known = field.name, self.data.get(field.name)
        offset = 0
        if name not in self.data:
            self.data[name] = list(field.data) if isinstance(field.data, list) else field.data
            self.places[(name,)] = Place(file, field.line)
        elif isinstance(known, list) and isinstance(field.data, list):
            offset = len(known)
            known.extend(field.data)
        else:
            first = self.places[(name,)]
            message = f"This field stands in {first.file.name}, line {first.line}, already. Keep one of them."
            self.problems.append(Problem(file, field.line, name, message))
            return
        for path, line in field.places:
            self.places[_moved(name, path, offset)] = Place(file, line)
        for path, line in field.twice:
            self._twice(file, line, _moved(name, path, offset))

    def _twice(self, file: Path, line: int, path: FieldPath) -> None:
        self.problems.append(Problem(file, line, field_name(path), "This field is given twice. Keep one of them."))

    def place(self, path: FieldPath) -> Place | None:
        """Where a field stands, or the nearest field around it."""
        for end in range(len(path), 0, -1):
            if found := self.places.get(path[:end]):
                return found
        return None


class _Field(NamedTuple):
    """A top-level field of one file; what stands inside it has its path from there."""

    name: str
    line: int
    data: Any
    places: tuple[tuple[FieldPath, int], ...]
    twice: tuple[tuple[FieldPath, int], ...]


def _moved(name: str, path: FieldPath, offset: int) -> FieldPath:
    """The path in the whole, where a list goes on in another file."""
    first, *rest = path
    return (name, first + offset, *rest) if isinstance(first, int) else (name, *path)


@lru_cache(maxsize=256)
def _fields(content: bytes) -> tuple[_Field, ...] | None:
    """The fields of a file, None when it does not consist of fields.

    Remembered, and so never to be changed: an author's next change leaves a hundred other files as they were.
    """
    root, data = parse(content)
    _refuse_turned(content.decode(), root)
    if not isinstance(root, yaml.MappingNode):
        return None
    found = []
    for key, value in root.value:
        places: list[tuple[FieldPath, int]] = []
        twice: list[tuple[FieldPath, int]] = []
        _mark(value, (), places, twice)
        name = str(key.value)
        found.append(_Field(name, key.start_mark.line + 1, data.get(key.value), tuple(places), tuple(twice)))
    return tuple(found)


def _refuse_turned(text: str, node: yaml.Node | None) -> None:
    """Refuse what shows other words than are there: in a comment, a key, a value, also where it stands as an escape."""
    if found := TURNING.search(text):
        raise RefusedError(_TURNED.format(code=ord(found[0])), text.count("\n", 0, found.start()) + 1)
    todo = [node]
    while todo:
        node = todo.pop()
        if isinstance(node, yaml.ScalarNode) and (found := TURNING.search(node.value)):
            raise RefusedError(_TURNED.format(code=ord(found[0])), node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            todo += [one for pair in node.value for one in pair]
        elif isinstance(node, yaml.SequenceNode):
            todo += node.value


def _mark(
    node: yaml.Node,
    path: FieldPath,
    places: list[tuple[FieldPath, int]],
    twice: list[tuple[FieldPath, int]],
) -> None:
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            places.append(((*path, index), item.start_mark.line + 1))
            _mark(item, (*path, index), places, twice)
    elif isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            inner, line = (*path, str(key.value)), key.start_mark.line + 1
            if inner[-1] in seen:
                twice.append((inner, line))
                continue
            seen.add(str(inner[-1]))
            places.append((inner, line))
            _mark(value, inner, places, twice)


def parse(content: bytes) -> tuple[yaml.Node | None, Any]:
    """The nodes of a YAML file, with their places in the text, and its data.

    Raises YAMLError, UnicodeDecodeError or ValueError when it is not YAML as a pathway may have it.
    """
    loader = _Loader(content.decode())
    try:
        _refuse_what_no_pathway_needs(loader)
    finally:
        loader.dispose()
    loader = _Loader(content.decode())
    try:
        node = loader.get_single_node()
        return node, loader.construct_document(node) if node is not None else None
    finally:
        loader.dispose()


def _refuse_what_no_pathway_needs(loader: _Loader) -> None:
    # An alias could contain itself, and gives two fields one line; very deep nesting ends the parser's process.
    depth = 0
    while event := loader.get_event():
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent):
            raise RefusedError("aliases (`*name`) are not used here: write it out", line)
        if getattr(event, "tag", None) not in (None, "!"):
            raise RefusedError("tags (`!name`) are not used here: write the text without", line)
        if depth > DEEPEST:
            raise RefusedError(f"nested more than {DEEPEST} levels deep", line)


def _unreadable(file: Path, error: Exception) -> Problem:
    if isinstance(error, UnicodeDecodeError):
        return Problem(file, 0, "", "The file is not UTF-8 text. Save it as UTF-8.")
    line, reason = 0, str(error)
    if isinstance(error, RefusedError):
        line = error.line
    elif isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        line, reason = mark.line + 1 if mark else 0, error.problem or error.context or reason
    return Problem(file, line, "", f"This is not valid YAML: {reason}.")
