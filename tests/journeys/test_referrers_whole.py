"""From a letter with gaps to an accepted referral: what a GP does and sees, from beginning to end."""

import pytest
from playwright.sync_api import expect

from painpath.accounts.scope import scope
from painpath.referrals import verbs
from painpath.referrals.arriving import registering
from painpath.referrals.models import Referral
from tests.browsing import DESKTOP, EVERY_SIZE
from tests.journeys.staff import hire, let_the_worker_work
from tests.journeys.test_referrers_status import sign_in
from tests.referrals.conftest import details, make_referrer
from tests.referrals.deciding import decided

LETTER = """Mr Leonard ASHCOMBE   DOB 03/04/1966   NHS 999 000 0018   SO29 4WR

Thank you for seeing this 60 year old man with low back pain for 6 years. MRI in 2024 was normal and no further tests
are needed. He has tried amitriptyline, gabapentin and three courses of physiotherapy, without lasting benefit.

He is keen to learn self-management.
"""
GAPS = {
    "informed-and-consents": "We have discussed the service, he has had the leaflet and he consents to this referral.",
    "drug-alcohol-dependence": "No drug or alcohol dependence.",
    "cognitive-impairment": "There is no cognitive impairment.",
}


@pytest.mark.parametrize(
    ("size", "javascript"), [(EVERY_SIZE, True), (DESKTOP, False)], ids=["with JavaScript", "without"]
)
def test_checked_completed_referred_asked_advised_accepted(site, visit, service_id, size, javascript):
    administrator = hire(service_id, "Ada Min", "administrator").membership
    consultant = hire(service_id, "Dr Con Sultant", "clinician", "consultant").membership
    colleague = hire(service_id, "Dr Col League", "clinician", "consultant").membership
    with scope(service_id):
        gp = make_referrer("Dr Gee Pea", checked_by=consultant)
    tab = visit(site, size, javascript=javascript)

    # --- checked: three gaps, closed one by one on the same page
    sign_in(tab, gp)
    page = tab.open("/services/southampton-portsmouth/practitioners/")
    page.get_by_role("link", name="Check a letter before you send it").click()
    page.get_by_label("Your letter").fill(LETTER)
    page.get_by_role("button", name="Check").click()
    for criterion, words in GAPS.items():
        gap = page.locator(f"#criterion-{criterion}")
        expect(gap.get_by_text("Not stated", exact=True)).to_be_visible()
        gap.get_by_role("textbox").fill(words)
    page.get_by_role("button", name="Check again").click()
    for criterion in GAPS:
        expect(page.locator(f"#criterion-{criterion}")).to_have_attribute("data-group", "for")

    # --- referred with the letter and the answers
    page.get_by_role("button", name="Refer with this letter").click()
    expect(page.get_by_role("heading", name="Refer a patient")).to_contain_text("Leonard Ashcombe")
    if javascript:
        tab.axe()
    page.get_by_role("button", name="Check and send").click()
    expect(page.get_by_role("main")).to_contain_text(GAPS["drug-alcohol-dependence"])
    page.get_by_role("button", name="Send the referral").click()
    expect(page.get_by_role("heading", name="Referral received")).to_be_visible()
    let_the_worker_work()
    with scope(service_id):
        referral = Referral.objects.get()
        registering.register(referral=referral, by=administrator, details=details(ubrn=""))
        referral = Referral.objects.get()
        assert set(GAPS) & set(referral.missing) == set()

        # --- the team asks for one thing
        verbs.start_screening(referral=referral, by=consultant)
        decided(referral, consultant, "ask_referrer", questions_referrer="What does he do on a good day?")
    page.get_by_role("link", name="My referrals").first.click()
    page.get_by_role("link", name=referral.reference).click()
    page.get_by_role("button", name="Answer").click()
    page.get_by_label("What does he do on a good day?").fill("He walks to the shop and cooks.")
    page.get_by_role("button", name="Send the answers").click()
    expect(page.get_by_role("heading", name="Waiting for a clinician", exact=True)).to_be_visible()
    let_the_worker_work()

    # --- advice, which is not enough; another clinician accepts
    with scope(service_id):
        verbs.start_screening(referral=Referral.objects.get(), by=consultant)
        decided(Referral.objects.get(), consultant, "advise")
    page.reload()
    page.get_by_label("Your words").fill("All of these have been tried.")
    page.get_by_role("button", name="I still wish to refer").click()
    expect(page.get_by_text("Another clinician looks at the referral").first).to_be_visible()
    let_the_worker_work()
    with scope(service_id):
        verbs.start_screening(referral=Referral.objects.get(), by=colleague)
        decided(Referral.objects.get(), colleague, "accept")
    page.reload()
    expect(page.get_by_role("heading", name="Accepted", exact=True)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Dr Col League")
    if javascript:
        tab.axe()
