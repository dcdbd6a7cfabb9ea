"""The printed summary: one page, tagged, with every criterion on it; a longer pathway goes on overleaf, uncut."""

import re
from collections import Counter
from pathlib import Path

import msgspec
import page
import pypdfium2
import pytest

from painpath.pathway import Pathway
from painpath.referrers.summary import summary_pdf
from tests.letters.read_back import tags


def words(pdf: bytes) -> list[str]:
    """The text of each page, without line ends, bullets and hyphens (at the end of a line they are not told apart)."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [re.sub(r"[\s\u200b\ufffe\x02•-]", "", sheet.get_textpage().get_text_range()) for sheet in document]


def squeezed(text: str) -> str:
    return re.sub(r"[\s-]", "", text)


def test_one_page_that_a_screen_reader_can_read(pathway: Pathway, tmp_path: Path) -> None:
    pdf = summary_pdf(pathway)
    (text,) = words(pdf)
    for criterion in pathway.criteria:
        assert squeezed(criterion.name) in text
        assert squeezed(criterion.exception or "") in text
    for route in pathway.routes:
        assert squeezed(route.how) in text
    for first in pathway.referring.try_first:
        assert squeezed(first.words) in text
    for line in pathway.referring.changes.emergency:
        assert squeezed(line) in text
    assert not [contact for contact in pathway.contacts if contact.locality and contact.value in text]
    file = tmp_path / "summary.pdf"
    file.write_bytes(pdf)
    report = page.validate_pdf(str(file), profile=page.ValidationProfile.PDF_UA_1)
    assert report.is_compliant, report.failures
    found = Counter(name for sheet in tags(pdf) for name in sheet)
    assert found["H1"] == 1
    assert found["H2"] == 8
    assert found["LI"] >= len(pathway.criteria)


@pytest.mark.parametrize(("times", "pages"), [(2, 1), (6, 2)])
def test_a_longer_pathway_is_set_smaller_and_then_goes_on_overleaf(pathway: Pathway, times: int, pages: int) -> None:
    many = tuple(
        msgspec.structs.replace(one, id=f"{one.id}-{number}", name=f"{one.name} {number}")
        for number in range(times)
        for one in pathway.criteria
    )
    found = words(summary_pdf(msgspec.structs.replace(pathway, criteria=many)))
    assert len(found) == pages
    text = "".join(found)
    assert all(squeezed(one.name) in text for one in many)


def test_a_new_criterion_is_on_it_without_code(longer: Pathway) -> None:
    (text,) = words(summary_pdf(longer))
    assert "Liveswithadragon" in text
    assert "Adragonthatsleeps." in text
