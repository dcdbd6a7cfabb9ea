"""Somebody in pain reads about the service, asks themselves whether it is the right time, and takes a card along: on a
desk, on a phone, at 400% zoom, by keyboard, without scripts, on paper. Nobody signs in and nothing is kept."""

import io
import re
from itertools import pairwise
from typing import get_args

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from painpath.pathway.patient_pages import PageId
from tests.browsing import EVERY_SIZE, NARROW, PHONE
from tests.conftest import SERVICE

FRONT = f"/services/{SERVICE}/"
HOME = f"{FRONT}patients/"
TALK = f"{HOME}right-time/"
PAGES = [
    HOME,
    f"{HOME}all/",
    f"{HOME}resources/",
    *(f"{HOME}about/{name}/" for name in ("persistent-pain", *get_args(PageId))),
]
A4 = {"format": "A4", "margin": dict.fromkeys(("top", "right", "bottom", "left"), "10mm")}


def on_paper(page: Page) -> list[str]:
    """The words of each printed page, without their blanks."""
    with pypdfium2.PdfDocument(io.BytesIO(page.pdf(**A4))) as document:
        return ["".join(sheet.get_textpage().get_text_range().split()) for sheet in document]


def test_every_page(site, visit):
    tab = visit(site, EVERY_SIZE)
    page = tab.open(FRONT)
    page.get_by_role("link", name="For patients and carers").click()
    expect(page.get_by_role("heading", level=1, name="Living with long-term pain")).to_be_visible()
    for address in PAGES:
        page = tab.open(address)
        tab.axe()
        levels = [int(tag[1]) for tag in page.locator("h1, h2, h3").evaluate_all("all => all.map(one => one.tagName)")]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels)), (address, levels)
        page.get_by_role("navigation", name="Urgent help").get_by_role("link", name="Get help now").click()
        expect(page.locator("#get-help-now").get_by_role("link", name="Call 999")).to_be_in_viewport()


def test_places_that_can_help_without_scripts(site, visit):
    tab = visit(site, PHONE, javascript=False)
    page = tab.open(f"{HOME}resources/")
    page.get_by_label("How can I use it?").select_option(label="Without the internet")
    page.get_by_label("What is it about?").select_option(label="Mood and worry")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("status")).to_contain_text("We found 5 places.")
    expect(page.get_by_label("What is it about?")).to_have_value("mood")
    page.get_by_role("link", name="Show everything").click()
    expect(page.get_by_role("heading", name="Pain Toolkit")).to_be_visible()


@pytest.mark.parametrize(("size", "javascript"), [(EVERY_SIZE, True), (NARROW, False)], ids=["with scripts", "without"])
def test_from_the_first_question_to_the_card(site, visit, size, javascript):
    tab = visit(site, size, javascript=javascript)
    if not javascript:
        tab.axe = lambda: None  # axe is a script itself
    page = tab.open(HOME)
    page.get_by_role("button", name="Start").click()
    tab.axe()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How are you in yourself?")
    expect(page.locator("main").get_by_role("link", name="Call 116 123")).to_be_hidden()
    page.get_by_label("I feel very unwell, or I think of hurting myself").check()
    expect(page.locator("main").get_by_role("link", name="Call 116 123")).to_be_visible()
    tab.axe()
    page.get_by_role("button", name="Next question").click()
    page.get_by_label("I want to know what is wrong").check()
    page.get_by_label("I want to live better with my pain").check()
    tab.axe()

    page.go_back()  # the browser's own
    expect(page.get_by_label("I feel very unwell, or I think of hurting myself")).to_be_checked()
    page.go_forward()
    expect(page.get_by_label("I want to live better with my pain")).to_be_checked()
    for _question in range(5):
        page.get_by_role("button", name="Next question").click()
    page.get_by_label("What matters most to you?").fill("word " * 61)
    page.get_by_role("button", name="Show my card").click()
    expect(page.get_by_text("Please make it shorter").first).to_be_visible()
    expect(page.get_by_label("What matters most to you?")).to_be_visible()
    tab.axe()
    page.get_by_label("What matters most to you?").fill("A walk with my sister")
    page.get_by_role("button", name="Show my card").click()

    expect(page.get_by_role("heading", level=1, name="My card for the GP")).to_be_visible()
    first, *_others = page.locator("main h2").all()
    expect(first).to_have_text("First, get help now")
    expect(page.get_by_text("A walk with my sister")).to_be_visible()
    expect(page.get_by_text("Who can help me with this today?")).to_be_visible()
    tab.axe()
    assert re.fullmatch(rf"{site}{TALK}(#question-\d)?", page.url), "no answer stands in the address"

    for button, name in (
        ("Save as text", "my-card.txt"),
        ("Save as PDF", "my-card.pdf"),
        ("Save in large", "my-card.pdf"),
    ):
        with page.expect_download() as coming:
            page.get_by_role("button", name=button).click()
        assert coming.value.suggested_filename == name
    page.get_by_role("button", name="Change my answers").click()
    expect(page.get_by_label("I feel very unwell, or I think of hurting myself")).to_be_checked()
    if javascript:
        assert page.evaluate("[document.cookie, localStorage.length, sessionStorage.length]") == ["", 0, 0]
    assert page.context.cookies() == []


def test_back_from_the_card_finds_the_answers(site, visit):
    tab = visit(site, PHONE)
    page = tab.open(f"{TALK}#question-1")
    page.get_by_label("I feel steady").check()
    page.get_by_label("In your own words").first.fill("Most days")
    page.get_by_role("button", name="Show my card").click()
    expect(page.get_by_role("heading", level=1, name="My card for the GP")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("I feel steady")).to_be_checked()
    expect(page.get_by_label("In your own words").first).to_have_value("Most days")


def test_by_keyboard_only(site, visit):
    tab = visit(site)
    page = tab.open(TALK)

    def tab_to(name: str) -> None:
        for _press in range(40):
            page.keyboard.press("Tab")
            if (
                page.evaluate("document.activeElement.innerText || document.activeElement.labels?.[0]?.innerText")
                == name
            ):
                return
        raise AssertionError(f"nothing called {name!r} takes the focus")

    tab_to("Start")
    page.keyboard.press("Enter")
    tab_to("I feel very unwell, or I think of hurting myself")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("It is hard, and I need more help")).to_be_checked()
    tab_to("Next question")
    page.keyboard.press("Enter")
    tab_to("I want the pain to go away")
    page.keyboard.press("Space")
    tab_to("Show my card")
    page.keyboard.press("Enter")
    expect(page.get_by_text("I want the pain to go away.", exact=True)).to_be_visible()
    expect(page.get_by_text("It is hard for me, and I need more help with how I feel.")).to_be_visible()


def test_the_card_is_one_sheet_and_help_stays_whole(site, visit):
    """A card with as many own words as it takes: its help, which is whole, may go on a second sheet."""
    tab = visit(site)
    page = tab.open(TALK)
    page.locator("input[type=radio][value=not-sure]").evaluate_all("all => all.forEach(one => one.checked = true)")
    words = "I would like to walk to the shop with my sister again, and to sleep for more than three hours at night."
    page.locator("textarea").evaluate_all("(all, words) => all.forEach(one => one.value = words)", words)
    page.goto(f"{TALK}#question-9")
    page.get_by_role("button", name="Show my card").click()
    expect(page.get_by_role("heading", level=1, name="My card for the GP")).to_be_visible()
    sheet, *others = on_paper(page)
    for text in ("My name:", words, "This is not a decision", "How to find a GP"):
        assert "".join(text.split()) in sheet, text
    assert len(others) <= 1
    for text in ("Call 999", "Call 116 123", "85258", "18001 111", "www.999bsl.co.uk"):
        assert "".join(text.split()) in (others or [sheet])[-1], text
    for text in ("Save as PDF", "First, get help now", "(Link:"):
        assert "".join(text.split()) not in sheet, text


def test_every_page_can_be_printed_with_its_help(site, visit):
    tab = visit(site)
    for name in ("about/while-you-wait", "about/urgent-help", "all"):
        page = tab.open(f"{HOME}{name}/")
        paper = "".join(on_paper(page))
        for text in (page.locator("h1").inner_text(), "Call 116 123", "SHOUT to 85258", "jo@samaritans.org"):
            assert "".join(text.split()) in paper
        assert "Readnext" not in paper
