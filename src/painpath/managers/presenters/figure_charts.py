"""Which chart a figure has, and the sentences under it."""

from collections.abc import Sequence

from painpath.figures import statistics
from painpath.figures.charts import CAUSES, Bars, Chart, Funnel, Line
from painpath.figures.definitions import SPLIT_LABELS
from painpath.figures.model import Figure, GroupCount, Point, Split
from painpath.figures.process_control import FEWEST_POINTS, Cause, ProcessChart, process_chart
from painpath.managers.presenters.figure_tables import compared_with, limits_of, position_of
from painpath.managers.presenters.figure_words import month, months_of, number, value_of
from painpath.managers.telling import Told, started

RULES = (
    "Most months vary by chance. The limits are where almost all months lie while nothing has changed: the mean, and "
    "2.66 times the mean difference from month to month on each side. A month is marked when it lies outside the "
    "limits, when it is one of seven in a row on one side of the mean, one of seven in a row that rise or fall, or one "
    "of two in three that lie near a limit. These are the rules of NHS England’s Making Data Count."
)
FUNNEL = (
    "The fewer a group has, the further it lies from the whole by chance. Between the dashed lines lie 95 of 100 "
    "groups of this size, between the dotted lines 998 of 1,000, when they do not differ. A group outside is a reason "
    "to look, not a verdict."
)
_NAMED = 7
"""So many marked months are named."""
_MANY = 12
"""From so many rows on groups are told apart by size, in a funnel; fewer are named, as bars."""


def percents(figure: Figure) -> bool:
    """Whether its values are shares."""
    return figure.unit == "share"


def line(figure: Figure, points: tuple[Point, ...]) -> Line | None:
    """The figure month by month, with the marks of an XmR chart; None before there is a month."""
    told = [(point, _value(figure, point)) for point in started(points)]
    values = [value for _, value in told if value is not None]
    if not values:
        return None
    control = _control(figure, values)
    marks = iter(control.marks)
    causes: tuple[Cause, ...] = tuple("common" if value is None else next(marks).cause for _, value in told)
    what = "median" if figure.kind == "times" else f"for each {figure.per}" if figure.per != 1 else ""
    title = f"{figure.title} by month" + (f" ({what})" if what else "")
    says = f"{len(values)} months, from {_said(figure, min(values))} to {_said(figure, max(values))}."
    if control.mean is not None:
        says += f" Mean {_said(figure, control.mean)}.{_marked(told, causes)}"
    return Line(
        title, says, figure.title, tuple(month(point.start) for point, _ in told), tuple(value for _, value in told),
        causes, control.mean, control.lower, control.upper, percents(figure),
    )  # fmt: skip


def _marked(told: Sequence[tuple[Point, float | None]], causes: Sequence[Cause]) -> str:
    """Which months are marked, kind by kind; of many, how many."""
    said = []
    for cause, (words, _, _) in CAUSES.items():
        months = [month(point.start) for (point, _), one in zip(told, causes, strict=True) if one == cause]
        if months and cause != "common":
            said.append(f" {words}: {', '.join(months) if len(months) <= _NAMED else f'{len(months)} months'}.")
    return "".join(said) or " No month is marked as a change."


def _value(figure: Figure, point: Point) -> float | None:
    return value_of(figure, GroupCount("", "", point.n, point.numerator, point.denominator, point.histogram))


def _control(figure: Figure, values: list[float]) -> ProcessChart:
    return process_chart(values, figure.better, lowest=0, highest=1 if percents(figure) else None)


def _said(figure: Figure, value: float) -> str:
    return f"{statistics.percent(value)}%" if percents(figure) else number(round(value, 1))


def under_line(drawn: Line) -> list[str]:
    """The sentences under a line over time: what is marked, and how to read it."""
    months = len([value for value in drawn.values if value is not None])
    if drawn.mean is None:
        return [f"There are {months} months. From {FEWEST_POINTS} on, limits show what is more than chance."]
    return [drawn.says, RULES]


def groups(told: Told) -> Chart | None:
    """The groups of a figure in a chart: a funnel of many, bars of few. None when there is nothing to draw."""
    rows = [one for one in told.groups if one.count is not None]
    if told.split is None or not rows:
        return None
    figure, heading = told.figure, SPLIT_LABELS[told.split]
    when = "now" if figure.kind == "now" else months_of(told.period)
    title = f"{figure.title} by {heading.lower()}, {when}"
    hidden = len(told.groups) - len(rows)
    says = f"{len(rows)} groups." + (f" {hidden} hidden because they are small." if hidden else "")
    against = compared_with(told)
    if against and (told.split == Split.PRACTICE or len(rows) >= _MANY):
        return _funnel(told, against, title, says)
    values = tuple((one.label, None if one.count is None else _bar(told, one.count)) for one in told.groups)
    centre = _bar(told, against) if against else None
    return Bars(title, says, _axis(told), values, _share(told), centre)


def _share(told: Told) -> bool:
    """Whether groups are told as shares: the outcomes of groups are, their decisions by outcome are not."""
    if told.figure.id == "outcomes":
        return told.split != Split.OUTCOME
    return percents(told.figure)


def _bar(told: Told, count: GroupCount) -> float | None:
    if _share(told):
        return (count.numerator or 0) / count.denominator if count.denominator else 0
    if told.figure.kind == "times" or told.figure.unit == "kappa":
        return value_of(told.figure, count) or 0
    return count.n


def _axis(told: Told) -> str:
    figure = told.figure
    if figure.kind == "times":
        return "Median, working days"
    if figure.unit == "kappa":
        return "Kappa"
    return figure.numerator.capitalize() if _share(told) else figure.counted.capitalize()


def _funnel(told: Told, whole: GroupCount, title: str, says: str) -> Funnel | None:
    figure = told.figure
    times = figure.kind == "times"
    points = []
    for one in told.groups:
        if one.count is None or not (one.count.n if times else one.count.denominator):
            continue
        n = one.count.n if times else one.count.denominator or 0
        points.append((one.label, n, _bar(told, one.count) or 0.0, position_of(figure, whole, one.count) != "inside"))
    if not points:
        return None
    outside = [label for label, _, _, out in points if out]
    says += f" Outside the limits: {', '.join(outside)}." if outside else " All lie within the limits of chance."
    most = max(n for _, n, _, _ in points)
    # Odd sizes alone: the median of an even number is the mean of two, and its limits would go up and down with each.
    sizes = sorted({(7 + round((max(most, 10) * 1.1 - 7) * at / 40)) | 1 for at in range(41)})
    return Funnel(
        title, says, (figure.counted if times else figure.denominator).capitalize(), _axis(told),
        tuple(sorted(points, key=lambda one: (one[1], one[0]))), _bar(told, whole) or 0.0,
        tuple(limits_of(figure, whole, n) for n in sizes), percent=not times,
    )  # fmt: skip
