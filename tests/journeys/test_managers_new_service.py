"""From a published page to a letter read in the new service, in the browser: the clicks and the seconds are counted."""

import re

from playwright.sync_api import Page, expect

from painpath import clock
from painpath.accounts.models import Membership
from painpath.accounts.scope import scope
from painpath.referrals.models import PathwayDraft
from tests import shared
from tests.browsing import EVERY_SIZE
from tests.journeys import staff
from tests.journeys.staff import hire, let_the_worker_work, letter_file
from tests.journeys.test_data_rights import errs

PAGE_NAME = "data/criteria-pages/04_west_devon_pain_clinic.txt"
PAGE = shared.SHARED / PAGE_NAME
A_CLICK = 3.0
"""Seconds of a person who reads what is pressed."""
A_LETTER = 0.3
"""Seconds to type one: 200 letters a minute."""
LONGEST = 600

LETTER = re.sub(
    r"Thank you.*?(?=Yours sincerely)",
    "Thank you for seeing this 60 year old man with low back pain for 4 months. His pain score is 8 out of 10. All "
    "investigations are complete.\nHe completed a pain management programme in March 2026. He has "
    "swollen lymph nodes.\n\n",
    staff.LETTER, flags=re.DOTALL,
)  # fmt: skip


class Hand:
    """What a person does, counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks, self.typed = page, 0, 0

    def press(self, name: str, *, exact: bool = False) -> None:
        self.page.get_by_role("button", name=name, exact=exact).first.click()
        self.clicks += 1

    def follow(self, name: str) -> None:
        self.page.get_by_role("link").filter(has_text=name).first.click()
        self.clicks += 1

    def type(self, label: str, words: str, *, pasted: bool = False) -> None:
        self.page.get_by_label(label).first.fill(words)
        self.clicks += 1
        self.typed += 0 if pasted else len(words)

    @property
    def seconds(self) -> float:
        return self.clicks * A_CLICK + self.typed * A_LETTER


@shared.needs(PAGE_NAME)
def test_a_page_becomes_a_service_that_reads_letters(site, visit, service_id, tmp_path):
    lead, second = (
        hire(service_id, "Dr Le Ad", "clinician", "consultant"),
        hire(service_id, "Man Ager", "manager"),
    )
    with scope(service_id):
        Membership.objects.filter(pk=lead.membership.pk).update(leads=True)
    tab = visit(site, EVERY_SIZE)
    page, hand = tab.page, Hand(tab.page)
    page.set_default_timeout(60_000)  # a draft is compiled and linted whole

    # --- paste
    lead.sign_in(tab)
    tab.open("/pathway/")
    hand.press("Start another service from its page")
    tab.axe()
    page.get_by_role("button", name="Read the page").click()
    errs(page, tab, "Paste the page, or choose a text file")
    hand.type("Name of the service", "West Devon pain clinic")
    hand.type("Short name, for addresses", "west-devon")
    hand.type("What patients call the team", "the pain clinic")
    hand.type("The published page", PAGE.read_text(encoding="utf-8"), pasted=True)
    hand.press("Read the page")
    expect(page.get_by_text("0 of 23 points are confirmed.")).to_be_visible()
    expect(page.get_by_text("Pain has lasted longer than 6 months").first).to_be_visible()
    tab.axe()

    # --- what is open is settled on a page of its own
    hand.follow("Settle this: clinically significant swollen lymph nodes")
    expect(page.locator("mark")).to_contain_text("clinically significant swollen lymph nodes")
    tab.axe()
    page.get_by_role("button", name="Confirm it like this").click()
    errs(page, tab, "Say how it is settled")
    hand.type("Other words by which letters say it", "swollen lymph nodes")
    hand.type("How is what is open settled?", "These are the words of letters.")
    hand.press("Confirm it like this")

    # --- the rest is confirmed: what has an exception by itself, simple clauses by section
    while page.get_by_role("button", name="This is right: confirm").count():
        hand.press("This is right: confirm")
    while page.get_by_role("button", name="I have read these").count():
        hand.press("I have read these")
    while (label := page.get_by_label("settled?")).count():
        label.first.fill("Nothing is missing.")
        hand.clicks, hand.typed = hand.clicks + 1, hand.typed + 19
        hand.press("Settle it")
    hand.press("I have read the starter texts: confirm")
    expect(page.get_by_text("23 of 23 points are confirmed.")).to_be_visible()
    tab.axe()
    hand.press("Go on to the draft")
    expect(page.get_by_text("None were found.")).to_be_visible(timeout=60_000)

    # --- the lead asks for approval, a second person approves, and the service is there
    hand.press("Ask for approval")
    today = clock.today()
    for part in ("Day", "Month", "Year"):
        page.get_by_label(part, exact=True).fill(str(getattr(today, part.lower())))
    hand.clicks, hand.typed = hand.clicks + 3, hand.typed + 8
    hand.type("Why is this published?", "A new service begins.")
    hand.press("Ask for approval")
    second.sign_in(tab)
    tab.open("/pathway/")
    page.get_by_role("link", name="Draft").first.click()
    page.get_by_role("button", name="Read what changes, and approve").click()
    page.get_by_role("link", name="Time limits", exact=True).click()
    expect(page.get_by_role("navigation", name="Parts")).to_be_visible()
    tab.axe()
    page.go_back()
    page.get_by_role("button", name="Approve").click()
    with scope(service_id):
        assert PathwayDraft.objects.get().state == "published"

    # --- the lead reads a letter there
    lead.sign_in(tab)
    tab.open("/accounts/service/")
    page.get_by_role("button", name="West Devon pain clinic").click()
    tab.open("/receive/")
    page.locator("input[type=file]").set_input_files([letter_file(tmp_path, LETTER)])
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="The letter is being read")).to_be_visible()
    assert let_the_worker_work() == 1
    expect(page.get_by_role("heading", name="Whom is it about?")).to_be_visible()
    page.get_by_label("GP, through e-RS Advice and Guidance").check()
    page.get_by_label("UBRN").fill("000123456789")
    page.get_by_label("The area of the service").check()
    page.get_by_role("button", name="Confirm these details").click()
    assert not page.locator(".nhsuk-error-summary").count(), page.locator(".nhsuk-error-summary").inner_text()
    page.get_by_role("button", name="Start screening").click()
    for name, words in (
        ("pain-lasted-longer-than-6", "4 months"),
        ("pain-score-vas-0-none", "pain score is 8"),
        ("clinically-significant-swollen-lymph-nodes", "swollen lymph nodes"),
        ("completed-pain-management-programme-last", "completed a pain management programme"),
    ):
        expect(page.locator(f"#criterion-{name}")).to_contain_text(words)
    tab.axe()

    # Clicks and typing of the lead from the paste to the approval that is asked for.
    assert hand.seconds < LONGEST, (hand.clicks, hand.typed)
    print(f"{hand.clicks} clicks, {hand.typed} letters: {hand.seconds:.0f} seconds")  # noqa: T201
