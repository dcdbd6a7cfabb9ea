"""Figures read out of the counts. No row of the record is touched, so that it costs the same however many there are."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from django.db.models import Sum

from painpath import clock
from painpath.accounts.models import Service
from painpath.figures.definitions import BY_ID
from painpath.figures.model import Counted, Figure, GroupCount, Period, Point, Split
from painpath.measuring.gathering import LETTER_STATES, OUTCOMES, QUESTIONS
from painpath.measuring.labels import in_order, labels
from painpath.measuring.models import Count, CountState
from painpath.referrals.models.sheet import STATES
from painpath.referrals.transitions import Outcome

Grain = Literal["week", "month"]
Values = Mapping[int, int]
"""Value -> how often."""

ALL = "all"
"""The one group of a figure without a split."""
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""`as_of` of a service that has not been counted yet."""

_GONE_WELL = frozenset({LETTER_STATES.index("sent"), LETTER_STATES.index("delivered")})
_ASKS = frozenset(OUTCOMES.index(outcome) for outcome in QUESTIONS)
_ACCEPTS = OUTCOMES.index(Outcome.ACCEPT)


def as_of(service: Service) -> datetime:
    """The moment up to which the record is counted; `NEVER` before the first time."""
    state = CountState.objects.filter(service=service).first()
    return state.as_of if state else NEVER


def counts(service: Service, figure: str, period: Period, split: str) -> dict[str, dict[int, int]]:
    """The cells of whole months: group -> value -> how often. One range of one index."""
    rows = Count.objects.filter(
        service=service, grain="month", figure=figure, split=split, day__range=(period.start, period.end)
    )
    return _summed(rows.values_list("group", "value").annotate(Sum("n")))


def _summed(rows: Iterable[tuple[str, int, int]]) -> dict[str, dict[int, int]]:
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for group, value, n in rows:
        if n:
            found[group][value] = n
    return dict(found)


def _standing(service: Service, figure: str, split: str) -> dict[str, dict[int, int]]:
    rows = Count.objects.filter(service=service, grain="now", figure=figure, split=split)
    return _summed(rows.values_list("group", "value", "n"))


def read(service: Service, figure_id: str, *, period: Period, split: str | None = None) -> Counted:
    """A figure over whole months, whole or by group; groups in the order in which they are shown.

    Raises KeyError for a figure that there is none of, and ValueError for a split that it does not have.
    """
    figure = BY_ID[figure_id]
    if split is not None and split not in figure.splits:
        raise ValueError(f"{figure_id} is not told apart by {split}.")
    by = split or ""
    found = _standing(service, figure_id, by) if figure.kind == "now" else counts(service, figure_id, period, by)
    if split is None:
        groups: tuple[GroupCount, ...] = (_group(figure, ALL, found.get("", {}), None),)
    else:
        names = labels(service, split, found)
        groups = tuple(_group(figure, key, found[key], split, names[key]) for key in in_order(split, found, names))
    groups = tuple(_with_denominators(service, figure, period, split, groups))
    return Counted(figure_id, period, split, groups, as_of(service))


def _group(figure: Figure, key: str, values: Values, split: str | None, label: str = "") -> GroupCount:
    n = sum(values.values())
    made = GroupCount(key=key, label=label or "All", n=n)
    if figure.kind == "times":
        within = sum(often for value, often in values.items() if figure.within is None or value <= figure.within)
        return replace(made, numerator=within, denominator=n, histogram=dict(sorted(values.items())))
    if figure.kind == "kappa":
        table = _pairs(values)
        agreed = sum(table[at][at] for at in range(len(STATES)))
        return replace(made, numerator=agreed, denominator=n, table=table)
    if figure.id == "outcomes":
        if split == Split.OUTCOME:
            return made
        decided = sum(often for value, often in values.items() if value not in _ASKS)
        return replace(made, numerator=values.get(_ACCEPTS, 0), denominator=decided)
    if figure.id == "letters_by_state":
        return replace(made, numerator=sum(values.get(one, 0) for one in _GONE_WELL), denominator=n)
    if figure.id == "clauses_cited":
        return replace(made, n=values.get(1, 0), numerator=values.get(1, 0), denominator=n)
    if figure.kind in ("shares", "now"):
        return replace(made, numerator=values.get(1, 0), denominator=n)
    return made


def _pairs(values: Values) -> tuple[tuple[int, ...], ...]:
    size = range(len(STATES))
    return tuple(tuple(values.get(first * len(STATES) + second, 0) for second in size) for first in size)


def _with_denominators(
    service: Service, figure: Figure, period: Period, split: str | None, groups: Iterable[GroupCount]
) -> Iterator[GroupCount]:
    """What is a share of something else: of all decisions, of the referrals that came in the same period."""
    if figure.id == "clauses_cited" and split is not None:
        decisions = sum(counts(service, figure.id, period, "").get("", {}).values())
        yield from (replace(one, denominator=decisions) for one in groups)
    elif figure.id == "information_requests":
        own = split in BY_ID["volumes"].splits
        came = counts(service, "volumes", period, split if split and own else "")
        for one in groups:
            received = came.get(one.key if own else "", {})
            yield replace(one, numerator=one.n, denominator=sum(received.values()))
    else:
        yield from groups


def series(service: Service, figure_id: str, *, period: Period, grain: Grain) -> tuple[Point, ...]:
    """A figure week by week (those that begin in the period) or month by month, for the service as a whole.

    Only what is over: the running week or month would look like a fall. One in which nothing happened is there too.
    """
    figure = BY_ID[figure_id]
    counted_on = as_of(service).astimezone(clock.LONDON).date()
    starts = [
        start for start in (_weeks(period) if grain == "week" else _months(period)) if _end(start, grain) < counted_on
    ]
    if not starts:
        return ()
    found = _days(service, figure_id, starts[0], _end(starts[-1], grain), grain)
    per = _days(service, "volumes", starts[0], _end(starts[-1], grain), grain) if figure.per > 1 else {}
    points = []
    for start in starts:
        one = _group(figure, ALL, found.get(start, {}), None)
        denominator = one.denominator
        if figure.per > 1:
            one, denominator = replace(one, numerator=one.n), sum(per.get(start, {}).values())
        points.append(Point(start, one.n, one.numerator, denominator, one.histogram))
    return tuple(points)


def _days(service: Service, figure: str, start: date, end: date, grain: Grain) -> dict[date, dict[int, int]]:
    rows = Count.objects.filter(service=service, grain="day", figure=figure, split="", day__range=(start, end))
    found: dict[date, Counter[int]] = defaultdict(Counter)
    for day, value, n in rows.values_list("day", "value", "n"):
        if n:
            found[day - timedelta(days=day.weekday()) if grain == "week" else day.replace(day=1)][value] += n
    return {start: dict(values) for start, values in found.items()}


def _weeks(period: Period) -> Iterator[date]:
    monday = period.start + timedelta(days=-period.start.weekday() % 7)
    while monday <= period.end:
        yield monday
        monday += timedelta(days=7)


def _months(period: Period) -> Iterator[date]:
    first = period.start
    while first <= period.end:
        yield first
        first = _next_month(first)


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _end(start: date, grain: Grain) -> date:
    return start + timedelta(days=6) if grain == "week" else _next_month(start) - timedelta(days=1)
