"""Numbers in criteria: ages, lengths of time, time since something happened, scores of a scale.

A number with its bounds is data of the pathway: the reader finds the value in a letter and the screening says on which
side of the bounds it lies. What lies on neither side for certain, such as "more than 3 months" beside a bound of 6, is
shown and settles nothing.
"""

import re
from typing import Literal

import msgspec

from painpath.pathway.base import Data, Id, Words

Unit = Literal["years", "months", "weeks", "days", "points"]

UNITS: dict[str, tuple[Unit, ...]] = {
    "age": ("years", "months"),
    "duration": ("years", "months", "weeks", "days"),
    "since": ("years", "months", "weeks", "days"),
    "scale": ("points",),
}
"""The units in which each kind of number may be given."""

DURATION_BESIDE: tuple[Id, ...] = (
    "pain", "chronic-pain", "persistent-pain-condition", "duration-word", "site-of-pain", "musculoskeletal-pain",
    "neuropathic-pain", "body-complaint", "lasting-frame",
)  # fmt: skip
"""A length of time in a letter is that of the complaint when one of these groups stands in its sentence, unless the
threshold names others in `beside`."""


class Scale(Data, frozen=True, kw_only=True):
    """A graded scale: what its numbers can be, and by which words a letter names it."""

    id: Id
    name: Words
    """As clinicians write it, such as "MoCA"."""
    low: float
    high: float
    """The lowest and the highest plausible number: any other beside the name is something else (a date, a dose)."""
    group: Id
    """The group of the vocabulary that names the scale in letters."""
    source: Words
    """Where the scale, or its printed definition, comes from."""


class Threshold(Data, frozen=True, kw_only=True):
    """The bounds of a number that a criterion names. It is its own evidence: no rule is written for it.

    Inside the bounds it speaks for the referral on an inclusion and against on an exclusion or a red flag, outside the
    other way round. Each threshold speaks for itself, except those with `for_group`, which stand in for the one of the
    same number without. What must hold together is several criteria in a combination.
    """

    of: Literal["age", "duration", "since", "scale"]
    """`age`: the patient's, in whole years on the letter's day. `duration`: how long the complaint has lasted.
    `since`: how long ago one of `event` was. `scale`: the number on `scale`."""
    scale: Id | None = None
    """With `of: scale`: which scale of the pathway."""
    event: tuple[Id, ...] = ()
    """With `of: since`: groups of the vocabulary that name what happened."""
    beside: tuple[Id, ...] = ()
    """With `of: duration`: groups of the vocabulary, one of which must stand in the same sentence. Empty: the shared
    ones for pain (`DURATION_BESIDE`)."""
    low: float | None = None
    high: float | None = None
    low_included: bool = True
    """False for "over 55" and "more than 6 months", true for "55 or over"."""
    high_included: bool = True
    """False for "under 18" and "below 19", true for "up to 39.9"."""
    unit: Unit
    for_group: Words | None = None
    """The population group for which these bounds count instead, such as "South Asian heritage"."""
    for_group_shown_by: tuple[Id, ...] = ()
    """Groups of the vocabulary by which a letter says that the patient is of that population group."""


AGE, DURATION, AGO = "age", "duration", "time-ago"
"""What the reader finds for thresholds: the patient's age, a length of time, a point in time."""

_NAMED = re.compile(
    r"age-(?P<adult>\d+)-or-over|age-under-(?P<child>\d+)"
    r"|duration-over-(?P<over>\d+)-(?P<over_unit>months|weeks|years|days)"
    r"|duration-(?P<most>\d+)-(?P<most_unit>months|weeks|years|days)-or-less"
)


def named_value(finding: str) -> Threshold | None:
    """The bounds of a value that rules ask for by name, such as `age-18-or-over` or `duration-3-months-or-less`.

    None for any other name.
    """
    said = _NAMED.fullmatch(finding)
    if said is None:
        return None
    if said["adult"]:
        return Threshold(of="age", low=float(said["adult"]), unit="years")
    if said["child"]:
        return Threshold(of="age", high=float(said["child"]), high_included=False, unit="years")
    if said["over"]:
        unit = msgspec.convert(said["over_unit"], Unit)
        return Threshold(of="duration", low=float(said["over"]), low_included=False, unit=unit)
    return Threshold(of="duration", high=float(said["most"]), unit=msgspec.convert(said["most_unit"], Unit))


def inside(threshold: Threshold, low: float, high: float | None = None) -> bool | None:
    """Whether a value lies within the bounds, in the threshold's own unit; None when it may lie on either side.

    `high` is the highest that the value can be where the letter leaves it open; without, it is exactly `low`.
    """
    first, last = _holds(threshold, low), _holds(threshold, low if high is None else high)
    if first and last:
        return True
    most = low if high is None else high
    above = threshold.high is not None and (low > threshold.high or (low == threshold.high and not first))
    below = threshold.low is not None and (most < threshold.low or (most == threshold.low and not last))
    return False if above or below else None


def _holds(threshold: Threshold, value: float) -> bool:
    low, high = threshold.low, threshold.high
    return (low is None or value > low or (threshold.low_included and value == low)) and (
        high is None or value < high or (threshold.high_included and value == high)
    )


MONTHS_IN: dict[str, float] = {"years": 12.0, "months": 1.0, "weeks": 7 * 12 / 365.25, "days": 12 / 365.25}
"""Months in one of each unit of time: the reader counts time in months."""


def bounds_in_words(threshold: Threshold) -> str:
    """`over 6 months`, `55 years or more`, `35 to 39.9`, `under 18 years`: the bounds as a person says them."""
    unit = "" if threshold.unit == "points" else f" {threshold.unit}"
    low, high = threshold.low, threshold.high
    if low is not None and high is not None:
        words = f"{low:g} to {high:g}{unit}"
        kept_out = [f"{bound:g}" for bound, kept in ((low, threshold.low_included), (high, threshold.high_included))
                    if not kept]  # fmt: skip
        return f"{words}, without {' and '.join(kept_out)}" if kept_out else words
    if low is not None:
        return f"{low:g}{unit} or more" if threshold.low_included else f"over {low:g}{unit}"
    return f"{high:g}{unit} or less" if threshold.high_included else f"under {high:g}{unit}"
