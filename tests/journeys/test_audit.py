"""Roles and looks on pages: a lead and a practice's account, the practice's pages and the auditor's; with axe, with
errors too, on phone and desk. The patient's own page stands in `test_patients_every_page.py`."""

from playwright.sync_api import expect

from painpath.accounts.changing import set_lead
from painpath.accounts.models import Membership
from painpath.accounts.scope import scope
from painpath.directory.models import Practice
from painpath.referrals import verbs
from tests.browsing import EVERY_SIZE
from tests.journeys.staff import hire, signed_in
from tests.referrals.conftest import LETTER, make_referrer, make_team, sent_by, waiting_referral
from tests.referrals.deciding import decided


def test_who_may_what_and_who_looked(site, visit, service_id):
    with scope(service_id):
        people = make_team()
        practice = Practice.objects.create(service=people.service, name="The Surgery")
        gp = make_referrer(checked_by=people.consultant, practice=practice)
        asked = sent_by(waiting_referral(people, LETTER + "2", referrer_name="Dr Two"), gp)
        verbs.start_screening(referral=asked, by=people.consultant)
        decided(asked, people.consultant, "ask_referrer")
    tab = visit(site, EVERY_SIZE)
    hire(service_id, "Ada Min", "administrator").sign_in(tab)

    page = tab.open(f"/team/{people.consultant.pk}/")
    page.get_by_role("button", name="Make a lead").click()
    expect(page.get_by_text("leads the service now")).to_be_visible()
    tab.axe()
    page = tab.open(f"/directory/practices/{practice.pk}/")
    page.get_by_role("button", name="Give somebody an account").click()
    page.get_by_role("button", name="Give the account").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Say how you know that they work there")
    tab.axe()
    page.get_by_label("Email address").fill("secretary@example.nhs.uk")
    page.get_by_label("Name").fill("Sec Retary")
    page.get_by_label("Job title").fill("Secretary")
    page.get_by_label("How do you know").fill("Rang the practice")
    page.get_by_role("button", name="Give the account").click()
    expect(page.get_by_role("rowheader", name="Sec Retary")).to_be_visible()
    tab.axe()
    page.get_by_role("button", name="End access of Sec Retary").click()
    expect(page.get_by_role("heading", name="End the access of Sec Retary")).to_be_visible()
    tab.axe()

    with scope(service_id):
        secretary = Membership.objects.select_related("user").get(user__email="secretary@example.nhs.uk")
    signed_in(tab, secretary.user)
    page = tab.open("/")
    expect(page.get_by_role("heading", name="The Surgery")).to_be_visible()
    page.get_by_role("link", name="See each of them").click()
    expect(page.get_by_role("heading", name="Referrals of The Surgery")).to_be_visible()
    tab.axe()
    page.get_by_role("link", name=asked.reference).click()
    expect(page.get_by_role("heading", name="What we ask whoever referred")).to_be_visible()
    expect(page.get_by_role("button", name="Answer")).to_have_count(0)
    tab.axe()

    signed_in(tab, hire(service_id, "Aud Itor", "auditor").membership.user)
    page = tab.open("/")
    expect(page.get_by_role("heading", name="Who did what, and who looked")).to_be_visible()
    tab.axe()
    page.get_by_label("Reference").fill("nonsense")
    page.get_by_role("button", name="Show these").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("This service has no referral with this reference")
    tab.axe()
    page.get_by_label("Reference").fill(asked.reference)
    page.get_by_label("What was done").select_option("Signed a decision")
    page.get_by_role("button", name="Show these").click()
    expect(page.get_by_role("cell", name="Signed a decision")).to_be_visible()
    page.get_by_role("link", name=asked.reference).first.click()
    expect(page.get_by_role("heading", name="Who looked at and changed this record")).to_be_visible()
    tab.axe()


def test_a_restricted_record_is_opened_with_a_reason_and_reviewed(site, visit, service_id):
    with scope(service_id):
        people = make_team()
        set_lead(member=people.colleague, leads=True, by=people.administrator)
        reference = waiting_referral(people).reference
    tab = visit(site, EVERY_SIZE)
    signed_in(tab, people.manager.user)
    page = tab.open(f"/referrals/{reference}/")
    page.get_by_role("link", name="Restrict this record").click()
    page.get_by_role("button", name="Restrict it").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Choose why it is restricted")
    tab.axe()
    page.get_by_label("The person asks for it").check()
    page.get_by_label("In your own words").fill("Works in the hospital")
    page.get_by_role("button", name="Restrict it").click()
    expect(page.get_by_role("link", name="Restricted record")).to_be_visible()
    tab.axe()

    signed_in(tab, people.consultant.user)
    page = tab.open("/")
    page.get_by_role("link", name="Restricted record").click()
    expect(page.get_by_role("heading", name="Restricted record")).to_be_visible()
    tab.axe()
    page.get_by_role("button", name="Open this record").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Choose why you need it")
    tab.axe()
    page.get_by_label("I take over from somebody who is away").check()
    page.get_by_label("In your own words").fill("My turn on the rota")
    page.get_by_role("button", name="Open this record").click()
    expect(page.get_by_text("It is open for you until")).to_be_visible()
    tab.axe()

    signed_in(tab, people.colleague.user)
    page = tab.open("/restricted/")
    expect(page.get_by_text("My turn on the rota")).to_be_visible()
    tab.axe()
    page.get_by_role("link", name="Review").click()
    page.get_by_role("button", name="Record it").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Say what you found")
    tab.axe()
    page.get_by_label("What did you find?").fill("It was her turn")
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("Recorded as reviewed.")).to_be_visible()
