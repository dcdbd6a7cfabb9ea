"""A draft on the workbench: what its files say as plain data, whether or not it is a pathway, and what is wrong where.

A place in an address is `criteria/adult/ask/0`: the fields of the model, items of a list by what they are known by, or
by number where two are known by the same.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import msgspec

from painpath.managers.presenters.labels import in_words, quoted
from painpath.pathway import Pathway, editing
from painpath.pathway.describing import OF_PROGRAM, Shape, key_of, shapes
from painpath.pathway.draft_files import Compiled, compile_draft
from painpath.pathway.editing import EditError
from painpath.pathway.findings import named_groups
from painpath.pathway.problems import FieldPath, Problem
from painpath.referrals.models import PathwayDraft
from painpath.web.numbers import whole_number

WHOLE = "this-pathway"
"""The place of the fields that stand beside the parts of a pathway: its version, its name."""


VALUES = ("age-18-or-over", "age-under-18", "duration-over-3-months", "duration-3-months-or-less")
"""Values that the reader makes of numbers, offered beside those that the pathway names already."""


class Wrong(NamedTuple):
    """Something that is wrong: where, from the place that was asked about, and what to do."""

    path: FieldPath
    message: str


@dataclass(frozen=True)
class Place:
    """A part of a pathway, or a list of parts."""

    path: FieldPath
    model: type[msgspec.Struct]
    """What stands here, or what each item is."""
    value: Any
    is_list: bool


class Workbench:
    """A draft as it is, or as it would be with other `files`."""

    def __init__(self, draft: PathwayDraft, files: dict[str, str] | None = None) -> None:
        self.draft = draft
        self.files: dict[str, str] = draft.files if files is None else files

    @cached_property
    def data(self) -> dict[str, Any]:
        """What the draft's own files say."""
        return editing.read(self.files).data

    @cached_property
    def compiled(self) -> Compiled:
        """The pathway, and all that is wrong with it."""
        return compile_draft(self.draft.name, self.files)

    def place(self, address: str) -> Place:
        """The place of an address. EditError where the draft has none."""
        path = self.path(address)
        if not path:
            return Place((), Pathway, self.data, is_list=False)
        found = editing.shape_at(path)
        if found.model is None:
            raise EditError("This is a field of another page.")
        value = editing.value_at(self.data, path)
        is_list = found.kind == "parts" and (isinstance(path[-1], str) or value is None)
        if found.kind == "parts" and not is_list and not isinstance(value, dict):
            raise EditError("There is no such item.")
        return Place(path, found.model, value if value is not None else [] if is_list else {}, is_list=is_list)

    def path(self, address: str) -> FieldPath:
        """The fields and numbers that an address names."""
        data: Any = self.data
        found: list[str | int] = []
        for step in address.strip("/").split("/"):
            if address.strip("/") in ("", WHOLE):
                break
            number: str | int = step
            if isinstance(data, list):
                known = [key_of(item) if isinstance(item, dict) else "" for item in data]
                counted = whole_number(step)
                number = step if counted is None or step in known else counted
            path = editing.resolved(data, (number,)) if isinstance(data, list) else (number,)
            data = editing.value_at(data, path)
            found.extend(path)
        return tuple(found)

    def address(self, path: FieldPath) -> str:
        """The address of a place, with items by what they are known by where that is theirs alone."""
        data: Any = self.data
        steps: list[str] = []
        for step in path:
            if isinstance(data, list) and isinstance(step, int):
                keys = [key_of(item) if isinstance(item, dict) else "" for item in data]
                key = keys[step] if step < len(keys) else ""
                steps.append(key if re.fullmatch(r"[\w-]+", key) and keys.count(key) == 1 else str(step))
                data = data[step] if step < len(data) else None
            else:
                steps.append(str(step))
                data = data.get(step) if isinstance(data, dict) else None
        return "/".join(steps) or WHOLE

    @cached_property
    def wrong(self) -> list[Wrong]:
        """All that is wrong with what authors write, each at its own place; what is in no field has no place."""
        return [Wrong(self._own(one), quoted(one.message)) for one in self.compiled.problems]

    def wrong_at(self, path: FieldPath) -> list[Wrong]:
        """What is wrong at a place and inside it, with paths from there."""
        return [one._replace(path=one.path[len(path) :]) for one in self.wrong if one.path[: len(path)] == path]

    @cached_property
    def elsewhere(self) -> list[Problem]:
        """What is wrong in files that this editor does not write: questionnaires, YAML that cannot be read."""
        return [one for one in self.compiled.problems if not self._own(one)]

    def _own(self, problem: Problem) -> FieldPath:
        if problem.file.suffix not in (".yaml", ""):
            return ()
        path: list[str | int] = []
        for name, number in re.findall(r"([^.\[\]]+)|\[(\d+)\]", problem.field):
            path.append(int(number) if number else name)
        if not path or path[0] not in {one.name for one in shapes(Pathway)}:
            return ()
        if len(path) > 1 and isinstance(path[1], int):
            path[1] -= self._shared(str(path[0]))
        return tuple(path)

    def _shared(self, name: str) -> int:
        """How many items of a list stand in the files that every service shares, before the draft's own."""
        places = self.compiled.places
        number = 0
        while (name, number) in places and places[(name, number)][0].startswith("shared/"):
            number += 1
        return number


def stands_alone(one: Shape) -> bool:
    """Whether a field has a page of its own: lists of parts, and parts that hold such a list."""
    if one.kind == "parts":
        return True
    return one.kind == "part" and one.model is not None and any(stands_alone(inner) for inner in shapes(one.model))


def inline(model: type[msgspec.Struct]) -> Iterator[Shape]:
    """The fields that stand on the page of a part itself."""
    for one in shapes(model):
        if not stands_alone(one) and (model is not Pathway or one.kind != "part"):
            yield one


def targets(bench: Workbench, one: Shape) -> list[tuple[str, str]]:
    """What a field of ids may name: id and name, from the draft, from what all services share, or from the program."""
    found: list[tuple[str, str]] = []
    for target in one.refers:
        if target in OF_PROGRAM:
            found += [(name, in_words(name)) for name in OF_PROGRAM[target]]
        elif target == "forms":
            found += forms_of(bench)
        elif target == "findings":
            found += [(group.id, group.comment) for group in vocabulary(bench)]
        else:
            items = editing.value_at(bench.data, tuple(target.split("."))) or []
            found += [(key_of(item), item_name(item)) for item in items if isinstance(item, dict)]
    return found


def forms_of(bench: Workbench) -> list[tuple[str, str]]:
    """The questionnaires that are files: id and title."""
    whole = bench.compiled.pathway
    if whole is None:
        return [(path.rsplit("/", 1)[-1].removesuffix(".json"), path) for path in bench.files if path.endswith(".json")]
    return [(form.id, form.id) for form in whole.forms]


class Finding(NamedTuple):
    """Something that a letter can say, for a rule to name."""

    id: str
    comment: str
    examples: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    danger: bool = False


def vocabulary(bench: Workbench) -> list[Finding]:
    """The findings that a rule may name: groups of the vocabulary, what their numbers give, and values that are read.
    None while the draft is no pathway: its words are those of the files that all services share, too."""
    whole = bench.compiled.pathway
    if whole is None:
        return []
    groups = [
        Finding(one.id, one.comment, one.examples, one.phrases, danger=one.alert is not None)
        for one in whole.vocabulary
    ]
    known = {one.id for one in groups}
    given = [band.gives for one in whole.vocabulary if one.score for band in one.score.bands]
    values = [one for one in dict.fromkeys([*VALUES, *given, *sorted(named_groups(whole))]) if one not in known]
    return [*groups, *(Finding(one, "Read from a number in the letter.") for one in values)]


def item_name(item: dict[str, Any]) -> str:
    """What an item is called in a list: its name, else the first words in it, else what it is known by."""
    for name in ("name", "plain_name", "label", "plain_title", "plain_heading", "heading", "title", "subject"):
        if isinstance(item.get(name), str):
            return str(item[name])
    key = key_of(item)
    plain = (value for name, value in item.items() if isinstance(value, str) and name not in ("id", "of", "speaks"))
    words = next(plain, "") or key
    return in_words(words) if re.fullmatch(r"[a-z][a-z0-9_-]*", words) else words
