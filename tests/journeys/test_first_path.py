"""The first whole path: a letter in, a named clinician's decision, both letters out, and the patient's has arrived. axe
on every page of it, but for the post (`test_post.py`)."""

import re
from datetime import date, timedelta
from pathlib import Path

import pypdfium2
import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from painpath import clock
from painpath.accounts.scope import scope
from painpath.referrals.models import Decision, Referral
from tests.browsing import DESKTOP, EVERY_SIZE, PHONE, Visit
from tests.journeys.staff import Staff, hire, let_the_worker_work, letter_file
from tests.patients.conftest import address_of, opened


def judge(page: Page, criterion: str, state: str, reason: str = "") -> None:
    """Confirm or correct one criterion, as a person does: open it, choose, give a reason, save."""
    article = page.locator(f"#criterion-{criterion}")
    article.locator("summary").click()
    article.get_by_label(state).check()
    article.get_by_label("Reason").fill(reason)
    article.get_by_role("button", name="Save").click()


def fill_date(page: Page, legend: str, when: date) -> None:
    group = page.get_by_role("group", name=legend)
    for label, value in (("Day", when.day), ("Month", when.month), ("Year", when.year)):
        group.get_by_label(label).fill(str(value))


@pytest.mark.parametrize(
    ("size", "javascript"),
    [(EVERY_SIZE, True), (DESKTOP, False)],
    ids=["with JavaScript", "without"],
)
def test_a_letter_in_and_a_decision_out(site, visit, service_id, tmp_path, size, javascript):
    administrator = hire(service_id, "Ada Min", "administrator")
    consultant = hire(service_id, "Dr Con Sultant", "clinician", "consultant")

    def check(tab) -> None:
        if javascript:  # axe is a script
            tab.axe()

    # --- the administrator receives and registers
    tab = visit(site, size, javascript=javascript)
    administrator.sign_in(tab)
    page = tab.page
    check(tab)
    tab.open("/receive/")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Choose the referral letter")
    check(tab)
    page.locator("input[type=file]").set_input_files([letter_file(tmp_path)])
    page.get_by_role("button", name="Continue").click()

    expect(page.get_by_role("heading", name="The letter is being read")).to_be_visible()
    check(tab)
    assert let_the_worker_work() == 1
    if not javascript:  # else the page goes on by itself
        page.get_by_role("link", name="See whether it has been read").click()
    expect(page.get_by_role("heading", name="Whom is it about?")).to_be_visible()
    expect(page.get_by_label("Family name")).to_have_value("Ashcombe")
    expect(page.get_by_label("NHS number")).to_have_value(re.compile(r"999 ?000 ?0018"))
    expect(page.get_by_text("The letter says").first).to_be_visible()
    check(tab)
    page.get_by_label("NHS number").fill("999 000 0019")
    page.get_by_role("button", name="Confirm these details").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("check digit")
    check(tab)
    page.get_by_label("NHS number").fill("999 000 0018")
    page.get_by_label("GP, through e-RS Advice and Guidance").check()
    page.get_by_label("UBRN").fill("000123456789")
    page.get_by_label("Southampton", exact=True).check()
    page.get_by_label("How to contact safely").fill("Do not phone home")
    page.get_by_role("button", name="Confirm these details").click()
    expect(page.get_by_role("heading", name="Mr Leonard Ashcombe")).to_be_visible()
    expect(page.get_by_role("note", name="Before you get in touch")).to_contain_text("Do not phone home")
    expect(page.get_by_role("button", name="Start screening")).to_have_count(0)
    check(tab)
    page.get_by_role("button", name="Sign out").click()

    # --- the consultant screens
    consultant.sign_in(tab)
    page.get_by_role("link", name="Mr Leonard Ashcombe").click()
    check(tab)
    page.get_by_role("button", name="Start screening").click()
    expect(page.locator("#group-judgement")).to_contain_text("severe depression")
    check(tab)

    # words lead to the letter and back
    page.get_by_role("link", name=re.compile("severe depression")).first.click()
    expect(page).to_have_url(re.compile(r"#words-\d+$"))
    page.locator("mark", has_text="severe depression").first.scroll_into_view_if_needed()

    # a correction needs a reason, and is kept beside what was read
    judge(page, "investigations-complete", "Not stated")
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Say why you correct this")
    check(tab)
    reference = re.search(r"/referrals/([^/]+)/", page.url)[1]
    tab.open(f"/referrals/{reference}/")
    judge(page, "investigations-complete", "Not stated", "One scan does not tell me whether nerve studies were done.")
    expect(page.locator("#criterion-investigations-complete")).to_contain_text(
        "Read: speaks for. Dr Con Sultant: not stated"
    )
    judge(page, "major-psychiatric-disturbance", "Speaks against", "Severe, and the letter says that there is no plan.")
    check(tab)

    # --- and decides
    page.get_by_role("button", name="Decide").click()
    assert page.locator("input[type=radio]:checked, input[type=checkbox]:checked").count() == 0
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Choose what you have decided")
    check(tab)
    page.get_by_role("radio", name=re.compile("^Delay")).check()
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Choose the criteria")
    page.get_by_role("checkbox", name=re.compile("psychiatric")).check()
    page.get_by_role("button", name="Continue").click()
    check(tab)
    page.get_by_role("button", name="See both letters").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Say what we are waiting for")
    check(tab)
    page.get_by_label("What are we waiting for?").fill("your mood is steady and there is a plan")
    page.get_by_label("Who watches for it?").fill("the specialist nurse")
    fill_date(page, "When does the referral come back to us?", clock.today() + timedelta(days=84))
    page.get_by_label("Your reason").fill("Severe depression without a plan.")
    page.get_by_label("Your own words to the patient").fill(
        "I am sorry that things are so hard at the moment. Bring your MRI."
    )
    page.get_by_role("button", name="See both letters").click()

    expect(page.get_by_role("heading", name="To the patient")).to_be_visible()
    expect(page.locator(".painpath-own-words").first).to_contain_text("I am sorry that things are so hard")
    check(tab)
    as_sent = page.request.get(page.url + "patient.pdf").body()
    assert as_sent.startswith(b"%PDF")
    page.get_by_role("button", name="Sign the decision and both letters").click()

    # --- a check that is overruled needs a reason
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("say why you sign the letter to the patient as it is")
    check(tab)
    page.get_by_label("Why do you sign the letter to the patient as it is?").fill("He calls it that himself.")
    page.get_by_role("button", name="Sign the decision and both letters").click()

    # --- the timeline tells it, with both letters to download
    expect(page.get_by_role("heading", name=re.compile("Decision signed: Delay"))).to_be_visible()
    for event in (
        "Referral received",
        "Registered",
        "Screening started",
        "Corrected: ",
        "Letter signed: to the patient",
    ):
        expect(page.locator(".painpath-timeline")).to_contain_text(event)
    check(tab)
    links = page.get_by_role("link", name=re.compile("Read the letter"))
    assert links.count() == 2
    links.first.click()
    check(tab)
    with page.expect_download() as download:
        page.get_by_role("link", name="Standard print (PDF)").click()
    pdf = pypdfium2.PdfDocument(download.value.path())
    words = " ".join(page.get_textpage().get_text_bounded() for page in pdf)
    assert "Ashcombe" in words
    assert "Dr Con Sultant" in words

    with scope(service_id):
        decision = Decision.objects.get()
        assert decision.by == consultant.membership
        assert decision.outcome == "delay"
        assert Referral.objects.get().state == "delayed"

    # --- going back and signing again changes nothing
    page.go_back()
    if page.get_by_role("button", name="Sign the decision and both letters").count():
        page.get_by_role("button", name="Sign the decision and both letters").click()
        expect(page.get_by_role("heading", name="Everything that happened")).to_be_visible()
    with scope(service_id):
        assert Decision.objects.count() == 1
        referral = Referral.objects.get()
    if not javascript:  # once is enough
        the_letter_arrives(visit(site, DESKTOP, javascript=False), administrator, referral, tmp_path)
        patients = visit(site, PHONE, javascript=False)
        patients.cookie(settings.SESSION_COOKIE_NAME, opened(referral).cookies[settings.SESSION_COOKIE_NAME].value)
        shown = patients.open(address_of("status")).get_by_role("main")
        for words in ("Waiting for the right time", "We sent you a letter.", "Our letter got to you."):
            expect(shown).to_contain_text(words)


def the_letter_arrives(tab: Visit, administrator: Staff, referral: Referral, folder: Path) -> None:
    """The patient's letter is read by a person, because of the words on safe contact; printed, posted, and there."""
    administrator.sign_in(tab)
    page = tab.open("/post/")
    page.get_by_role("link", name=re.compile(f"Letter to the patient, by post, {referral.reference}")).click()
    expect(page.get_by_role("note", name="Why this waits for you")).to_contain_text("Do not phone home")
    page.get_by_label("Send it by post").check()
    page.get_by_label("Postal address").fill("14 Sample Street\nExampleton\nSO29 4WR")
    page.get_by_label("What have you read or agreed?").fill("It says nothing against post.")
    page.get_by_role("button", name="Record").click()
    page.get_by_role("button", name="Print these").click()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download the letters").click()
    downloading.value.save_as(folder / "batch.pdf")
    with pypdfium2.PdfDocument(folder / "batch.pdf") as pdf:
        text = [sheet.get_textpage().get_text_bounded() for sheet in pdf]
    assert any("I am sorry that things are so hard" in words for words in text)
    assert any("14 Sample Street" in words for words in text)
    page.get_by_role("button", name="These were posted").click()
    page.get_by_role("link", name="A letter came back, or arrived").click()
    page.get_by_label("Reference").fill(referral.reference)
    page.get_by_role("button", name="Find the letter").click()
    page.get_by_role("link", name=re.compile("Did it arrive. Letter to the patient")).click()
    page.get_by_label("It arrived").check()
    page.get_by_label("How do you know?").fill("He rang about it")
    page.get_by_role("button", name="Record").click()
    tab.open(f"/referrals/{referral.reference}/timeline/")
    for title in ("Arrived", "Sent"):
        expect(page.get_by_role("heading", name=f"{title}: letter to the patient, by post")).to_be_visible()


def test_a_form_that_outlives_its_session_is_kept(site, visit, service_id, tmp_path):
    administrator = hire(service_id, "Ada Min", "administrator")
    tab = visit(site)
    administrator.sign_in(tab)
    page = tab.page
    tab.open("/receive/")
    page.locator("input[type=file]").set_input_files([letter_file(tmp_path)])
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Continue").click()

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_label("Email address").fill(administrator.email)
    page.get_by_label("Password", exact=True).fill("three random words")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="We kept what you sent")).to_be_visible()
    expect(page.get_by_text("Referral letter.pdf")).to_be_visible()
    tab.axe()
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_role("heading", name="The letter is being read")).to_be_visible()
    with scope(service_id):
        [document] = Referral.objects.get().documents.all()
        assert bytes(document.content).startswith(b"%PDF")


def test_a_kept_form_is_nobody_elses(site, visit, service_id, tmp_path):
    administrator = hire(service_id, "Ada Min", "administrator")
    other = hire(service_id, "Som Ebody Else", "administrator")
    tab = visit(site)
    administrator.sign_in(tab)
    page = tab.page
    tab.open("/receive/")
    page.locator("input[type=file]").set_input_files([letter_file(tmp_path)])
    page.context.clear_cookies(name="sessionid")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Email address").fill(other.email)
    page.get_by_label("Password", exact=True).fill("three random words")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("is there for the person who wrote it")).to_be_visible()
    with scope(service_id):
        assert not Referral.objects.exists()
