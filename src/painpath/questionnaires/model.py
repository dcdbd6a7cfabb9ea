"""A questionnaire as frozen data: what is asked, when, and which answers it takes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

ItemType = Literal[
    "group",
    "display",
    "boolean",
    "decimal",
    "integer",
    "date",
    "dateTime",
    "time",
    "string",
    "text",
    "url",
    "choice",
    "open-choice",
    "quantity",
]
Operator = Literal["exists", "=", "!=", ">", "<", ">=", "<="]
Rights = Literal["bundled", "conditional", "local"]


@dataclass(frozen=True, slots=True)
class FreeText:
    """An answer in a person's own words where the options did not fit (open-choice)."""

    text: str


Value = bool | int | str | FreeText
"""One answer. A number with decimals is its exact text ("7.5"), as are dates (ISO) and coded options (their code)."""

Answers = Mapping[str, tuple[Value, ...]]
"""Answers by place. A place with no values says that a repeated group is there, still empty."""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer to choose."""

    value: Value
    """What stands in `Answers`: the code, or the string, number or date itself."""
    label: str
    prefix: str = ""
    exclusive: bool = False
    """Choosing it excludes every other option ("None of these")."""
    selected: bool = False
    """Chosen before anybody has answered."""
    weight: Decimal | None = None
    """What it counts in a score (ordinalValue or itemWeight)."""
    system: str = ""
    coded: bool = True
    """True for a Coding, false for a plain string, number or date."""
    need: str = ""
    """The communication need of the pathway that somebody states who chooses it."""

    @property
    def key(self) -> str:
        """The value as text, for form fields."""
        return str(self.value)


@dataclass(frozen=True, slots=True)
class Condition:
    """One `enableWhen`: the item is asked when the answer to `question` compares so with `value`."""

    question: str
    operator: Operator
    value: Value
    """For `exists` true or false; a coded answer is its code."""
    system: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit of a quantity or a number."""

    label: str
    code: str = ""
    system: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """A range of a score that its authors gave a name, and who says so."""

    lowest: Decimal
    highest: Decimal
    words: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A question, a group of questions, or words to read."""

    link_id: str
    type: ItemType
    text: str
    prefix: str = ""
    help: str = ""
    lower: str = ""
    """What the lower end of a scale means."""
    upper: str = ""
    unit: Unit | None = None
    control: str = ""
    """How to show it: `radio-button`, `check-box`, `drop-down`, `slider`, `text-box`, `page`, `body-map`; a hint."""
    required: bool = False
    repeats: bool = False
    read_only: bool = False
    hidden: bool = False
    conditions: tuple[Condition, ...] = ()
    behaviour: Literal["all", "any"] = "any"
    options: tuple[Option, ...] = ()
    open_choice: bool = False
    open_label: str = ""
    min_value: Decimal | str | None = None
    """A number; for dates and times ISO text."""
    max_value: Decimal | str | None = None
    min_length: int | None = None
    max_length: int | None = None
    regex: str = ""
    decimal_places: int | None = None
    min_occurs: int | None = None
    max_occurs: int | None = None
    step: int | None = None
    entry_format: str = ""
    calculated: str = ""
    """FHIRPath. Nobody is asked; it is added up by us."""
    variables: tuple[tuple[str, str], ...] = ()
    initial: tuple[Value, ...] = ()
    criteria: tuple[str, ...] = ()
    """Criteria of the pathway beside whose clauses the answer is shown."""
    why: str = ""
    """For the person: why we ask."""
    interpreter: bool = False
    """The answer names the language that an interpreter is needed for."""
    safety: Decimal | None = None
    """An answer that weighs more than this shows help at once and raises an alert."""
    bands: tuple[Band, ...] = ()
    prorated: bool = False
    """The calculation itself deals with missing answers, as the instrument's authors published."""
    items: tuple["Item", ...] = ()

    @property
    def is_question(self) -> bool:
        """True for everything that can have an answer."""
        return self.type not in ("group", "display")

    @property
    def is_asked(self) -> bool:
        """True for a question that a person answers: not hidden, not read-only, not calculated."""
        return self.is_question and not (self.hidden or self.read_only or self.calculated)

    @property
    def many(self) -> bool:
        """True when a question takes more than one answer."""
        return self.repeats and self.is_question

    def option(self, value: Value) -> Option | None:
        """The option that this value chooses."""
        return next((option for option in self.options if same(option.value, value)), None)

    def walk(self) -> Iterator["Item"]:
        """This item and everything below it, in order."""
        yield self
        for child in self.items:
            yield from child.walk()


@dataclass(frozen=True, kw_only=True)
class Questionnaire:
    """A definition that can be shown, answered and scored. Made by `parse` only, which checks it."""

    id: str
    url: str
    version: str
    name: str
    title: str
    status: str
    language: str
    description: str
    copyright: str
    items: tuple[Item, ...]
    source: dict[str, Any] = field(repr=False, compare=False)
    """The Questionnaire resource itself."""
    digest: str
    """SHA-256 of the resource: two questionnaires with the same digest are the same."""
    variables: tuple[tuple[str, str], ...] = ()
    rights: Rights | None = None
    """None when the definition does not say."""
    rights_source: str = ""
    population: str = ""
    validated_mode: str = ""
    minutes: int | None = None
    skeleton: bool = False
    """A frame without the instrument's items: it cannot be used until a site fills it under its own licence."""

    @property
    def canonical(self) -> str:
        """`url|version`, by which a response names the definition it answers."""
        return f"{self.url}|{self.version}"

    def walk(self) -> Iterator[Item]:
        """Every item, in order."""
        for item in self.items:
            yield from item.walk()

    def item(self, link_id: str) -> Item:
        """The item with this linkId; KeyError when there is none."""
        return self._by_link_id[link_id]

    def above(self, link_id: str) -> tuple[Item, ...]:
        """The items around this one, outermost first."""
        return self._above[link_id]

    @cached_property
    def _by_link_id(self) -> dict[str, Item]:
        return {item.link_id: item for item in self.walk()}

    @cached_property
    def _above(self) -> dict[str, tuple[Item, ...]]:
        found: dict[str, tuple[Item, ...]] = {}

        def visit(items: tuple[Item, ...], above: tuple[Item, ...]) -> None:
            for item in items:
                found[item.link_id] = above
                visit(item.items, (*above, item))

        visit(self.items, ())
        return found


def same(one: Value, other: Value) -> bool:
    """True when two values are the same answer: true is not 1."""
    return type(one) is type(other) and one == other
