"""PDF: the text layer page by page; a page that is a picture goes to OCR."""

import ctypes
import unicodedata
from typing import TYPE_CHECKING

from painpath.documents import refusals
from painpath.documents.model import DocumentError, Limits, UnreadPage
from painpath.documents.scans import Scanner

if TYPE_CHECKING:
    import pypdfium2

_DPI = 300  # what Tesseract's documentation asks for
# A scan often carries a stamped line ("Scanned 12/03, page 1 of 2") as its only text: fewer characters than this over a
# large picture are a stamp, not the letter.
_STAMP = 200
_LARGE, _WHOLE = 0.25, 0.8  # shares of the page

_PICTURE = "This page has a picture beside its text, and words in the picture were not read. Open the original."
_BROKEN = "This page is damaged and could not be read. Open the original."


def read(data: bytes, limits: Limits) -> tuple[list[str], list[UnreadPage]]:
    """The text of each page, and the pages not read or doubtful. Raises `DocumentError`.

    A hyphen at a line end stays and its word is on one line ("self-harm", not "self" and "harm"): PDFium marks it with
    U+FFFE. Filled form fields and stamps are read as part of the page.
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        # FPDF_ERR_PASSWORD and FPDF_ERR_SECURITY of fpdfview.h
        raise (refusals.password() if error.err_code in (4, 5) else refusals.damaged()) from None
    with refusals.parsing(), document:
        if len(document) > limits.pages:
            raise refusals.too_complex()
        if not len(document):
            raise refusals.damaged()
        document.init_forms()
        scanner = Scanner(limits)
        pages: list[str] = []
        unread: list[UnreadPage] = []
        characters = 0
        for index in range(len(document)):
            try:
                with refusals.parsing():
                    text, reason = _page(document, index, scanner)
            except DocumentError:
                text, reason = "", _BROKEN
            characters += len(text)
            if characters > limits.characters:
                raise refusals.too_complex()
            pages.append(text)
            if reason:
                unread.append(UnreadPage(index + 1, reason))
        return pages, unread


def _page(document: "pypdfium2.PdfDocument", index: int, scanner: Scanner) -> tuple[str, str]:
    import pypdfium2.raw as raw

    page = document[index]
    if raw.FPDFPage_GetAnnotCount(page):
        page.flatten()
        page = document[index]
    layer = page.get_textpage()
    text = layer.get_text_range().replace("\ufffe", "-")
    objects = raw.FPDFPage_CountObjects(page)
    picture = _largest_picture(page, objects)
    if not objects:
        return text, ""  # a blank page: nothing on it that could have words
    garbled = is_garbled(text)
    if text.strip() and not garbled and (picture < _LARGE or len(text) >= _STAMP):
        return text, _PICTURE if _LARGE <= picture < _WHOLE else ""
    width, height = page.get_size()
    scale = min(_DPI / 72, 6000 / max(width, height, 1))
    seen, reason = scanner.read(page.render(scale=scale, grayscale=True).to_pil())
    return (seen, reason) if garbled or len(seen) > len(text) else (text, reason)


def is_garbled(text: str) -> bool:
    """Whether a text layer is of glyph numbers rather than words, as from a font that does not name its characters."""
    strange = sum(unicodedata.category(character) in ("Cc", "Co", "Cn", "So") for character in text if character > "\r")
    return strange > 0.2 * len(text)


def _largest_picture(page: "pypdfium2.PdfPage", objects: int) -> float:
    """The share of the page that its largest picture covers."""
    import pypdfium2.raw as raw

    width, height = page.get_size()
    area = max(width * height, 1)
    largest = 0.0
    if objects > 100_000:
        return 0.0
    for number in range(objects):
        thing = raw.FPDFPage_GetObject(page, number)
        if raw.FPDFPageObj_GetType(thing) != raw.FPDF_PAGEOBJ_IMAGE:
            continue
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        if raw.FPDFPageObj_GetBounds(thing, left, bottom, right, top):
            largest = max(largest, (right.value - left.value) * (top.value - bottom.value) / area)
    return largest
