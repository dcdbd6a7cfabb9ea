"""e-RS by its API, whole, in a browser against the stand-in: signed in there, taken in, answered after it changed."""

from playwright.sync_api import expect

from painpath.accounts.scope import scope
from painpath.referrals import verbs
from painpath.referrals.arriving import registering
from painpath.referrals.models import Referral
from tests.browsing import EVERY_SIZE
from tests.ers_stand_in import store
from tests.exchange.ers_server import ers, switch_on  # noqa: F401  # fixtures
from tests.journeys.staff import hire, let_the_worker_work
from tests.referrals.conftest import details
from tests.referrals.test_conversation import ASKING, advise, signed

UBRN = "000000070001"


def test_a_request_comes_in_and_its_reply_goes_out(site, visit, service_id, ers, monkeypatch):  # noqa: F811
    switch_on(monkeypatch)
    one = store.Request(UBRN, "9912003888", files=[store.File("letter.txt", "text/plain", ASKING.encode())])
    one.say("Would you try duloxetine next?")
    ers.add(one)
    consultant = hire(service_id, "Dr Con Sultant", "clinician", "consultant")
    tab = visit(site, EVERY_SIZE)
    consultant.sign_in(tab)
    page = tab.open("/receive/")
    page.get_by_role("link", name="Take in requests from e-RS").click()
    tab.axe()
    page.get_by_role("button", name="Sign in to e-RS").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    tab.axe()
    page.get_by_label("R69: Clinician of the provider").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Requests in e-RS")).to_be_visible()
    tab.axe()
    page.get_by_role("button", name="Take it in").click()
    expect(page.get_by_text("Taken in. The reference is")).to_be_visible()

    let_the_worker_work()
    with scope(service_id):
        referral = Referral.objects.get()
        registering.register(referral=referral, by=consultant.membership, details=details(ubrn=UBRN))
        verbs.start_screening(referral=Referral.objects.get(), by=consultant.membership)
        signed(referral, consultant.membership, advise())
    tab.open(f"/referrals/{referral.reference}/e-rs/").get_by_role("link", name="Send it in e-RS now").click()
    expect(page.get_by_label("Routine")).to_be_checked()
    tab.axe()
    one.say("Sorry: he has lost 10 kg.")
    page.get_by_role("button", name="Send it in e-RS now").click()
    expect(page.get_by_role("heading", name="The request has changed in e-RS")).to_be_visible()
    expect(page.get_by_text("he has lost 10 kg")).to_be_visible()
    tab.axe()
    page.get_by_role("button", name="Send it in e-RS now").click()
    expect(page.get_by_text("Sent: the reply stands in e-RS.")).to_be_visible()
    assert one.state == "REFERRER_TO_REVIEW_RESPONSE"
    tab.holds()
