"""A GP asks for an account, is compared with the register, sees their practice: axe, a phone, without JavaScript."""

import os
import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from painpath.accounts.scope import scope
from painpath.directory.models import Practice
from tests.browsing import DESKTOP, EVERY_SIZE
from tests.journeys.staff import hire
from tests.referrals.conftest import Team, waiting_referral

SERVICE = "southampton-portsmouth"
ASK = f"/services/{SERVICE}/account/"
PASSWORD = "three random words"
WAYS = pytest.mark.parametrize(
    ("size", "javascript"),
    [(EVERY_SIZE, True), (DESKTOP, False)],
    ids=["with JavaScript", "without"],
)


def shoot(page, name):
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}-{page.viewport_size['width']}.png", full_page=True)


def fill(page, email, number="GMC 1234567"):
    page.get_by_label("Your name").fill("Dr A Example")
    page.get_by_label("Work email address").fill(email)
    page.get_by_role("radio", name="GP", exact=True).check()
    page.get_by_label("Which register are you on?").select_option(label="General Medical Council (GMC)")
    page.get_by_label("Registration number").fill(number)


def sign_in(tab, email):
    page = tab.open("/accounts/login/?next=/")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


@WAYS
def test_from_asking_to_the_practices_figures(site, visit, service_id, size, javascript):
    office = hire(service_id, "Ada Min", "administrator")
    consultant = hire(service_id, "Dr Con Sultant", "clinician", "consultant")
    with scope(service_id):
        people = Team(office.membership.service, office.membership, *[consultant.membership] * 3, office.membership)
        referral = waiting_referral(people)
        Practice.objects.update(ods_code="Y99001")
    theirs, ours = visit(site, size, javascript=javascript), visit(site, size, javascript=javascript)
    if not javascript:  # axe needs it
        theirs.axe = ours.axe = lambda: None

    page = theirs.open("/accounts/login/")
    page.get_by_role("link", name="Ask for an account").click()
    theirs.axe()
    page.get_by_role("button", name="Ask for an account").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Enter your name")
    theirs.axe()
    fill(page, "dr.example@gmail.com", "12")
    page.get_by_role("button", name="Ask for an account").click()
    summary = page.locator(".nhsuk-error-summary")
    expect(summary).to_contain_text("ends with nhs.net or nhs.uk. If you have none, refer by letter")
    expect(summary).to_contain_text("7 digits")
    expect(summary).to_contain_text("Enter the practice, or another place of work")
    theirs.axe()
    shoot(page, "ask-errors")
    fill(page, "a.example@nhs.net")
    page.get_by_label("GP practice where you work").fill("y99001")
    page.get_by_role("button", name="Ask for an account").click()
    expect(page.get_by_role("heading", name="We have your request")).to_be_visible()
    theirs.axe()
    shoot(page, "asked")
    [welcome] = mail.outbox
    assert (welcome.to, "Example" in welcome.body) == (["a.example@nhs.net"], False)
    [link] = re.findall(r"http://\S+/key/\S+", welcome.body)
    page.goto(link)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password again").fill(PASSWORD)
    page.get_by_role("button", name="Save password").click()
    sign_in(theirs, "a.example@nhs.net")
    expect(page.get_by_role("heading", name="My referrals")).to_be_visible()
    expect(page.get_by_text("Ashcombe")).to_have_count(0)
    theirs.open("/my/practice/")
    expect(page.get_by_text("We are comparing your registration")).to_be_visible()
    theirs.axe()

    office.sign_in(ours)
    page = ours.open("/to-do/")
    ours.axe()
    page.get_by_role("link", name="Referrers who ask for an account").click()
    ours.axe()
    shoot(page, "referrers")
    page.get_by_role("link", name="Dr A Example").click()
    expect(page.get_by_role("link", name="public register")).to_have_attribute("href", re.compile("gmc-uk.org"))
    expect(page.get_by_text("Yes: they have set a password")).to_be_visible()
    ours.axe()
    page.get_by_role("button", name="I compared it with the register").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Say what you compared")
    ours.axe()
    shoot(page, "referrer-waiting")
    page.get_by_label("What did you compare").fill("GMC register; rang the practice")
    page.get_by_role("button", name="I compared it with the register").click()
    expect(page.get_by_text("Dr A Example is verified.")).to_be_visible()
    ours.axe()
    shoot(page, "referrer-verified")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_text("1 referral now belongs to the account")).to_be_visible()
    assert mail.outbox[-1].subject.endswith("Your registration has been checked")

    page = theirs.open("/")
    expect(page.get_by_text(referral.reference)).to_be_visible()
    theirs.open("/my/practice/")
    expect(page.get_by_text("1 referral was received")).to_be_visible()
    expect(page.get_by_text("A sentence that would have answered it").first).to_be_visible()
    theirs.axe()
    shoot(page, "practice")
    theirs.open("/my/details/")
    theirs.axe()
    shoot(page, "details")
    page.get_by_label("Registration number").fill("7654321")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("compares your registration again")).to_be_visible()
    theirs.axe()

    page = ours.open("/referrers/")
    page.get_by_role("link", name="Dr A Example").click()
    page.get_by_role("button", name="Decline").click()
    ours.axe()
    page.get_by_role("button", name="Decline").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Say why")
    ours.axe()
    page.get_by_label("Why?").fill("The register has no such number.")
    page.get_by_role("button", name="Decline").click()
    expect(page.get_by_text("Declined. They get an email.")).to_be_visible()
    ours.axe()
    declined = mail.outbox[-1]
    assert "The register has no such number." in declined.body
    assert "Write to the team." in declined.body
    page = theirs.open("/my/referrals/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_an_invitation(site, visit, service_id):
    consultant = hire(service_id, "Dr Con Sultant", "clinician", "consultant")
    tab = visit(site, EVERY_SIZE)
    consultant.sign_in(tab)
    page = tab.open("/referrers/invite/")
    tab.axe()
    page.get_by_role("button", name="Invite").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Enter the name")
    tab.axe()
    page.get_by_label("Name", exact=True).fill("Fay Sio")
    page.get_by_label("Work email address").fill("fay.sio@hospice.example")
    page.get_by_role("radio", name="Physiotherapist").check()
    page.get_by_label("Register", exact=True).select_option(label="Health and Care Professions Council (HCPC)")
    page.get_by_label("Registration number").fill("ph-123456")
    page.get_by_label("Other place of work").fill("Exampleton Hospice")
    page.get_by_label("Compared with the register?").fill("HCPC register; works on our corridor")
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_text("Fay Sio has an account now.")).to_be_visible()
    expect(page.get_by_text("HCPC PH123456")).to_be_visible()
    tab.axe()
    shoot(page, "invited")
    assert mail.outbox[-1].to == ["fay.sio@hospice.example"]
    page.get_by_role("button", name="End the access of Fay Sio").click()
    expect(page.get_by_text("has ended. They are signed out everywhere.")).to_be_visible()
