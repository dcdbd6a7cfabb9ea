"""What a page tells of one figure: the whole service, its groups as anybody may see them, its line over time.

Each function says how many queries it makes; none depends on how many referrals there are.
"""

from dataclasses import dataclass
from datetime import date, datetime

from painpath.accounts.models import Service
from painpath.figures import periods
from painpath.figures.model import Figure, GroupCount, Period, Point, Split
from painpath.figures.small_numbers import FEWEST, Shown, hidden, shown
from painpath.measuring import quality, reading_figures
from painpath.measuring.groups import NOT_KNOWN
from painpath.measuring.quality import Missing

MONTHS = 24
"""So many months a line over time goes back, at the least: limits need twelve, and a year before shows the season."""

_AREA = frozenset({"postcode", "area"})
UNKNOWN_BY: dict[str, Split] = {
    "date_of_birth": Split.AGE_BAND,
    "sex": Split.SEX,
    "ethnicity": Split.ETHNICITY,
    "language": Split.LANGUAGE,
    "practice": Split.PRACTICE,
    "needs": Split.COMMUNICATION_NEED,
    **dict.fromkeys(_AREA, Split.DEPRIVATION),
}
"""What is missing, and the split in which who lacks it stands as not known: two tables of the same people."""


@dataclass(frozen=True)
class Told:
    """One figure over one period. `groups` are there with a split, `points` without one, where there is a line."""

    figure: Figure
    period: Period
    split: Split | None
    whole: GroupCount | None
    """None when the whole service has too few to be told."""
    groups: tuple[Shown, ...]
    points: tuple[Point, ...]
    as_of: datetime


def whole(service: Service, figure: Figure, period: Period) -> tuple[GroupCount | None, datetime]:
    """The number of the whole service."""
    counted = reading_figures.read(service, figure.id, period=period)
    return shown(counted, figure)[0].count, counted.as_of


def tell(service: Service, figure: Figure, period: Period, split: Split | None, line: bool = True) -> Told:
    """Everything about one figure. `line`: with its months."""
    one, as_of = whole(service, figure, period)
    groups: tuple[Shown, ...] = ()
    points: tuple[Point, ...] = ()
    if split is not None:
        groups = shown(reading_figures.read(service, figure.id, period=period, split=split), figure)
    elif figure.series and line:
        points = reading_figures.series(service, figure.id, period=_line(period), grain="month")
    return Told(figure, period, split, one, groups, points, as_of)


def line(service: Service, figure: Figure, period: Period) -> tuple[Point, ...]:
    """The months of the line alone."""
    return reading_figures.series(service, figure.id, period=_line(period), grain="month")


def _line(period: Period) -> Period:
    return periods.widened(period, MONTHS)


def missing(service: Service, half: Period) -> tuple[tuple[tuple[Missing, bool], ...], datetime]:
    """What the record lacks in a half-year, each with whether it is told.

    Who lacks something is a group of referrals received, which may be hidden there: small itself, or for the sake of
    another. Here it is hidden with it, and told for no other period, so that nothing is found by subtraction.
    """
    found, as_of = quality.missing(service, half)
    closed = {split for split in set(UNKNOWN_BY.values()) if _unknown_is_hidden(service, half, split)}
    away = {
        one.lack.key
        for one in found
        if UNKNOWN_BY.get(one.lack.key) in closed or any(0 < part < FEWEST for part in (one.n, one.of - one.n))
    }
    if away & _AREA:  # both together are those whose area is not known
        away |= _AREA
    return tuple((one, one.lack.key not in away) for one in found), as_of


def _unknown_is_hidden(service: Service, half: Period, split: Split) -> bool:
    came = reading_figures.counts(service, "volumes", half, split)
    keys = list(came)
    return any(keys[at] == NOT_KNOWN for at in hidden([(sum(came[key].values()),) for key in keys]))


def started(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """The points from the first month in which anything was counted: before it there was no service, not a bad one."""
    first = next((at for at, point in enumerate(points) if point.n or point.denominator), len(points))
    return points[first:]


def is_counted(as_of: datetime) -> bool:
    """Whether the record of this service has been counted at all."""
    return as_of.date() > date(1970, 1, 2)
