"""The one text that offsets point into: what a person sees, in characters that can be stored and searched.

Decided here, once, for every format:

- line ends are `\n`; hard-wrapped lines stay wrapped;
- ligatures are spelt out and accents composed (NFC), so that "ﬁne" is found as "fine";
- spaces of any kind are a plain space, the non-breaking hyphen is a hyphen;
- the private characters of Wingdings are the tick box or bullet that they draw;
- what nobody sees is gone: soft hyphens (a word broken by one at a line end is whole again), zero-width and direction
  marks, control characters, noncharacters; a lone surrogate becomes U+FFFD. PostgreSQL refuses NUL and surrogates.
"""

import re
import unicodedata
from collections.abc import Iterable

from painpath.documents import refusals
from painpath.documents.model import Limits, Page

_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_SPACES = dict.fromkeys([0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " ")
_LINE_ENDS = dict.fromkeys([0x0B, 0x0C, 0x1C, 0x1D, 0x1E, 0x85, 0x2028, 0x2029], "\n")
_UNSEEN = dict.fromkeys(
    [0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF, *range(0xFFF9, 0xFFFC)]
)
_CONTROLS = dict.fromkeys([code for code in [*range(0x20), *range(0x7F, 0xA0)] if code not in (0x09, 0x0A)])
_NONCHARACTERS = dict.fromkeys(
    [*range(0xFDD0, 0xFDF0), *(plane + low for plane in range(0, 0x110000, 0x10000) for low in (0xFFFE, 0xFFFF))]
)
_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
# Symbol and Wingdings glyphs that letters hold as private characters: bullets, ticked and empty boxes.
_GLYPHS = {
    **dict.fromkeys([0xF0B7, 0xF095, 0xF0A7], "•"),
    **dict.fromkeys([0xF0FD, 0xF0FE, 0xF053, 0xF054], "☒"),
    **dict.fromkeys([0xF06F, 0xF0A8], "☐"),
    0xF0FC: "✓",
    0xF0FB: "✗",
}
_TABLE = (
    _CONTROLS
    | _NONCHARACTERS
    | _SURROGATES
    | _UNSEEN
    | _LINE_ENDS
    | _SPACES
    | _LIGATURES
    | _GLYPHS
    | {0x2010: "-", 0x2011: "-"}
)
_PLAIN = re.compile(r"[\t\n\x20-\x7e]*")
_SOFT_BREAK = re.compile("\u00ad[ \t]*\n[ \t]*")


def clean(text: str) -> str:
    """The text as the module's rules say. Cleaning clean text changes nothing."""
    if _PLAIN.fullmatch(text):
        return text
    text = _SOFT_BREAK.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return unicodedata.normalize("NFC", text.translate(_TABLE))


def assemble(pages: Iterable[str], limits: Limits) -> tuple[str, tuple[Page, ...]]:
    """Clean each page and join them with a line end between: the text, and where each page stands in it.

    Raises `DocumentError` (`too_complex`) when the text is longer than any letter.
    """
    parts: list[str] = []
    places: list[Page] = []
    start = 0
    for number, raw in enumerate(pages, 1):
        page = clean(raw).strip("\n")
        parts.append(page)
        places.append(Page(number, start, start + len(page)))
        start += len(page) + 1
        if start > limits.characters:
            raise refusals.too_complex()
    return "\n".join(parts), tuple(places)
