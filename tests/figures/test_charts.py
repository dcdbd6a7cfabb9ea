"""Charts stand by themselves: nothing is fetched, no meaning is in a colour alone, no name runs as a script."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from painpath.figures import charts, funnel
from painpath.figures.charts import Bars, Chart, Funnel, Line

FONTS = Path(__file__).parents[2] / "node_modules" / "@expo-google-fonts" / "atkinson-hyperlegible-next"
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "O'Brien </text><script>alert(\"1\")</script> ' + datum.x"
LINE = Line(
    "Working days until the patient is told, by month", "The median of each month.", "Working days",
    tuple(f"{month} 2026" for month in ("Jan", "Feb", "Mar", "Apr")), (4.0, 5.0, None, 9.0),
    ("common", "improvement", "common", "concern"), 5.0, 1.0, 8.5,
)  # fmt: skip
BARS = Bars("Referrals by practice", "Larkfield 40.", "Referrals", (("Larkfield", 40.0), (HOSTILE, None)))
FUNNEL = Funnel(
    "Accepted, by practice", "One is outside.", "Decisions", "Accepted",
    (("Oak", 60, 0.2, True), ("Elm", 90, 0.6, False)),
    0.6, tuple(funnel.of_share(3, 5, n) for n in range(7, 120, 8)), percent=True,
)  # fmt: skip


def texts(drawn: str) -> list[str]:
    return ["".join(one.itertext()) for one in ElementTree.fromstring(drawn).iter(f"{SVG}text")]


@pytest.mark.parametrize("chart", [LINE, BARS, FUNNEL], ids=["line", "bars", "funnel"])
def test_a_chart_has_its_words_and_everything_it_shows(chart: Chart) -> None:
    wide, narrow = charts.svg(chart, "wide", FONTS), charts.svg(chart, "narrow", FONTS)
    for drawn, most in ((wide, 900), (narrow, 400)):
        root = ElementTree.fromstring(drawn)
        assert (root.findtext(f"{SVG}title"), root.findtext(f"{SVG}desc")) == (chart.title, chart.says)
        assert root.get("role") == "img"
        assert [one.get("role") or one.get("aria-label") for one in root.iter()].count(None) == len(
            list(root.iter())
        ) - 1
        assert float(root.get("width") or 0) <= most
        links = re.findall(r"(?:href|src|url\()[^ >]*", drawn)
        assert not links
        assert "data:" not in drawn
        assert set(re.findall(r"https?://[^\"' <]+", drawn)) <= {
            "http://www.w3.org/2000/svg",
            "http://www.w3.org/1999/xlink",
        }
        assert not list(root.iter(f"{SVG}script"))
        assert not list(root.iter(f"{SVG}style"))


def test_points_of_different_meaning_have_different_shapes_and_words() -> None:
    drawn = charts.svg(LINE, "wide", FONTS)
    said = texts(drawn)
    assert {"A change for the better", "A change for the worse", "As it always varies", "Mean", "Limit"} <= set(said)
    assert len({shape for _, shape, _ in charts.CAUSES.values()}) == len(charts.CAUSES)
    assert "stroke-dasharray" in drawn


def test_what_is_hidden_is_a_word_and_no_bar() -> None:
    drawn = charts.svg(BARS, "wide", FONTS)
    assert "hidden" in texts(drawn)
    assert "40" in texts(drawn)
    assert "alert" not in "".join(re.findall(r"<script.*", drawn))
    assert "O'Brien</text><script>" in " ".join(texts(drawn))


def test_a_bar_says_a_share_as_the_table_does() -> None:
    """Python would write 57% and 0%."""
    shares = Bars("Accepted", "Two groups.", "Accepted", (("Oak", 23 / 40), ("Elm", 1 / 300)), percent=True)
    assert {"58%", "1%"} <= set(texts(charts.svg(shares, "wide", FONTS)))


def test_a_bar_has_no_more_decimals_than_the_table() -> None:
    kappas = Bars("Agreement", "Two criteria.", "Kappa", (("Adult", 0.776952), ("Pain", 12.0)))
    assert {"0.78", "12"} <= set(texts(charts.svg(kappas, "wide", FONTS)))


def test_who_lies_outside_is_named() -> None:
    said = texts(charts.svg(FUNNEL, "wide", FONTS))
    assert "Oak" in said
    assert "Elm" not in said
    assert {"95%", "99.8%"} <= set(said)


def test_a_long_title_is_broken_for_a_phone() -> None:
    narrow = texts(charts.svg(LINE, "narrow", FONTS))
    assert LINE.title not in narrow
    assert "told, by month" in " ".join(narrow)


def test_the_picture_for_slides_is_twice_the_size() -> None:
    made = charts.png(LINE, FONTS)
    assert made.startswith(b"\x89PNG")
    width = float(ElementTree.fromstring(charts.svg(LINE, "wide", FONTS)).get("width") or 0)
    assert int.from_bytes(made[16:20], "big") == pytest.approx(2 * width, abs=2)


def test_a_chart_that_would_fetch_something_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    import vl_convert

    monkeypatch.setattr(
        vl_convert,
        "vegalite_to_svg",
        lambda _: '<svg xmlns="http://www.w3.org/2000/svg"><image href="https://elsewhere.example/"/></svg>',
    )
    with pytest.raises(ValueError, match="fetches nothing"):
        charts.svg(Bars("Never drawn before", "x", "x", (("a", 1.0),)), "wide", FONTS)
