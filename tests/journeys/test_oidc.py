"""Signing in by an organisation's identity provider: the pages between the two, with a real provider."""

from playwright.sync_api import expect

from painpath.accounts import oidc
from tests.accounts.identity import agree
from tests.accounts.identity import provider as provider
from tests.browsing import EVERY_SIZE
from tests.journeys.staff import hire


def test_not_known_yet_then_linked_then_in(site, visit, service_id, settings, provider):
    settings.OIDC = oidc.Oidc(provider, "painpath", "s", "Example Trust")
    one = hire(service_id, "Dr Con Sultant", "clinician", "consultant")
    tab = visit(site, EVERY_SIZE)
    page = tab.open("/accounts/login/")
    tab.axe()
    expect(page.get_by_role("button", name="Sign in with Example Trust")).to_have_attribute("href", "/accounts/oidc/")

    def come() -> None:
        away = page.context.request.get(f"{site}/accounts/oidc/", max_redirects=0)
        page.goto(agree(away.headers["location"], "somebody"))

    page.goto("/accounts/oidc/callback/?state=x&code=y")
    expect(page.get_by_role("heading", name="You could not be signed in")).to_be_visible()
    tab.axe()
    come()
    expect(page.get_by_role("heading", name="You are not known here yet")).to_be_visible()
    tab.axe()
    page.get_by_role("link", name="sign in with your password once").click()
    page.get_by_label("Email address").fill(one.email)
    page.get_by_label("Password", exact=True).fill("three random words")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Link your accounts")).to_be_visible()
    tab.axe()
    page.get_by_role("button", name="Link it", exact=True).click()
    expect(page.get_by_text("You can sign in with Example Trust from now on").first).to_be_visible()
    page.get_by_role("button", name="Sign out", exact=True).click()
    come()
    expect(page.get_by_role("heading", name="Worklist")).to_be_visible()
