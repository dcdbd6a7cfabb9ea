"""The body map as a picture: SVG of one view, for a form, for a clinician, for paper.

Its looks stand in presentation attributes, so that it is whole without a stylesheet (in a PDF); a stylesheet overrides
them by the classes. What is marked has stripes and a thick line: it can be told without colours.
"""

from collections.abc import Collection, Mapping
from html import escape

from painpath.questionnaires import body_drawing as drawing
from painpath.questionnaires.body import REGIONS, Region, View

_MIDDLE = drawing.WIDTH / 2
_DARK, _SKIN, _EDGE, _MARK = "#2b4a60", "#dcebf3", "#6b8ba0", "#b3261e"
_HALF = {
    "front": (
        "M0,108Q12,108 19,101M138,444Q139,456 141,463M148,445Q149,458 151,468M155,442Q157,452 158,460"
        "M37,716V727M50,718V728M63,718V728M76,714V727"
    ),
    "back": (
        "M28,182Q30,206 52,214M138,444Q139,456 141,463M148,445Q149,458 151,468M155,442Q157,452 158,460"
        "M36,712Q56,704 78,712"
    ),
}
"""Lines that make a person of it, on one half: a smile, fingers, toes; shoulder blades and heels."""


def svg(
    view: View,
    marked: Collection[str] = (),
    *,
    left: str,
    right: str,
    label: str = "",
    numbers: Mapping[str, int] | None = None,
    ident: str = "body",
    only: Collection[str] | None = None,
    font: str = "inherit",
) -> str:
    """One view of the person with what is marked.

    `left` and `right` are the words printed at the person's own sides, such as "Your left". `label` is what a screen
    reader says; without it the picture is hidden from them (a list says the same). `numbers` stand in the regions.
    `ident` makes the id of the pattern, and must be another one for every picture of a page. `only` are the codes that
    are asked for: the other regions are drawn and cannot be marked.
    """
    shown = [region for region in REGIONS if region.view == view]
    seen = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    viewers_left, viewers_right = (right, left) if view == "front" else (left, right)
    stripes = f"{ident}-{view}"
    # What is marked is drawn last: its thick line lies over its neighbours' edges.
    drawn = sorted(shown, key=lambda region: region.code in marked)
    sheet = f'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {drawing.WIDTH} {drawing.HEIGHT}" focusable="false"'
    parts = [
        f'<svg {sheet} class="painpath-body" {seen} data-view="{view}" data-stripes="{stripes}">',
        _stripes(stripes),
        "<g>",
        *(
            _region(region, region.code in marked, stripes, ident, asked=only is None or region.code in only)
            for region in drawn
        ),
        "</g>",
        _person(view, lines=not numbers),
        _words(viewers_left, 62, font),
        _words(viewers_right, drawing.WIDTH - 62, font),
        *(_number(region, numbers[region.code], font) for region in shown if numbers and region.code in numbers),
        "</svg>",
    ]
    return "".join(parts)


def _stripes(ident: str) -> str:
    return (
        f'<defs><pattern id="{ident}" class="painpath-body__stripes" width="9" height="9" '
        'patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect width="9" height="9" fill="#fff"/>'
        f'<rect width="4.5" height="9" fill="{_MARK}"/></pattern></defs>'
    )


def _region(region: Region, marked: bool, stripes: str, ident: str, *, asked: bool) -> str:
    looks = (
        f'fill="url(#{stripes})" stroke="{_DARK}" stroke-width="4"'
        if marked
        else f'fill="{_SKIN}" stroke="{_EDGE}" stroke-width="1.5"'
    )
    state = ' data-marked=""' if marked else ""
    code = f' data-code="{region.code}"' if asked else ""
    return (
        f'<path id="{ident}-{region.code}" class="painpath-body__region"{code}{state} d="{region.path}" {looks} '
        'stroke-linejoin="round"/>'
    )


def _person(view: View, *, lines: bool) -> str:
    """What is no region: the outline and, where no numbers stand, the lines of a friendly person. A finger goes
    through it."""
    outline = drawing.as_path(drawing.both_halves(drawing.OUTLINE))
    eye = f'<circle cx="19" cy="80" r="3.5" fill="{_DARK}" stroke="none"/>' if view == "front" else ""
    half = f'<path d="{_HALF[view]}"/>{eye}' if lines else ""
    middle = '<path d="M176,318Q180,322 184,318"/>' if view == "front" and lines else ""
    return (
        f'<g class="painpath-body__lines" pointer-events="none" fill="none" stroke="{_DARK}" stroke-width="2" '
        'stroke-linecap="round" stroke-linejoin="round">'
        f'<path d="{outline}" stroke-width="3"/>'
        f'<g transform="translate({_MIDDLE:g} 0)">{half}</g>'
        f'<g transform="translate({_MIDDLE:g} 0) scale(-1 1)">{half}</g>{middle}</g>'
    )


def _words(words: str, x: float, font: str) -> str:
    """Words at one side of the head, the last one on a line of its own."""
    first, _, last = words.rpartition(" ")
    lines = [first, last] if first else [last]
    return "".join(
        f'<text class="painpath-body__side" x="{x:g}" y="{40 + 27 * number}" text-anchor="middle" font-family="{font}" '
        f'font-size="23" font-weight="bold" fill="{_DARK}" pointer-events="none">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )


def _number(region: Region, number: int, font: str) -> str:
    points = drawing.polygon(region.curves)
    x, y = drawing.centre(points)
    return (
        f'<text x="{x:.1f}" y="{y + 8:.1f}" text-anchor="middle" font-family="{font}" font-size="23" '
        f'font-weight="bold" fill="#0b2233">{number}</text>'
    )
