"""Two referrals of one person, a document of somebody else, and two clinicians on one letter: as people do it."""

import re

import pytest
from playwright.sync_api import expect

from painpath import documents
from painpath.accounts.scope import scope
from painpath.referrals import verbs
from painpath.referrals.arriving import receiving
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.reading_in import read_in
from painpath.referrals.models import BlindJudgement, Referral
from painpath.referrals.sheet import judging
from painpath.referrals.together import drawing
from tests.browsing import EVERY_SIZE
from tests.journeys.staff import hire
from tests.referrals.conftest import LETTER, Team, waiting_referral
from tests.referrals.test_deciding import CLAUSE, confirm, delay, signed
from tests.referrals.test_merging import AGAIN, SAME

ANOTHER = "Mrs Beatrice OTHERWISE  DOB 05/06/1970\n\nPelvic pain for 2 years. She wants to end her life.\n"


@pytest.fixture
def people(transactional_db, service_id):
    """An administrator and two consultants."""
    return (
        hire(service_id, "Ada Min", "administrator"),
        hire(service_id, "Dr Con Sultant", "clinician", "consultant"),
        hire(service_id, "Dr Col League", "clinician", "consultant"),
    )


@pytest.fixture
def team(people, service_id) -> Team:
    administrator, consultant, colleague = (one.membership for one in people)
    with scope(service_id):
        for member in (administrator, consultant, colleague):
            assert member.service  # fetched here, where it can be seen
    return Team(administrator.service, administrator, consultant, colleague, colleague, administrator)


def test_two_referrals_are_merged_and_taken_apart(site, visit, service_id, people, team):
    with scope(service_id):
        into, duplicate = waiting_referral(team, **SAME), waiting_referral(team, AGAIN, **SAME)
    tab = visit(site, EVERY_SIZE)
    people[0].sign_in(tab)
    page = tab.page
    tab.open(f"/referrals/{duplicate.reference}/")
    expect(page.get_by_role("heading", name=f"another open referral of this person: {into.reference}")).to_be_visible()
    tab.axe()
    page.get_by_role("link", name="Compare the two").click()
    expect(page.locator(".painpath-paper")).to_have_count(2)
    expect(page.get_by_text("worse since the spring").first).to_be_visible()
    assert page.locator("input:checked").count() == 0
    tab.axe()
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Choose what these two referrals are")
    tab.axe()
    page.get_by_label(f"The same: close {duplicate.reference}").check()
    page.get_by_label("How do you know?").fill("The GP sent it twice.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text(f"{duplicate.reference} is merged into this referral")).to_be_visible()
    expect(page.get_by_text("worse since the spring").first).to_be_visible()
    tab.axe()
    page.get_by_role("link", name="Timeline").click()
    expect(page.get_by_role("heading", name=f"Referral {duplicate.reference} was merged into this")).to_be_visible()
    tab.axe()

    # its number leads to where it went
    tab.open("/")
    page.get_by_label("Name, NHS number").fill(duplicate.ubrn)
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text(into.reference).first).to_be_visible()
    tab.open(f"/referrals/{duplicate.reference}/")
    expect(page.get_by_text(f"was merged into {into.reference}").first).to_be_visible()
    tab.axe()
    page.get_by_role("button", name="Take the merge back").click()
    page.get_by_role("button", name="Take the merge back").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Say what happened")
    tab.axe()
    page.get_by_label("What happened?").fill("One is about his neck.")
    page.get_by_role("button", name="Take the merge back").click()
    expect(page.get_by_text("Both referrals were screened anew")).to_be_visible()

    # and told apart: it is not offered again
    page.get_by_role("link", name="Compare the two").click()
    page.get_by_label("Two different referrals").check()
    page.get_by_label("How do you know?").fill("Back and neck.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("stay two referrals")).to_be_visible()
    expect(page.get_by_role("link", name="Compare the two")).to_have_count(0)


def test_a_document_of_somebody_else_is_moved(site, visit, service_id, people, team):
    with scope(service_id):
        referral = waiting_referral(team)
        receiving.add_documents(
            referral=referral, by=team.administrator, files=[File("Otherwise.txt", ANOTHER.encode())]
        )
        read_in(service_id=service_id, referral_id=referral.pk, reader=documents.read)
        for alert in referral.alerts.all():
            judging.act_on_alert(alert=alert, by=team.consultant, action="Rang the GP.")
        verbs.start_screening(referral=referral, by=team.consultant)
        confirm(referral, team.consultant, CLAUSE)
        signed(referral, team.consultant, delay())
    tab = visit(site, EVERY_SIZE)
    people[0].sign_in(tab)
    page = tab.page
    tab.open(f"/referrals/{referral.reference}/")
    page.get_by_role("link", name=re.compile("Filed under the wrong person.*Otherwise")).click()
    tab.axe()
    page.get_by_role("button", name="Move this document").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Choose where the document belongs")
    tab.axe()
    page.get_by_label("To another referral that is here").check()
    page.get_by_label("Reference of that referral").fill("2345 6789")
    page.get_by_label("What happened?").fill("It is about Mrs Otherwise.")
    page.get_by_role("button", name="Move this document").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("There is no referral with this reference")
    tab.axe()
    page.get_by_label("To a new referral").check()
    page.get_by_role("button", name="Move this document").click()
    expect(page.get_by_role("heading", name="Whom is it about?")).to_be_visible()
    expect(page.get_by_label("Family name")).to_have_value("Otherwise")
    expect(page.get_by_text("has to be looked at by a clinician")).to_be_visible()
    tab.axe()
    tab.open(f"/referrals/{referral.reference}/")
    expect(page.get_by_role("note", name="To be corrected")).to_be_visible()
    expect(page.get_by_role("note", name="Check the details")).to_be_visible()
    expect(page.get_by_text("Otherwise")).to_have_count(0)
    tab.axe()
    tab.open(f"/referrals/{referral.reference}/timeline/")
    expect(page.get_by_role("heading", name="A document was moved")).to_be_visible()
    expect(page.get_by_role("heading", name="later moved away")).to_be_visible()
    expect(page.get_by_text("end her life")).to_have_count(0)
    tab.axe()
    with scope(service_id):
        gone = referral.documents.get(name="Otherwise.txt")
    tab.open(f"/referrals/{referral.reference}/documents/{gone.pk}/")
    expect(page.get_by_text("This document was moved")).to_be_visible()
    tab.open(f"/referrals/{referral.reference}/documents/{referral_document(service_id, referral)}/move/")
    page.get_by_label("To a new referral").check()
    page.get_by_label("What happened?").fill("This one too.")
    page.get_by_role("button", name="Move this document").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("the only document of this referral")
    tab.axe()


def referral_document(service_id: int, referral: Referral) -> int:
    with scope(service_id):
        return referral.documents.current().get().pk


def test_two_clinicians_on_one_letter(site, visit, service_id, people, team, monkeypatch):
    monkeypatch.setattr(drawing, "lot", lambda below: 0)
    with scope(service_id):
        referral = waiting_referral(team, LETTER + "\nHe wants to end his life.\n")
    _, consultant, colleague = people
    tab = visit(site, EVERY_SIZE)
    colleague.sign_in(tab)
    page = tab.page
    tab.open("/second/")
    tab.axe()
    page.get_by_role("button", name="Screen it blind").click()
    expect(page.get_by_role("heading", name=re.compile("Blind second screening"))).to_be_visible()
    assert page.locator("input:checked").count() == 0
    tab.axe()

    # the first clinician's work is out of sight, and the second one's is not lost
    with scope(service_id):
        verbs.start_screening(referral=referral, by=team.consultant)
        judging.judge(
            referral=referral, by=team.consultant, criterion=CLAUSE, state="against", reason="Words of the first one."
        )
    tab.open(f"/referrals/{referral.reference}/")
    expect(page.get_by_text("You are screening referral")).to_be_visible()
    tab.axe()
    tab.open(f"/second/{referral.reference}/")
    expect(page.get_by_text("Words of the first one.")).to_have_count(0)
    page.get_by_label("What did you do about it?").fill("Rang the GP.")
    page.get_by_role("button", name="Record what was done").click()
    expect(page.get_by_text("A person has acted on this.")).to_be_visible()
    page.locator("#criterion-adult").get_by_label("Speaks for").check()
    page.get_by_label("Note for when you compare").fill("Look at the plan.")
    page.get_by_role("button", name="Finish the second screening").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Choose what you would decide")
    expect(page.locator("#criterion-adult").get_by_label("Speaks for")).to_be_checked()
    expect(page.get_by_label("Note for when you compare")).to_have_value("Look at the plan.")
    tab.axe()
    for article in page.locator("article.painpath-criterion").all():
        if article.locator("input:checked").count() == 0:
            article.get_by_label("Not stated").check()
    page.get_by_role("radio", name=re.compile("^Accept")).check()
    page.get_by_role("button", name="Finish the second screening").click()
    expect(page.get_by_text("Your part is done")).to_be_visible()
    tab.axe()
    with scope(service_id):
        assert BlindJudgement.objects.filter(criterion="adult").get().state == "for"
        signed(referral, team.consultant, delay())
    page.reload()
    expect(page.get_by_role("heading", name="Resolve it together")).to_be_visible()
    expect(page.locator("table")).to_contain_text("Delay")
    tab.axe()
    page.get_by_role("button", name="Sign out").click()

    consultant.sign_in(tab)
    tab.open("/second/")
    page.get_by_role("link", name=referral.reference).click()
    page.get_by_role("button", name="Record what we agreed on").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Talk to your colleague first")
    tab.axe()
    page.get_by_label("I have talked about this with Dr Col League").check()
    page.get_by_label("What did the two of you agree on?").fill("There is no plan: the delay stands.")
    page.get_by_role("button", name="Record what we agreed on").click()
    expect(page.get_by_text("the delay stands")).to_be_visible()
    tab.axe()
    tab.open("/agreement/")
    expect(page.get_by_role("row", name=re.compile("^Outcome")).first).to_contain_text("Fewer than 10 pairs")
    page.locator("summary", has_text="Counts").first.click()
    expect(page.get_by_text("Observed: 0 of 1 the same").first).to_be_visible()
    tab.axe()
