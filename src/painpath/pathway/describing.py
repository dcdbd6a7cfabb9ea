"""What a part of a pathway consists of, field by field, so that a form can be made of it without knowing the part.

The typed model says what there is (`msgspec.inspect`), the docstring under each field what it is for. A field that is
added to the model tomorrow has its place in every form without another line here; only a field of ids whose name is
not that of what it refers to is named in `REFERS`.
"""

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import msgspec
from msgspec import inspect

from painpath.pathway.letters import FIELDS
from painpath.pathway.model import Pathway
from painpath.pathway.vocabulary import AlertKind

Kind = Literal[
    "words",
    "long_words",
    "word_list",
    "choice",
    "choices",
    "yes_no",
    "number",
    "date",
    "id",
    "reference",
    "references",
    "part",
    "parts",
]
"""`words` fit on a line; `part` is one nested part and `parts` a list of them."""

BY_PROGRAM = frozenset({"name", "digest", "forms"})
"""Fields of a pathway that the program sets, or that are files of their own: no author writes them."""

REFERS: dict[tuple[str, str], tuple[str, ...]] = {
    ("Criterion", "mirror_of"): ("criteria",),
    ("Criterion", "only_if_shown_by"): ("findings",),
    ("Criterion", "bypasses"): ("criteria", "combinations"),
    ("CriterionEvidence", "criterion"): ("criteria",),
    ("Combination", "of"): ("criteria", "combinations"),
    ("Route", "decided_by"): ("grades",),
    ("Rule", "when"): ("findings",),
    ("Rule", "beside"): ("findings",),
    ("Rule", "not_beside"): ("findings",),
    ("Rule", "somewhere"): ("findings",),
    ("Rule", "nowhere"): ("findings",),
    ("Context", "only"): ("findings",),
    ("Threshold", "event"): ("findings",),
    ("Threshold", "beside"): ("findings",),
    ("Threshold", "for_group_shown_by"): ("findings",),
    ("Scale", "group"): ("findings",),
    ("LetterText", "sections"): ("letters.sections",),
    ("Block", "list"): ("letter_fields",),
    ("Block", "when"): ("letter_fields",),
    ("Block", "unless"): ("letter_fields",),
    ("Signpost", "topics"): ("patient_pages.topics",),
    ("Part", "see"): ("patient_pages.pages",),
    ("Kind", "registers"): ("referring.registers",),
    ("Need", "letter_format"): ("communication.letter_formats",),
    ("RetentionClass", "alerts"): ("alerts",),
}
"""What a field of ids refers to, where its name does not say so: lists of the pathway, or of the program."""

NEW_NAMES = frozenset({("Band", "gives"), ("Picture", "picture"), ("Step", "verb")})
"""Ids that name something which is no part of a pathway: a value the reader makes, a file, a verb of the record."""

OF_PROGRAM: dict[str, tuple[str, ...]] = {
    "letter_fields": tuple(FIELDS),
    "alerts": (*get_args(AlertKind), "change"),
}
"""Closed lists that a pathway may refer to and that are no part of one."""

KEYS = ("id", "criterion", "state", "verb", "outcome")
"""Fields by which an item of a list is known; the first that it has."""

_ON_A_LINE = frozenset(
    {"name", "label", "heading", "title", "subject", "value", "version", "alt", "address", "organisation", "role"}
    | {"link", "service", "team", "page", "publisher"}
)
"""Last words of the names of fields whose text fits on a line."""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """One field of a part."""

    name: str
    kind: Kind
    help: str
    """The docstring under the field, on one line; empty where there is none."""
    required: bool = False
    default: Any = None
    """What it is while nobody writes it, as plain data."""
    options: tuple[Any, ...] = ()
    """Of a choice: its values, mostly words; the yes and no of a field that may also be unknown."""
    refers: tuple[str, ...] = ()
    """Of a reference: the lists, by their place in the pathway or in `OF_PROGRAM`."""
    model: type[msgspec.Struct] | None = None
    """Of a part or parts: what each is."""
    whole: bool = True
    """Of a number: without decimals."""
    low: float | None = None
    high: float | None = None
    pattern: str = ""
    for_patients: bool = False
    """By the naming rule of `painpath.pathway.base.Data`."""


@cache
def shapes(model: type[msgspec.Struct]) -> tuple[Shape, ...]:
    """The fields of a part, in the order of the model; of a pathway, those that authors write."""
    info = inspect.type_info(model)
    if not isinstance(info, inspect.StructType):  # pragma: no cover - the type says so
        raise TypeError(model)
    help_of = _field_docs(model.__module__).get(model.__qualname__, {})
    return tuple(
        _shape(model, field, " ".join(help_of.get(field.name, "").split()))
        for field in info.fields
        if not (model is Pathway and field.name in BY_PROGRAM)
    )


def shape(model: type[msgspec.Struct], name: str) -> Shape:
    """The field of this name; KeyError when the part has none."""
    for one in shapes(model):
        if one.name == name:
            return one
    raise KeyError(name)


@cache
def about(model: type[msgspec.Struct]) -> str:
    """What the part is, in the first sentence of its docstring."""
    words = " ".join((model.__doc__ or "").split())
    return words.split(". ")[0].rstrip(".") + "." if words else ""


def key_of(item: Mapping[str, Any]) -> str:
    """The name by which an item of a list is known; empty where it has none."""
    return next((str(item[key]) for key in KEYS if item.get(key)), "")


def _shape(model: type[msgspec.Struct], field: inspect.Field, words: str) -> Shape:
    default = field.default
    if default is msgspec.NODEFAULT and field.default_factory is not msgspec.NODEFAULT:
        default = field.default_factory()
    kept: dict[str, Any] = {
        "name": field.name,
        "help": words,
        "required": field.required,
        "default": None if default is msgspec.NODEFAULT else msgspec.to_builtins(default),
        "for_patients": field.name == "plain" or field.name.startswith("plain_"),
    }
    return Shape(**kept, **_typed(model, field.name, field.type))


def _typed(model: type[msgspec.Struct], name: str, type_: inspect.Type) -> dict[str, Any]:
    if isinstance(type_, inspect.Metadata):
        return _typed(model, name, type_.type)
    if isinstance(type_, inspect.UnionType):
        return _union(model, name, type_)
    if isinstance(type_, inspect.VarTupleType | inspect.ListType):
        inner = _typed(model, name, type_.item_type)
        many: dict[str, Kind] = {
            "words": "word_list", "long_words": "word_list", "choice": "choices", "reference": "references",
            "id": "word_list", "part": "parts",
        }  # fmt: skip
        return {**inner, "kind": many[inner["kind"]]}
    if isinstance(type_, inspect.StructType):
        return {"kind": "part", "model": type_.cls}
    if isinstance(type_, inspect.LiteralType):
        return {"kind": "choice", "options": _in_order(model, name, type_.values)}
    if isinstance(type_, inspect.BoolType):
        return {"kind": "yes_no", "options": (False, True)}
    if isinstance(type_, inspect.IntType | inspect.FloatType):
        return {"kind": "number", "whole": isinstance(type_, inspect.IntType), "low": type_.ge, "high": type_.le}
    if isinstance(type_, inspect.DateType):
        return {"kind": "date"}
    if isinstance(type_, inspect.StrType):
        return _text(model, name, type_.pattern or "")
    raise TypeError(f"No form can hold {model.__name__}.{name}: {type_}.")  # pragma: no cover - a test walks the model


def _union(model: type[msgspec.Struct], name: str, type_: inspect.UnionType) -> dict[str, Any]:
    kinds = [_typed(model, name, one) for one in type_.types if not isinstance(one, inspect.NoneType)]
    if len(kinds) > 1:  # choices beside choices
        return {"kind": "choice", "options": _in_order(model, name, [one for kind in kinds for one in kind["options"]])}
    if kinds[0]["kind"] == "yes_no":  # yes, no, and nobody knows
        return {**kinds[0], "kind": "choice"}
    return kinds[0]


def _text(model: type[msgspec.Struct], name: str, pattern: str) -> dict[str, Any]:
    refers = _refers(model, name)
    if refers:
        return {"kind": "reference", "refers": refers}
    if pattern.startswith("^[a-z0-9]+("):
        return {"kind": "id", "pattern": pattern}
    if name.rsplit("_", 1)[-1] in _ON_A_LINE or pattern.startswith("^"):
        return {"kind": "words", "pattern": "" if pattern == r"\S" else pattern}
    return {"kind": "long_words"}


def _refers(model: type[msgspec.Struct], name: str) -> tuple[str, ...]:
    if (named := REFERS.get((model.__name__, name))) is not None:
        return named
    if "a-z0-9" not in repr(_annotation(model, name)):  # words, and no id
        return ()
    lists = {field.name for field in msgspec.structs.fields(Pathway)}
    singular = {"criterion": "criteria"}.get(name, f"{name.removesuffix('y')}ies" if name.endswith("y") else f"{name}s")
    return next(((one,) for one in (name, singular) if one in lists), ())


def _annotation(model: type[msgspec.Struct], name: str) -> Any:
    return next(field.type for field in msgspec.structs.fields(model) if field.name == name)


def _in_order(model: type[msgspec.Struct], name: str, values: Iterable[Any]) -> tuple[Any, ...]:
    """The values as the source has them: `msgspec.inspect` sorts them."""
    written = list(_literals(_annotation(model, name)))
    return tuple(sorted(values, key=lambda one: written.index(one) if one in written else -1))


def _literals(annotation: Any) -> Iterator[Any]:
    for argument in get_args(annotation):
        if get_origin(annotation) is Literal:
            yield argument
        else:
            yield from _literals(argument)


@cache
def _field_docs(module: str) -> dict[str, dict[str, str]]:
    """By class and field, the docstring that stands under the field in the source of a module."""
    file = sys.modules[module].__file__
    if file is None:  # pragma: no cover - typed models are made of files
        return {}
    found: dict[str, dict[str, str]] = {}
    for node in ast.parse(Path(file).read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef):
            found[node.name] = {}
            for field, below in zip(node.body, node.body[1:], strict=False):
                if (
                    isinstance(field, ast.AnnAssign)
                    and isinstance(field.target, ast.Name)
                    and isinstance(below, ast.Expr)
                    and isinstance(below.value, ast.Constant)
                    and isinstance(below.value.value, str)
                ):
                    found[node.name][field.target.id] = below.value.value
    return found
