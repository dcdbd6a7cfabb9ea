"""What is counted, as plain values: a figure, its period, and the counts of its groups."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

Unit = Literal["working_days", "count", "share", "kappa"]
Kind = Literal["times", "counts", "shares", "kappa", "now"]
"""`now`: how things stand at the moment of counting, whatever the period."""
Better = Literal["higher", "lower", "neither"]


class Split(StrEnum):
    """By what a figure is told apart. Every thing that is counted is in one group of a split; only criteria overlap."""

    ROUTE = "route"
    PRACTICE = "practice"
    DEPRIVATION = "deprivation"
    AGE_BAND = "age_band"
    SEX = "sex"
    ETHNICITY = "ethnicity"
    LANGUAGE = "language"
    COMMUNICATION_NEED = "communication_need"
    OUTCOME = "outcome"
    CLAUSE = "clause"
    SIGNPOST = "signpost"
    CHANNEL = "channel"
    STATE = "state"


@dataclass(frozen=True)
class Period:
    """Whole months: from the first day of one to the last day of the same or a later one, both included."""

    start: date
    end: date

    def __post_init__(self) -> None:
        """Raise ValueError for anything but whole months."""
        last = monthrange(self.end.year, self.end.month)[1]
        if self.start.day != 1 or self.end.day != last or self.end < self.start:
            raise ValueError(f"Not whole months: {self.start} to {self.end}.")

    @property
    def months(self) -> int:
        """How many months it has."""
        return (self.end.year - self.start.year) * 12 + self.end.month - self.start.month + 1


@dataclass(frozen=True)
class Figure:
    """One thing that is counted, and exactly how.

    `numerator` and `denominator` say what a share, or a number for each hundred, is a share of; `GroupCount.n` counts
    what `counted` names. Of times, the numerator is those within `within` days.
    """

    id: str
    title: str
    question: str
    """What it answers, as a manager asks it."""
    definition: str
    """Which rows count, on which day, and what does not. Exact enough to count it again from the record."""
    source: str
    """Who asks for this number, or where its definition is from."""
    unit: Unit
    kind: Kind
    splits: tuple[Split, ...]
    series: bool
    """Whether it is told week by week and month by month."""
    counted: str
    """What one of `n` is, in the plural."""
    numerator: str = ""
    denominator: str = ""
    better: Better = "neither"
    within: int | None = None
    """The number of working days that the share is about."""
    per: int = 1
    """A number for each so many: 100 for information requests for each hundred referrals. 1 for a true share."""
    share_alone: bool = False
    """Told as a share without its counts: they are a row of another figure's table (`small_numbers`)."""


@dataclass(frozen=True)
class GroupCount:
    """The counts of one group. `histogram` is value -> how often (working days); `table[first][second]` counts pairs of
    readings, in the order for, against, mixed, not stated: `table` is for kappa alone."""

    key: str
    label: str
    n: int
    numerator: int | None = None
    denominator: int | None = None
    histogram: dict[int, int] | None = None
    table: tuple[tuple[int, ...], ...] | None = None


@dataclass(frozen=True)
class Counted:
    """A figure over a period. Without a split there is one group, `all`."""

    figure: str
    period: Period
    split: str | None
    groups: tuple[GroupCount, ...]
    as_of: datetime
    """The moment up to which the record was counted."""


@dataclass(frozen=True)
class Point:
    """The counts of one week (from a Monday) or one month, for a line over time."""

    start: date
    n: int
    numerator: int | None = None
    denominator: int | None = None
    histogram: dict[int, int] | None = None
