"""A questionnaire as one list from top to bottom, numbered, with what leads where: what paper and phone both need.

On a screen the program asks only what is to be asked; here the reader has to be told. So every question that depends on
another one says on what, in words, and where to go on if it is not for them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from painpath.letters.errors import LetterError
from painpath.letters.paper.conditions import Numbers, gate
from painpath.questionnaires import Item, Questionnaire
from painpath.questionnaires.places import Instances

SCALE = 10
"""A whole number within bounds no further apart than this is ticked, not written."""
COPIES = 3
"""How often a group that may be repeated without end is printed."""

Kind = Literal["ticks", "scale", "body", "date", "moment", "time", "number", "line", "lines"]


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One answer to tick. `alone`: whoever ticks it ticks nothing else."""

    label: str
    code: str = ""
    alone: bool = False
    own_words: bool = False


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing on the sheet: a question with its number, a heading, or words to read."""

    what: Literal["question", "heading", "words"]
    text: str
    item: Item
    instances: Instances
    level: int
    end: int
    """Index of the first entry after it and all that belongs to it."""
    number: int = 0
    copy: int = 0
    """Which copy of a group that repeats this is the heading of, from 1."""
    on_its_own: bool = False
    """Words of ours, which depend on nothing."""
    only_if: str = ""
    """On what it depends, as a sentence; empty for everybody."""
    otherwise: str = ""
    """Where somebody goes on for whom it is not."""
    kind: Kind = "line"
    how: tuple[str, ...] = ()
    """How to answer, one sentence each."""
    choices: tuple[Choice, ...] = ()


def sheet(questionnaire: Questionnaire) -> tuple[Entry, ...]:
    """Everything that is asked, in order. Raises LetterError for a frame whose questions the service has to put in."""
    if questionnaire.skeleton:
        raise LetterError(
            f"“{questionnaire.title}” has no questions yet. The service puts them in under its own licence first."
        )
    entries: list[Entry] = []
    _add(entries, questionnaire.items, (), 2)
    numbers: dict[tuple[str, Instances], int] = {}
    for at, entry in enumerate(entries):
        if entry.what == "question":
            numbers[entry.item.link_id, entry.instances] = len(numbers) + 1
            entries[at] = replace(entry, number=len(numbers))
    return _with_gates(questionnaire, entries, numbers)


def takes(minutes: int) -> str:
    """How long the questionnaire takes, as its definition says."""
    return ngettext("It takes about {minutes} minute.", "It takes about {minutes} minutes.", minutes).format(
        minutes=minutes
    )


def _add(entries: list[Entry], items: tuple[Item, ...], around: Instances, level: int) -> None:
    for item in items:
        if item.hidden or not _shows(item):
            continue
        if item.type == "group" and item.repeats:
            for copy, last in _copies(item):
                _add_group(entries, item, (*around, (item.link_id, copy)), level, copy + 1, more=last)
        elif item.type == "group":
            _add_group(entries, item, around, level)
        else:
            _add_one(entries, item, around, level)


def _add_group(
    entries: list[Entry], item: Item, around: Instances, level: int, copy: int = 0, *, more: bool = False
) -> None:
    at = len(entries)
    head = Entry(what="heading", text=_named(item), item=item, instances=around, level=level, end=at, copy=copy)
    entries.append(head)
    _add(entries, item.items, around, min(level + 1, 3))
    if more:
        words = _("Is there more? Write it on another sheet of paper and put it in.")
        entries.append(replace(head, what="words", text=words, copy=0, end=len(entries) + 1, on_its_own=True))
    entries[at] = replace(head, end=len(entries))


def _add_one(entries: list[Entry], item: Item, around: Instances, level: int) -> None:
    at = len(entries)
    if item.is_asked:
        kind, choices = _answered(item)
        made = Entry(
            what="question", text=_named(item), item=item, instances=around, level=level, end=at,
            kind=kind, how=tuple(_how(item, kind)), choices=choices,
        )  # fmt: skip
        entries.append(made)
    elif item.type == "display":
        made = Entry(what="words", text=_named(item), item=item, instances=around, level=level, end=at)
        entries.append(made)
    _add(entries, item.items, around, level)
    if len(entries) > at and entries[at].item is item:
        entries[at] = replace(entries[at], end=len(entries))


def _copies(item: Item) -> Iterator[tuple[int, bool]]:
    count = max(item.min_occurs or 1, min(item.max_occurs or COPIES, COPIES))
    for copy in range(count):
        yield copy, copy == count - 1 and (item.max_occurs is None or item.max_occurs > count)


def _shows(item: Item) -> bool:
    """Whether a reader has anything of it: a frame around sums only has not."""
    return any((one.is_asked or one.type == "display") and not one.hidden for one in item.walk())


def _named(item: Item) -> str:
    """The text, with its own number or letter in front where that is no plain number: ours stands there already."""
    prefix = "" if item.prefix.strip(" .)").isdigit() else item.prefix
    return f"{prefix} {item.text}".strip()


def _with_gates(questionnaire: Questionnaire, entries: list[Entry], numbers: Numbers) -> tuple[Entry, ...]:
    """The entries with what they depend on, and where those go on who leave them out."""
    gates = [
        "" if one.on_its_own or one.copy > 1 else gate(questionnaire, one.item, one.instances, numbers)
        for one in entries
    ]
    done = []
    for at, entry in enumerate(entries):
        only_if = _("Answer this part only if there is another one to tell us about.") if entry.copy > 1 else gates[at]
        after = entry.end
        # Further copies, and what depends on the same answers, are left out in one go.
        while after < len(entries) and (entries[after].item is entry.item or (gates[at] and gates[after] == gates[at])):
            after = entries[after].end
        number = next((one.number for one in entries[after:] if one.what == "question"), 0)
        go_on = _("If not, go to question {number}.").format(number=number) if number else _("If not, go to the end.")
        otherwise = go_on if only_if and entry.what != "words" else ""
        done.append(replace(entry, only_if=only_if, otherwise=otherwise))
    return tuple(done)


def _answered(item: Item) -> tuple[Kind, tuple[Choice, ...]]:
    """How an answer is given, and among which."""
    if item.options or item.open_choice:
        choices = [
            Choice(label=f"{one.prefix} {one.label}".strip(), code=one.key, alone=one.exclusive) for one in item.options
        ]
        if item.open_choice:
            choices.append(Choice(label=item.open_label or _("Something else"), own_words=True))
        return ("body" if item.control == "body-map" else "ticks"), tuple(choices)
    if item.type == "boolean":
        return "ticks", (Choice(label=_("Yes")), Choice(label=_("No")))
    low, high = item.min_value, item.max_value
    if item.type == "integer" and isinstance(low, Decimal) and isinstance(high, Decimal) and 0 < high - low <= SCALE:
        return "scale", tuple(Choice(label=str(number)) for number in range(int(low), int(high) + 1))
    kinds: dict[str, Kind] = {
        "date": "date", "dateTime": "moment", "time": "time", "text": "lines",
        "integer": "number", "decimal": "number", "quantity": "number",
    }  # fmt: skip
    return ("lines" if item.repeats else kinds.get(item.type, "line")), ()


def _how(item: Item, kind: Kind) -> Iterator[str]:
    if kind == "ticks":
        yield _("Tick every answer that fits you.") if item.repeats else _("Tick one answer.")
    elif kind == "body":
        yield _("Mark each place on the picture, or tick it in the list. The numbers are the same.")
    elif kind == "scale":
        yield _("Tick one number.")
    elif kind in ("date", "moment"):
        yield _("Leave out what you do not know.")
    elif kind == "number":
        yield from _limits(item)
    elif kind == "lines" and item.repeats:
        yield _("Write each one on a new line.")
    if item.repeats and item.max_occurs and kind != "scale":
        yield _("Give up to {most} answers.").format(most=item.max_occurs)
    if item.entry_format:
        yield _("Write it like this: {example}.").format(example=item.entry_format)
    if item.required:
        yield _("We need your answer to this one.")


def _limits(item: Item) -> Iterator[str]:
    low, high = item.min_value, item.max_value
    if low is not None and high is not None:
        yield _("Write a number from {low} to {high}.").format(low=low, high=high)
    elif low is not None:
        yield _("Write a number, {low} or more.").format(low=low)
    elif high is not None:
        yield _("Write a number, {high} or less.").format(high=high)
