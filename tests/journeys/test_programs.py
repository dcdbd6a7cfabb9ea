"""A manager lets a program in, changes it and ends it: as wide as a phone and a desk, with axe."""

import json

from playwright.sync_api import expect

from painpath.accounts.scope import scope
from painpath.exchange.models import Client
from tests.browsing import EVERY_SIZE
from tests.exchange.programs import EC_KEY, KEYS, public
from tests.journeys.staff import hire


def test_a_program_is_let_in_and_ended(site, visit, service_id):
    tab = visit(site, EVERY_SIZE)
    hire(service_id, "Man Ager", "manager").sign_in(tab)
    page = tab.open("/service/")
    page.get_by_role("link", name="Other programs").click()
    expect(page.get_by_text("Nothing is switched on in this service")).to_be_visible()
    page.get_by_role("button", name="Let a program in").click()
    page.get_by_label("Name of the program").fill("Larkfield records")
    page.get_by_label("Its public keys").fill(json.dumps(KEYS)[:-1])
    page.get_by_role("button", name="Let it in").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Enter who can be asked about it")
    tab.axe()
    page.get_by_label("Who can be asked about it?").fill("Sam Keyes, 01632 960222")
    page.get_by_label("Send referrals, with the patient").check()
    page.get_by_label("What it has sent itself").check()
    page.get_by_role("button", name="Let it in").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("This is not JSON")
    page.get_by_label("Its public keys").fill(json.dumps(KEYS))
    page.get_by_role("button", name="Let it in").click()
    expect(page.get_by_text("Larkfield records is let in.")).to_be_visible()
    expect(page.get_by_text("/services/southampton-portsmouth/oauth/token")).to_be_visible()
    tab.axe()
    page.get_by_role("button", name="Change what it may do").click()
    expect(page.get_by_label("Send referrals, with the patient")).to_be_checked()
    page.get_by_label("Send referrals, with the patient").uncheck()
    page.get_by_role("button", name="Change what it may do").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Say what the program may do")
    tab.axe()
    page.get_by_label("See the documents and letters").check()
    page.get_by_role("button", name="Change what it may do").click()
    expect(page.get_by_text("What Larkfield records may do is as it stands below")).to_be_visible()
    expect(page.get_by_text("See the documents and letters")).to_be_visible()
    expect(page.get_by_text("Send referrals, with the patient")).to_have_count(0)
    page.get_by_role("button", name="Change its keys").click()
    page.get_by_label("The new public keys").fill(json.dumps(public(EC_KEY, "new")))
    page.get_by_label("They stay good beside the new ones").check()
    tab.axe()
    page.get_by_role("button", name="Change the keys").click()
    expect(page.get_by_text("ec, rsa, new")).to_be_visible()
    page.get_by_role("button", name="Let it in no longer").click()
    page.get_by_label("Its key may be known to others").check()
    page.get_by_role("button", name="End it now").click()
    expect(page.get_by_text("Larkfield records is let in no longer.")).to_be_visible()
    tab.axe()
    page.get_by_role("link", name="Larkfield records").click()
    expect(page.get_by_text("Its key may be known to others")).to_be_visible()
    with scope(service_id):
        assert Client.objects.get().ended_at
