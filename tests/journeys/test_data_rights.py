"""How long records are kept, in a browser: the list, a hold, two managers who destroy; each page with axe."""

import re
from types import SimpleNamespace

from playwright.sync_api import expect

from painpath.accounts.models import Service
from painpath.accounts.scope import scope
from painpath.referrals.models import Referral
from painpath.referrals.retention import reckoning
from tests.browsing import EVERY_SIZE
from tests.journeys.staff import hire
from tests.referrals.ended import withdrawn


def errs(page, tab, words):
    expect(page.locator(".nhsuk-error-summary")).to_contain_text(words)
    tab.axe()


def test_a_record_is_held_kept_and_destroyed_by_two(site, visit, service_id):
    one, other = (hire(service_id, name, "manager") for name in ("Man Ager", "Other Manager"))
    administrator = hire(service_id, "Ada Min", "administrator").membership
    consultant = hire(service_id, "Dr Con Sultant", "clinician", "consultant").membership
    with scope(service_id):
        team = SimpleNamespace(service=Service.objects.get(), administrator=administrator, consultant=consultant)
        referral = withdrawn(team)
        reckoning.reckon(team.service, [referral.pk])

    tab = visit(site, EVERY_SIZE)
    one.sign_in(tab)
    page = tab.page
    tab.open("/service/").get_by_role("link", name="Records to review").click()
    expect(page.get_by_role("table")).to_contain_text("and 2 years is 2 March 2017")
    expect(page.get_by_role("heading", name="Nobody has confirmed these periods")).to_be_visible()
    tab.axe()
    page.get_by_role("link", name=re.compile("Leonard Ashcombe")).click()
    expect(page.get_by_text("Due for review since 2 March 2017")).to_be_visible()
    tab.axe()

    # --- a hold stops everything
    page.get_by_role("button", name="Put it on hold").click()
    page.get_by_role("button", name="Put it on hold").click()
    errs(page, tab, "Say why nothing may be destroyed")
    page.get_by_label("Why may nothing be destroyed?").fill("A claim.")
    page.get_by_role("button", name="Put it on hold").click()
    expect(page.get_by_text("It cannot be destroyed now.")).to_contain_text("on hold")
    tab.axe()
    page.get_by_role("link", name="End this hold").click()
    page.get_by_role("button", name="End the hold").click()
    errs(page, tab, "Say why the hold has ended")
    page.get_by_label("Why has the hold ended?").fill("Settled.")
    page.get_by_role("button", name="End the hold").click()

    # --- kept longer: not with a day in the past
    page.get_by_role("button", name="Keep it longer").click()
    page.get_by_role("button", name="Keep it").click()
    errs(page, tab, "Enter the day until which it is kept")

    # --- one asks
    tab.open(f"/referrals/{referral.reference}/keeping/")
    page.get_by_role("button", name="Ask to destroy it").click()
    page.get_by_label("Why is it not needed any longer?").fill("Long over.")
    page.get_by_label("Reference of this referral").fill("2222-2222")
    page.get_by_role("button", name="Ask to destroy it").click()
    errs(page, tab, "not the reference")
    page.get_by_label("Reference of this referral").fill(referral.reference)
    page.get_by_role("button", name="Ask to destroy it").click()
    expect(page.get_by_text("Another manager has to agree.").last).to_be_visible()
    expect(page.get_by_role("button", name="Agree and destroy it")).to_have_count(0)

    # --- another agrees
    other.sign_in(tab)
    tab.open("/service/records-to-review/")
    tab.axe()
    page.get_by_role("link", name=referral.reference, exact=True).click()
    tab.axe()
    page.get_by_role("button", name="Agree and destroy it").click()
    page.get_by_role("button", name="Destroy it for good").click()
    errs(page, tab, "Type the reference")
    page.get_by_label("Reference of this referral").fill(referral.reference)
    page.get_by_role("button", name="Destroy it for good").click()
    expect(page.get_by_role("heading", name="Certificate")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("Ashcombe")
    tab.axe()
    with scope(service_id):
        assert not Referral.objects.exists()
