"""A draft as a tagged PDF/UA-1, set by typst with the layout of the draft's pathway."""

import json
import os
import re
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from painpath.letters.drafts import Draft
from painpath.letters.easy import laid_out
from painpath.letters.errors import LetterError
from painpath.letters.facts import Layout
from painpath.letters.text import render_html, sign_off
from painpath.pathway.loading import looks

if TYPE_CHECKING:
    import typst

FACES = ("400Regular", "700Bold")

_compiling = Lock()
"""One compiler serves all threads, one at a time: a letter takes about 10 ms."""


def render_pdf(draft: Draft, *, layout: Layout = "standard") -> bytes:
    """The letter as PDF/UA-1. The same draft in the same layout gives the same bytes.

    Text goes in as data and is never read as markup. Raises LetterError when the clinician's name, role, registration
    or contact is missing, and when the letter holds a character that no font here can show: it names both.
    """
    if missing := missing_signature(draft):
        raise LetterError(f"A letter is issued only with the clinician's {', '.join(missing)}. Add it to the profile.")
    data = render_html(draft) | {"layout": layout, "sign_off": sign_off(draft)}
    try:
        return set_letter(draft.pathway, data, draft.written_on)
    except UnprintableError as error:
        raise LetterError(_unprintable(draft, error.reported)) from None


def set_letter(pathway: str, data: dict[str, Any], day: date) -> bytes:
    """The data of a letter as PDF/UA-1, in the look of the pathway of this name."""
    folder = looks(pathway)
    return typeset(
        folder / "letters" / "letter.typ", laid_out(data, folder) if data["layout"] == "easy-read" else data, day
    )


class UnprintableError(LetterError):
    """A character that no font here can show."""

    def __init__(self, reported: str) -> None:
        super().__init__(f"No font here can print the character {_shown(reported)[1]}.")
        self.reported = reported


def typeset(layout: Path, data: dict[str, Any], day: date) -> bytes:
    """`data` as PDF/UA-1 in the layout of this file. The same data on the same day gives the same bytes."""
    import typst  # 50 MB that the core and the web pages without letters do not pay for

    written = datetime.combine(day, time(12), UTC)
    compiler = _compiler(layout)
    try:
        with _compiling:
            pdf, warnings = compiler.compile_with_warnings(
                format="pdf", pdf_standards=["ua-1"], sys_inputs={"data": json.dumps(data)}, timestamp=written
            )
    except typst.TypstError as error:
        if found := re.search(r"the text `?\"(.+?)\"`? could not be displayed", str(error)):
            raise UnprintableError(found[1]) from None
        raise
    if warnings:
        # A letter in the wrong font or with a hole in it must not go out.
        raise RuntimeError("The letter layout gives warnings: " + "; ".join(str(warning) for warning in warnings))
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave no PDF")
    return pdf


def missing_signature(draft: Draft) -> list[str]:
    """Which of name, role, registration and contact the clinician's signature lacks."""
    return [name for name in ("name", "role", "registration", "contact") if not getattr(draft.signatory, name).strip()]


def _shown(reported: str) -> tuple[str, str]:
    # Typst writes characters without a shape as `\u{f0b7}`: such as the bullets that come out of a word processor.
    character = re.sub(r"\\u\{([0-9a-f]+)\}", lambda code: chr(int(code[1], 16)), reported)
    shown = f"“{character}”" if character.isprintable() else " ".join(f"U+{ord(one):04X}" for one in character)
    return character, shown


def _unprintable(draft: Draft, reported: str) -> str:
    character, shown = _shown(reported)
    where = next((f" in “{place}”" for place, words in _places(draft) if character in words), "")
    return f"No font here can print the character {shown}{where}. Write it in other characters, or take it out."


def _places(draft: Draft) -> Iterator[tuple[str, str]]:
    for heading, parts in [("the opening", draft.opening), *((item.heading, item.parts) for item in draft.sections)]:
        for part in parts:
            yield from ((heading, words) for words in (part.text, *part.items))
    yield from draft.particulars
    yield from (("the address", words) for words in draft.address)
    yield from (("the signature", words) for words in sign_off(draft))
    yield from (("Copied to", words) for words in draft.copied_to)
    yield from [("the greeting", draft.greeting), ("the heading", draft.heading), ("Our reference", draft.reference)]


def fonts() -> Path:
    """The folder of the letters' font, Atkinson Hyperlegible Next (SIL Open Font License).

    `PAINPATH_FONTS` when set, else the checkout's `node_modules`, else the installed package's share. Raises
    LetterError when it is in none of them.
    """
    package = Path("@expo-google-fonts") / "atkinson-hyperlegible-next"
    homes = (
        Path(os.environ["PAINPATH_FONTS"]) if os.environ.get("PAINPATH_FONTS") else None,
        Path(__file__).parents[3] / "node_modules" / package,
        Path(sys.prefix) / "share" / "painpath" / "fonts",
    )
    for home in filter(None, homes):
        if all(any((home / face).glob("*.ttf")) for face in FACES):
            return home
    raise LetterError("The font of the letters is not installed. Run `npm ci`, or set PAINPATH_FONTS to its folder.")


@cache
def _compiler(layout: Path) -> "typst.Compiler":
    import typst

    home = fonts()
    return typst.Compiler(
        str(layout),
        root=str(layout.parent),
        ignore_system_fonts=True,
        font_paths=[str(home / face) for face in FACES],
    )
