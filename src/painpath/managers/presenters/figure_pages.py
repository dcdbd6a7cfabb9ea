"""What the pages of figures show, in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.http import urlencode
from markupsafe import Markup

from painpath.figures import charts
from painpath.figures.charts import Chart, Funnel, Line, Width
from painpath.figures.definitions import BY_ID, OF_A_PERSON, SPLIT_LABELS, SPLIT_WORDS
from painpath.figures.model import Figure, GroupCount, Period, Split
from painpath.letters.pdf import fonts
from painpath.managers.figure_forms import Ask
from painpath.managers.presenters import figure_charts
from painpath.managers.presenters.figure_tables import CENTILE_FROM, compared_with, rows_for_page, table
from painpath.managers.presenters.figure_words import HIDDEN, headline, moment, months_of, number, percent
from painpath.managers.telling import Told, is_counted
from painpath.measuring.quality import Missing

FAIR = ("to_decision", "outcomes")
"""What the page on fairness tells of every group: times and outcomes."""
FAIR_BY = (*OF_A_PERSON, Split.PRACTICE)
PAGE_WIDTHS: tuple[Width, ...] = ("wide", "narrow")
"""A page holds the drawing for a screen and that for a phone; the style sheet shows the one that fits."""
SMALL = (
    "Groups of fewer than 7 are hidden, and so are shares with fewer than 7 in them or beside them. Where a hidden "
    "number could be found by subtraction, the next smallest group is hidden with it. By group, figures are told for "
    "half-years that have ended, because two periods that overlap would tell what each hides."
)
_NOT_COUNTED = "Nothing has been counted yet. The program counts in the background: look again in some minutes."


def counted_up_to(at: datetime) -> str:
    """Up to when the record was counted, as a sentence."""
    return f"Counted up to {moment(at)}." if is_counted(at) else _NOT_COUNTED


@dataclass(frozen=True)
class Headline:
    """One figure among all."""

    id: str
    question: str
    title: str
    href: str
    value: str
    says: str
    chart: str
    """The address of its small drawing, or empty."""


def overview(
    numbers: Sequence[tuple[Figure, GroupCount | None, datetime]], over: Period, query: Mapping[str, str]
) -> dict[str, object]:
    """Everything on the page of all figures. What waits now stands first: somebody may have to act."""
    ordered = sorted(numbers, key=lambda one: one[0].kind != "now")
    rows = []
    for figure, count, _ in ordered:
        value, says = headline(figure, count)
        drawn = figure.series and count is not None and count.n > 0
        rows.append(
            Headline(
                figure.id, figure.question, figure.title, _address("managers:figure", query, figure=figure.id), value,
                says, _address("managers:figure-line", query, figure=figure.id) if drawn else "",
            )
        )  # fmt: skip
    return {
        "now": [row for row in rows if BY_ID[row.id].kind == "now"],
        "rows": [row for row in rows if BY_ID[row.id].kind != "now"],
        "months": months_of(over),
        "as_of": counted_up_to(numbers[0][2]),
    }


def _address(view: str, query: Mapping[str, str], **named: str) -> str:
    address = reverse(view, kwargs=named)
    return f"{address}?{urlencode(query)}" if query else address


def page(told: Told, drawn: Chart | None, ask: Ask) -> dict[str, object]:
    """Everything on the page of one figure."""
    figure, query = told.figure, ask.query()
    value, says = headline(figure, told.whole)
    made = table(told)
    files = [("csv", "Table (CSV)"), ("parquet", "Table (Parquet)")]
    files += [("png", "Chart (PNG)"), ("svg", "Chart (SVG)")] if drawn else []
    by_group = bool(ask.fields["by"].options)  # type: ignore[attr-defined]
    now = figure.kind == "now"
    return {
        "figure": figure,
        "value": value,
        "says": says,
        "when": "Now" if now else months_of(told.period),
        "chart": [(width, _inside(drawn, width)) for width in PAGE_WIDTHS] if drawn else [],
        "under": _under(drawn),
        "table": made,
        "rows": list(rows_for_page(made)),
        "small": SMALL if made.hides else "",
        "files": [
            (_address("managers:figure-file", query, figure=figure.id, form=form), words) for form, words in files
        ],
        "split": SPLIT_WORDS[told.split] if told.split else "",
        "by_group": by_group,
        "asks_months": not now,
        "nine_from": CENTILE_FROM if figure.kind == "times" and told.split else 0,
        "as_of": counted_up_to(told.as_of),
        "all": _address("managers:figures", {name: of for name, of in query.items() if name == "period"}),
    }


def _inside(drawn: Chart, width: Width) -> Markup:
    """The drawing as part of a page."""
    return Markup(charts.svg(drawn, width, fonts()))  # noqa: S704 (made by a library of XML: every word is escaped)


def _under(drawn: Chart | None) -> list[str]:
    if isinstance(drawn, Line):
        return figure_charts.under_line(drawn)
    return [drawn.says, figure_charts.FUNNEL] if isinstance(drawn, Funnel) else []


def about(told: Told) -> dict[str, str]:
    """What a file says of itself."""
    return {
        "figure": told.figure.id,
        "definition": told.figure.definition,
        "source": told.figure.source,
        "from": told.period.start.isoformat(),
        "to": told.period.end.isoformat(),
        "as_of": told.as_of.isoformat(),
        "small_numbers": SMALL,
    }


@dataclass(frozen=True)
class Fair:
    """Times and outcomes by one split."""

    id: str
    title: str
    words: str
    headings: tuple[str, ...]
    rows: list[tuple[str, list[tuple[str, str]]]]
    links: list[tuple[str, str]]


def equity(pairs: Iterable[Sequence[Told]], ask: Ask) -> dict[str, object]:
    """Everything on the page on fairness: for each split the groups of both figures beside each other."""
    sections, hides, as_of = [], False, None
    for both in pairs:
        split = both[0].split
        if split is None:
            continue
        as_of = both[0].as_of
        tables = [table(told) for told in both]
        hides = hides or any(made.hides for made in tables)
        headings, rows = _beside(both)
        query = {"by": split.value} | ask.query()
        links = [
            (
                _address("managers:figure", query, figure=told.figure.id),
                f"{told.figure.title} by {SPLIT_LABELS[split].lower()}",
            )
            for told in both
        ]
        sections.append(Fair(split.value, SPLIT_LABELS[split], SPLIT_WORDS[split], headings, rows, links))
    return {
        "sections": sections,
        "months": months_of(ask.half_year),
        "small": SMALL if hides else "",
        "as_of": counted_up_to(as_of) if as_of else _NOT_COUNTED,
    }


_SHORT = {"to_decision": ("Told", "Median days"), "outcomes": ("Decided", "Accepted")}


def _beside(both: Sequence[Told]) -> tuple[tuple[str, ...], list[tuple[str, list[tuple[str, str]]]]]:
    """The columns of two tables for each group that is in either, with a dash where one has none."""
    names: dict[str, str] = {group.key: group.label for told in both for group in told.groups}
    if both[0].split == Split.PRACTICE:  # other groups have an order of their own
        names = dict(sorted(names.items(), key=lambda one: one[1]))
    headings: list[str] = []
    columns: list[dict[str, str]] = []
    for told in both:
        made = table(told)
        wanted = {"n", "median" if told.figure.kind == "times" else "share", "compared"}
        labels = dict(
            zip(("n", "median" if told.figure.kind == "times" else "share"), _SHORT[told.figure.id], strict=True)
        )
        for at, (name, _) in enumerate(made.headings):
            if name in wanted:
                headings.append(labels.get(name, "Compared with all" if compared_with(told) else ""))
                columns.append({group.key: row[at].words for group, row in zip(told.groups, made.rows, strict=True)})
    return tuple(headings), [
        (label, [(heading, column.get(key, "none")) for heading, column in zip(headings, columns, strict=True)])
        for key, label in names.items()
    ]


def missing(found: Sequence[tuple[Missing, bool]], half: Period, as_of: datetime, aside: int) -> dict[str, object]:
    """Everything on the page of what is missing. What is hidden would tell a hidden group (`telling.missing`).

    `aside`: so many referrals could not be counted.
    """
    rows = [(one.lack.label, _lacking(one, told), number(one.of), one.lack.why) for one, told in found]
    small = SMALL if any(not told for _, told in found) else ""
    return {
        "rows": rows, "months": months_of(half), "small": small, "as_of": counted_up_to(as_of),
        "aside": _aside(aside) if aside else "",
    }  # fmt: skip


def _aside(n: int) -> str:
    which, its, it = ("1 referral", "its", "It is") if n == 1 else (f"{number(n)} referrals", "their", "They are")
    return (
        f"{which} could not be counted. Figures may lack {its} latest changes. Ask the people who run Painpath to look "
        f"in its log for “could not be counted”. {it} tried again after any change, and when they run "
        "“painpath figures recount”."
    )


def _lacking(one: Missing, told: bool) -> str:
    if not one.of:
        return "none"
    return percent(one.n, one.of) if told else HIDDEN
