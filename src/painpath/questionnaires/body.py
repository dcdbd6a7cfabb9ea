"""The body map: the regions of a person, front and back, as codes of ours, and how many of them are marked.

A questionnaire holds them as the options of a `choice` item that repeats (`system` is SYSTEM). The count says how
widely somebody marked; it is no measure with a name and says nothing about why.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from painpath.questionnaires import body_drawing as drawing

SYSTEM = "urn:painpath:body-map"
"""The FHIR code system of the regions. A code stands for the same place for ever; another place gets another code."""

Side = Literal["left", "right", "middle"]
View = Literal["front", "back"]
Area = Literal["head", "trunk", "back", "left-arm", "right-arm", "left-leg", "right-leg"]

VIEWS: tuple[View, View] = ("front", "back")
AREAS: dict[Area, str] = {
    "head": "Head and neck",
    "left-arm": "Left shoulder, arm and hand",
    "right-arm": "Right shoulder, arm and hand",
    "trunk": "Chest and tummy",
    "back": "Back",
    "left-leg": "Left hip, leg and foot",
    "right-leg": "Right hip, leg and foot",
}
"""The parts of the body under which regions are listed and counted, in the order of the list."""


@dataclass(frozen=True)
class Region:
    """One place to mark. `left` is always the person's own left. `path` is the `d` of an SVG path (drawing.WIDTH)."""

    code: str
    label: str
    side: Side
    view: View
    area: Area
    curves: tuple[drawing.Curve, ...]

    @cached_property
    def path(self) -> str:
        return drawing.as_path(self.curves)


_ARM = ("shoulder", "upper-arm", "elbow", "lower-arm", "hand")
_LEG = ("hip", "buttock", "thigh", "knee", "shin", "calf", "foot", "heel")
_HEAD = ("head", "forehead", "face", "neck")
_LABELS = {
    "f-forehead": "{side} side of forehead",
    "f-face": "{side} side of face and jaw",
    "f-neck": "Neck, front",
    "f-shoulder": "{side} shoulder, front",
    "f-upper-arm": "{side} upper arm, front",
    "f-lower-arm": "{side} lower arm, front",
    "f-hand": "{side} wrist and hand, palm side",
    "f-chest": "{side} side of chest",
    "f-tummy": "{side} side of tummy",
    "f-pelvis": "Bladder area and genitals",
    "f-hip": "{side} hip and groin",
    "f-thigh": "{side} thigh, front",
    "f-knee": "{side} knee, front",
    "f-shin": "{side} shin",
    "f-foot": "{side} ankle and foot, top",
    "b-head": "{side} side of head, back",
    "b-neck": "Neck, back",
    "b-shoulder": "{side} shoulder, back",
    "b-upper-arm": "{side} upper arm, back",
    "b-elbow": "{side} elbow",
    "b-lower-arm": "{side} lower arm, back",
    "b-hand": "{side} wrist and hand, back",
    "b-upper-back": "{side} upper back",
    "b-middle-back": "{side} middle back",
    "b-lower-back": "{side} lower back",
    "b-tailbone": "Tailbone",
    "b-buttock": "{side} buttock",
    "b-thigh": "{side} thigh, back",
    "b-knee": "{side} knee, back",
    "b-calf": "{side} calf",
    "b-heel": "{side} ankle and foot, heel side",
}
"""The plain name of every place, in the order of the lists: from the head down, front before back."""


def _regions() -> Iterator[Region]:
    for key, label in _LABELS.items():
        letter, name = key.split("-", 1)
        view: View = "front" if letter == "f" else "back"
        if name in drawing.MIDDLE[letter]:
            curves = tuple(drawing.both_halves(drawing.MIDDLE[letter][name]))
            yield Region(key, label, "middle", view, _area(name, "middle", view), curves)
            continue
        drawn = drawing.walk(drawing.PAIRS[letter][name])
        # The half that is drawn stands on the viewer's right: the left of somebody who faces us, the right of a back.
        for side in ("left", "right"):
            on_the_right = (side == "left") == (view == "front")
            curves = tuple(drawn if on_the_right else drawing.mirrored(drawn))
            area = _area(name, side, view)
            yield Region(f"{letter}-{side}-{name}", label.format(side=side.capitalize()), side, view, area, curves)


def _area(name: str, side: Side, view: View) -> Area:
    if name in _HEAD:
        return "head"
    if side != "middle" and name in _ARM:
        return "left-arm" if side == "left" else "right-arm"
    if side != "middle" and name in _LEG:
        return "left-leg" if side == "left" else "right-leg"
    return "trunk" if view == "front" else "back"


REGIONS: tuple[Region, ...] = tuple(_regions())
BY_CODE = {region.code: region for region in REGIONS}


@dataclass(frozen=True)
class Spread:
    """How widely somebody marked. `unknown` are codes that are in no picture: they are counted nowhere, and shown."""

    marked: tuple[Region, ...]
    areas: tuple[Area, ...]
    unknown: tuple[str, ...]

    @property
    def counted(self) -> str:
        """The count with how it was counted, for a clinician. No diagnosis follows from it."""
        if not self.marked:
            return f"None of the {len(REGIONS)} places on the picture is marked. This is a count, not a diagnosis."
        places = f"{len(self.marked)} of the {len(REGIONS)} places on the picture {_are(len(self.marked))} marked"
        names = "; ".join(AREAS[area].lower() for area in self.areas)
        return (
            f"{places}, in {len(self.areas)} of the {len(AREAS)} parts of the body ({names}). A place at the front and "
            "the place behind it count as two. This is a count, not a diagnosis."
        )


def spread(codes: Iterable[str]) -> Spread:
    """Count what is marked: each region once, in the order of REGIONS."""
    given = list(dict.fromkeys(codes))
    marked = tuple(region for region in REGIONS if region.code in given)
    areas = tuple(area for area in AREAS if any(region.area == area for region in marked))
    return Spread(marked, areas, tuple(code for code in given if code not in BY_CODE))


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
