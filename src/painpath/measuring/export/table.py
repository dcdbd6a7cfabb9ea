"""What an export has of each table: declared in `fields.yaml`, field by field, and resolved against the models.

What is not declared is not exported. `undeclared` says what somebody still has to decide about, and a test fails on it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import msgspec
from django.apps import apps
from django.db.models import Field, ForeignKey, Model
from django.utils.text import capfirst

CLASSES = {
    "pseudonym": "A keyed pseudonym: the same row has the same one in every table and in every export with this key.",
    "keep": "As it is: a number, yes or no, or one of a fixed list.",
    "code": "An id of the pathway, the program or a public register. What is not written as an id is left empty.",
    "codes": "A list of ids of the pathway. What is not written as an id is left out.",
    "day": "The day in London; no time.",
    "age": "Whole years on the day of receipt; 90 stands for 90 and over.",
    "ethnic group": "One of the groups of the census, or not known; never the words on record.",
    "language group": "English, other or not known; never the words on record.",
    "decile": "The decile of deprivation of the postcode, 1 the most deprived; empty when it is not known.",
}
"""Class -> what the export has instead of the field."""
DROPPED = {
    "drop free text": "not exported: free text",
    "drop identifies": "not exported: could tell who it is",
    "drop file": "not exported: a file",
    "drop technical": "not exported: of the program alone",
    "drop made into age": "not exported: made into an age",
}
_OUT = "left out"
_NAMES = {"age": "age_at_receipt", "ethnic group": "ethnic_group", "language group": "language_group",
          "decile": "deprivation_decile"}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column of a file: where its values come from, and what is done with them."""

    name: str
    treatment: str
    lookup: str
    """As a query names the values."""
    kind: str
    """`string`, `integer`, `boolean`, `day` or `strings`."""
    meaning: str
    values: tuple[str, ...] = ()
    """The fixed list, where there is one."""
    of: str = ""
    """For a pseudonym, the model whose row it stands for."""
    inside: str = ""
    """For a list out of a JSON field, the key of its values."""


@dataclass(frozen=True)
class Table:
    """One file of an export."""

    model: str
    name: str
    meaning: str
    columns: tuple[Column, ...]
    dropped: tuple[tuple[str, str], ...]
    """(field, its class of `DROPPED`)."""


@cache
def declared() -> Mapping[str, Mapping[str, tuple[str, ...] | str]]:
    """`fields.yaml`: model -> class -> fields, or why the table is left out."""
    text = (resources.files(__package__) / "fields.yaml").read_bytes()
    return msgspec.yaml.decode(text, type=dict[str, dict[str, tuple[str, ...] | str]])


@cache
def tables() -> tuple[Table, ...]:
    """Every file of an export, by name."""
    found = [_table(label, given) for label, given in declared().items() if _OUT not in given]
    return tuple(sorted(found, key=lambda table: table.name))


def left_out() -> dict[str, str]:
    """Tables of which nothing is exported, and why."""
    return {label: str(given[_OUT]) for label, given in declared().items() if _OUT in given}


def undeclared() -> Iterator[str]:
    """What somebody has to decide about: a table or field without a class, in two classes, or that is no more."""
    of_a_service = {model._meta.label: model for model in apps.get_models() if _service_of(model)}
    yield from (f"{label}: no such table" for label in declared().keys() - of_a_service.keys())
    for label, model in of_a_service.items():
        given = declared().get(label)
        if given is None:
            yield f"{label}: not exported until fields.yaml says what of it is"
        elif _OUT not in given:
            yield from _undeclared_fields(label, model, given)


def _undeclared_fields(label: str, model: type[Model], given: Mapping[str, tuple[str, ...] | str]) -> Iterator[str]:
    unknown = given.keys() - CLASSES.keys() - DROPPED.keys()
    yield from (f"{label}: there is no class “{name}”" for name in unknown)
    named = [name for name in given for name in given[name] if "." not in name]
    there = {field.name for field in model._meta.local_fields if field.column != "service_id"}
    yield from (f"{label}.{name}: not exported until fields.yaml gives it a class" for name in there - set(named))
    yield from (f"{label}.{name}: no such field" for name in set(named) - there)
    yield from (f"{label}.{name}: two classes" for name in set(named) if named.count(name) > 1)


def _service_of(model: type[Model]) -> bool:
    return any(field.column == "service_id" for field in model._meta.local_fields)


def _table(label: str, given: Mapping[str, tuple[str, ...] | str]) -> Table:
    model = apps.get_model(label)
    order = {field.name: at for at, field in enumerate(model._meta.local_fields)}
    columns = [_column(model, treatment, name) for treatment in CLASSES for name in given.get(treatment, ())]
    columns.sort(key=lambda column: (order.get(column.lookup.split("__")[0].removesuffix("_id"), -1), column.name))
    dropped = [(name, treatment) for treatment in DROPPED for name in given.get(treatment, ())]
    return Table(
        label, _snake(label), _plain(model.__doc__ or ""), tuple(columns),
        tuple(sorted(dropped, key=lambda one: order.get(one[0], -1))),
    )  # fmt: skip


def _column(model: type[Model], treatment: str, name: str) -> Column:
    first, _, inside = name.partition(".")
    field = model._meta.get_field(first)
    if not isinstance(field, Field):
        raise TypeError(f"{model._meta.label}.{first} is not a column.")
    meaning = _meaning(field)
    if treatment == "pseudonym":
        own = not isinstance(field, ForeignKey)
        of = model if own else field.related_model
        if not isinstance(of, type):
            raise TypeError(f"{model._meta.label}.{first} leads nowhere.")
        said = "This row" if own else meaning
        return Column(first, treatment, field.attname, "string", said, of=of._meta.label)
    if treatment == "age":
        return Column(_NAMES[treatment], treatment, name.replace(".", "__"), "integer", "Age")
    if treatment == "codes":
        column = f"{first}_{inside}" if inside else first
        return Column(column, treatment, first, "strings", f"{meaning}: {inside}" if inside else meaning, inside=inside)
    values = tuple(str(value) for value, _ in field.flatchoices) if treatment == "keep" else ()
    return Column(_NAMES.get(treatment, first), treatment, first, _kind(field, treatment), meaning, values)


def _kind(field: Field, treatment: str) -> str:  # type: ignore[type-arg]
    if treatment == "decile":
        return "integer"
    if treatment != "keep":
        return "day" if treatment == "day" else "string"
    kind = field.get_internal_type()
    if kind == "BooleanField":
        return "boolean"
    if "Integer" in kind:
        return "integer"
    if not field.choices:
        raise TypeError(f"{field} has no fixed list, so that it cannot be kept as it is: use `code`.")
    return "string"


def _meaning(field: Field) -> str:  # type: ignore[type-arg]
    said = str(field.verbose_name)
    return capfirst(said) + (f" ({field.help_text})" if field.help_text else "")


def _plain(words: str) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join(words.strip().split("\n\n")[0].split())


def _snake(label: str) -> str:
    """`referrals.ClauseState` -> `referrals_clause_state`: by the app, for names repeat."""
    app, _, name = label.partition(".")
    return app + "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
