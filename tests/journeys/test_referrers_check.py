"""Check before you send: anybody, in the browser; nothing is stored."""

from pathlib import Path

from django.apps import apps

from painpath.postgres.owner import as_owner
from tests.browsing import PHONE

CHECK = "/services/southampton-portsmouth/practitioners/check/"
LETTER = """Dear Pain Team,

Thank you for seeing this 60 year old man with low back pain for 6 years. MRI in 2024 was normal and no further tests
are needed. He has tried amitriptyline, gabapentin and three courses of physiotherapy, without lasting benefit.

He currently has severe depression and there is no care plan in place.

He is keen to learn self-management. He drinks 4 units a week.
"""


def rows() -> dict[str, int]:
    """How many rows every table has."""
    with as_owner():
        return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def test_a_letter_is_checked_and_completed_without_a_script_and_nothing_is_stored(site, visit, tmp_path: Path):
    before = rows()
    tab = visit(site, PHONE, javascript=False)
    page = tab.open(CHECK)
    page.get_by_role("button", name="Check").click()
    page.get_by_role("link", name="Paste your letter, choose a file, or answer at least one question").wait_for()

    page.get_by_label("Your letter").fill(LETTER)
    page.get_by_role("button", name="Check").click()
    page.get_by_role("heading", name="What your letter says").wait_for()
    assert "severe" not in page.url
    gap = page.locator("#criterion-informed-and-consents")
    assert gap.get_by_text("Not stated", exact=True).is_visible()
    assert page.locator("#criterion-major-psychiatric-disturbance").get_by_text("severe depression").first.is_visible()
    assert page.locator("#criterion-investigations-complete").get_by_text("Speaks for", exact=True).is_visible()

    gap.locator("textarea").fill("I have explained the service and given him the leaflet, and he consents.")
    page.get_by_role("button", name="Check again").click()
    closed = page.locator("#criterion-informed-and-consents")
    closed.get_by_text("Speaks for", exact=True).wait_for()
    assert closed.locator("textarea").input_value().startswith("I have explained")
    assert page.get_by_label("Your letter (optional)", exact=True).input_value().startswith("Dear Pain Team")
    for word in ("eligible", "rejected", "score"):
        assert word not in page.inner_text("main").lower()
    assert rows() == before


def test_files_and_dangers(site, visit, tmp_path: Path):
    tab = visit(site)
    page = tab.open(CHECK)
    tab.axe()
    bad = tmp_path / "letter.pdf"
    bad.write_bytes(b"%PDF-1.7 broken")
    page.get_by_label("Or choose the letter as a file").set_input_files(bad)
    page.get_by_role("button", name="Check").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    assert "letter.pdf" in page.inner_text(".nhsuk-error-summary")
    tab.axe()

    good = tmp_path / "letter.txt"
    good.write_text(LETTER + "Since yesterday he has numbness in the saddle area and cannot pass urine.\n")
    page.get_by_label("Or choose the letter as a file").set_input_files(good)
    page.get_by_role("button", name="Check").click()
    page.get_by_role("heading", name="This may not be able to wait").wait_for()
    assert page.get_by_label("Your letter (optional)", exact=True).input_value().startswith("Dear Pain Team")
    tab.axe()


def test_a_service_that_is_not_there(site, visit):
    assert visit(site).page.goto("/services/elsewhere/practitioners/check/").status == 404
