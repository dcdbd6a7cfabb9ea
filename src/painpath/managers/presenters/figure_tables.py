"""The tables of figures: the same cells on the page and in every file."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from painpath.figures import funnel, statistics
from painpath.figures.definitions import SPLIT_LABELS
from painpath.figures.model import Figure, GroupCount, Point
from painpath.figures.small_numbers import shares_are_shown, tells_shares
from painpath.managers.presenters.figure_words import (
    HIDDEN,
    NONE,
    TOO_FEW,
    month,
    months_of,
    number,
    percent,
    value_words,
)
from painpath.managers.telling import Told, started

CENTILE_FROM = 20
"""From so many on nine in ten of a group is told: below, it is the time of one or two people."""
_POSITIONS = {
    "inside": "Within the limits of chance",
    "above": "Above the 95% limit",
    "below": "Below the 95% limit",
    "far_above": "Above the 99.8% limit",
    "far_below": "Below the 99.8% limit",
}


@dataclass(frozen=True)
class Cell:
    """What stands on the page, and the value in a file that keeps values; None where there is none to tell."""

    words: str
    value: float | str | None


@dataclass(frozen=True)
class Table:
    """`headings` are (name in files, words)."""

    caption: str
    headings: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def hides(self) -> bool:
        """Whether a group is hidden in it."""
        return any(cell.words == HIDDEN for row in self.rows for cell in row)


def table(told: Told) -> Table:
    """The table of a figure: by group, month by month, or the one row of the whole service."""
    figure = told.figure
    caption = f"{figure.title}, {months_of(told.period)}"
    if told.split is not None:
        heading = SPLIT_LABELS[told.split]
        caption = f"{figure.title} by {heading.lower()}, {'now' if figure.kind == 'now' else months_of(told.period)}"
        against = compared_with(told)
        heads = (
            ("group", heading),
            *_heads(figure, told.split),
            *([("compared", "Compared with all")] if against else []),
        )
        width = len(heads) - 1
        rows = [
            (
                _text(one.label),
                *((Cell(HIDDEN, None),) * width if one.count is None else _cells(told, one.count, against)),
            )
            for one in told.groups
        ]
        return Table(caption, heads, tuple(rows))
    if figure.series:
        points = started(told.points)
        rows = [(Cell(month(point.start), f"{point.start:%Y-%m}"), *_of_point(figure, point)) for point in points]
        span = f"{month(points[0].start)} to {month(points[-1].start)}" if points else months_of(told.period)
        return Table(f"{figure.title}, {span}", (("month", "Month"), *_heads(figure, None)), tuple(rows))
    cells = _cells(told, told.whole, None) if told.whole else (Cell(HIDDEN, None),) * len(_heads(figure, None))
    return Table(caption, (("group", "Group"), *_heads(figure, None)), ((_text("All"), *cells),))


def _heads(figure: Figure, split: str | None) -> list[tuple[str, str]]:
    """What is told of each row, after its name."""
    n = ("n", figure.counted.capitalize())
    if figure.kind == "times":
        heads = [n, ("median", "Median, working days"), ("nine_in_ten", "Nine in ten within, working days")]
        return heads if split else [*heads, ("within_7", f"Within {figure.within}")]
    if figure.unit == "kappa":
        return [n, ("kappa", "Kappa")]
    if figure.share_alone:
        return [("share", figure.numerator.capitalize())]
    if figure.per != 1:
        return [n] if split else [n, ("received", figure.denominator.capitalize()), ("rate", f"For each {figure.per}")]
    if tells_shares(figure, split) and (split or figure.id != "outcomes"):
        return [
            ("n", figure.denominator.capitalize()), ("numerator", figure.numerator.capitalize()), ("share", "Share"),
        ]  # fmt: skip
    return [n]


def _cells(told: Told, count: GroupCount, against: GroupCount | None) -> tuple[Cell, ...]:
    cells = _told(told.figure, told.split, count)
    return (*cells, _text(_POSITIONS[position_of(told.figure, against, count)])) if against else cells


def _of_point(figure: Figure, point: Point) -> tuple[Cell, ...]:
    return _told(figure, None, GroupCount("", "", point.n, point.numerator, point.denominator, point.histogram))


def _told(figure: Figure, split: str | None, count: GroupCount) -> tuple[Cell, ...]:
    """The cells of one row, in the order of `_heads`."""
    n = _number(count.n)
    if figure.kind == "times":
        histogram = count.histogram or {}
        few = split is not None and count.n < CENTILE_FROM
        nine = Cell(TOO_FEW, None) if few else _number(statistics.centile(histogram, 90))
        cells = (n, _number(statistics.median(histogram)), nine)
        return cells if split else (*cells, _share(count.numerator or 0, count.n))
    if figure.unit == "kappa":
        words = value_words(figure, count)
        return (n, Cell(words, None if words == NONE else float(words)))
    numerator, denominator = count.numerator or 0, count.denominator or 0
    if figure.share_alone:
        return (_share(numerator, denominator),)
    if figure.per != 1:
        rate = figure.per * count.n / denominator if denominator else None
        return (n,) if split else (n, _number(denominator), _number(rate))
    if tells_shares(figure, split) and (split or figure.id != "outcomes"):
        return (_number(denominator), _number(numerator), _share(numerator, denominator))
    return (n,)


def compared_with(told: Told) -> GroupCount | None:
    """The whole service, when groups are told beside it: medians and shares are, when no part of the whole is small."""
    whole, figure = told.whole, told.figure
    if whole is None or told.split is None or figure.kind == "now":
        return None
    if figure.kind == "times":
        return whole if whole.n else None
    if figure.id == "clauses_cited" or not tells_shares(figure, told.split):
        return None
    return whole if shares_are_shown(whole.numerator or 0, whole.denominator or 0) else None


def limits_of(figure: Figure, whole: GroupCount, n: int) -> funnel.Limits:
    """The limits of chance for a group of `n`."""
    if figure.kind == "times":
        return funnel.of_median(whole.histogram or {}, n)
    return funnel.of_share(whole.numerator or 0, whole.denominator or 1, n)


def position_of(figure: Figure, whole: GroupCount, count: GroupCount) -> str:
    """Where a group lies among them: `inside` for one with nobody in it."""
    if figure.kind == "times":
        value = statistics.median(count.histogram or {})
        return "inside" if value is None else funnel.position(value, limits_of(figure, whole, count.n))
    if not count.denominator:
        return "inside"
    return funnel.position((count.numerator or 0) / count.denominator, limits_of(figure, whole, count.denominator))


def _number(value: float | None) -> Cell:
    return Cell(NONE, None) if value is None else Cell(number(value), round(value, 1))


def _share(numerator: int, denominator: int) -> Cell:
    if not denominator:
        return Cell(NONE, None)
    return Cell(percent(numerator, denominator), round(numerator / denominator, 4))


def _text(words: str) -> Cell:
    return Cell(words, words)


def as_csv(made: Table) -> bytes:
    """The table as it stands on the page, in UTF-8. A cell that a spreadsheet would take for a formula begins with an
    apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(words for _, words in made.headings)
    for row in made.rows:
        writer.writerow(_harmless(cell.words) for cell in row)
    return out.getvalue().encode()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def as_parquet(made: Table, about: dict[str, str]) -> bytes:
    """The same rows as values, what is hidden as null; `about` says in the file what it is."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {name: _column([row[at].value for row in made.rows]) for at, (name, _) in enumerate(made.headings)}
    kept = pa.table(columns).replace_schema_metadata({"painpath": made.caption, **about})
    out = io.BytesIO()
    pq.write_table(kept, out)
    return out.getvalue()


def _column(values: Sequence[float | str | None]) -> Sequence[float | str | None]:
    """One type to a column: whole numbers with others among them become decimals."""
    if any(isinstance(value, float) and value != int(value) for value in values):
        return [float(value) if isinstance(value, int | float) else value for value in values]
    return [int(value) if isinstance(value, float) else value for value in values]


def rows_for_page(made: Table) -> Iterable[tuple[str, list[tuple[str, str]]]]:
    """Each row as its name and (heading, words) of every other cell, as the table on a page has them."""
    for row in made.rows:
        yield row[0].words, [(words, cell.words) for (_, words), cell in zip(made.headings[1:], row[1:], strict=True)]
