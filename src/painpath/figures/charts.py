"""Charts as SVG and PNG, drawn here: nothing is fetched and no script runs in the reader's browser.

Colours are the NHS design system's. No meaning is in a colour alone: points of different meaning have different shapes,
lines different dashes, and the legend says both in words. Every drawing is made for its width (`wide` for a screen and
for print, `narrow` for a phone, `small` for a page of many), so that its letters keep their size. A page holds
its drawings itself, so that they have its typeface: a picture that is fetched has none of ours, and its words would not
fit. `altair` is imported when the first chart is drawn. What is drawn is kept: the same chart is drawn once.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from textwrap import wrap
from typing import Any, Literal
from xml.etree import ElementTree

from painpath.figures import statistics
from painpath.figures.funnel import Limits
from painpath.figures.process_control import Cause

Width = Literal["wide", "narrow", "small"]

INK, GREY, PALE, BLUE, ORANGE, PURPLE = "#212b32", "#4c6272", "#aeb7bd", "#005eb8", "#ed8b00", "#330072"
FONT = "Atkinson Hyperlegible Next, Arial, sans-serif"
CAUSES: dict[Cause, tuple[str, str, str]] = {
    "common": ("As it always varies", "circle", GREY),
    "improvement": ("A change for the better", "square", BLUE),
    "concern": ("A change for the worse", "triangle-up", ORANGE),
    "neither": ("A change", "diamond", PURPLE),
}
"""What a point means: its words, its shape, its colour."""
_SVG = "{http://www.w3.org/2000/svg}"
ElementTree.register_namespace("", _SVG[1:-1])
_PLOT: dict[Width, tuple[int, int]] = {"wide": (600, 300), "narrow": (270, 260), "small": (270, 90)}
_LETTERS: dict[Width, int] = {"wide": 80, "narrow": 38, "small": 38}
"""Letters to a line of the title."""


@dataclass(frozen=True)
class Line:
    """Values over time. `causes` are the marks of an XmR chart; limits are None where there are none."""

    title: str
    says: str
    """What the drawing shows, in a sentence or two: for who does not see it."""
    y: str
    months: tuple[str, ...]
    values: tuple[float | None, ...]
    causes: tuple[Cause, ...]
    mean: float | None = None
    lower: float | None = None
    upper: float | None = None
    percent: bool = False


@dataclass(frozen=True)
class Bars:
    """One value for each group, in the order given. None: hidden."""

    title: str
    says: str
    x: str
    rows: tuple[tuple[str, float | None], ...]
    percent: bool = False
    centre: float | None = None
    """The whole service, as a line across."""


@dataclass(frozen=True)
class Funnel:
    """Groups by size, with the limits of chance around the whole service. `points`: label, size, value, outside."""

    title: str
    says: str
    x: str
    y: str
    points: tuple[tuple[str, int, float, bool], ...]
    centre: float
    limits: tuple[Limits, ...]
    percent: bool = False


Chart = Line | Bars | Funnel


@lru_cache(maxsize=256)
def svg(chart: Chart, width: Width, fonts: Path) -> str:
    """The drawing as SVG with its title and description inside. `fonts`: the folder with the letters' typeface."""
    import vl_convert

    _register(fonts)
    drawn = ElementTree.fromstring(vl_convert.vegalite_to_svg(_spec(chart, width)))  # noqa: S314 (drawn a moment ago)
    _check_fetches_nothing(drawn)
    # To a reader of the screen it is one picture with a name and a description; the table beside it has the numbers.
    for element in drawn.iter():
        for name in [name for name in element.attrib if name == "role" or name.startswith("aria-")]:
            del element.attrib[name]
    drawn.set("role", "img")
    drawn.set("aria-labelledby", f"{width}-title {width}-says")
    for at, (tag, words) in enumerate((("title", chart.title), ("says", chart.says))):
        named = ElementTree.Element(f"{_SVG}{'desc' if tag == 'says' else tag}", {"id": f"{width}-{tag}"})
        named.text = words
        drawn.insert(at, named)
    return ElementTree.tostring(drawn, encoding="unicode")


def _check_fetches_nothing(drawn: ElementTree.Element) -> None:
    """Raise ValueError for an address in any attribute: words of a label may be anything."""
    for element in drawn.iter():
        for name, value in element.attrib.items():
            if name.endswith(("href", "src")) or "url(" in value.replace("url(#", ""):
                raise ValueError("A chart holds everything that it shows, and fetches nothing.")


@lru_cache(maxsize=64)
def png(chart: Chart, fonts: Path) -> bytes:
    """The wide drawing as PNG, at twice its size, for slides and papers."""
    import vl_convert

    drawn = svg(chart, "wide", fonts)
    made: bytes = vl_convert.svg_to_png(drawn, scale=2)
    return made


@lru_cache(maxsize=1)
def _register(fonts: Path) -> None:
    import vl_convert

    for face in sorted(fonts.glob("*/*.ttf")):
        if face.parent.name in ("400Regular", "600SemiBold"):
            vl_convert.register_font_directory(str(face.parent))


def _spec(chart: Chart, width: Width) -> dict[str, Any]:
    alt = _altair()
    layers = _line(chart, width) if isinstance(chart, Line) else (
        _bars(chart, width) if isinstance(chart, Bars) else _funnel(chart, width)
    )  # fmt: skip
    plot, height = _PLOT[width]
    if isinstance(chart, Bars):
        plot = {"wide": 480, "narrow": 170, "small": 170}[width]
        height = len(chart.rows) * (24 + 16 * max(label.count("\n") for label in _labels(chart, width)))
    whole = alt.layer(*layers).properties(width=plot, height=height, background="white")
    if width != "small":
        whole = whole.properties(title=alt.TitleParams(wrap(chart.title, _LETTERS[width]), anchor="start", fontSize=17))
    whole = (
        whole.configure(font=FONT, padding=6)
        .configure_view(stroke=None)
        .configure_axis(
            labelFontSize=14, titleFontSize=14, labelColor=INK, titleColor=INK, gridColor="#d8dde0", tickColor=GREY,
            domainColor=GREY, titleFontWeight=400, labelLimit=400, titlePadding=8,
        )
        .configure_title(color=INK, fontWeight=600)
        .configure_legend(
            labelFontSize=14, title=None, orient="bottom", direction="vertical", columns=2 if width == "wide" else 1,
            labelColor=INK, labelLimit=400, symbolSize=110,
        )
    )  # fmt: skip
    made: dict[str, Any] = whole.to_dict()
    return made


def _altair() -> Any:
    """Imported with the first chart: it takes a good part of a second, and much of it comes without types."""
    return import_module("altair")


def _rows(rows: Sequence[Mapping[str, object]]) -> Any:
    return _altair().Data(values=[dict(row) for row in rows])


def _format(percent: bool) -> str:
    return ".0%" if percent else "~r"


def _line(chart: Line, width: Width) -> list[Any]:
    alt = _altair()
    rows = [
        {"at": at, "month": month, "value": value, "cause": CAUSES[cause][0]}
        for at, (month, value, cause) in enumerate(zip(chart.months, chart.values, chart.causes, strict=True))
    ]
    every = max(1, -(-len(rows) // {"wide": 8, "narrow": 3, "small": 2}[width]))
    shown = [row["at"] for row in rows[::-1][::every]]
    names = " : ".join([f"datum.value == {row['at']} ? '{row['month']}'" for row in rows] + ["''"])
    x = alt.X(
        "at:Q", title=None, scale=alt.Scale(domain=[-0.5, len(rows) - 0.5], nice=False),
        axis=alt.Axis(values=shown, labelExpr=names, labelAngle=0, grid=False, labelFlush=False),
    )  # fmt: skip
    y = alt.Y(
        "value:Q", title=None, scale=alt.Scale(zero=True, nice=True),
        axis=alt.Axis(format=_format(chart.percent), tickCount=3 if width == "small" else 6),
    )  # fmt: skip
    data = alt.Chart(_rows(rows))
    layers: list[Any] = [data.mark_line(color=GREY, strokeWidth=2).encode(x=x, y=y)]
    if width == "small":
        return [*layers, data.mark_point(filled=True, color=BLUE, size=30, opacity=1).encode(x=x, y=y)]
    for words, dash, level in (
        ("Mean", [1, 0], chart.mean), ("Limit", [5, 4], chart.lower), ("Limit", [5, 4], chart.upper),
    ):  # fmt: skip
        if level is not None:
            ruled = alt.Chart(_rows([{"level": level, "line": words}]))
            layers.append(ruled.mark_rule(color=INK, strokeDash=dash, strokeWidth=1.5).encode(y="level:Q"))
            label = ruled.mark_text(align="left", dx=6, fontSize=13, color=INK)
            layers.append(label.encode(x=alt.value(_PLOT[width][0]), y="level:Q", text="line:N"))
    here = [cause for cause in CAUSES if cause in chart.causes]
    means = [CAUSES[cause][0] for cause in here]
    legend = alt.Undefined if len(here) > 1 else None
    shape = alt.Shape(
        "cause:N", scale=alt.Scale(domain=means, range=[CAUSES[cause][1] for cause in here]), legend=legend
    )
    fill = alt.Fill("cause:N", scale=alt.Scale(domain=means, range=[CAUSES[cause][2] for cause in here]), legend=legend)
    points = data.mark_point(filled=True, size=90, opacity=1, stroke=INK, strokeWidth=1)
    return [*layers, points.encode(x=x, y=y, shape=shape, fill=fill)]


def _labels(chart: Bars, width: Width) -> list[str]:
    return ["\n".join(wrap(label, 34 if width == "wide" else 16) or [label]) for label, _ in chart.rows]


def _bars(chart: Bars, width: Width) -> list[Any]:
    alt = _altair()
    names = _labels(chart, width)
    rows = [
        {
            "at": f"{at:03}", "value": value or 0,
            "says": "hidden" if value is None
            else f"{statistics.percent(value)}%" if chart.percent else f"{round(value, 2):g}",
        }
        for at, (_, value) in enumerate(chart.rows)
    ]  # fmt: skip
    texts = " : ".join(
        [
            f"datum.value == '{row['at']}' ? {_script(name.split(chr(10)))}"
            for row, name in zip(rows, names, strict=True)
        ]
        + ["''"]
    )
    y = alt.Y("at:N", title=None, sort=None, axis=alt.Axis(labelExpr=texts, labelLineHeight=16, ticks=False))
    x = alt.X(
        "value:Q", title=wrap(chart.x, 36), scale=alt.Scale(zero=True, nice=True),
        axis=alt.Axis(format=_format(chart.percent), tickCount=4),
    )  # fmt: skip
    data = alt.Chart(_rows(rows))
    bar = data.mark_bar(color=BLUE, size=18).encode(x=x, y=y)
    words = data.mark_text(align="left", dx=4, fontSize=14, color=INK).encode(x="value:Q", y=y, text="says:N")
    layers = [bar, words]
    if chart.centre is not None:
        middle = alt.Chart(_rows([{"level": chart.centre}]))
        layers.append(middle.mark_rule(color=INK, strokeDash=[5, 4], strokeWidth=1.5).encode(x="level:Q"))
    return layers


def _script(lines: Sequence[str]) -> str:
    """Lines of a label as an expression of Vega: nothing in a practice's name is read as one."""
    return json.dumps(list(lines), ensure_ascii=True)


def _funnel(chart: Funnel, width: Width) -> list[Any]:
    alt = _altair()
    y = alt.Y(
        "value:Q", title=wrap(chart.y, 30), scale=alt.Scale(zero=False, nice=True, clamp=False),
        axis=alt.Axis(format=_format(chart.percent), tickCount=6),
    )  # fmt: skip
    x = alt.X(
        "n:Q", title=wrap(chart.x, 36), scale=alt.Scale(zero=True, nice=True), axis=alt.Axis(tickCount=5, grid=False)
    )
    layers: list[Any] = []
    for low, high, dash in (("lower", "upper", [6, 4]), ("far_lower", "far_upper", [2, 3])):
        for side in (low, high):
            curve = alt.Chart(_rows([{"n": one.n, "value": getattr(one, side)} for one in chart.limits]))
            drawn = curve.mark_line(color=INK, strokeDash=dash, strokeWidth=1.5, interpolate="monotone")
            layers.append(drawn.encode(x=x, y=y))
    last = chart.limits[-1]
    for inner, outer in ((last.lower, last.far_lower), (last.upper, last.far_upper)):
        named = [(inner, "95%"), (outer, "99.8%")] if inner != outer else [(inner, "95%, 99.8%")]
        said = alt.Chart(_rows([{"n": last.n, "value": value, "name": name} for value, name in named]))
        layers.append(said.mark_text(align="left", dx=3, fontSize=12, color=INK).encode(x=x, y=y, text="name:N"))
    ends = [{"n": one.n, "value": chart.centre} for one in (chart.limits[0], chart.limits[-1])]
    layers.append(alt.Chart(_rows(ends)).mark_line(color=INK, strokeWidth=1.5).encode(x=x, y=y))
    words = {False: "Within the limits of chance", True: "Outside the limits"}
    rows = [
        {"label": label, "n": n, "value": value, "where": words[outside]} for label, n, value, outside in chart.points
    ]
    domain = [words[False], words[True]]
    points = alt.Chart(_rows(rows)).mark_point(filled=True, size=100, opacity=1, stroke=INK, strokeWidth=1)
    shape = alt.Shape("where:N", scale=alt.Scale(domain=domain, range=["circle", "diamond"]))
    fill = alt.Fill("where:N", scale=alt.Scale(domain=domain, range=[BLUE, ORANGE]))
    layers.append(points.encode(x=x, y=y, shape=shape, fill=fill))
    outside = [row for row in rows if row["where"] == words[True]]
    if outside:
        named_points = alt.Chart(_rows(outside))
        for looks in ({"stroke": "white", "strokeWidth": 4}, {}):  # its own paper, so that lines do not cross the name
            words_of = named_points.mark_text(align="right", dx=-9, fontSize=13, color=INK, limit=150, **looks)
            layers.append(words_of.encode(x=x, y=y, text="label:N"))
    return layers
