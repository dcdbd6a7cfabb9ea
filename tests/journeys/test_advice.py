"""Advice and guidance, whole: a question, advice that quotes it, the reply in e-RS, and "I still wish to refer"."""

import re
import uuid
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from painpath import clock
from painpath.accounts.scope import scope
from painpath.letters.models import Dispatch
from painpath.referrals import verbs
from painpath.referrals.arriving import receiving, registering
from painpath.referrals.arriving.filing import File
from painpath.referrals.guidance import advice
from painpath.referrals.models import AdviceParagraph, Referral
from painpath.referrals.sheet import judging
from tests.browsing import DESKTOP, EVERY_SIZE
from tests.journeys.staff import LETTER, hire, let_the_worker_work
from tests.journeys.test_first_path import fill_date
from tests.referrals.conftest import details

QUESTION = "Would you try duloxetine next, or a higher dose?"
ASKING = LETTER.replace("\nYours sincerely\n", f"\n{QUESTION}\n\nYours sincerely\n")


@pytest.fixture
def people(service_id):
    return {
        "administrator": hire(service_id, "Ada Min", "administrator"),
        "consultant": hire(service_id, "Dr Con Sultant", "clinician", "consultant"),
    }


@pytest.fixture
def reference(people, service_id) -> str:
    """A referral by e-RS that the consultant is screening, its alerts acted on."""
    administrator, consultant = people["administrator"].membership, people["consultant"].membership
    with scope(service_id):
        referral = receiving.receive(
            by=administrator, files=[File("A&G request.txt", ASKING.encode())], key=uuid.uuid4()
        )
        leaflet = File("Walking programme.html", b"<!doctype html><p>Begin with five minutes.</p>")
        receiving.add_documents(referral=referral, by=administrator, files=[leaflet])
    let_the_worker_work()
    with scope(service_id):
        referral = Referral.objects.get(pk=referral.pk)
        registering.register(referral=referral, by=administrator, details=details())
        verbs.start_screening(referral=Referral.objects.get(pk=referral.pk), by=consultant)
        for alert in referral.alerts.all():
            judging.act_on_alert(alert=alert, by=consultant, action="Read: it is ruled out.")
        advice.add(
            by=consultant, title="Duloxetine", text="Start at 30 mg.", criteria=[],
            expires_on=clock.today() + timedelta(days=30),
        )  # fmt: skip
        return referral.reference


@pytest.mark.parametrize(
    ("size", "javascript"),
    [(EVERY_SIZE, True), (DESKTOP, False)],
    ids=["with JavaScript", "without"],
)
def test_advice_is_asked_given_sent_and_not_enough(site, visit, service_id, people, reference, size, javascript):
    def check(tab) -> None:
        if javascript:  # axe is a script
            tab.axe()

    tab = visit(site, size, javascript=javascript)
    people["consultant"].sign_in(tab)
    page = tab.open(f"/referrals/{reference}/decide/")
    page.get_by_role("radio", name="Give advice and guidance").check()
    page.get_by_role("button", name="Continue").click()

    # --- the question: offered, none chosen; advice used before goes into the words
    assert page.locator("input:checked").count() == 0
    page.get_by_role("button", name="See both letters").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Choose the question that you answer")
    check(tab)
    page.get_by_role("radio", name=QUESTION).check()
    page.get_by_label("Your reason").fill("A good question with an answer in primary care.")
    page.get_by_role("checkbox", name="Duloxetine").check()
    page.get_by_role("button", name="See both letters").click()
    words = page.get_by_label("Your advice to the GP or referrer")
    expect(words).to_have_value("Start at 30 mg.")
    expect(page.locator(".nhsuk-error-summary")).to_have_count(0)
    check(tab)
    words.fill("Start at 30 mg. His sleep may settle with it.")
    page.get_by_role("radio", name="Advice only, no referral recommended").check()
    expect(page.get_by_role("link", name="add the file to the referral")).to_be_visible()
    page.get_by_role("checkbox", name="Walking programme.html").check()
    page.get_by_role("button", name="See both letters").click()
    expect(page.locator(".painpath-paper").last).to_contain_text(
        "You asked: “Would you try duloxetine next, or a higher dose?”"
    )
    expect(page.locator(".painpath-paper").last).to_contain_text("Walking programme.html")
    expect(page.get_by_role("note").filter(has_text="e-RS does not take every file")).to_be_visible()
    check(tab)
    page.get_by_role("button", name="Sign the decision and both letters").click()

    # --- the reply is pasted into e-RS and ticked
    page.get_by_role("link", name="e-RS", exact=True).click()
    expect(page.get_by_text("RETURN_TO_REFERRER_WITH_ADVICE")).to_be_visible()
    text = page.get_by_label("Text of the reply").input_value()
    assert "His sleep may settle with it." in text
    expect(page.get_by_role("heading", name="3. Attach these files in e-RS")).to_be_visible()
    assert "Walking programme.html" in text
    with page.expect_download() as download:
        page.get_by_role("link", name="Walking programme.html").click()
    assert download.value.suggested_filename == "Walking programme.html"
    check(tab)
    if javascript:
        page.get_by_role("button", name="Copy the text").click()
        expect(page.locator("[data-copies] [role=status]")).to_have_text("The text is copied.")
    else:
        expect(page.get_by_role("button", name="Copy the text")).to_have_count(0)
    page.get_by_role("button", name="Record that it was sent").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Tick the box")
    check(tab)
    page.get_by_label("I have sent this in e-RS, with its files").check()
    page.get_by_role("button", name="Record that it was sent").click()

    # --- the tick was a mistake, and is made again
    page.get_by_role("link", name="This was ticked by mistake").click()
    page.get_by_role("button", name="Record that it was not sent").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Say how you know")
    check(tab)
    page.get_by_label("How do you know").fill("I had another patient's page open.")
    page.get_by_role("button", name="Record that it was not sent").click()
    expect(page.get_by_text("It waits to be sent.")).to_be_visible()
    page.get_by_label("I have sent this in e-RS, with its files").check()
    page.get_by_role("button", name="Record that it was sent").click()
    expect(page.get_by_text(re.compile("Sent in e-RS on .* says Dr Con Sultant"))).to_be_visible()
    check(tab)
    with scope(service_id):
        assert Dispatch.objects.get(channel="ers").text == text

    # --- the referrer still wishes to refer
    page.get_by_role("link", name="Conversation", exact=True).click()
    expect(page.locator(".painpath-asked")).to_contain_text("Would you try duloxetine next")
    expect(page.locator("[data-side=team]").get_by_role("link", name="Walking programme.html")).to_be_visible()
    check(tab)
    page.get_by_role("button", name="Record what the referrer says", exact=True).click()
    assert page.locator("input:checked").count() == 0
    page.get_by_role("radio", name="I still wish to refer").check()
    page.get_by_role("button", name="Record this").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Copy the referrer's own words")
    check(tab)
    page.get_by_label("The referrer's own words").fill("He has had duloxetine. I still wish to refer him.")
    page.get_by_role("button", name="Record this").click()
    expect(page.get_by_text("for another clinician than the one who gave the advice")).to_be_visible()
    page.get_by_role("link", name="Conversation", exact=True).click()
    expect(page.locator(".painpath-conversation")).to_contain_text("“I still wish to refer”")
    check(tab)
    tab.open("/")
    expect(page.get_by_role("main")).to_contain_text(reference)
    with scope(service_id):
        referral = Referral.objects.get()
        assert (referral.state, referral.not_by) == ("awaiting_screening", people["consultant"].membership)


def test_the_library_of_advice(site, visit, service_id, people):
    consultant = people["consultant"]
    with scope(service_id), clock.at(clock.today() - timedelta(days=60)):
        advice.add(
            by=consultant.membership, title="Old advice", text="Bed rest.\n\nFor a while.", criteria=["adult"],
            expires_on=clock.today() + timedelta(days=30),
        )  # fmt: skip
    tab = visit(site, EVERY_SIZE)
    consultant.sign_in(tab)
    page = tab.open("/advice/")
    expect(page.get_by_role("heading", name="To be reviewed by you (1)")).to_be_visible()
    tab.axe()
    page.get_by_role("button", name="Renew advice: Old advice").click()
    expect(page.get_by_text("Bed rest.")).to_be_visible()
    page.get_by_role("button", name="Renew this advice").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Enter the last day")
    tab.axe()
    tab.open("/advice/")
    page.get_by_role("button", name="Change advice: Old advice").click()
    page.get_by_label("The advice").fill("Keep moving.")
    page.get_by_role("button", name="Keep this advice").click()
    expect(page.locator(".nhsuk-error-summary")).to_be_visible()  # its last day has passed
    tab.axe()
    fill_date(page, "Last day on which it is offered", clock.today() + timedelta(days=90))
    page.get_by_role("button", name="Keep this advice").click()
    expect(page.get_by_role("heading", name="Offered now (1)")).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("To be reviewed"))).to_have_count(0)
    tab.axe()
    page.get_by_role("button", name="Retire advice: Old advice").click()
    expect(page.get_by_role("heading", name="Offered now (0)")).to_be_visible()
    with scope(service_id):
        old, new = AdviceParagraph.objects.order_by("id")
        assert (new.replaces, new.text, old.text) == (old, "Keep moving.", "Bed rest.\n\nFor a while.")
        assert new.retired_at is not None
