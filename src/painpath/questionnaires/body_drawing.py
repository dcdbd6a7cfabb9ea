"""How the person of the body map is drawn: one half, front and back, as curves. Our own drawing, copied from nobody.

The half stands right of the middle line (x = 0); y runs down. A stroke is a smooth curve through its points, some of
which have names; a region is a walk along strokes from name to name. Two neighbours walk along the same stroke, so
there is nothing between them and nothing that belongs to both. The other half is the mirror image.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import dist

Point = tuple[float, float]
Curve = tuple[Point, Point, Point, Point]
"""A cubic Bézier curve: its start, its two handles, its end."""

WIDTH, HEIGHT = 360, 744
"""The sheet of one view. A phone 375 px wide shows it 343 px wide, and every region is still 44 px wide and high."""

_STROKES = """
crown:0,10 24,15 42,31 brow:50,62 55,68 55,82 lobe:48,92 40,107 jaw:26,119 13,127 chin:0,129
jaw 25,134 collar:33,149 yoke:60,160 88,168 107,186 115,210 deltoid:119,234 124,262 above-elbow:130,288 crook:136,310
  below-elbow:142,335 148,362 wrist:152,386 162,393 171,403 178,418 177,428 170,427 164,420 165,438 160,460
  finger:147,471 134,462 128,441 123,418 wrist-in:117,395 108,371 below-elbow-in:101,345 crook-in:96,321
  above-elbow-in:92,297 87,268 armpit:82,240
armpit 79,254 rib:77,268 74,290 waist:73,306 76,326 hipline:81,344 hip:86,362 seat:92,406 92,440 86,478
  above-knee:81,506 78,532 below-knee:79,560 82,592 78,632 ankle:70,666 71,682 80,696 90,708 toe:91,719 82,727 60,729
  38,728 25,722 22,708 24,686 ankle-in:24,666 19,632 14,594 below-knee-in:17,560 18,532 above-knee-in:14,506 8,460
  crotch:0,414
brow 25,66 eyes:0,65
crown eyes
eyes chin
collar 18,161 notch:0,166
chin notch
collar 56,182 74,210 armpit
armpit 100,244 deltoid
crook 117,320 crook-in
wrist 136,395 wrist-in
rib 42,277 breast:0,268
notch breast
breast navel:0,340
navel top:30,342 hipline
top 22,378 crotch
seat groin:48,400 crotch
above-knee 47,512 above-knee-in
below-knee 48,566 below-knee-in
ankle 47,672 ankle-in
lobe 24,104 nape:0,107
crown nape
collar 18,155 prominent:0,157
nape prominent
armpit 42,238 blade:0,236
prominent blade
waist 38,300 ribs:0,298
blade ribs
hip 58,350 side:28,346 base:0,344
ribs base
side 17,380 tail:0,402
tail crotch
seat 76,428 fold:48,436 20,431 crotch
above-elbow above-elbow-in
below-elbow below-elbow-in
"""

PAIRS = {
    "f": {
        "forehead": "crown brow eyes crown",
        "face": "eyes brow lobe jaw chin eyes",
        "shoulder": "collar yoke deltoid armpit collar",
        "upper-arm": "deltoid crook crook-in armpit deltoid",
        "lower-arm": "crook wrist wrist-in crook-in crook",
        "hand": "wrist finger wrist-in wrist",
        "chest": "notch collar armpit rib breast notch",
        "tummy": "breast rib waist hipline top navel breast",
        "hip": "top hipline hip seat groin crotch top",
        "thigh": "crotch groin seat above-knee above-knee-in crotch",
        "knee": "above-knee below-knee below-knee-in above-knee-in above-knee",
        "shin": "below-knee ankle ankle-in below-knee-in below-knee",
        "foot": "ankle toe ankle-in ankle",
    },
    "b": {
        "head": "crown brow lobe nape crown",
        "shoulder": "collar yoke deltoid armpit collar",
        "upper-arm": "deltoid above-elbow above-elbow-in armpit deltoid",
        "elbow": "above-elbow crook below-elbow below-elbow-in crook-in above-elbow-in above-elbow",
        "lower-arm": "below-elbow wrist wrist-in below-elbow-in below-elbow",
        "hand": "wrist finger wrist-in wrist",
        "upper-back": "prominent collar armpit blade prominent",
        "middle-back": "blade armpit rib waist ribs blade",
        "lower-back": "ribs waist hipline hip side base ribs",
        "buttock": "side hip seat fold crotch tail side",
        "thigh": "crotch fold seat above-knee above-knee-in crotch",
        "knee": "above-knee below-knee below-knee-in above-knee-in above-knee",
        "calf": "below-knee ankle ankle-in below-knee-in below-knee",
        "heel": "ankle toe ankle-in ankle",
    },
}
"""The regions of a half, by view: each a closed walk."""

MIDDLE = {
    "f": {"neck": "chin jaw collar notch", "pelvis": "navel top crotch"},
    "b": {"neck": "nape lobe jaw collar prominent", "tailbone": "base side tail"},
}
"""The regions on the middle line: each half a walk, which its mirror image closes."""

OUTLINE = "crown brow lobe jaw collar yoke deltoid wrist finger wrist-in armpit seat ankle toe ankle-in crotch"
"""The half of the whole figure, for both views: what the regions together have to cover."""


def _smooth(points: Sequence[Point]) -> list[Curve]:
    """A smooth curve through the points, as one Bézier curve from each to the next.

    At each point it runs parallel to the line between its neighbours (as Catmull and Rom have it). The handles are a
    third of the way to the next point long, so that points close together make no loops.
    """
    slopes = []
    for before, here, after in zip((points[0], *points), points, (*points[1:], points[-1]), strict=False):
        along = dist(before, here) + dist(here, after)
        slopes.append(((after[0] - before[0]) / along, (after[1] - before[1]) / along))
    curves = []
    for (start, leaving), (end, arriving) in pairwise(zip(points, slopes, strict=True)):
        third = dist(start, end) / 3
        first = (start[0] + leaving[0] * third, start[1] + leaving[1] * third)
        second = (end[0] - arriving[0] * third, end[1] - arriving[1] * third)
        curves.append((start, first, second, end))
    return curves


def _read(strokes: str) -> dict[tuple[str, str], list[Curve]]:
    """Each pair of names on one stroke -> the curves between them. Where two strokes join a pair: the shorter way.

    A line that begins with spaces goes on with the stroke above it.
    """
    named: dict[str, Point] = {}
    ways: dict[tuple[str, str], list[Curve]] = {}
    for stroke in strokes.replace("\n  ", " ").strip().splitlines():
        points: list[Point] = []
        stops: dict[str, int] = {}
        for token in stroke.split():
            name, _, place = token.rpartition(":") if "," in token else (token, "", "")
            if place:
                x, y = place.split(",")
                point = (float(x), float(y))
                if name:
                    named[name] = point
            else:
                point = named[name]
            if name:
                stops[name] = len(points)
            points.append(point)
        curves = _smooth(points)
        for (one, start), (other, end) in ((a, b) for a in stops.items() for b in stops.items() if a[1] < b[1]):
            way = curves[start:end]
            if (one, other) not in ways or len(way) < len(ways[one, other]):
                ways[one, other] = way
                ways[other, one] = _backwards(way)
    return ways


def _backwards(way: Iterable[Curve]) -> list[Curve]:
    return [(end, second, first, start) for start, first, second, end in reversed(list(way))]


def mirrored(way: Iterable[Curve]) -> list[Curve]:
    """The same curves on the other side of the middle line."""
    return [tuple((-x, y) for x, y in curve) for curve in way]  # type: ignore[misc]


_WAYS = _read(_STROKES)


def walk(names: str) -> list[Curve]:
    """The curves from name to name. A KeyError names two points that no stroke joins."""
    return [curve for pair in pairwise(names.split()) for curve in _WAYS[pair]]


def both_halves(names: str) -> list[Curve]:
    """A walk from the middle line to the middle line, closed by its mirror image."""
    half = walk(names)
    return half + _backwards(mirrored(half))


def as_path(curves: Sequence[Curve]) -> str:
    """A closed walk as the `d` of an SVG path, on the sheet whose middle is at WIDTH / 2."""
    steps = [f"M{_at(curves[0][0])}"]
    for start, first, second, end in curves:
        straight = (first[0] - start[0]) * (end[1] - start[1]) == (first[1] - start[1]) * (end[0] - start[0])
        steps.append(f"L{_at(end)}" if straight and start[0] == end[0] else f"C{_at(first)} {_at(second)} {_at(end)}")
    return "".join(steps) + "Z"


def polygon(curves: Iterable[Curve], steps: int = 8) -> list[Point]:
    """The walk as straight pieces, on the same sheet: to measure it."""
    return [
        (
            WIDTH / 2 + sum(weight * point[0] for weight, point in zip(_weights(t / steps), curve, strict=True)),
            sum(weight * point[1] for weight, point in zip(_weights(t / steps), curve, strict=True)),
        )
        for curve in curves
        for t in range(steps)
    ]


def area(points: Sequence[Point]) -> float:
    """The size of a polygon (its shoelace sum)."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise((*points, points[0])))) / 2


def inside(point: Point, points: Sequence[Point]) -> bool:
    """Whether a polygon holds the point: a line from it to the right crosses the edge an odd number of times."""
    x, y = point
    crossed = False
    for one, other in pairwise((*points, points[0])):
        if (one[1] > y) != (other[1] > y):
            crossed ^= x < one[0] + (y - one[1]) * (other[0] - one[0]) / (other[1] - one[1])
    return crossed


def centre(points: Sequence[Point]) -> Point:
    """The centre of gravity of a polygon: where its number stands."""
    twice, x, y = 0.0, 0.0, 0.0
    for a, b in pairwise((*points, points[0])):
        part = a[0] * b[1] - b[0] * a[1]
        twice, x, y = twice + part, x + (a[0] + b[0]) * part, y + (a[1] + b[1]) * part
    return x / (3 * twice), y / (3 * twice)


def _weights(t: float) -> tuple[float, float, float, float]:
    return ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3)


def _at(point: Point) -> str:
    return f"{WIDTH / 2 + point[0]:.1f},{point[1]:.1f}"
