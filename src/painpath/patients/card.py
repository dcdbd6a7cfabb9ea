"""The card that somebody takes to their GP: what it says, as a text file, and as a PDF. None of it is kept."""

import textwrap
import unicodedata
from dataclasses import asdict, dataclass
from pathlib import Path

import pypdfium2

from painpath import clock
from painpath.letters.pdf import UnprintableError, typeset

_LAYOUT = Path(__file__).parent / "card.typ"
_SIZES = (12.0, 11.0, 10.0, 9.0)
"""Points. The largest with which all fits on one page is taken; what does not fit at 9 goes on overleaf."""
_LARGE = 18.0
"""Points of large print: the least that RNIB and the UK Association for Accessible Formats call so is 16."""
_WIDTH = 72


@dataclass(frozen=True)
class Part:
    """A heading, and what stands under it: lines of ours, then own words."""

    heading: str
    lines: tuple[str, ...] = ()
    words: str = ""
    write: bool = False
    """Room to write by hand, on paper."""


@dataclass(frozen=True)
class Card:
    """Everything on the card, in the reader's language. It says what somebody told, and judges nothing."""

    title: str
    made: str
    name: str
    """What stands before the line for the name, which nobody types here."""
    intro: tuple[str, ...]
    told: tuple[Part, ...]
    parts: tuple[Part, ...]
    help_heading: str
    help: tuple[str, ...]
    more: str
    """Stands at the foot of every sheet that is not the last: the help is on the last."""
    language: str


def as_text(card: Card) -> str:
    """The card as plain text."""
    lines = [card.title, "=" * len(card.title), card.made, "", *_wrapped(card.intro)]
    for part in (*card.told, *card.parts, Part(card.help_heading, card.help)):
        lines += ["", part.heading, "-" * len(part.heading)]
        for line in part.lines:
            lines += textwrap.wrap(line, _WIDTH, initial_indent="- ", subsequent_indent="  ")
        for line in part.words.splitlines():
            lines += textwrap.wrap(line, _WIDTH) or [""]
    return "\r\n".join(lines) + "\r\n"


def as_pdf(card: Card, *, large: bool = False) -> bytes:
    """The card as PDF/UA on A4: on one page where it fits, or in large print.

    A sign that the font does not have, such as a little picture, is printed as a box. Raises UnprintableError for a
    script that it does not have: half of somebody's words would be missing.
    """
    try:
        return _typeset(card, large)
    except UnprintableError:
        return _typeset(_without_signs(card), large)


def _typeset(card: Card, large: bool) -> bytes:
    pdf = b""
    for size in (_LARGE,) if large else _SIZES:
        pdf = typeset(_LAYOUT, asdict(card) | {"size": size}, clock.today())
        with pypdfium2.PdfDocument(pdf) as document:
            if len(document) == 1:
                break
    return pdf


def _without_signs(card: Card) -> Card:
    told = (Part(part.heading, part.lines, _boxed(part.words), part.write) for part in card.told)
    return Card(**{**{name: getattr(card, name) for name in card.__dataclass_fields__}, "told": tuple(told)})


def _boxed(words: str) -> str:
    kinds = ((sign, unicodedata.category(sign)) for sign in words)
    joined = (
        ("□" if kind in ("So", "Sk", "Co", "Cn") else sign) for sign, kind in kinds if kind not in ("Cf", "Mn", "Me")
    )
    return "".join(joined)


def _wrapped(paragraphs: tuple[str, ...]) -> list[str]:
    return [line for words in paragraphs for line in textwrap.wrap(words, _WIDTH)]
