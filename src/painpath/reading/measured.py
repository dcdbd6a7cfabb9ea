"""Which numbers a pathway asks for: values that its rules name, and those of its thresholds."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from painpath.pathway.findings import named_groups
from painpath.pathway.measures import MONTHS_IN, Scale, Threshold, inside, named_value
from painpath.pathway.model import Pathway

NamedValue = tuple[str, Threshold]


class Measured(NamedTuple):
    """The numbers to be looked for in a letter."""

    ages: tuple[NamedValue, ...] = ()
    """Values that rules name: the finding and its bounds."""
    durations: tuple[NamedValue, ...] = ()
    age: bool = False
    """Whether some threshold is of the age itself; and so on."""
    duration: bool = False
    ago: bool = False
    scales: Mapping[str, Scale] = {}
    """By the group of the vocabulary that names the scale."""


def measured(pathway: Pathway) -> Measured:
    """The numbers that this pathway asks for."""
    of = {threshold.of for criterion in pathway.criteria for threshold in criterion.thresholds}
    return named(named_groups(pathway))._replace(
        age="age" in of,
        duration="duration" in of,
        ago="since" in of,
        scales={scale.group: scale for scale in pathway.scales},
    )


def named(findings: Iterable[str]) -> Measured:
    """The values among these names of findings."""
    values = [(one, value) for one in sorted(findings) if (value := named_value(one))]
    return Measured(
        ages=tuple(pair for pair in values if pair[1].of == "age"),
        durations=tuple(pair for pair in values if pair[1].of == "duration"),
    )


STANDARD = named(("age-18-or-over", "age-under-18", "duration-over-3-months", "duration-3-months-or-less"))
"""Those of a vocabulary by itself, without a pathway that asks for others."""


def names_of(values: tuple[NamedValue, ...], value: float) -> Iterable[str]:
    """The findings that a value makes: years of an age, months of a length of time."""
    for name, bounds in values:
        if inside(bounds, value / (MONTHS_IN[bounds.unit] if bounds.of == "duration" else 1)):
            yield name
