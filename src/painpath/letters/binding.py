"""All pages of one thing that goes by post, and many of them bound into one PDF."""

from io import BytesIO

import pypdfium2

from painpath.letters.copies import give_out
from painpath.letters.enclosing import papers_with
from painpath.letters.formats import layout_for
from painpath.letters.models import Dispatch, Letter
from painpath.letters.plain_letters import set_address_page, set_text
from painpath.letters.wording import line
from painpath.referrals import pathways


def pages_of(dispatch: Dispatch) -> bytes:
    """All pages of one dispatch. A signed letter is printed as it was signed, behind a page with the address when it
    shows another one, or none; the patient's in the format that is needed by now, word for word the same."""
    pathway = pathways.of(dispatch.referral.pathway_version)
    if dispatch.letter_id is None:
        return set_text(dispatch, pathway)
    letter = Letter.objects.get(pk=dispatch.letter_id)
    pdf = _in_format(letter, dispatch)
    shown = list(letter.facts.get("address", []))
    goes_to = list(filter(None, map(line, (dispatch.name, *dispatch.address.splitlines()))))
    letter_pages = pdf if shown == goes_to else _merge([set_address_page(dispatch, pathway), pdf], padded=False)
    papers = papers_with(dispatch)
    return _merge([letter_pages, *papers]) if papers else letter_pages


def _in_format(letter: Letter, dispatch: Dispatch) -> bytes:
    """The letter as signed, or its words set anew where the patient needs another layout since."""
    if dispatch.to != "patient":
        return bytes(letter.pdf)
    return give_out(letter, layout_for(dispatch.referral.patient))


class Bound:
    """One PDF, put together letter by letter; `padded`: each fills whole sheets when printed on both sides."""

    def __init__(self, *, padded: bool = True) -> None:
        self._padded = padded
        self._whole = pypdfium2.PdfDocument.new()

    def __enter__(self) -> "Bound":
        return self

    def __exit__(self, *_: object) -> None:
        self._whole.close()

    def add(self, pdf: bytes, *, at: int | None = None) -> int:
        """Put one in, at the end or before page `at`; gives the number of its own pages."""
        with pypdfium2.PdfDocument(pdf) as part:
            count = len(part)
            self._whole.import_pages(part, index=at)
            if self._padded and count % 2:
                self._whole.new_page(*part[0].get_size(), index=None if at is None else at + count)
        return count

    def finish(self, front: bytes | None = None) -> bytes:
        """The bytes of the whole, with `front` before everything else."""
        if front is not None:
            self.add(front, at=0)
        out = BytesIO()
        self._whole.save(out)
        return out.getvalue()


def _merge(pdfs: list[bytes], *, padded: bool = True) -> bytes:
    with Bound(padded=padded) as bound:
        for pdf in pdfs:
            bound.add(pdf)
        return bound.finish()
