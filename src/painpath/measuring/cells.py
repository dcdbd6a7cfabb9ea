"""What of a referral is counted, as facts that are kept with it, and the cells of the counts that they fill.

A unit is one thing that happened: which figure, on which day, with which value. It falls into the cell of its day for
the whole service, into that of its month, and into one cell of its month for each group. `shared` are splits by which
the referral itself is told apart, each by its letter; `own` are groups that only the unit has, and may be several.

Kept facts must fill for ever the cells that they once filled, whatever becomes of definitions: so they say all of it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, NamedTuple

from painpath.figures.definitions import BY_WHOM, OF_A_PERSON
from painpath.figures.model import Split

Cell = tuple[str, str, str, str, str, int]
"""Grain, figure, split, day, group, value."""

LETTERS: dict[str, Split] = {
    "r": Split.ROUTE, "p": Split.PRACTICE, "d": Split.DEPRIVATION, "a": Split.AGE_BAND, "s": Split.SEX,
    "e": Split.ETHNICITY, "l": Split.LANGUAGE, "c": Split.COMMUNICATION_NEED,
}  # fmt: skip
_SPLIT = {letter: split.value for letter, split in LETTERS.items()}
_LETTER = {split: letter for letter, split in LETTERS.items()}


def letters(splits: Iterable[Split]) -> str:
    """The letters of these splits."""
    return "".join(_LETTER[split] for split in splits)


EVERY, PERSONAL, PLACE = letters(BY_WHOM), letters(OF_A_PERSON), letters((Split.ROUTE, Split.PRACTICE))


class Unit(NamedTuple):
    """One thing that is counted. `whole`: it counts for the service as a whole too, not in its own groups alone."""

    figure: str
    day: date
    value: int = 0
    shared: str = ""
    own: Mapping[Split, tuple[str, ...]] | Mapping[str, tuple[str, ...]] = MappingProxyType({})
    whole: bool = True


@dataclass(frozen=True)
class Facts:
    """Everything about one referral that is counted. `groups` are by letter."""

    groups: Mapping[str, str]
    units: tuple[Unit, ...]


def dump(facts: Facts) -> dict[str, Any]:
    """Facts as they are kept."""
    units = [
        [
            one.figure,
            one.day.isoformat(),
            one.value,
            one.shared,
            {split: list(keys) for split, keys in one.own.items()},
            int(one.whole),
        ]
        for one in facts.units
    ]
    return {"groups": dict(facts.groups), "units": units}


def cells(kept: Mapping[str, Any]) -> Iterator[Cell]:
    """The cells that kept facts fill: one that they fill twice comes twice."""
    groups = kept["groups"]
    for figure, day, value, shared, own, whole in kept["units"]:
        month = f"{day[:8]}01"
        if whole:
            yield "day", figure, "", day, "", value
            yield "month", figure, "", month, "", value
        for letter in shared:
            yield "month", figure, _SPLIT[letter], month, groups[letter], value
        for split, keys in own.items():
            for key in keys:
                yield "month", figure, split, month, key, value
