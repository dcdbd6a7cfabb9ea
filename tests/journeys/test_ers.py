"""e-RS by its API, whole, in a browser against the stand-in: signed in there, taken in, answered after it changed.

Beside it a referral for triage: left to a person while it names somebody else, then recorded after it changed. `SHOTS`
names a folder for pictures of each page, at both widths.
"""

import os
import re

from playwright.sync_api import expect

from painpath.accounts.scope import scope
from painpath.referrals import verbs
from painpath.referrals.arriving import registering
from painpath.referrals.models import Referral
from tests.browsing import DESKTOP, EVERY_SIZE, PHONE
from tests.ers_stand_in import store
from tests.exchange.ers_server import ers, switch_on_triage  # noqa: F401  # fixtures
from tests.journeys.staff import hire, let_the_worker_work
from tests.referrals.conftest import details
from tests.referrals.deciding import decided
from tests.referrals.test_conversation import ASKING, advise, signed

UBRN, TRIAGE = "000000070001", "000000080001"
SHOTS = os.environ.get("SHOTS", "")


def look(tab, name: str) -> None:
    """What axe says of the page at every size, and a picture at both widths."""
    tab.axe()
    for size in (DESKTOP, PHONE) if SHOTS else ():
        tab.page.set_viewport_size(size)
        tab.page.screenshot(path=f"{SHOTS}/{name}-{size['width']}.png", full_page=True)


def test_a_request_comes_in_and_its_reply_goes_out(site, visit, service_id, ers, monkeypatch):  # noqa: F811
    switch_on_triage(monkeypatch)
    one = store.Request(UBRN, "9912003888", files=[store.File("letter.txt", "text/plain", ASKING.encode())])
    one.say("Would you try duloxetine next?")
    ers.add(one)
    letter = store.File("report.txt", "text/plain", b"MRI was normal.", kind="REFERRER")
    other = ers.refer(store.Referral(TRIAGE, "9990000018", files=[letter], written=ASKING, priority="URGENT"))
    consultant = hire(service_id, "Dr Con Sultant", "clinician", "consultant")
    tab = visit(site, EVERY_SIZE)
    consultant.sign_in(tab)
    page = tab.open("/receive/")
    page.get_by_role("link", name="Take in requests from e-RS").click()
    look(tab, "sign-in")
    page.get_by_role("button", name="Sign in to e-RS").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    look(tab, "role")
    page.get_by_label("R69: Clinician of the provider").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Requests in e-RS")).to_be_visible()
    look(tab, "list")
    expect(page.get_by_role("heading", name="Referrals for triage (1)")).to_be_visible()
    page.get_by_role("button", name=re.compile("Take it in.*0000 0007 0001")).click()
    expect(page.get_by_text("Taken in. The reference is")).to_be_visible()

    let_the_worker_work()
    with scope(service_id):
        referral = Referral.objects.get()
        registering.register(referral=referral, by=consultant.membership, details=details(ubrn=UBRN))
        verbs.start_screening(referral=Referral.objects.get(), by=consultant.membership)
        signed(referral, consultant.membership, advise())
    tab.open(f"/referrals/{referral.reference}/e-rs/").get_by_role("link", name="Send it in e-RS now").click()
    expect(page.get_by_label("Routine")).to_be_checked()
    look(tab, "send")
    one.say("Sorry: he has lost 10 kg.")
    page.get_by_role("button", name="Send it in e-RS now").click()
    expect(page.get_by_role("heading", name="The request has changed in e-RS")).to_be_visible()
    expect(page.get_by_text("he has lost 10 kg")).to_be_visible()
    look(tab, "changed")
    page.get_by_role("button", name="Send it in e-RS now").click()
    expect(page.get_by_text("Sent: the reply stands in e-RS.")).to_be_visible()
    assert one.state == "REFERRER_TO_REVIEW_RESPONSE"

    page.wait_for_load_state()
    tab.open("/e-rs/").get_by_role("button", name=re.compile("Take it in.*0000 0008 0001")).click()
    expect(page.get_by_text("Taken in. The reference is")).to_be_visible()
    page.wait_for_load_state()
    tab.open("/e-rs/")  # the page of the register looks again by itself once the letter has been read
    let_the_worker_work()
    with scope(service_id):
        triaged = Referral.objects.exclude(pk=referral.pk).get()
        given = details(ubrn=TRIAGE, route="gp-triage", may_convert=None, patient={"nhs_number": "9990000018"})
        registering.register(referral=triaged, by=consultant.membership, details=given)
    other.nhs_number, other.version = "9912003888", 7
    page.get_by_role("button", name=re.compile("Take in what is new.*0000 0008 0001")).click()
    expect(page.get_by_role("heading", name="Kept, and not taken in")).to_be_visible()
    look(tab, "left")
    other.nhs_number = "9990000018"
    with scope(service_id):
        verbs.start_screening(referral=Referral.objects.get(pk=triaged.pk), by=consultant.membership)
        decided(triaged, consultant.membership, "accept", clauses=())
    tab.open(f"/referrals/{triaged.reference}/e-rs/")
    look(tab, "triage-by-hand")
    page.get_by_role("link", name="Send it in e-RS now").click()
    expect(page.get_by_label("What our administrators need to know")).to_have_value(re.compile("Next stage"))
    expect(page.get_by_label("Urgent")).to_be_checked()
    look(tab, "triage-send")
    ers.refer(other).files.append(store.File("worse.txt", "text/plain", b"He has lost 10 kg.", kind="REFERRER"))
    other.version = 8
    page.get_by_role("button", name="Send it in e-RS now").click()
    expect(page.get_by_role("heading", name="The referral has changed in e-RS")).to_be_visible()
    expect(page.get_by_text("New files: worse.txt.")).to_be_visible()
    look(tab, "triage-changed")
    page.get_by_role("button", name="Send it in e-RS now").click()
    expect(page.get_by_text("Recorded: the outcome stands in e-RS.")).to_be_visible()
    page.wait_for_load_state()
    assert (other.state, other.priority) == ("TRIAGED_PROVIDER_TO_ACTION", "URGENT")
    ers.force = [("A008", 422, "NO_RELATIONSHIP")]
    tab.open("/e-rs/")
    expect(page.get_by_text("This list has not come")).to_be_visible()
    look(tab, "list-without-one")
    ers.force = [("A023", 403, "FORBIDDEN"), ("A008", 401, "NO_ACCESS")]
    tab.open("/e-rs/")
    expect(page.get_by_role("button", name="Sign in to e-RS")).to_be_visible()
    look(tab, "trouble")
    tab.holds()
