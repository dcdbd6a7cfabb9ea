"""Themes: every colour of every stylesheet becomes a variable when the static files are built, and each theme gives it.

The prebuilt stylesheet of the NHS design system has 56 fixed colours in some 700 places, and no variables. To override
each component by hand would be a second stylesheet that rots. So `themed` rewrites `color:#212b32` into
`color:var(--p-text-212b32,#212b32)` (text, fill or line: what the property paints), in the design system's stylesheet
and in ours, and `stylesheet` writes what each variable is in each theme, by rules of luminance that hold the contrast
of WCAG 2.2: 4.5:1 for text on any fill, 3:1 for the lines of controls. A new colour or component needs no new rule.

A theme is for the screen. On paper no variable is set, and all is as designed: dark on white.
"""

import colorsys
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

CHOICES = ("light", "dark", "cream", "black-on-yellow", "yellow-on-black")
"""What somebody may choose. `light` is the design system as it is."""

Rgb = tuple[float, float, float]
"""Linear light, each 0 to 1."""

_BLACK: Rgb = (0.0, 0.0, 0.0)
_WHITE: Rgb = (1.0, 1.0, 1.0)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{};]*)\{([^{}]*)\}")
_DECLARATION = re.compile(r"(?:[^;(]|\([^)]*\))+")  # a semicolon inside url(...) ends nothing
_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|(?:rgb|hsl)a?\([^)]*\)|\b(?:white|black)\b")
_OWN = re.compile(r"(--painpath-[\w-]+)\s*:\s*([^;}]+)")
_OWN_USED = re.compile(r"var\((--painpath-[\w-]+)\)")
_TEXT = {"color", "fill", "stroke", "text-decoration-color", "caret-color"}
_FILL = {"background", "background-color"}
_LINE = re.compile(r"(?:border|outline|column-rule)(?:-(?:top|right|bottom|left|block|inline)(?:-(?:start|end))?)?"
                   r"(?:-color)?|box-shadow|accent-color")  # fmt: skip
_YELLOW = "ffeb3b"
"""What the design system puts behind whatever has the focus, with dark text on it in every theme."""


# --- colours ----------------------------------------------------------------------------------------------------------


def luminance(colour: Rgb) -> float:
    """The relative luminance of WCAG 2.2, from 0 (black) to 1 (white)."""
    red, green, blue = colour
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Rgb, other: Rgb) -> float:
    """The contrast ratio of WCAG 2.2, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def rgb(digits: str) -> Rgb:
    """`212b32` -> linear light (IEC 61966-2-1)."""
    red, green, blue = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return (_linear(red), _linear(green), _linear(blue))


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def digits(colour: Rgb) -> str:
    """Linear light -> `212b32`."""
    encoded = (12.92 * one if one <= 0.0031308 else 1.055 * one ** (1 / 2.4) - 0.055 for one in colour)
    return "".join(f"{round(255 * min(max(one, 0), 1)):02x}" for one in encoded)


def _at(colour: Rgb, wanted: float) -> Rgb:
    """The same hue at this luminance."""
    now = luminance(colour)
    if now >= wanted:
        share = wanted / now if now else 0
        return (colour[0] * share, colour[1] * share, colour[2] * share)
    hue, _, saturation = colorsys.rgb_to_hls(*(int(digits(colour)[at : at + 2], 16) / 255 for at in (0, 2, 4)))
    low, high = 0.0, 1.0
    for _ in range(12):  # lightness that has this luminance, to a 4000th
        middle = (low + high) / 2
        red, green, blue = colorsys.hls_to_rgb(hue, middle, saturation)
        made = (_linear(red), _linear(green), _linear(blue))
        low, high = (middle, high) if luminance(made) < wanted else (low, middle)
    return made


def _grey(colour: Rgb) -> bool:
    """Whether it is (nearly) without hue: slate greys count."""
    return max(colour) - min(colour) < 0.12 and (luminance(colour) < 0.2 or min(colour) > 0.75 * max(colour))


# --- what each theme makes of a colour, by what it paints -------------------------------------------------------------


@dataclass(frozen=True)
class Role:
    """What a colour paints: `what` is text, fill or line; where: `zone` is focus, header, button, strong or nothing."""

    what: str
    zone: str = ""

    @property
    def name(self) -> str:
        return f"{self.zone}-{self.what}" if self.zone else self.what


Theme = Callable[[Role, Rgb], Rgb]


def _pale(colour: Rgb) -> bool:
    return luminance(colour) > 0.5


def _dark(role: Role, colour: Rgb) -> Rgb:
    light = luminance(colour)
    if role.zone == "focus":  # yellow with dark words, as everywhere; its dark line would be lost on a dark page
        return _WHITE if role.what == "line" and not _pale(colour) else colour
    if role.what == "fill":
        if _pale(colour):
            return _at(colour, 0.018 if light > 0.95 else 0.009 if light > 0.8 else 0.028)
        return colour if role.zone == "header" else _at(colour, min(max(light, 0.13), 0.18))
    if role.what == "text":
        if _pale(colour):
            return _at(colour, max(light, 0.78))
        return _at(colour, (0.8 if light < 0.05 else 0.5) if _grey(colour) else 0.42)
    if role.zone or light > 0.9:  # the edge of a strong fill
        return colour
    if light > 0.4:
        return _at(colour, 0.09 if light > 0.6 else 0.2)
    return _at(colour, 0.35)


_CREAM, _PALE_CREAM = rgb("fbf0d5"), rgb("fffaf0")


def _cream(role: Role, colour: Rgb) -> Rgb:
    if role.what == "fill" and _pale(colour) and _grey(colour) and role.zone != "focus":
        return _PALE_CREAM if luminance(colour) > 0.95 else _at(_CREAM, min(luminance(colour), luminance(_CREAM)))
    if role.what == "text" and not _pale(colour):
        return _at(colour, min(luminance(colour), 0.1))
    return colour


def _two(paper: Rgb, ink: Rgb) -> Theme:
    """Two colours and no third, but for the focus."""

    def theme(role: Role, colour: Rgb) -> Rgb:
        pale = _pale(colour)
        if role.zone == "focus":
            if role.what == "fill":
                return _WHITE
            if role.what == "text":
                return _BLACK
            return (_WHITE if paper == _BLACK else _BLACK) if pale else _BLACK
        if role.zone == "header":  # the paper's colour on both: a page has no slab of ink on top
            return paper if role.what == "fill" else ink
        if role.what == "fill":
            return paper if pale else ink
        if role.what == "text":
            return paper if pale else ink
        return paper if luminance(colour) > 0.95 else ink

    return theme


def _more(theme: Theme) -> Theme:
    """The light or the dark theme for a device that asks for more contrast."""

    def stronger(role: Role, colour: Rgb) -> Rgb:
        made = theme(role, colour)
        dark = theme is _dark
        if role.zone in ("focus", "header", "button", "strong"):
            return made
        if role.what == "text":
            return (
                made if _pale(colour) else _at(made, max(luminance(made), 0.7) if dark else min(luminance(made), 0.07))
            )
        if role.what == "line":
            return made if luminance(colour) > 0.9 else _at(made, 0.6 if dark else min(luminance(made), 0.1))
        return (_BLACK if dark else _WHITE) if _pale(colour) else made

    return stronger


_AS_IT_IS: Theme = lambda role, colour: colour  # noqa: E731 the one theme that is no rule
_THEMES: tuple[tuple[str, str, str, Theme], ...] = (
    ("(prefers-contrast: more)", ":root:not([data-colours])", "light", _more(_AS_IT_IS)),
    ("(prefers-color-scheme: dark)", ":root:not([data-colours])", "dark", _dark),
    ("(prefers-color-scheme: dark) and (prefers-contrast: more)", ":root:not([data-colours])", "dark", _more(_dark)),
    ("", ":root[data-colours=dark]", "dark", _dark),
    ("", ":root[data-colours=cream]", "light", _cream),
    ("", ":root[data-colours=black-on-yellow]", "light", _two(rgb(_YELLOW), _BLACK)),
    ("", ":root[data-colours=yellow-on-black]", "dark", _two(_BLACK, rgb(_YELLOW))),
)
"""Media query, who it is for, the browser's own scheme (its controls and scrollbars), the rule. Where the device forces
colours, the browser sets them all itself, and the design system is made for that."""


# --- the stylesheets --------------------------------------------------------------------------------------------------

Used = dict[str, tuple[Role, str, str]]
"""Name of a variable -> role, colour as six digits, its opacity as two digits or nothing."""


def own_colours(css: str) -> dict[str, str]:
    """The variables of ours that a stylesheet sets, such as `--painpath-line`."""
    return {name: value.strip() for name, value in _OWN.findall(_COMMENT.sub("", css))}


def themed(css: str, used: Used, own: Mapping[str, str] = MappingProxyType({})) -> str:
    """The stylesheet with its colours, and those of `own`, as variables, which are added to `used`."""
    css = _COMMENT.sub("", css)
    css = _OWN_USED.sub(lambda found: own.get(found[1], found[0]), css)
    return _RULE.sub(lambda rule: f"{rule[1]}{{{_rule(rule[1], rule[2], used)}}}", css)


def stylesheet(used: Used) -> str:
    """What every variable is in every theme."""
    parts = []
    for media, whose, scheme, theme in _THEMES:
        values = "".join(
            f"{name}:#{digits(theme(role, rgb(colour)))}{opacity};"
            for name, (role, colour, opacity) in sorted(used.items())
            if digits(theme(role, rgb(colour))) != colour
        )
        query = " and ".join(filter(None, ("screen", media)))
        parts.append(f"@media {query}{{{whose}{{color-scheme:{scheme};{values}}}}}\n")
    return "".join(parts)


def _rule(selectors: str, body: str, used: Used) -> str:
    declared = dict(_declarations(body))
    fills = [colour for name in _FILL for _, colour, _ in _colours(declared.get(name, ""))]
    zone = _zone(selectors, fills)
    shape = "fill" in declared and "stroke" in declared  # a drawing: what it is filled with is its surface
    parts = []
    for name, value in _declarations(body):
        what = "text" if name in _TEXT else "fill" if name in _FILL else "line" if _LINE.fullmatch(name) else ""
        if shape and name in ("fill", "stroke"):
            what = "fill" if name == "fill" else "line"
        parts.append(f"{name}:{_variables(value, Role(what, zone), used) if what else value}")
    if zone == "focus" and _YELLOW in fills and "color" not in declared:  # words that it inherits have to be dark, too
        used["--p-on-yellow"] = (Role("text", "focus"), "212b32", "")
        parts.append("color:var(--p-on-yellow,inherit)")
    return ";".join(parts)


def _zone(selectors: str, fills: list[str]) -> str:
    each = [re.sub(r":not\([^)]*\)", "", one) for one in selectors.split(",")]
    if _YELLOW in fills or all(":focus" in one for one in each):
        return "focus"
    if all(".nhsuk-header" in one for one in each):
        return "header"
    if fills and not any(_pale(rgb(colour)) for colour in fills):
        return "button" if any("button" in one for one in each) else "strong"
    return ""


def _declarations(body: str) -> Iterator[tuple[str, str]]:
    for found in _DECLARATION.findall(body):
        name, colon, value = found.strip().partition(":")
        if colon:
            yield name.strip(), value.strip()


def _variables(value: str, role: Role, used: Used) -> str:
    for written, colour, opacity in _colours(value):
        name = f"--p-{role.name}-{colour}{opacity}"
        used[name] = (role, colour, opacity)
        value = re.sub(rf"(?<![\w,(#-]){re.escape(written)}(?!\w)", f"var({name},{written})", value)
    return value


def _colours(value: str) -> list[tuple[str, str, str]]:
    """The colours in a value: as written, as six digits, and the opacity; not those that cannot be seen."""
    found = {}
    for written in _COLOUR.findall(value):
        colour, opacity = _parsed(written)
        if opacity != "00":
            found[written] = (written, colour, opacity)
    return list(found.values())


def _parsed(written: str) -> tuple[str, str]:
    if written in ("white", "black"):
        return ("ffffff" if written == "white" else "000000"), ""
    if written.startswith("#"):
        given = written[1:].lower()
        full = given if len(given) > 4 else "".join(2 * one for one in given)
        return full[:6], full[6:]
    kind, numbers = written.rstrip(")").split("(")
    first, second, third, *rest = re.split(r"[\s,/]+", numbers.strip())
    opacity = f"{round(255 * _share(rest[0])):02x}" if rest else ""
    if kind.startswith("hsl"):
        if float(second.rstrip("%")):
            raise ValueError(f"{written}: a colour with hue in hsl() is not understood by painpath/web/themes.py")
        colour = f"{round(2.55 * float(third.rstrip('%'))):02x}" * 3
    else:
        colour = "".join(
            f"{round(255 * _share(one) if one.endswith('%') else float(one)):02x}" for one in (first, second, third)
        )
    return colour, opacity


def _share(written: str) -> float:
    """`18%` and `0.18` are the same part of the whole."""
    return float(written[:-1]) / 100 if written.endswith("%") else float(written)
