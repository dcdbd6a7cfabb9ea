"""What a PDF of a letter says when it is read back, and what it was meant to say."""

import ctypes
import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from painpath.letters.drafts import Draft
from painpath.letters.text import sign_off
from painpath.letters.wording import day


def squeezed(words: str) -> str:
    # Line ends, and the places where a long word may break, are not part of what a letter says.
    return re.sub(r"[\s\u200b\ufffe\x02•]", "", words)


def read_back(pdf: bytes, made: Draft) -> str:
    document = pypdfium2.PdfDocument(pdf)
    pages = []
    for number, sheet in enumerate(document, 1):
        text = squeezed(sheet.get_textpage().get_text_bounded())
        numbered = squeezed(f"Page {number} of {len(document)}")
        footer = squeezed(made.service) + numbered
        footer = footer if footer in text else numbered  # in large print there is room for the number alone
        header = _header(text, made) if number > 1 else ""
        assert text.count(footer) == 1
        assert header in text
        pages.append(text.replace(footer, "").replace(header, "", 1))
    return "".join(pages)


def _header(text: str, made: Draft) -> str:
    """The line at the head of a later page: a name that is too long for it is cut, and ends in three dots."""
    name, reference = squeezed(made.patient), squeezed(f"Reference {made.reference}")
    cut = [f"{name[:length]}…{reference}" for length in range(len(name) - 1, 20, -1)]
    return next((line for line in [name + reference, *cut] if line in text), name + reference)


def beside(made: Draft, layout: str) -> bool:
    """Whether the particulars stand beside the address."""
    return made.audience == "patient" and layout == "standard"


def meant(made: Draft, layout: str) -> str:
    rows = [words for row in made.particulars for words in row]
    first = rows if beside(made, layout) else []
    words = [made.service, *made.address, day(made.written_on), *first, made.greeting, made.heading]
    words += [] if first else rows
    for part in made.opening:
        words += [part.text, *part.items]
    for section in made.sections:
        words += [section.heading, *(text for part in section.parts for text in (part.text, *part.items))]
    words += [made.closing, *sign_off(made), "Copied to:", *made.copied_to]
    return squeezed("".join(words))


def tags(pdf: bytes) -> list[list[str]]:
    """The types of all elements of the structure tree, page by page, in the order of reading."""
    document = pypdfium2.PdfDocument(pdf)
    pages = []
    for sheet in document:
        tree = pdfium.FPDF_StructTree_GetForPage(sheet.raw)
        roots = range(pdfium.FPDF_StructTree_CountChildren(tree))
        pages.append([name for at in roots for name in _walk(pdfium.FPDF_StructTree_GetChildAtIndex(tree, at))])
        pdfium.FPDF_StructTree_Close(tree)
    return pages


def _walk(element: Any) -> Iterator[str]:
    size = pdfium.FPDF_StructElement_GetType(element, None, 0)
    name = ctypes.create_string_buffer(size)
    pdfium.FPDF_StructElement_GetType(element, name, size)
    yield name.raw.decode("utf-16-le").rstrip("\0")
    for at in range(pdfium.FPDF_StructElement_CountChildren(element)):
        if child := pdfium.FPDF_StructElement_GetChildAtIndex(element, at):
            yield from _walk(child)


def structure(made: Draft, layout: str) -> list[str]:
    """Headings, lists and pictures in the order in which the letter has them."""
    particulars = ["L"] if made.particulars else []
    found = [*particulars, "H1"] if beside(made, layout) else ["H1", *particulars]
    found += ["L" for part in made.opening if part.items]
    for section in made.sections:
        found.append("H2")
        found += ["Figure"] if layout == "easy-read" and section.picture else []
        found += ["L" for part in section.parts if part.items]
    return [*found, *(["L"] if made.copied_to else [])]


def is_structured(pdf: bytes, wanted: list[str]) -> bool:
    """Whether the tree holds these in this order. A list that runs over the end of a page shows on both pages."""
    pages = [[name for name in page if name in {"H1", "H2", "H3", "L", "Figure", "Table"}] for page in tags(pdf)]
    ways = [[page, page[1:]] if number and page[:1] == ["L"] else [page] for number, page in enumerate(pages)]
    return any([name for page in way for name in page] == wanted for way in product(*ways))
