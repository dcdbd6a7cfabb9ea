"""A practitioner refers online: only what the letter does not say is asked; sent once, however often it is sent."""

import re

import pytest
from playwright.sync_api import Page, expect

from painpath.accounts.scope import scope
from painpath.referrals.models import OnlineReferral, Referral
from tests.browsing import DESKTOP, EVERY_SIZE, Visit
from tests.documents.making import pdf
from tests.journeys.staff import PASSWORD, hire, let_the_worker_work
from tests.referrals.conftest import make_referrer

LETTER = """Larkfield Medical Practice
4 November 2026

Mr Leonard ASHCOMBE   DOB 03/04/1966   NHS 999 000 0018   SO29 4WR

Thank you for seeing this 60 year old man with persistent low back pain for 6 years, which is not from cancer; he is
not palliative. He can no longer work. MRI in 2024 was normal and no further tests are needed. Surgery has been
discussed and carries more risk than benefit. There is no inflammatory condition. He has tried amitriptyline,
gabapentin and physiotherapy without lasting benefit. He has no psychiatric illness and no cognitive impairment. No
further investigations or appointments are awaited for this pain. He can attend and take part by phone. There is no
functional neurological disorder. He has not been seen by the pain service before. The pain is not expected to
resolve. He accepts that the pain is persistent and is keen to learn self-management; he is not looking for a cure or
a further opinion. He would like to be seen, has had the leaflet and agrees to this referral.

Dr Gee Pea
"""
"""Three gaps: dependence, opioid use disorder, and whether the practice is contracted."""
DEPENDENCE, OPIOIDS = "Is there drug or alcohol dependence now", "Is there opioid use disorder"


def sign_in(tab: Visit, email: str) -> Page:
    page = tab.open("/accounts/login/")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="My referrals").wait_for()
    return page


@pytest.fixture
def practitioner(transactional_db, service_id):
    with scope(service_id):
        return make_referrer("Dr Gee Pea", profession="GP", password=PASSWORD)


@pytest.mark.parametrize(
    ("size", "javascript"),
    [(EVERY_SIZE, True), (DESKTOP, False)],
    ids=["with JavaScript", "without"],
)
def test_refer_online_and_register_it(site, visit, service_id, practitioner, size, javascript):
    administrator = hire(service_id, "Reg Istrar", "administrator")
    consultant = hire(service_id, "Dr Con Sultant", "clinician", "consultant")
    tab = visit(site, size, javascript=javascript)

    def check() -> None:
        if javascript:  # axe is a script
            tab.axe()

    page = sign_in(tab, practitioner.user.email)
    check()
    tab.open("/my/refer/")
    check()

    # --- a bad file gives a sentence, and the letter that came with it is kept
    page.get_by_label("Paste the letter").fill(LETTER)
    page.locator("input[type=file]").set_input_files(
        [{"name": "empty.pdf", "mimeType": "application/pdf", "buffer": b""},
         {"name": "locked.pdf", "mimeType": "application/pdf", "buffer": pdf("A report.", password="secret")}]
    )  # fmt: skip
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("“empty.pdf” is empty")
    expect(page.locator(".nhsuk-summary-list__row", has_text="Letter.txt")).to_contain_text("Read")
    expect(page.locator(".nhsuk-summary-list__row", has_text="locked.pdf")).to_contain_text("password")
    check()
    page.get_by_role("button", name="Remove locked.pdf").click()
    expect(page.get_by_text("locked.pdf")).to_have_count(0)
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Paste the letter, or choose a file")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Refer a patient")).to_contain_text("Leonard Ashcombe")
    check()
    draft = page.url

    # --- the patient: filled in from the letter, and a slip is said beside the field
    page.get_by_role("link", name="The patient").click()
    expect(page.get_by_label("Family name")).to_have_value("Ashcombe")
    expect(page.get_by_text("From your letter: “999 000 0018”")).to_be_visible()
    check()
    page.get_by_label("NHS number").fill("999 000 0019")
    page.get_by_label("Phone number").fill("01632 960333")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("check digit")
    expect(page.get_by_label("Phone number")).to_have_value("01632 960333")
    check()
    page.get_by_label("NHS number").fill("999 000 0018")
    page.get_by_role("button", name="Save and continue").click()

    # --- how: a GP learns of e-RS, and is not turned away
    page.get_by_role("link", name="How you refer").click()
    expect(page.get_by_text("nothing is turned away")).to_be_visible()
    expect(page.get_by_text("exceptional circumstances")).to_have_count(0)
    check()
    page.get_by_role("group", name="May the team turn").get_by_label("Yes").check()
    page.get_by_role("button", name="Save and continue").click()

    # --- only what the letter does not say is asked
    page.get_by_role("link", name="What we still ask").click()
    expect(page.get_by_label(DEPENDENCE)).to_be_visible()
    expect(page.get_by_label("Which treatments have been tried")).to_have_count(0)
    said = page.locator("details").filter(has_text="amitriptyline").first
    said.locator("summary").click()
    expect(said).to_contain_text("gabapentin")
    check()
    page.get_by_label(DEPENDENCE).fill("No drug or alcohol dependence. He wants to die and has a plan.")
    page.get_by_label(OPIOIDS).fill("Codeine as prescribed only. No opioid use disorder.")
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_role("heading", name="This may not be able to wait")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("wants to die and has a plan")

    page.get_by_role("link", name="Consent").click()
    group = page.get_by_role("group", name="When did the patient agree")
    for label, value in (("Day", "3"), ("Month", "11"), ("Year", "26")):
        group.get_by_label(label).fill(value)
    page.get_by_role("button", name="Save and continue").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("year with 4 numbers")
    check()
    group.get_by_label("Year").fill("2026")
    page.get_by_label("Which information").fill("Leaflet, May 2026")
    page.get_by_role("button", name="Save and continue").click()

    page.get_by_role("link", name="Communication needs").click()
    page.get_by_label("Large print").check()
    page.get_by_role("group", name="interpreter").get_by_label("Yes").check()
    page.get_by_label("For which language").fill("Polish")
    page.get_by_label("contact the patient safely").fill("Do not phone home")
    check()
    page.get_by_role("button", name="Save and continue").click()

    # --- save, come back, check, send
    tab.open("/my/referrals/")
    expect(page.get_by_text(re.compile("Kept until the end of"))).to_be_visible()
    check()
    page.get_by_role("link", name="Mr Leonard Ashcombe").click()
    assert page.url == draft
    page.get_by_role("link", name="Check and send").or_(page.get_by_role("button", name="Check and send")).click()
    expect(page.get_by_text("You can send the referral without them.")).to_be_visible()
    expect(
        page.get_by_role("listitem").filter(has_text="the day on which the patient was given information")
    ).to_be_visible()
    check()
    page.get_by_role("button", name="Send the referral").click()
    expect(page.get_by_role("heading", name="Referral received")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("wants to die and has a plan")
    expect(page.get_by_text("Dr Con Sultant")).to_be_visible()  # the first who can be reached
    expect(page.get_by_text("01632 960111")).to_be_visible()
    check()
    with scope(service_id):
        reference = Referral.objects.get().reference
    expect(page.locator(".nhsuk-panel")).to_contain_text(reference)
    tab.open(draft)  # Back, and once more
    expect(page.locator(".nhsuk-panel")).to_contain_text(reference)

    # --- the same again through another draft
    tab.open("/my/refer/")
    page.get_by_label("Paste the letter").fill(LETTER)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Check and send").click()
    expect(page.get_by_role("note", name="Sent before")).to_contain_text(reference)
    page.get_by_role("button", name="Send the referral").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text(reference)
    check()
    page.get_by_role("link", name="Save it and come back later").click()
    page.get_by_role("link", name="Delete this draft").click()
    check()
    page.get_by_role("button", name="Delete it").click()
    expect(page.get_by_text("The draft is deleted.")).to_be_visible()
    with scope(service_id):
        assert Referral.objects.count() == OnlineReferral.objects.count() == 1

    # --- the team registers it, with what was typed, and sees the answers beside the clauses
    page.get_by_role("button", name="Sign out").click()
    let_the_worker_work()
    administrator.sign_in(tab)
    expect(page.locator("table.painpath-worklist")).to_contain_text("not verified yet")
    check()
    tab.open(f"/referrals/{reference}/register/")
    expect(page.get_by_text("Dr Gee Pea sent this online.")).to_be_visible()
    expect(page.get_by_label("Family name")).to_have_value("Ashcombe")
    expect(page.get_by_label("Phone number")).to_have_value("01632 960333")
    expect(page.get_by_label("GP, through e-RS Advice and Guidance")).to_be_checked()
    expect(page.get_by_label("How to contact safely")).to_have_value("Do not phone home")
    expect(page.get_by_label("Name of the referrer")).to_have_count(0)
    check()
    page.get_by_label("Southampton", exact=True).check()
    page.get_by_role("button", name="Confirm these details").click()
    expect(page.get_by_role("note", name="Before you get in touch")).to_contain_text("Polish")
    expect(page.get_by_text("Sent by an account that is not verified yet").first).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    consultant.sign_in(tab)
    tab.open(f"/referrals/{reference}/")
    criterion = page.locator("#criterion-drug-alcohol-dependence")
    expect(criterion).to_contain_text(
        "Referrer, online: Speaks for: ruled out. “No drug or alcohol dependence. He wants to die and has a plan.”"
    )
    check()


def test_nobody_elses_draft_or_receipt(site, visit, service_id, practitioner):
    tab = visit(site)
    page = sign_in(tab, practitioner.user.email)
    page.get_by_role("main").get_by_role("link", name="Refer a patient").click()
    page.get_by_role("button", name="Continue").click()  # neither letter nor file
    expect(page.get_by_role("heading", name="Refer a patient")).to_be_visible()
    draft = page.url
    page.get_by_role("button", name="Check and send").click()
    page.get_by_role("button", name="Send the referral").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("enter the patient's family name")
    tab.axe()
    with scope(service_id):
        stranger = make_referrer("Pal Liative", "palliative_team")
        stranger.user.set_password(PASSWORD)
        stranger.user.save()
    page.get_by_role("button", name="Sign out").click()
    sign_in(tab, stranger.user.email)
    tab.open(draft)
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()
    tab.open("/my/refer/")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="How you refer").click()
    page.get_by_label("What are the exceptional circumstances?").fill("Cured, and the pain stays.")
    tab.axe()
    page.get_by_role("button", name="Save and continue").click()
    page.get_by_role("button", name="Check and send").click()
    expect(page.get_by_text("Cured, and the pain stays.")).to_be_visible()
