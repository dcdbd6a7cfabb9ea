"""A manager reads what happens to referrals, opens a figure, chooses months and groups, and takes the chart and the
table away; with axe, with an error too, on phone and desk."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from painpath.accounts.models import Service
from painpath.accounts.scope import scope
from tests.browsing import EVERY_SIZE
from tests.journeys.staff import hire
from tests.managers.counted import counted


@pytest.fixture
def manager(transactional_db, service_id):
    with scope(service_id):
        counted(Service.objects.get())
    return hire(service_id, "Man Ager", "manager")


def drawn(page: Page) -> None:
    """Every picture of the page has been fetched, and its words lie inside it."""
    for picture in page.locator("main img").all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", True, timeout=60_000)
        assert picture.evaluate("one => one.naturalWidth") > 200
    beyond = """all => all.flatMap(svg => { const room = svg.getBoundingClientRect(); return room.width === 0 ? [] :
        [...svg.querySelectorAll('text')].filter(text => { const box = text.getBoundingClientRect();
            return box.right > room.right + 1 || box.left < room.left - 1 }).map(text => text.textContent) })"""
    page.evaluate("document.fonts.ready.then(() => true)")
    assert page.locator("main svg[role=img]").evaluate_all(beyond) == []


def saved(page: Page, link: str, folder: Path) -> Path:
    with page.expect_download() as waited:
        page.get_by_role("link", name=link).click()
    file = folder / waited.value.suggested_filename
    waited.value.save_as(file)
    return file


def cells(page: Page) -> list[list[str]]:
    """The table of the page as it is read, headings first."""
    read = "rows => rows.map(row => [...row.querySelectorAll('th, td')].map(cell => cell.textContent.trim()))"
    found: list[list[str]] = page.locator("main table").first.locator("tr").evaluate_all(read)
    return found


def test_a_manager_reads_the_figures_and_takes_a_chart_away(site, visit, manager, tmp_path):
    tab = visit(site, EVERY_SIZE)
    manager.sign_in(tab)
    page = tab.open("/figures/")
    expect(page.get_by_role("heading", name="What happens to referrals")).to_be_visible()
    drawn(page)
    tab.axe()
    page.get_by_label("Months", exact=True).select_option("Last 3 months")
    page.get_by_role("button", name="Show these months").click()
    page.get_by_role("link", name="How long do people wait to hear what was decided?").click()
    expect(page.get_by_label("Months", exact=True)).to_have_value("3")
    expect(page.get_by_text("Half of")).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 700})
    months = page.locator(".painpath-scroll")
    months.focus()
    page.keyboard.press("ArrowRight")
    expect(months).not_to_have_js_property("scrollLeft", 0)
    page.set_viewport_size({"width": 1280, "height": 900})
    drawn(page)
    tab.axe()
    chart = saved(page, "Chart (PNG)", tmp_path)
    assert chart.read_bytes().startswith(b"\x89PNG")
    assert chart.name.startswith("to-decision-")
    table = saved(page, "Table (CSV)", tmp_path)
    assert list(csv.reader(table.read_text().splitlines())) == cells(page)

    page.get_by_label("Group", exact=True).select_option("Practice")
    page.get_by_role("button", name="Show these groups").click()
    expect(page.get_by_role("columnheader", name="Compared with all")).to_be_attached()
    assert "hidden" in page.locator("main table").inner_text()
    drawn(page)
    tab.axe()
    table = saved(page, "Table (CSV)", tmp_path)
    assert list(csv.reader(table.read_text().splitlines())) == cells(page)

    page = tab.open("/figures/to_decision/?by=practice&half=2026-02")
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Choose one of the half-years in the list")
    tab.axe()


def test_a_manager_looks_at_fairness_and_at_what_is_missing(site, visit, manager):
    tab = visit(site, EVERY_SIZE)
    manager.sign_in(tab)
    page = tab.page
    page.goto("/figures/")
    page.get_by_role("link", name="Equity", exact=True).click()
    expect(page.get_by_role("heading", name="Equity: is it the same for everybody?")).to_be_visible()
    tab.axe()
    page.get_by_role("link", name="Outcomes by deprivation of the area").click()
    drawn(page)
    tab.axe()
    page = tab.open("/figures/missing/")
    expect(page.get_by_role("rowheader", name="Ethnicity")).to_be_visible()
    tab.axe()
