"""The body map as data: whole, symmetrical, without gaps and overlaps, the sides where they belong."""

from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from painpath.questionnaires import body_drawing as drawing
from painpath.questionnaires import parse
from painpath.questionnaires.body import AREAS, BY_CODE, REGIONS, SYSTEM, VIEWS, View, spread
from painpath.questionnaires.body_svg import svg

POLYGONS = {region.code: drawing.polygon(region.curves) for region in REGIONS}
MIDDLE = drawing.WIDTH / 2
PATHWAYS = Path(__file__).parents[2] / "pathways"


def of(view: View) -> list[str]:
    return [region.code for region in REGIONS if region.view == view]


def test_enough_regions_each_with_its_own_code_and_words() -> None:
    assert len(REGIONS) >= 45
    assert len(BY_CODE) == len(REGIONS)
    assert len({region.label for region in REGIONS}) == len(REGIONS)
    assert {region.area for region in REGIONS} == set(AREAS)
    for region in REGIONS:
        assert region.path.startswith("M")
        assert region.path.endswith("Z")
        assert region.path.count("M") == 1
        assert region.code.startswith(region.view[0] + "-")


def test_each_half_mirrors_the_other() -> None:
    for region in REGIONS:
        if region.side == "middle":
            assert drawing.centre(POLYGONS[region.code])[0] == pytest.approx(MIDDLE)
            continue
        other = "right" if region.side == "left" else "left"
        twin = BY_CODE[region.code.replace(region.side, other)]
        assert (twin.side, twin.view) == (other, region.view)
        assert twin.label.lower() == region.label.lower().replace(region.side, other)
        ours, theirs = (sorted(POLYGONS[one.code]) for one in (region, twin))
        mirrored = sorted((2 * MIDDLE - x, y) for x, y in theirs)
        assert [coordinate for point in ours for coordinate in point] == pytest.approx(
            [coordinate for point in mirrored for coordinate in point]
        )


def test_left_is_the_persons_own_left() -> None:
    for region in REGIONS:
        x, _ = drawing.centre(POLYGONS[region.code])
        if region.side == "left":  # of somebody who faces us on our right; of somebody's back on our left
            assert x > MIDDLE if region.view == "front" else x < MIDDLE, region.label
    for view, first in (("front", "RIGHT"), ("back", "LEFT")):
        drawn = ET.fromstring(svg(view, left="LEFT", right="RIGHT"))  # type: ignore[arg-type]
        words = sorted((float(text.get("x", "")), text.text) for text in drawn.iter("{http://www.w3.org/2000/svg}text"))
        assert words[0][1] == first


@pytest.mark.parametrize("view", VIEWS)
def test_no_gaps_and_no_overlaps(view: View) -> None:
    outline = drawing.polygon(drawing.both_halves(drawing.OUTLINE))
    # The area of the whole is that of its parts ...
    assert sum(drawing.area(POLYGONS[code]) for code in of(view)) == pytest.approx(drawing.area(outline), rel=1e-3)
    # ... and wherever one points inside the person, there is one region. The offset keeps points off straight edges.
    found = Counter(
        sum(drawing.inside(point, POLYGONS[code]) for code in of(view))
        for x in range(0, drawing.WIDTH, 9)
        for y in range(0, drawing.HEIGHT, 9)
        if drawing.inside(point := (x + 0.37, y + 0.41), outline)
    )
    assert set(found) == {1}
    assert found[1] > 800


@pytest.mark.parametrize("view", VIEWS)
def test_a_picture_is_whole_xml_and_shows_what_is_marked_without_colour(view: View) -> None:
    marked = of(view)[:2]
    drawn = ET.fromstring(
        svg(view, marked, left="Your <left>", right="Your right", label='"Back" & more', numbers={marked[0]: 7})
    )
    regions = [path for path in drawn.iter() if path.get("data-code")]
    assert sorted(path.get("data-code", "") for path in regions) == sorted(of(view))
    striped = [path for path in regions if path.get("fill", "").startswith("url(#")]
    assert {path.get("data-code") for path in striped} == set(marked)
    assert {path.get("stroke-width") for path in striped} == {"4"}
    (pattern,) = drawn.iter("{http://www.w3.org/2000/svg}pattern")
    assert striped[0].get("fill") == f"url(#{pattern.get('id')})"
    assert drawn.get("role") == "img"
    assert drawn.get("aria-label") == '"Back" & more'
    assert "7" in [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    ids = [part.get("id") for part in drawn.iter() if part.get("id")]
    assert len(ids) == len(set(ids))


def test_how_widely_is_counted_and_said() -> None:
    found = spread(["b-left-lower-back", "f-left-knee", "b-left-knee", "f-left-knee", "old-code"])
    assert [region.code for region in found.marked] == ["f-left-knee", "b-left-lower-back", "b-left-knee"]
    assert found.areas == ("back", "left-leg")
    assert found.unknown == ("old-code",)
    assert found.counted == (
        f"3 of the {len(REGIONS)} places on the picture are marked, in 2 of the 7 parts of the body (back; left hip, "
        "leg and foot). A place at the front and the place behind it count as two. This is a count, not a diagnosis."
    )
    assert "None of the" in spread([]).counted
    assert "1 of the 58 places on the picture is marked, in 1 of" in spread(["f-neck"]).counted


def test_every_body_map_of_the_pathways_offers_every_region_in_its_words() -> None:
    forms = [parse(file.read_bytes()) for file in sorted(PATHWAYS.glob("*/questionnaires/*.json"))]
    maps = [(form.id, item) for form in forms for item in form.walk() if item.control == "body-map"]
    assert {name for name, _ in maps} >= {"body-map", "about-your-pain"}
    for _, item in maps:
        assert (item.type, item.repeats) == ("choice", True)
        assert [(one.system, one.value, one.label) for one in item.options] == [
            (SYSTEM, region.code, region.label) for region in REGIONS
        ]
