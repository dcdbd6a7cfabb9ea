"""A letter as GOV.UK Notify prints it, and what can be found wrong with it before it is sent there.

Notify puts the address anew where it finds it, and prints nothing outside its area. A signed letter is not changed: in
front of it goes a page with the address. What has words and no letter stands on that page itself.

The measures are those of Notify's published letter specification (its text version) and of its own check
(alphagov/notifications-template-preview, `app/precompiled.py`), in millimetres from the top left.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pypdfium2

from painpath import clock
from painpath.letters.carriers.notify_address import wrong_with_address
from painpath.letters.codes import clear_text
from painpath.letters.copies import give_out
from painpath.letters.enclosing import papers_with
from painpath.letters.formats import layout_for
from painpath.letters.models import Dispatch
from painpath.letters.pdf import typeset
from painpath.letters.wording import clean, day, line, paragraphs
from painpath.referrals import pathways

A4 = (210.0, 297.0)
MOST_PAGES = 10
MOST_BYTES = 2 * 1024 * 1024
LEFT, TOP = 15.0, 5.0
"""Margins on every page: nothing is printed within 15 mm of the sides, or 5 mm of top and bottom."""
ADDRESS = (24.6, 39.5, 120.0, 66.3)
LOGO_ENDS, BODY_BEGINS, CONTACT_BEGINS = 30.0, 95.0, 125.0
"""On the first page: above 30 mm anything; until 95 mm only the address, and from 125 mm on anything."""
SLACK = 1.0
"""Notify's own check looks away for a millimetre at every edge."""

_COVER = Path(__file__).parent / "notify-cover.typ"
_DOTS = 2
"""Dots for each of the 72 points of an inch when looking at what would be printed."""


def pages(dispatch: Dispatch) -> bytes:
    """All pages of one dispatch, the address first. Raises LetterError for what cannot be printed.

    The letter begins on a sheet of its own where that fits into the ten pages that Notify takes.
    """
    letter = dispatch.letter
    if letter is None:
        return _page(dispatch, dispatch.subject, clear_text(dispatch))
    pathway = pathways.of(dispatch.referral.pathway_version)
    enclosed = pathway.notices.enclosed
    cover = _page(dispatch, enclosed.plain_subject, enclosed.plain_text.format(reference=dispatch.referral.reference))
    to_patient = dispatch.to == "patient"
    pdf = give_out(letter, layout_for(dispatch.referral.patient)) if to_patient else bytes(letter.pdf)
    rest = [pdf, *papers_with(dispatch)]
    padded = _merged([cover, *rest], sheets=True)
    return padded if _count(padded) <= MOST_PAGES else _merged([cover, *rest], sheets=False)


def wrong_with(pdf: bytes, dispatch: Dispatch) -> list[str]:
    """Why Notify would not print this, as far as its rules are published; empty when nothing is found.

    Not looked at here, for Notify does it itself and says so in the status: viruses, fonts, colours, the tag that marks
    the first page. Whether a postcode exists, its printer alone finds out.
    """
    found = wrong_with_address(dispatch.name, dispatch.address)
    if len(pdf) > MOST_BYTES:
        found.append(f"This letter has more than {MOST_BYTES // 1024**2} MB, and GOV.UK Notify takes no more.")
    with pypdfium2.PdfDocument(pdf) as document:
        if len(document) > MOST_PAGES:
            found.append(f"This letter has {len(document)} pages, and GOV.UK Notify takes {MOST_PAGES}.")
        outside, odd = [], []
        for number, page in enumerate(document, 1):
            size = (page.get_width() / 72 * 25.4, page.get_height() / 72 * 25.4)
            if any(abs(mine - theirs) > 2 for mine, theirs in zip(size, A4, strict=True)):
                odd.append(str(number))
            elif not _is_white(page, list(_kept_white(first=number == 1))):
                outside.append(str(number))
    if odd:
        found.append(f"GOV.UK Notify prints upright A4 only: look at page {', '.join(odd)}.")
    if outside:
        found.append(f"Something stands where GOV.UK Notify does not print: look at page {', '.join(outside)}.")
    return found


def _kept_white(*, first: bool) -> Iterator[tuple[float, float, float, float]]:
    """Where nothing may stand, as (left, top, right, bottom), smaller by the slack that Notify allows."""
    width, height = A4
    yield 0, 0, LEFT - SLACK, height
    yield width - LEFT + SLACK, 0, width, height
    yield 0, 0, width, TOP - SLACK
    yield 0, height - TOP + SLACK, width, height
    if first:
        left, top, right, bottom = ADDRESS
        above, below = LOGO_ENDS + SLACK, BODY_BEGINS - SLACK
        yield 0, above, left - SLACK, below
        yield right + SLACK, above, CONTACT_BEGINS - SLACK, below
        yield 0, above, CONTACT_BEGINS - SLACK, top - SLACK
        yield 0, bottom + SLACK, CONTACT_BEGINS - SLACK, below


def _is_white(page: pypdfium2.PdfPage, areas: list[tuple[float, float, float, float]]) -> bool:
    picture = page.render(scale=_DOTS, grayscale=True)
    dots, stride = memoryview(picture.buffer).cast("B"), picture.stride
    each = _DOTS * 72 / 25.4
    for left, top, right, bottom in areas:
        first, last = round(left * each), min(round(right * each), picture.width)
        white = b"\xff" * (last - first)
        for row in range(round(top * each), min(round(bottom * each), picture.height)):
            if bytes(dots[row * stride + first : row * stride + last]) != white:
                return False
    return True


def _page(dispatch: Dispatch, heading: str, words: str) -> bytes:
    pathway = pathways.of(dispatch.referral.pathway_version)
    named = dispatch.to in ("patient", "referrer")
    large = dispatch.to == "patient" and layout_for(dispatch.referral.patient) != "standard"
    data = {
        "large": large,
        "service": line(pathway.service),
        "title": line(heading) or "A message for you",
        "address": list(filter(None, map(line, (dispatch.name, *dispatch.address.splitlines())))),
        "written_on": day(clock.today()),
        "reference": dispatch.referral.reference,
        "greeting": f"Dear {line(dispatch.name)}" if named else "Dear Colleague",
        "words": paragraphs(clean(words)),
        "sign_off": line(pathway.plain_team[:1].upper() + pathway.plain_team[1:]),
    }
    return typeset(_COVER, data, clock.today())


def _count(pdf: bytes) -> int:
    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def _merged(pdfs: list[bytes], *, sheets: bool) -> bytes:
    """One PDF of all of them; `sheets`: each but the last fills whole sheets when printed on both sides."""
    merged = pypdfium2.PdfDocument.new()
    for place, pdf in enumerate(pdfs, 1):
        with pypdfium2.PdfDocument(pdf) as part:
            merged.import_pages(part)
            if sheets and place < len(pdfs) and len(part) % 2:
                merged.new_page(*part[0].get_size())
    out = BytesIO()
    merged.save(out)
    merged.close()
    return out.getvalue()
