"""A morning with the worklist: the rota is written, what came is assigned, found, narrowed and taken over."""

from playwright.sync_api import expect

from painpath.accounts.scope import scope
from painpath.referrals import verbs
from painpath.referrals.models import Referral
from tests.browsing import EVERY_SIZE
from tests.journeys.staff import hire
from tests.referrals.conftest import LETTER, Team, waiting_referral

DANGER = LETTER + "\nHe has thoughts of ending his life. He keeps alpacas.\n"
NEEDS = {"safe_contact": "Do not phone home", "interpreter": "Polish", "communication_needs": "Large print"}


def test_worklist_rota_and_assigning(site, visit, service_id):
    administrator = hire(service_id, "Ada Min", "administrator")
    consultant = hire(service_id, "Dr Con Sultant", "clinician", "consultant")
    colleague = hire(service_id, "Dr Col League", "clinician", "consultant")
    with scope(service_id):
        one = administrator.membership
        team = Team(one.service, one, consultant.membership, colleague.membership, colleague.membership, one)
        alerted = waiting_referral(team, DANGER, patient={"family_name": "Alpha"} | NEEDS)
        waiting_referral(team, LETTER + "2", patient={"family_name": "Bravo"}, locality="portsmouth")
        busy = waiting_referral(team, LETTER + "3", patient={"family_name": "Charlie"})
        verbs.start_screening(referral=busy, by=colleague.membership)

    tab = visit(site, EVERY_SIZE)
    administrator.sign_in(tab)
    page = tab.page

    # --- the rota
    tab.open("/rota/")
    tab.axe()
    page.get_by_role("button", name="Add to the rota").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Choose a clinician")
    tab.axe()
    page.get_by_label("Clinician").select_option("Dr Con Sultant, Consultant in pain medicine")
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"):
        page.get_by_role("checkbox", name=day).check()
    page.get_by_role("button", name="Add to the rota").click()
    expect(page.get_by_role("button", name="End Dr Con Sultant on Wednesday")).to_be_visible()
    tab.axe()
    with scope(service_id):
        assert waiting_referral(team, LETTER + "4", patient={"family_name": "Delta"}).owner == consultant.membership
    page.get_by_role("button", name="End Dr Con Sultant on Friday").click()
    expect(page.get_by_role("button", name="End Dr Con Sultant on Friday")).to_have_count(0)

    # --- several assigned at once; a slip loses nothing
    tab.open("/?tab=open")
    rows = page.locator(".painpath-worklist tbody tr")
    expect(rows.first).to_contain_text("Alpha")  # the alert stands first
    expect(rows.first).to_contain_text("Interpreter: Polish")
    expect(rows.first).to_contain_text("0 of 7 working days")
    missing = rows.first.locator("details")
    missing.locator("summary").click()
    expect(missing.locator("li").first).to_be_visible()
    tab.axe()
    for name in ("Alpha", "Charlie"):
        page.get_by_label(f"Choose Mr Leonard {name}").check()
    page.get_by_role("button", name="Assign", exact=True).click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Choose whom to assign them to")
    expect(page.get_by_label("Choose Mr Leonard Alpha")).to_be_checked()
    tab.axe()
    page.get_by_label("Assign those ticked to").select_option("Dr Col League, Consultant in pain medicine")
    page.get_by_role("button", name="Assign", exact=True).click()
    expect(page.get_by_text("1 referral assigned to Dr Col League")).to_be_visible()
    expect(page.get_by_text(f"Not assigned: {busy.reference}")).to_be_visible()
    tab.axe()

    # --- one, from its page
    tab.open(f"/referrals/{alerted.reference}/assign/")
    tab.axe()
    page.get_by_role("button", name="Assign it").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Choose whom to assign it to")
    tab.axe()
    page.get_by_label("Assign to").select_option("Nobody: unassign it")
    page.get_by_role("button", name="Assign it").click()
    expect(page.get_by_text("assigned to nobody")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()

    # --- the consultant narrows, comes back to it, clears, searches, takes over
    consultant.sign_in(tab)
    page.get_by_role("link", name="Mine").click()
    expect(rows).to_have_count(1)
    expect(rows.first).to_contain_text("Delta")
    page.get_by_role("link", name="All open").click()
    page.locator("summary", has_text="Filters").click()
    page.get_by_label("Locality").select_option("Portsmouth")
    page.get_by_role("button", name="Filter").click()
    expect(rows).to_have_count(1)
    tab.axe()
    rows.first.get_by_role("link", name="Bravo").click()
    page.locator(".nhsuk-back-link").click()
    expect(page.get_by_text("Only locality: Portsmouth")).to_be_visible()
    page.get_by_role("link", name="Clear filters").click()
    expect(rows).to_have_count(4)
    page.get_by_role("searchbox").fill("alpacas")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("mark", has_text="alpacas")).to_be_visible()
    assert "alpacas" not in page.url
    tab.axe()
    tab.open("/?tab=screening")
    expect(rows.first).to_contain_text("Being screened by Dr Col League since")
    rows.first.get_by_role("button", name="Take over Mr Leonard Charlie").click()
    expect(page.get_by_text("Being screened by Dr Con Sultant since")).to_be_visible()
    tab.axe()
    with scope(service_id):
        assert Referral.objects.get(pk=busy.pk).owner == consultant.membership
