"""axe on every page of the team door, also with errors showing, on a desk and on a phone."""

import re
import uuid

import pytest
from playwright.sync_api import expect

from painpath.accounts.scope import scope
from painpath.exchange.models import CdsCard
from painpath.letters.signing import sign
from painpath.referrals import verbs
from painpath.referrals.arriving import receiving
from painpath.referrals.arriving.filing import File
from painpath.referrals.decisions.decision_content import DecisionContent
from painpath.referrals.models import Referral
from painpath.referrals.sheet import judging
from tests.browsing import EVERY_SIZE
from tests.exchange.programs import registered
from tests.journeys.staff import hire, let_the_worker_work
from tests.referrals.conftest import LETTER, Team, acceptance, received_referral, waiting_referral
from tests.referrals.deciding import read_both

DANGER = LETTER + "\nHe has thoughts of ending his life.\n"
ON_RECORD = {
    "safe_contact": "Do not phone home",
    "interpreter": "Polish",
    "communication_needs": "Large print",
    "proxy_name": "Jan Ashcombe",
}


@pytest.fixture
def people(transactional_db, service_id):
    administrator = hire(service_id, "Ada Min", "administrator")
    consultant = hire(service_id, "Dr Con Sultant", "clinician", "consultant")
    manager = hire(service_id, "Man Ager", "manager")
    return administrator, consultant, manager


def team_of(people, service_id) -> Team:
    administrator, consultant, manager = (one.membership for one in people)
    return Team(administrator.service, administrator, consultant, consultant, consultant, manager)


def decide(referral, by, **content) -> None:
    """Sign an outcome by the verbs."""
    judging.judge(
        referral=referral, by=by, criterion="major-psychiatric-disturbance", state="against", reason="As written."
    )
    referral = Referral.objects.get(pk=referral.pk)
    given = DecisionContent(clauses=("major-psychiatric-disturbance",), reason="As written.", **content)
    sign(
        referral=referral,
        by=by,
        content=given,
        key=uuid.uuid4(),
        seen_version=referral.version,
        **read_both(referral, given, by),
    )


@pytest.fixture
def referrals(people, service_id) -> dict[str, str]:
    """A reference for each kind of page: unregistered, unread, screened with an alert, accepted, discharged, closed."""
    with scope(service_id):
        team = team_of(people, service_id)
        made = {"unregistered": received_referral(team, LETTER + "1").reference}
        alerted = waiting_referral(team, DANGER, patient=ON_RECORD)
        receiving.add_documents(referral=alerted, by=team.administrator, files=[File("torn.pdf", b"%PDF-1.4 torn")])
        made["alerted"] = verbs.start_screening(referral=alerted, by=team.consultant).reference
        screening = verbs.start_screening(referral=waiting_referral(team, LETTER + "2"), by=team.consultant)
        judging.judge(
            referral=screening, by=team.consultant, criterion="adult", state="mixed", reason="Two dates of birth."
        )
        made["screening"] = screening.reference
        accepted = verbs.start_screening(referral=waiting_referral(team, LETTER + "3"), by=team.consultant)
        decide(accepted, team.consultant, **acceptance())
        made["accepted"] = accepted.reference
        gone = verbs.start_screening(referral=waiting_referral(team, LETTER + "4"), by=team.consultant)
        decide(gone, team.consultant, **acceptance())
        decide(Referral.objects.get(pk=gone.pk), team.consultant, outcome="discharge")
        made["discharged"] = gone.reference
        closed = waiting_referral(team, LETTER + "5")
        verbs.close(referral=closed, by=team.administrator, how="withdraw", reason="Rang to say so", asked_by="patient")
        made["closed"] = closed.reference
        asked = verbs.start_screening(referral=waiting_referral(team, LETTER + "6"), by=team.consultant)
        decide(asked, team.consultant, outcome="ask_referrer", questions_referrer="Which medicines?")
        made["asked"] = asked.reference
    return made


def send_empty(tab) -> None:
    """Press the page's main button with nothing filled in, and look at what comes back."""
    button = tab.page.locator("main form:not([role=search])").last.get_by_role("button").last
    assert button.count(), tab.page.url + tab.page.locator("main").inner_text()
    button.click()
    expect(tab.page.locator(".nhsuk-error-summary")).to_be_visible()
    tab.axe()


def test_administrator(site, visit, people, referrals):
    tab = visit(site, EVERY_SIZE)
    people[0].sign_in(tab)
    pages = ["/?tab=delayed", "/?tab=ended", "/?tab=overdue", f"/referrals/{referrals['unregistered']}/"]
    pages += [f"/referrals/{referrals[name]}/" for name in ("alerted", "accepted", "discharged", "closed", "asked")]
    pages += [f"/referrals/{referrals[name]}/timeline/" for name in ("alerted", "discharged")]
    for page in pages:
        tab.open(page)
        tab.axe()
    forms = [
        f"/referrals/{referrals['unregistered']}/register/",
        f"/referrals/{referrals['alerted']}/documents/",
        f"/referrals/{referrals['asked']}/reply/",
        f"/referrals/{referrals['asked']}/close/",
        f"/referrals/{referrals['accepted']}/hand-over/",
        f"/referrals/{referrals['accepted']}/return/",
        f"/referrals/{referrals['closed']}/take-back/",
        f"/referrals/{referrals['discharged']}/follow/",
    ]
    for page in forms:
        tab.open(page)
        tab.axe()
        if "register" in page:
            tab.page.get_by_label("Family name").fill("")
        send_empty(tab)
    tab.open("/")
    tab.page.get_by_role("searchbox").fill("Ashcombe")
    tab.page.get_by_role("button", name="Search").click()
    expect(tab.page.get_by_role("heading", name="Found for “Ashcombe”")).to_be_visible()
    tab.axe()
    tab.page.get_by_role("searchbox").fill("Nobody")
    tab.page.get_by_role("button", name="Search").click()
    expect(tab.page.get_by_text("Nobody was found")).to_be_visible()
    tab.axe()


def test_clinician(site, visit, people, referrals):
    let_the_worker_work()
    tab = visit(site, EVERY_SIZE)
    people[1].sign_in(tab)
    page = tab.open(f"/referrals/{referrals['alerted']}/")
    expect(page.get_by_role("heading", name="Not everything could be read by the program")).to_be_visible()
    tab.axe()
    page.get_by_role("button", name="Record what was done").first.click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Say what you did about it")
    tab.axe()
    tab.open(f"/referrals/{referrals['screening']}/")
    article = page.locator("#criterion-adult")
    article.locator("summary").click()
    article.get_by_role("button", name="Save").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Choose what the referral says")
    expect(article.get_by_role("button", name="Save")).to_be_visible()
    tab.axe()
    tab.open(f"/referrals/{referrals['screening']}/decide/")
    tab.axe()
    for outcome in (
        "Accept",
        "Give advice and guidance",
        "Ask the referrer for information",
        "Ask the patient for information",
        "Send the questionnaire",
        "Withdraw",
    ):
        tab.open(f"/referrals/{referrals['screening']}/decide/")
        page.get_by_role("radio", name=re.compile(f"^{outcome}")).check()
        page.get_by_role("checkbox").first.check()
        page.get_by_role("button", name="Continue").click()
        tab.axe()
        send_empty(tab)
    tab.open(f"/referrals/{referrals['discharged']}/decide/")
    expect(page.get_by_text("You have signed this decision")).to_be_visible()
    tab.axe()
    tab.open(f"/referrals/{referrals['accepted']}/timeline/")
    page.get_by_role("link", name="Read the letter").first.click()
    expect(page.get_by_role("link", name="Easy read layout (PDF)")).to_be_visible()
    tab.axe()
    tab.open("/service/letters/")
    tab.axe()


def test_manager_reads_and_is_offered_nothing_to_do(site, visit, people, referrals, service_id):
    tab = visit(site, EVERY_SIZE)
    people[2].sign_in(tab)
    page = tab.page
    expect(page.get_by_role("link", name="Receive a referral")).to_have_count(0)
    tab.open(f"/referrals/{referrals['alerted']}/")
    expect(page.locator(".painpath-actions")).to_have_count(0)
    expect(page.locator("main form")).to_have_count(0)
    tab.axe()
    tab.open(f"/referrals/{referrals['alerted']}/close/")
    expect(page.get_by_role("heading", name="You cannot open this page")).to_be_visible()
    tab.axe()
    with scope(service_id):
        client = registered(people[2].membership)
        CdsCard.objects.create(
            service_id=service_id, client=client, uuid=uuid.uuid4(), hook="order-sign", criteria=["adult"],
            outcome="overridden", reason="exception", comment="The hospice asks.",
        )  # fmt: skip
    tab.open("/service/cards/")
    expect(page.get_by_text("The hospice asks.")).to_be_visible()
    tab.axe()
