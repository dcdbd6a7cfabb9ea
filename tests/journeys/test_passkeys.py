"""A passkey is made, asked for beside the password, signs in without it, and is removed."""

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import expect

from tests.browsing import EVERY_SIZE
from tests.journeys.staff import hire
from tests.journeys.test_second_factor import password, shoot


@pytest.fixture
def device():
    """A passkey of the browser's own: it has a screen lock, and its person is there."""

    def put_in(page):
        debugger = page.context.new_cdp_session(page)
        debugger.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }  # fmt: skip
        made = debugger.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

        def person(there: bool) -> None:
            debugger.send("WebAuthn.setUserVerified", {"authenticatorId": made, "isUserVerified": there})

        return person

    return put_in


def test_a_passkey_from_the_first_to_the_last_day(site, visit, service_id, settings, device):
    settings.STAFF_NEED_FACTOR = True
    one = hire(service_id, "Dr Con Sultant", "clinician", "consultant")
    tab = visit(site, EVERY_SIZE)
    page = tab.open("/accounts/login/?next=/to-do/")
    person = device(page)
    password(page, one.email)
    expect(page.get_by_text("You need a second factor before you can go on")).to_be_visible()
    tab.axe()
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("Your browser cannot make a passkey")).to_be_hidden()
    page.get_by_label("Name of this passkey").fill("My work phone")
    tab.axe()
    shoot(page, "passkey-add")
    person(False)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("That did not work")
    tab.axe()
    person(True)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    tab.axe()
    shoot(page, "passkey-codes")
    page.get_by_role("button", name="I have kept them: go on").click()
    expect(page).to_have_url(f"{site}/to-do/")

    page.get_by_role("button", name="Sign out").click()
    password(page, one.email)
    expect(page.get_by_role("heading", name="Enter your code")).to_be_visible()
    tab.axe()
    shoot(page, "passkey-asked")
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_role("heading", name="Worklist")).to_be_visible()

    page.get_by_role("button", name="Sign out").click()
    tab.open("/accounts/login/?next=/to-do/")
    page.get_by_role("button", name="Use a passkey instead").click()
    expect(page).to_have_url(f"{site}/to-do/")

    page.get_by_role("link", name="Second factor").click()
    tab.axe()
    shoot(page, "passkey-there")
    page.get_by_role("link", name="Remove My work phone").click()
    tab.axe()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("The passkey is removed")).to_be_visible()
    assert not Authenticator.objects.exists()
    tab.open("/accounts/login/")
    page.get_by_role("button", name="Sign out").click()
    tab.open("/accounts/login/")
    page.get_by_role("button", name="Use a passkey instead").click()
    expect(page.get_by_text("not right")).to_be_visible()
    tab.axe()


def test_without_javascript_there_is_the_app(site, visit, service_id, settings):
    settings.STAFF_NEED_FACTOR = True
    one = hire(service_id, "Dr Con Sultant", "clinician", "consultant")
    page = visit(site, javascript=False).open("/accounts/login/")
    expect(page.get_by_role("button", name="Use a passkey instead")).to_have_count(0)
    password(page, one.email)
    page.get_by_role("button", name="Add a passkey").click()
    page.get_by_role("link", name="Use an app for codes").click()
    expect(page.get_by_role("heading", name="Set up an app for codes")).to_be_visible()


def test_a_browser_that_cannot_make_passkeys_says_so_and_leads_to_the_app(site, visit, service_id, settings):
    settings.STAFF_NEED_FACTOR = True
    one = hire(service_id, "Dr Con Sultant", "clinician", "consultant")
    tab = visit(site)
    tab.page.add_init_script("delete window.PublicKeyCredential")
    page = tab.open("/accounts/login/")
    password(page, one.email)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("Your browser cannot make a passkey on this page")).to_be_visible()
    tab.axe()
    page.get_by_role("link", name="Use an app for codes").click()
    expect(page.get_by_role("heading", name="Set up an app for codes")).to_be_visible()
