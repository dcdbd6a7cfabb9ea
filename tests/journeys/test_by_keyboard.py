"""A referral screened and decided without a mouse; and the workspace without JavaScript."""

import re
import uuid
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from painpath import documents
from painpath.accounts.scope import scope
from painpath.referrals.arriving import receiving, registering
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.reading_in import read_in
from painpath.referrals.models import AddedEvidence, Decision, Judgement, Referral
from tests.browsing import EVERY_SIZE
from tests.journeys.staff import LETTER, PASSWORD, Staff, hire, letter_file
from tests.referrals.conftest import details, make_team, waiting_referral

MARKED = "He drinks 4 units a week."


@pytest.fixture
def consultant(site: str, service_id: int) -> Staff:
    return hire(service_id, "Dr Con Sultant", "clinician", "consultant")


@pytest.fixture
def referral(site: str, service_id: int, tmp_path: Any) -> Referral:
    """A PDF and a text, waiting; and an earlier referral of the same person."""
    with scope(service_id):
        team = make_team()
        waiting_referral(team, patient={"nhs_number": "9990000018"})
        files = [File("Referral letter.pdf", letter_file(tmp_path).read_bytes()), File("Note.txt", LETTER.encode())]
        referral = receiving.receive(by=team.administrator, files=files, key=uuid.uuid4())
        read_in(service_id=service_id, referral_id=referral.pk, reader=documents.read)
        registering.register(
            referral=referral, by=team.administrator, details=details(patient={"nhs_number": "9990000018"})
        )
        return Referral.objects.get(pk=referral.pk)


def press_to(page: Page, words: str, within: str = "*", most: int = 120) -> None:
    """Press Tab until what has these words (its text, its label or its name) has the focus."""
    script = """within => { const e = document.activeElement; if (!e || !e.matches(within)) return null;
        const label = e.labels && e.labels[0] ? e.labels[0].textContent : "";
        return [label, e.textContent, e.getAttribute("aria-label"), e.id].join(" | "); }"""
    for _ in range(most):
        page.keyboard.press("Tab")
        found = page.evaluate(script, within)
        if found is not None and words in found:
            return
    raise AssertionError(f"Tab never came to {words!r}")


def focused(page: Page) -> str:
    """The id of the criterion that has the focus, or holds what has it."""
    return str(page.evaluate("document.activeElement.closest('[data-criterion]')?.dataset.criterion ?? ''"))


def walk_to(page: Page, criterion: str) -> None:
    """Press j, or from the end k, until a criterion has the focus."""
    for key in "j" * 40 + "k" * 40:
        if focused(page) == criterion:
            return
        page.keyboard.press(key)
    raise AssertionError(f"j and k never came to {criterion}")


def fill_details(page: Page) -> None:
    """Fill in what the outcome needs, by keyboard. Kept in one place: outcomes may come to need more."""
    page.get_by_role("button", name="See both letters").wait_for()
    press_to(page, "questions_referrer", "textarea")
    page.keyboard.type("Is there a plan for the depression, and who leads it?")
    press_to(page, "Your reason", "textarea")
    page.keyboard.type("The letter does not say whether there is support.")
    press_to(page, "Your own words to the patient", "textarea")
    page.keyboard.type("We have asked your GP something first.")


def test_a_referral_is_screened_and_decided_by_keyboard_alone(visit, site, service_id, consultant, referral):
    tab = visit(site)
    page = tab.open("/accounts/login/")
    press_to(page, "Email address")
    page.keyboard.type(consultant.email)
    press_to(page, "Password", "input")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Worklist").wait_for()
    for _ in range(200):
        page.keyboard.press("Tab")
        if str(page.evaluate("document.activeElement.getAttribute('href')")).endswith(f"/{referral.reference}/"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Mr Leonard Ashcombe")).to_be_visible()
    expect(page.get_by_role("link", name="Compare with this one")).to_be_visible()

    # --- start, the keys shown
    page.keyboard.press("s")
    page.locator("form[data-confirm]").first.wait_for()
    page.keyboard.press("?")
    expect(page.locator("[data-keys] dl")).to_be_visible()
    tab.axe()
    page.keyboard.press("?")

    # --- words: the sheet keeps the focus, the letter moves to them and shows them
    page.keyboard.press("j")
    first = focused(page)
    assert first
    page.keyboard.press("j")
    assert focused(page) not in ("", first)
    page.keyboard.press("k")
    assert focused(page) == first
    page.keyboard.press("n")
    shown = page.locator("mark.painpath-shown").first
    expect(shown).to_be_in_viewport()
    assert page.evaluate("document.activeElement.closest('.painpath-evidence') !== null")
    words = page.evaluate("getSelection().toString()")
    assert page.evaluate("document.activeElement.textContent").strip("“”").startswith(words[:10])
    page.keyboard.press("n")
    page.keyboard.press("p")
    assert page.evaluate("getSelection().toString()") == words

    # --- confirm three; after each the page stands at the same criterion, and says what it is now
    for criterion in ("major-psychiatric-disturbance", "investigations-complete", "drug-alcohol-dependence"):
        walk_to(page, criterion)
        page.keyboard.press("c")
        article = page.locator(f"#criterion-{criterion}")
        article.locator(".painpath-glance").wait_for()
        expect(article.locator(".painpath-glance")).to_contain_text("Dr Con Sultant confirmed it")
        expect(article.locator("h4")).to_be_focused()
        expect(article.locator("form[data-confirm]")).to_have_count(0)
        expect(page.locator("[data-status]")).to_contain_text("confirmed it")
    page.keyboard.press("c")
    expect(page.locator("[data-status]")).to_contain_text("nothing to confirm")

    # --- correct one: typing letters into the reason does nothing else
    page.keyboard.press("u")
    assert focused(page) not in ("", "drug-alcohol-dependence")
    walk_to(page, "wants-self-management" if page.locator("#criterion-wants-self-management").count() else first)
    corrected = focused(page)
    page.keyboard.press("x")
    page.keyboard.press("Space")
    press_to(page, "Reason", "textarea")
    page.keyboard.type("Could not just confirm: my own call, and the keys n c x d rest here.")
    assert focused(page) == corrected
    press_to(page, "Save", "button")
    page.keyboard.press("Enter")
    article = page.locator(f"#criterion-{corrected}")
    article.locator(".painpath-glance").wait_for()
    expect(article.locator(".painpath-glance")).to_contain_text("because “Could not just confirm")
    expect(article.locator("h4")).to_be_focused()
    tab.axe()

    # --- mark words: those that n shows are selected; Shift and an arrow key make the selection longer
    walk_to(page, "drug-alcohol-dependence")
    page.keyboard.press("n")
    before = page.evaluate("getSelection().toString()")
    page.keyboard.press("Shift+ArrowRight")
    longer = page.evaluate("getSelection().toString()")
    page.keyboard.press("m")
    field = page.locator("[data-mark] textarea")
    expect(field).to_have_value(re.compile(re.escape(before)))
    expect(page.locator("[data-mark] select")).to_be_focused()
    expect(page.locator("[data-mark] select")).to_have_value("drug-alcohol-dependence")
    press_to(page, "Mark these words", "button")
    page.keyboard.press("Enter")
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Choose whether the words speak for or against")
    tab.axe()
    press_to(page, "They speak for accepting", "input")
    page.keyboard.press("Space")
    press_to(page, "Mark these words", "button")
    page.keyboard.press("Enter")
    expect(page.locator("#criterion-drug-alcohol-dependence .painpath-added")).to_contain_text(
        "marked by Dr Con Sultant"
    )
    with scope(service_id):
        row = AddedEvidence.objects.select_related("transcript").get()
        assert row.quote == row.transcript.text[row.start : row.end] == longer.strip()

    # --- the keys can be switched off, and stay off
    page.keyboard.press("?")
    press_to(page, "Turn these keys off", "button")
    page.keyboard.press("Enter")
    page.reload()
    page.keyboard.press("j")
    assert focused(page) in ("", "drug-alcohol-dependence")
    press_to(page, "Keyboard", "summary")
    page.keyboard.press("Enter")
    press_to(page, "Turn these keys on", "button")
    page.keyboard.press("Enter")

    # --- decide in three steps, and sign
    page.keyboard.press("d")
    expect(page.get_by_role("heading", name="Decide")).to_be_visible()
    press_to(page, "", "input[type=radio]")
    for _ in range(20):
        if page.evaluate("document.activeElement.value") == "ask_referrer":
            break
        page.keyboard.press("ArrowDown")
    press_to(page, "psychiatric", "input[type=checkbox]")
    page.keyboard.press("Space")
    tab.axe()
    press_to(page, "Continue", "button")
    page.keyboard.press("Enter")
    fill_details(page)
    press_to(page, "See both letters", "button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="To the patient")).to_be_visible()
    press_to(page, "Sign the decision", "button", most=60)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Everything that happened")).to_be_visible()
    expect(page.locator(".painpath-timeline")).to_contain_text("Words marked, ")
    with scope(service_id):
        assert Decision.objects.get().outcome == "ask_referrer"
        assert Judgement.objects.filter(by=consultant.membership).count() == 4


def test_words_are_marked_with_a_mouse_and_everything_is_one_click_away(visit, site, service_id, consultant, referral):
    tab = visit(site, EVERY_SIZE)
    consultant.sign_in(tab)
    page = tab.open(f"/referrals/{referral.reference}/")
    page.get_by_role("button", name="Start screening").click()
    expect(page.get_by_role("navigation", name="Documents and pages")).to_contain_text("Referral letter.pdf")
    tab.axe()
    place = page.locator(".painpath-words").last
    place.evaluate("""page => {
        const walker = document.createTreeWalker(page, NodeFilter.SHOW_TEXT);
        let text = walker.nextNode();
        while (!text.data.includes("leaflet")) text = walker.nextNode();
        const at = text.data.indexOf("leaflet");
        getSelection().setBaseAndExtent(text, at, text, at + 7); }""")
    page.get_by_text("Mark words for a criterion").click()
    expect(page.locator("[data-mark] textarea")).to_have_value("leaflet")
    page.locator("[data-mark]").get_by_label("Criterion").select_option("informed-and-consents")
    page.get_by_label("They speak for accepting").check()
    page.get_by_role("button", name="Mark these words").click()
    added = page.locator("#criterion-informed-and-consents .painpath-added")
    expect(added).to_contain_text("leaflet")
    with scope(service_id):
        row = AddedEvidence.objects.select_related("transcript__document").get()
        assert (row.quote, row.transcript.document.name) == ("leaflet", "Note.txt")
    added.get_by_role("button", name="Take back").click()
    expect(added).to_have_count(0)

    page.get_by_role("link", name="Compare with this one").click()
    expect(page.get_by_role("heading", name="Earlier referrals of this person")).to_be_visible()
    tab.axe()
    page.get_by_role("link", name="Discussion").click()
    page.get_by_label("What do you want to tell your colleagues?").fill("Has anybody seen him before?")
    page.get_by_role("button", name="Add to the discussion").click()
    expect(page.get_by_role("link", name="Discussion (1)")).to_be_visible()
    page.get_by_role("button", name="Put on the MDT list").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Write the question")
    tab.axe()
    page.get_by_label("Question to the meeting").fill("Which team leads?")
    page.get_by_role("button", name="Put on the MDT list").click()
    tab.axe()
    tab.open("/mdt/")
    expect(page.get_by_role("link", name="Mr Leonard Ashcombe", exact=True)).to_be_visible()
    tab.axe()
    page.get_by_role("link", name="Record it").click()
    page.get_by_label("What was agreed?").fill("Mental health first; Dr Con Sultant rings them.")
    tab.axe()
    page.get_by_role("button", name="Record what was agreed").click()
    expect(page.get_by_text("Mental health first")).to_be_visible()
    tab.open("/mdt/")
    expect(page.get_by_text("Nothing waits for a meeting.")).to_be_visible()


def test_confirming_and_marking_without_javascript(visit, site, service_id, consultant, referral):
    tab = visit(site, javascript=False)
    consultant.sign_in(tab)
    page = tab.open(f"/referrals/{referral.reference}/")
    page.get_by_role("button", name="Start screening").click()
    expect(page.locator("[data-keys]")).to_be_hidden()
    article = page.locator("#criterion-major-psychiatric-disturbance")
    article.get_by_role("button", name="Confirm").click()
    assert page.url.endswith("#criterion-major-psychiatric-disturbance")
    expect(article.locator(".painpath-glance")).to_contain_text("Dr Con Sultant confirmed it")
    page.get_by_text("Mark words for a criterion").click()
    page.get_by_label("Words of the letter").fill(MARKED)
    page.locator("[data-mark]").get_by_label("Criterion").select_option("drug-alcohol-dependence")
    page.get_by_label("They speak for accepting").check()
    page.get_by_role("button", name="Mark these words").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("stand in the documents 2 times")
    page.get_by_label("Words of the letter").fill("agrees to be\nreferred.  He DRINKS 4 units a week. Yours")
    page.get_by_role("button", name="Mark these words").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("2 times")
    page.get_by_label("Words of the letter").fill("words that are not there")
    page.get_by_role("button", name="Mark these words").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("do not stand in the documents")
