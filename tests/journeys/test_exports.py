"""The page on which a manager takes the record away, with axe: without a key, with an error, asked for, and made."""

from playwright.sync_api import expect

from painpath.accounts.scope import scope
from painpath.measuring.export import asking
from painpath.measuring.models import RecordExport
from tests.browsing import EVERY_SIZE
from tests.journeys.staff import hire
from tests.measuring.test_asking import KEY
from tests.referrals.conftest import make_team, waiting_referral


def test_a_manager_takes_the_record_away(site, visit, service_id, monkeypatch):
    with scope(service_id):
        waiting_referral(make_team())
    tab = visit(site, EVERY_SIZE)
    hire(service_id, "Man Ager", "manager").sign_in(tab)
    monkeypatch.delenv("PAINPATH_EXPORT_KEY", raising=False)
    page = tab.open("/service/")
    page.get_by_role("link", name="Export the record").click()
    expect(page.get_by_text("There is no key for pseudonyms.")).to_contain_text("Ask whoever looks after the site")
    tab.axe()
    monkeypatch.setenv("PAINPATH_EXPORT_KEY", KEY)
    page = tab.open("/service/exports/")
    page.get_by_role("button", name="Make an export").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Say what the export is for")
    tab.axe()
    page.get_by_label("What is the export for?").fill("The audit of waiting times")
    page.get_by_role("button", name="Make an export").click()
    expect(page.get_by_text("Being made", exact=True)).to_be_visible()
    expect(page.get_by_text("You can leave this page and come back.")).to_be_visible()
    with scope(service_id):
        export = RecordExport.objects.get()
    asking.carry_out(service_id, export.pk)
    page = tab.open("/service/exports/")
    expect(page.get_by_text("The audit of waiting times")).to_be_visible()
    tab.axe()
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Download the export").click()
    assert fetched.value.suggested_filename.endswith(".zip")
    assert fetched.value.path().read_bytes()[:2] == b"PK"
