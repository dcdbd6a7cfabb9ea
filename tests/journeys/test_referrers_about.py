"""A practitioner reads who can be referred, and how: on a desk, on a phone, without scripts, on paper; no sign-in."""

import io

import pypdfium2
import pytest
from docx import Document
from playwright.sync_api import expect

from painpath import pathway
from tests.browsing import EVERY_SIZE, PHONE

EMAIL = "southamptonpainteam@solent.nhs.uk"


@pytest.fixture(scope="module")
def service():
    return pathway.load(pathway.find("southampton-portsmouth"))


def arrive(tab):
    """From the page of signing in, where links lead, to the pages for practitioners."""
    page = tab.open("/accounts/login/")
    page.get_by_role("link", name="Who can be referred, and how").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Persistent pain service")
    tab.axe()
    page.get_by_role("link", name="Information for practitioners").click()
    expect(page.get_by_role("heading", name="Podcast")).to_be_visible()
    tab.axe()
    return page


@pytest.mark.parametrize(("size", "javascript"), [(EVERY_SIZE, True), (PHONE, False)], ids=["with scripts", "without"])
def test_from_the_question_to_the_letter(site, visit, service, size, javascript):
    tab = visit(site, size, javascript=javascript)
    if not javascript:
        tab.axe = lambda: None  # axe is a script itself
    page = arrive(tab)
    page.get_by_role("link", name="Who can be referred", exact=True).click()
    tab.axe()
    words = page.get_by_text("Cancer pain (if under treatment for active cancer or active palliative care).")
    expect(words).to_be_hidden()
    page.locator("summary", has_text="Cancer pain under active treatment").click()
    expect(words).to_be_visible()
    expect(page.get_by_text("No active cancer and no palliative care.")).to_be_visible()
    tab.axe()

    page.get_by_role("link", name="How to refer", exact=True).click()
    expect(page.get_by_role("heading", name="This is not an emergency route")).to_be_visible()
    tab.axe()
    expect(page.get_by_text(EMAIL)).to_have_count(0)
    page.get_by_role("link", name="Portsmouth", exact=True).click()
    expect(page.get_by_text("has not published an email address for Portsmouth patients")).to_be_visible()
    expect(page.get_by_text(EMAIL)).to_have_count(0)
    tab.axe()
    page.get_by_role("link", name="Southampton", exact=True).click()
    expect(page.get_by_role("link", name=EMAIL)).to_be_visible()
    tab.axe()
    page.locator("#msk-service ~ p").get_by_role("link", name="No attempts by non-specialists").first.click()
    expect(page.locator("#no-attempts-by-non-specialists")).to_be_visible()  # the browser opens what a link leads to

    page.get_by_role("link", name="What happens next", exact=True).click()
    page.locator("summary", has_text="Not accepted now").click()
    expect(
        page.get_by_text("A new letter, or word from the patient that things have changed", exact=False)
    ).to_be_visible()
    tab.axe()

    page.get_by_role("link", name="Information for practitioners", exact=True).click()
    with page.expect_download() as coming:
        page.get_by_role("link", name="Letter template with merge fields (Word)").click()
    assert coming.value.suggested_filename == "southampton-portsmouth-referral-letter.docx"
    letter = Document(coming.value.path())
    assert "MERGEFIELD criterion_interventions_exhausted" in letter.element.xml
    summary = page.request.get(page.get_by_role("link", name="Summary on one page").get_attribute("href"))
    assert summary.headers["content-type"] == "application/pdf"
    assert len(pypdfium2.PdfDocument(io.BytesIO(summary.body()))) == 1


def test_on_paper_every_criterion_is_open(site, visit, service):
    tab = visit(site)
    page = tab.open("/services/southampton-portsmouth/practitioners/criteria/")
    with pypdfium2.PdfDocument(io.BytesIO(page.pdf())) as paper:
        text = "".join("".join(sheet.get_textpage().get_text_range().split()) for sheet in paper)
    for criterion in service.criteria:
        assert "".join(criterion.plain.split()) in text
