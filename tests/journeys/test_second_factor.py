"""A second factor is set up, asked for, lost and removed."""

import os
import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import expect

from tests.browsing import EVERY_SIZE
from tests.journeys.staff import PASSWORD, hire


def shoot(page, name):
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}-{page.viewport_size['width']}.png", full_page=True)


def code(secret: str, ahead: int = 0) -> str:
    """What the app shows; a code is good once, so the next one is taken for the next sign-in."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + ahead))


def password(page, email):
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def again(page):
    """The password again, before something about the account is changed."""
    expect(page.get_by_role("heading", name="Enter your password again")).to_be_visible()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()


def test_set_up_asked_for_lost_and_removed(site, visit, service_id):
    one = hire(service_id, "Dr Con Sultant", "clinician", "consultant")
    tab = visit(site, EVERY_SIZE)
    one.sign_in(tab)
    page = tab.page
    page.get_by_role("link", name="Second factor").click()
    expect(page.get_by_text("Not set up")).to_be_visible()
    tab.axe()
    page.get_by_role("button", name="Set up an app").click()
    again(page)
    expect(page.get_by_role("heading", name="Set up an app for codes")).to_be_visible()
    tab.axe()
    shoot(page, "factor-set-up")
    secret = page.locator(".painpath-secret").inner_text()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Set up").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("This code is not right")
    tab.axe()
    assert page.locator(".painpath-secret").inner_text() == secret
    page.get_by_label("Code").fill(code(secret))
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    tab.axe()
    shoot(page, "factor-codes")
    recovery = page.locator(".painpath-secret li").first.inner_text()
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert len(recovery) == 8
    assert secret not in kept

    page.get_by_role("button", name="Sign out").click()
    password(page, one.email)
    expect(page.get_by_role("heading", name="Enter your code")).to_be_visible()
    tab.axe()
    shoot(page, "factor-asked")
    tab.open("/")
    expect(page.get_by_role("heading", name="Enter your code")).to_be_visible()
    page.get_by_role("button", name="Start again").click()
    password(page, one.email)
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("This code is not right")
    tab.axe()
    page.get_by_label("Code").fill(code(secret, 1))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Worklist")).to_be_visible()

    page.get_by_role("button", name="Sign out").click()
    password(page, one.email)
    page.get_by_label("Code").fill(recovery)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Worklist")).to_be_visible()
    tab.open("/accounts/second-factor/")
    expect(page.get_by_text("You have 9 recovery codes left")).to_be_visible()
    tab.axe()
    shoot(page, "factor-on")
    page.get_by_role("button", name="Make new recovery codes").click()
    expect(page.get_by_role("heading", name="Make new recovery codes")).to_be_visible()
    tab.axe()
    page.get_by_role("button", name="Make new codes").click()
    expect(page.get_by_text(recovery)).to_have_count(0)
    tab.open("/accounts/second-factor/")
    page.get_by_role("button", name="Remove the app").click()
    tab.axe()
    page.get_by_role("link", name="Keep it").click()

    office, desk = hire(service_id, "Ada Min", "administrator"), visit(site, EVERY_SIZE)
    office.sign_in(desk)
    desk.open(f"/team/{one.membership.pk}/")
    desk.axe()
    desk.page.get_by_role("button", name="Remove a lost second factor").click()
    desk.page.get_by_role("button", name="Remove it").click()
    expect(desk.page.get_by_role("link", name="Enter why it is removed")).to_be_visible()
    desk.axe()
    desk.page.get_by_label("Why is it removed?").fill("Phone and codes lost")
    desk.page.get_by_label("How do you know that it is this person?").fill("Met in person")
    desk.page.get_by_role("button", name="Remove it").click()
    expect(desk.page.get_by_text("The second factor of Dr Con Sultant is removed")).to_be_visible()
    assert not Authenticator.objects.exists()
    tab.open("/")
    password(page, one.email)
    expect(page.get_by_role("heading", name="Worklist")).to_be_visible()
    expect(page.get_by_text("Ada Min removed the second factor of your account")).to_be_visible()
