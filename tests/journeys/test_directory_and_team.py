"""An import with faults, put right; a practice looked up and changed; a leaver: on a desk and on a phone, with axe."""

from playwright.sync_api import expect

from painpath.accounts.models import Membership
from painpath.accounts.scope import scope
from painpath.directory.models import Practice
from painpath.referrals import verbs
from painpath.referrals.models import Referral
from tests.browsing import EVERY_SIZE
from tests.directory.conftest import practice_file, practice_row
from tests.journeys.staff import hire
from tests.referrals.conftest import LETTER, Team, make_team, waiting_referral
from tests.referrals.test_backlog import row, table


def file(name: str, content: bytes) -> dict:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def join_a_practice_entered_by_mistake(tab, service_id: int) -> None:
    """From the mistaken practice to the right one, Thornbeck Health Centre, with a slip on the way."""
    with scope(service_id):
        people = make_team()
        referral = waiting_referral(people, practice_name="Thornbek H C", practice_is_new=True, ubrn="9" * 12)
        slip = Practice.objects.get(name="Thornbek H C")
    page = tab.open(f"/directory/practices/{slip.pk}/")
    tab.axe()
    page.get_by_role("button", name="Entered by mistake?").click()
    page.get_by_label("Which is the right practice?").fill("Thornbeck Helth Centre")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("The nearest: Thornbeck Health Centre (Y99901)")
    tab.axe()
    page.get_by_label("Which is the right practice?").fill("y99901")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("From Thornbek H C to Thornbeck Health Centre: 1 referral and 1 referrer.")).to_be_visible()
    tab.axe()
    page.get_by_role("button", name="Join these two practices").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Say how you know that both are one practice")
    tab.axe()
    page.get_by_label("How do you know").fill("The letter has its address.")
    page.get_by_role("button", name="Join these two practices").click()
    expect(page.get_by_text("Thornbek H C is joined with Thornbeck Health Centre.")).to_be_visible()
    tab.axe()
    page.get_by_role("link", name="Thornbek H C").click()
    expect(page.get_by_text("It cannot be chosen any more.")).to_be_visible()
    expect(page.get_by_role("button", name="Change these details")).to_have_count(0)
    tab.axe()
    with scope(service_id):
        referral.refresh_from_db()
        assert (referral.practice.ods_code, referral.referrer.practice_id) == ("Y99901", referral.practice_id)
    tab.open(f"/referrals/{referral.reference}/timeline/")
    expect(page.get_by_text("The letter has its address.")).to_be_visible()
    tab.open("/directory/?q=thornb")
    expect(page.get_by_text("1 practice found for")).to_be_visible()


def test_practices_contracts_and_a_backlog_are_imported(site, visit, service_id):
    tab = visit(site, EVERY_SIZE)
    hire(service_id, "Ada Min", "administrator").sign_in(tab)
    page = tab.open("/directory/")
    tab.axe()
    page.get_by_role("button", name="Import practices").click()
    tab.axe()
    page.get_by_role("button", name="Check this file").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Choose the practice file")
    tab.axe()
    page.get_by_label("Practice file").set_input_files(
        file("a.csv", practice_file(practice_row(status="?"), practice_row("Y99902", "Y", phone="0" * 50)))
    )
    page.get_by_role("button", name="Check this file").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("There are 2 things to put right")
    expect(page.get_by_role("cell", name="no status")).to_be_visible()
    tab.axe()
    rows = [
        practice_row("Y99901", "THORNBECK SURGERY"),
        practice_row("Y99902", "MILLRACE SURGERY", closed="20260331", status="C"),
    ]
    page.get_by_label("Practice file").set_input_files(file("a.csv", practice_file(*rows)))
    page.get_by_role("button", name="Check this file").click()
    expect(page.get_by_text("2 rows would be new.")).to_be_visible()
    tab.axe()
    page.get_by_role("button", name="Import this file").click()
    expect(page.get_by_text("Imported: 2 new")).to_be_visible()

    tab.open("/directory/contracts/import/")
    tab.axe()
    page.get_by_label("List of contracts").set_input_files(
        file("c.csv", b"ods_code,contracted,locality,from,to,source\ny99901,yes,Southampton,2025-04-01,,List of 2025\n")
    )
    page.get_by_role("button", name="Check this file").click()
    page.get_by_role("button", name="Import this file").click()
    page.get_by_label("Name, ODS code or postcode").fill("y9990")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("2 practices found for")).to_be_visible()
    expect(page.get_by_text("Closed on 31 March 2026")).to_be_visible()
    tab.axe()
    page.get_by_role("link", name="Thornbeck Surgery").click()
    expect(page.get_by_role("cell", name="List of 2025")).to_be_visible()
    tab.axe()
    page.get_by_role("button", name="Add a row about the contract").click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Choose whether the practice has a contract")
    tab.axe()
    tab.open(page.url.split("contracts/")[0] + "change/")
    page.get_by_label("Name").fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Enter the practice's name")
    tab.axe()
    page.get_by_label("Name").fill("Thornbeck Health Centre")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Thornbeck Health Centre")).to_be_visible()
    join_a_practice_entered_by_mistake(tab, service_id)
    tab.open("/directory/signposts/")
    tab.axe()

    tab.open("/import/")
    tab.axe()
    page.locator("summary", has_text="What stands in each column").click()
    tab.axe()
    letters = [file(f"letter{number}.txt", f"{LETTER}{number}".encode()) for number in (1, 2)]
    page.get_by_label("Table of referrals").set_input_files(
        file("b.csv", table(row(1, received_on="soon"), row(2, practice_ods="Y00000", documents="other.txt")))
    )
    page.get_by_label("Their documents").set_input_files(letters)
    page.get_by_role("button", name="Check table and documents").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("There are 4 things to put right")
    expect(page.get_by_role("cell", name="letter2.txt")).to_contain_text("no row names it")
    tab.axe()
    page.get_by_label("Table of referrals").set_input_files(
        file("b.csv", table(row(1, practice_ods="Y99901"), row(2, received_on="2026-09-01")))
    )
    page.get_by_label("Their documents").set_input_files(letters)
    page.get_by_role("button", name="Check table and documents").click()
    expect(page.get_by_text("The first came on 1 September 2026")).to_be_visible()
    tab.axe()
    page.get_by_role("button", name="Receive 2 referrals").click()
    expect(page.get_by_role("heading", name="Imported on")).to_be_visible()
    tab.axe()
    page.get_by_role("table").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Waiting2")).to_be_visible()
    with scope(service_id):
        assert Referral.objects.count() == 3  # with the one of the joined practice
        assert Practice.objects.get(ods_code="Y99901").contracts.count() == 1


def test_somebody_comes_and_somebody_leaves(site, visit, service_id):
    tab, theirs = visit(site, EVERY_SIZE), visit(site)
    office = hire(service_id, "Ada Min", "administrator")
    leaver = hire(service_id, "Dr Lea Ver", "clinician", "consultant")
    stays = hire(service_id, "Dr Sta Yes", "clinician", "consultant")
    with scope(service_id):
        people = Team(office.membership.service, office.membership, leaver.membership, stays.membership,
                      stays.membership, office.membership)  # fmt: skip
        screened = verbs.start_screening(referral=waiting_referral(people), by=leaver.membership)
        delayed = waiting_referral(people, LETTER + "2")
        Referral.objects.filter(pk=delayed.pk).update(owner=leaver.membership, state="delayed")
    leaver.sign_in(theirs)
    office.sign_in(tab)
    page = tab.open("/team/")
    tab.axe()
    page.get_by_role("button", name="Invite somebody").click()
    page.get_by_role("button", name="Invite").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Choose their role")
    tab.axe()
    page.get_by_role("radio", name="Clinician").check()
    tab.axe()
    tab.open("/team/")
    page.get_by_role("link", name="Dr Lea Ver").click()
    expect(page.get_by_role("cell", name="Watches this delay")).to_be_visible()
    tab.axe()
    page.get_by_role("button", name="Change these details").click()
    tab.axe()
    page.get_by_label("Grade").select_option("")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Choose their grade")
    tab.axe()
    page.get_by_label("Grade").select_option(label="Consultant in pain medicine")
    page.get_by_label("Direct contact").fill("01632 960222")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_text("01632 960222")).to_be_visible()
    page.get_by_role("button", name="Give it on").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Choose who takes over")
    tab.axe()
    page.get_by_label("Give all this to").select_option(label="Dr Sta Yes, Consultant in pain medicine")
    page.get_by_role("button", name="Give it on").click()
    expect(page.get_by_text("Given to Dr Sta Yes.")).to_be_visible()
    tab.axe()
    page.get_by_role("button", name="End the access of Dr Lea Ver").click()
    expect(page.get_by_text("signed out everywhere")).to_be_visible()
    expect(page.get_by_role("heading", name="Worked here before")).to_be_visible()
    tab.axe()
    theirs.open("/")
    expect(theirs.page.get_by_role("button", name="Sign in")).to_be_visible()
    with scope(service_id):
        screened.refresh_from_db()
        delayed.refresh_from_db()
        assert (screened.state, screened.owner_id) == ("awaiting_screening", None)
        assert delayed.owner_id == stays.membership.pk
        assert not Membership.objects.current().filter(pk=leaver.membership.pk).exists()
