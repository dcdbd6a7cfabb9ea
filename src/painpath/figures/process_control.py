"""XmR charts: is a change over time more than what always happens?

Limits: mean ± 2.66 times the mean of the moving ranges (Wheeler DJ. Understanding Variation: the key to managing chaos.
2nd ed. SPC Press, 2000; 2.66 is 3 / 1.128). Rules: NHS England's "Making Data Count", by the numbers of the R package
that its programme's community keeps, NHSRplotthedots (MIT licence, github.com/nhs-r-community/NHSRplotthedots,
`R/ptd_calculate_point_type.R`), which needs seven points for a run and for a trend:

- a point outside the limits;
- seven points in a row on one side of the mean;
- seven points in a row that each rise, or each fall;
- two of three points in a row, all three on one side of the mean, in the outer third next to a limit and not outside
  it (`R/ptd_spc_standard.R`).

The package leaves moving ranges of 3.267 times their mean or more out of the limits unless it is told not to. Here all
count, as Wheeler has it: limits that a jump widens mark less, never more. The limits come from every point that is
drawn and stay in one piece: this program never begins them anew by itself, so that no change is explained away in
silence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from painpath.figures.model import Better

RUN = 7
"""Points in a row for a run on one side, and for a trend."""
FEWEST_POINTS = 12
"""Below so many points limits move with every new one: none are drawn. Making Data Count asks for 12 or more."""
FACTOR = 2.66

Cause = Literal["common", "improvement", "concern", "neither"]
Rule = Literal["outside", "run", "trend", "two_of_three"]


@dataclass(frozen=True)
class Mark:
    """One point: which rules it is part of, and what that means. `neither`: a change that is neither good nor bad."""

    value: float
    cause: Cause
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class ProcessChart:
    """Points with their mean and limits; None while there are too few points."""

    marks: tuple[Mark, ...]
    mean: float | None
    lower: float | None
    upper: float | None


def process_chart(
    values: Sequence[float], better: Better, *, lowest: float | None = None, highest: float | None = None
) -> ProcessChart:
    """Work out the limits and mark every point. `lowest` and `highest` are as far as the values can go at all (a count
    is not below 0, a share not above 1): a limit is not drawn beyond them, and rules use the limits before that."""
    if len(values) < FEWEST_POINTS:
        return ProcessChart(tuple(Mark(value, "common", ()) for value in values), None, None, None)
    mean = sum(values) / len(values)
    ranges = [abs(later - earlier) for earlier, later in pairwise(values)]
    reach = FACTOR * sum(ranges) / len(ranges)
    sides = _signs(values, mean)
    steps = [(later > earlier) - (later < earlier) for earlier, later in pairwise(values)]
    found = _broken(values, mean, reach, sides, steps)
    marks = tuple(
        Mark(value, _cause(_direction(at, found, sides, steps), better) if found[at] else "common", found[at])
        for at, value in enumerate(values)
    )
    lower, upper = mean - reach, mean + reach
    return ProcessChart(
        marks,
        mean,
        lower if lowest is None else max(lower, lowest),
        upper if highest is None else min(upper, highest),
    )


def _signs(values: Sequence[float], mean: float) -> list[int]:
    return [(value > mean) - (value < mean) for value in values]


def _broken(
    values: Sequence[float], mean: float, reach: float, sides: Sequence[int], steps: Sequence[int]
) -> list[tuple[Rule, ...]]:
    """For each point the rules that it is part of."""
    found: list[set[Rule]] = [set() for _ in values]
    for at, value in enumerate(values):
        if abs(value - mean) > reach:
            found[at].add("outside")
    for start in range(len(values) - RUN + 1):
        window = range(start, start + RUN)
        if abs(sum(sides[at] for at in window)) == RUN:
            _add(found, window, "run")
        if abs(sum(steps[start : start + RUN - 1])) == RUN - 1:
            _add(found, window, "trend")
    near = [reach * 2 / 3 < abs(value - mean) <= reach for value in values]
    for start in range(len(values) - 2):
        three = range(start, start + 3)
        if abs(sum(sides[at] for at in three)) == 3 and sum(near[at] for at in three) >= 2:
            _add(found, [at for at in three if near[at]], "two_of_three")
    order: tuple[Rule, ...] = ("outside", "trend", "two_of_three", "run")
    return [tuple(rule for rule in order if rule in rules) for rules in found]


def _add(found: list[set[Rule]], points: Sequence[int], rule: Rule) -> None:
    for at in points:
        found[at].add(rule)


def _direction(at: int, found: Sequence[tuple[Rule, ...]], sides: Sequence[int], steps: Sequence[int]) -> int:
    """Up or down: by the side of the mean; of a point that is in a trend and not outside, the way that the trend goes,
    which is that of the step to the next point, of the last one that of the step before."""
    if "trend" not in found[at] or "outside" in found[at]:
        return sides[at]
    goes_on = at + 1 < len(found) and "trend" in found[at + 1]
    return steps[at] if goes_on else steps[at - 1]


def _cause(direction: int, better: Better) -> Cause:
    if better == "neither":
        return "neither"
    return "improvement" if (direction > 0) == (better == "higher") else "concern"
