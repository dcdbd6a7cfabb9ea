"""A letter with a virus: the page that stands before it, and the press that saves it all the same."""

from playwright.sync_api import expect

from painpath.accounts.scope import scope
from tests.browsing import EVERY_SIZE
from tests.clamav import EICAR, running
from tests.journeys.staff import hire
from tests.referrals.conftest import LETTER, Team, waiting_referral


def test_a_letter_with_a_virus_is_saved_only_by_a_deliberate_press(site, visit, service_id, settings):
    administrator = hire(service_id, "Ada Min", "administrator")
    consultant = hire(service_id, "Dr Con Sultant", "clinician", "consultant")
    with scope(service_id):
        one, two = administrator.membership, consultant.membership
        referral = waiting_referral(Team(one.service, one, two, two, two, one), f"{LETTER}{EICAR.decode()}")
        document = referral.documents.get()
    with running() as daemon:
        settings.CLAMD = daemon.address
        tab = visit(site, EVERY_SIZE)
        consultant.sign_in(tab)
        tab.page.goto(f"{site}/referrals/{referral.reference}/documents/{document.pk}/")
        expect(tab.page.get_by_role("heading", level=1)).to_contain_text("This file holds a virus")
        tab.axe()
        with tab.page.expect_download() as saved:
            tab.page.get_by_role("button", name="Save it all the same").click()
        assert EICAR in saved.value.path().read_bytes()
    assert [fault for fault in tab.faults if "409" not in fault] == []
    tab.faults.clear()
