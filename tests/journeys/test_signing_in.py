"""Signing in and passwords: the pages that everybody meets first."""

import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from painpath.accounts.models import Membership, Service, User
from painpath.postgres.owner import as_owner
from tests.browsing import EVERY_SIZE

EMAIL, PASSWORD = "amara.osei@example.nhs.uk", "three random words"


@pytest.fixture
def clinician(transactional_db):
    with as_owner():
        service = Service.objects.get()
        user = User.objects.create_user(EMAIL, "Dr Amara Osei", PASSWORD)
        return Membership.objects.create(service=service, user=user, role="clinician", grade="consultant")


def sign_in(page, password=PASSWORD):
    page.get_by_label("Email address").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_in_and_out(clinician, site, visit):
    tab = visit(site, EVERY_SIZE)
    page = tab.open("/")
    expect(page).to_have_url(re.compile(r"/accounts/login/\?next=/$"))
    tab.axe()
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("link", name="Enter your password")).to_be_visible()
    tab.axe()
    sign_in(page, "wrong")
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("not correct")
    expect(page.get_by_label("Email address")).to_have_value(EMAIL)
    tab.axe()
    sign_in(page)
    expect(page.get_by_role("navigation", name="Account")).to_contain_text("Dr Amara Osei")
    tab.axe()
    tab.open("/accounts/password/change/").get_by_role("link", name="Where you are signed in").click()
    expect(page.get_by_text("Chrome on Linux (this one)")).to_be_visible()
    tab.axe()
    page.get_by_role("button", name="Sign out everywhere else").click()
    expect(page.get_by_role("alert")).to_contain_text("You are signed out everywhere else")
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("You are signed out")
    tab.axe()


def test_changing_the_password(clinician, site, visit):
    tab = visit(site)
    page = tab.open("/accounts/login/?next=/accounts/password/change/")
    sign_in(page)
    expect(page.get_by_role("heading", name="Change your password")).to_be_visible()
    tab.axe()
    page.get_by_label("Your password now").fill(PASSWORD)
    page.get_by_label("New password", exact=True).fill("short")
    page.get_by_label("New password again").fill("short")
    page.get_by_role("button", name="Change password").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("at least 12 characters")
    tab.axe()
    page.get_by_label("Your password now").fill(PASSWORD)
    page.get_by_label("New password", exact=True).fill("three other random words")
    page.get_by_label("New password again").fill("three other random words")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("alert")).to_contain_text("Your password is changed")
    tab.axe()


def test_a_forgotten_password(clinician, site, visit):
    tab = visit(site)
    page = tab.open("/accounts/login/")
    page.get_by_role("link", name="I have forgotten my password").click()
    tab.axe()
    page.get_by_label("Email address").fill(EMAIL)
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("heading", name="Check your email")).to_be_visible()
    tab.axe()
    [message] = mail.outbox
    [link] = re.findall(r"http://\S+", message.body)
    assert "&amp;" not in message.body
    page.goto(link)
    expect(page.get_by_role("heading", name="Choose a new password")).to_be_visible()
    tab.axe()
    page.get_by_label("Password", exact=True).fill("three other random words")
    page.get_by_label("Password again").fill("three other random words")
    page.get_by_role("button", name="Save password").click()
    expect(page.get_by_role("heading", name="Your password is changed")).to_be_visible()
    tab.axe()
    page.goto(link)
    expect(page.get_by_role("heading", name="This link no longer works")).to_be_visible()
    expect(page.get_by_role("button", name="Save password")).to_have_count(0)
    tab.axe()


def test_somebody_without_an_account_learns_nothing(clinician, site, visit):
    page = visit(site).open("/accounts/password/reset/")
    page.get_by_label("Email address").fill("stranger@example.com")
    page.get_by_role("button", name="Send me a link").click()
    expect(page.get_by_role("heading", name="Check your email")).to_be_visible()
    [message] = mail.outbox
    assert "There is no account with this address" in message.body
    page.goto("/accounts/signup/")
    expect(page.get_by_role("heading", name="You need an invitation")).to_be_visible()
