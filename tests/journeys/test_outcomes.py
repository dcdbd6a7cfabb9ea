"""One journey for each row of the table of outcomes: the pages of that outcome, with axe, also when errors show."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from painpath import clock
from painpath.accounts.scope import scope
from painpath.letters.ers import mark_sent
from painpath.letters.following import ask_signposts
from painpath.letters.models import Dispatch
from painpath.referrals import moves, verbs
from painpath.referrals.models import Decision, Referral
from painpath.referrals.transitions import State
from tests.browsing import DESKTOP, EVERY_SIZE, PHONE, Visit
from tests.journeys.staff import Staff, hire
from tests.journeys.test_first_path import fill_date
from tests.referrals.conftest import LETTER, Team, waiting_referral
from tests.referrals.deciding import CLAUSE, confirm, decided

RETURNING = "re-referral-exhausted"


@dataclass
class Clinic:
    """The people of a journey, and the referral that it is about."""

    service_id: int
    administrator: Staff
    consultant: Staff
    colleague: Staff

    @property
    def team(self) -> Team:
        admin, one, two = (who.membership for who in (self.administrator, self.consultant, self.colleague))
        return Team(admin.service, admin, one, two, two, admin)

    def screening(self, **changes) -> Referral:
        """A referral that the consultant is screening, with what decisions may cite confirmed."""
        with scope(self.service_id):
            referral = waiting_referral(self.team, LETTER, **changes)
            verbs.start_screening(referral=referral, by=self.consultant.membership)
            confirm(referral, self.consultant.membership, CLAUSE, RETURNING)
            return Referral.objects.get(pk=referral.pk)

    def decided(self, outcome: str, **changes) -> Referral:
        referral = self.screening()
        with scope(self.service_id):
            decided(referral, self.consultant.membership, outcome, **changes)
        return referral

    def state(self, referral: Referral) -> str:
        with scope(self.service_id):
            return Referral.objects.get(pk=referral.pk).state


@pytest.fixture
def clinic(transactional_db, service_id) -> Clinic:
    return Clinic(
        service_id,
        hire(service_id, "Ada Min", "administrator"),
        hire(service_id, "Dr Con Sultant", "clinician", "consultant"),
        hire(service_id, "Dr Col League", "clinician", "consultant"),
    )


def accept(page: Page) -> None:
    page.get_by_role("radio", name="Assessment by the team").check()
    page.get_by_role("radio", name="Routine").check()
    page.get_by_role("radio", name="We can give a range").check()
    page.get_by_label("From how many weeks").fill("12")
    page.get_by_label("Up to how many weeks").fill("20")
    fill_date(page, "On which day was that true?", clock.today() - timedelta(days=9))
    fill_date(page, "When did the referral-to-treatment clock start?", clock.today())


def ask(page: Page) -> None:
    expect(page.get_by_label("Ask the referrer about: Current major psychiatric")).not_to_have_value("")
    page.get_by_label("What else do you ask the referrer?").fill("Which medicines has he tried?")
    page.get_by_label("What else do you ask the patient?").fill("Who helps you?")


def ask_patient(page: Page) -> None:
    expect(page.get_by_label(re.compile("Ask the referrer"))).to_have_count(0)
    page.get_by_label(re.compile("do you ask the patient")).last.fill("Who helps you?")


def delay(page: Page) -> None:
    page.get_by_label("What are we waiting for?").fill("your mood is steady")
    page.get_by_label("Does somebody of the team watch for it?").select_option(
        label="Dr Col League, Consultant in pain medicine"
    )
    fill_date(page, "When does the referral come back to us?", clock.today() + timedelta(days=60))


def redirect(page: Page) -> None:
    page.get_by_role("radio", name="Another service").check()
    page.get_by_label("Name of the service").fill("Spinal unit of Exampleton")
    page.get_by_label(re.compile("Postal address of the service")).fill("1 Clinic Road")


def withdraw(page: Page) -> None:
    page.get_by_role("radio", name="Somebody on the patient's behalf").check()
    page.get_by_label("Their name").fill("Jan Ashcombe")
    page.get_by_label(re.compile("How are they related")).fill("Brother, at the patient's request")


ROWS: dict[str, tuple[str, Callable[[Page], object], str]] = {
    "Accept": ("accepted", accept, "between 12 and 20 weeks"),
    "Ask the referrer": ("awaiting_referrer", ask, "Who helps you?"),
    "Ask the patient": ("awaiting_patient", ask_patient, "Who helps you?"),
    "Send the questionnaire": (
        "awaiting_patient", lambda page: page.get_by_role("radio", name="Questionnaire about pain").check(),
        "This is what we ask you to fill in",
    ),
    "Delay": ("delayed", delay, "Dr Col League"),
    "Signpost": ("signposted", lambda page: page.get_by_role("checkbox").first.check(), "know if you got there"),
    "Redirect": ("redirected", redirect, "Spinal unit of Exampleton"),
    "Not accepted now": (
        "not_now", lambda page: page.get_by_label("What are we waiting for?").fill("your mood is steady"),
        "your mood is steady",
    ),
    "Discharge": ("discharged", lambda page: None, "can be referred again"),
    "Withdraw": ("withdrawn", withdraw, "closed your referral"),
}  # fmt: skip


@pytest.mark.parametrize(("number", "label"), list(enumerate(ROWS)), ids=list(ROWS))
def test_a_clinician_decides(site: str, visit: Callable[..., Visit], clinic: Clinic, number: int, label: str) -> None:
    state, fill, said = ROWS[label]
    referral = clinic.screening()
    tab = visit(site, PHONE if number % 2 else DESKTOP)
    clinic.consultant.sign_in(tab)
    page = tab.open(f"/referrals/{referral.reference}/decide/")
    page.get_by_role("radio", name=re.compile(f"^{label}")).check()
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Continue").click()
    tab.axe()
    page.get_by_role("button", name="See both letters").click()
    expect(page.locator(".nhsuk-error-summary")).to_be_visible()
    tab.axe()
    fill(page)
    page.get_by_label("Your reason").fill("As the letter says.")
    page.get_by_role("button", name="See both letters").click()
    expect(page.locator(".painpath-paper").first).to_contain_text(said)
    tab.axe()
    page.get_by_role("button", name="Sign the decision and both letters").click()
    expect(page.get_by_role("heading", name=re.compile("Decision signed"))).to_be_visible()
    tab.axe()
    assert clinic.state(referral) == state


def wrong(tab: Visit, button: str) -> None:
    """Press it with nothing filled in."""
    tab.axe()
    tab.page.locator("main form").get_by_role("button", name=button, exact=True).last.click()
    expect(tab.page.locator(".nhsuk-error-summary")).to_be_visible()
    tab.axe()


def test_accepted_without_authority_until_the_gps_referral_is_recorded(site, visit, clinic) -> None:
    referral = clinic.screening(may_convert=None)
    with scope(clinic.service_id):
        decided(referral, clinic.consultant.membership, "accept", clock_started_on=None)
    tab = visit(site, PHONE)
    clinic.administrator.sign_in(tab)
    page = tab.open(f"/referrals/{referral.reference}/")
    expect(page.get_by_role("button", name="Record the hand-over")).to_have_count(0)
    page.get_by_role("button", name="Record the GP's referral").click()
    wrong(tab, "Record the GP's referral")
    page.get_by_label("UBRN of the GP's referral").fill("0000 0000 0999")
    fill_date(page, "On which day did it arrive?", clock.today())
    page.locator("main form").get_by_role("button", name="Record the GP's referral").last.click()
    expect(page.get_by_role("button", name="Record the hand-over")).to_be_visible()


def test_an_answer_and_then_the_other(site, visit, clinic) -> None:
    referral = clinic.decided("ask_referrer", questions_patient="Who helps you?")
    tab = visit(site)
    clinic.administrator.sign_in(tab)
    page = tab.open(f"/referrals/{referral.reference}/reply/")
    expect(page.get_by_role("table")).to_contain_text("Who helps you?")
    wrong(tab, "Record the reply")
    page.get_by_role("radio", name="The referrer").check()
    page.get_by_label("What did they answer?").fill("See the letter.")
    page.locator("input[type=file]").set_input_files([{"name": "a.txt", "mimeType": "text/plain", "buffer": b"A plan"}])
    page.get_by_role("button", name="Record the reply").click()
    assert clinic.state(referral) == State.AWAITING_PATIENT
    with scope(clinic.service_id):
        assert referral.documents.count() == 2


def test_ready_before_its_day(site, visit, clinic) -> None:
    referral = clinic.decided("delay", review_on=clock.today() + timedelta(days=60))
    tab = visit(site, PHONE)
    clinic.administrator.sign_in(tab)
    page = tab.open(f"/referrals/{referral.reference}/")
    page.get_by_role("button", name="Ready now").click()
    wrong(tab, "Put it back on the worklist")
    page.get_by_role("radio", name="The patient", exact=True).check()
    page.get_by_label("What did they say?").fill("I feel steady now.")
    page.get_by_role("button", name="Put it back on the worklist").click()
    assert clinic.state(referral) == State.AWAITING_SCREENING


def test_did_you_get_there_and_what_is_to_do(site, visit, clinic) -> None:
    referral = clinic.decided("signpost")
    with scope(clinic.service_id):
        decision = Decision.objects.get()
        decision.follow_ups.update(ask_on=clock.today())
        ask_signposts(decision=decision, by=moves.Process(referral.service, moves.CALENDAR))
    tab = visit(site, EVERY_SIZE)
    clinic.administrator.sign_in(tab)
    page = tab.page
    page.goto("/to-do/?mine=1")
    expect(page.get_by_role("table")).to_contain_text("Get in touch")
    tab.axe()
    page.get_by_role("link", name=re.compile("Say that it is done")).click()
    wrong(tab, "This is done")
    page.goto("/follow-ups/")
    tab.axe()
    page.get_by_role("link", name=re.compile("Record the answer")).click()
    wrong(tab, "Record the answer")
    page.get_by_role("radio", name="No, or it did not help").check()
    page.get_by_label(re.compile("Who told us")).fill("He rang: nobody answered there.")
    page.get_by_role("button", name="Record the answer").click()
    assert clinic.state(referral) == State.AWAITING_SCREENING
    page.goto("/to-do/")
    expect(page.get_by_text("Nothing is to be done here.")).to_be_visible()
    tab.axe()


def test_reversed_and_corrected(site, visit, clinic) -> None:
    referral = clinic.decided("not_now")
    with scope(clinic.service_id):
        by = clinic.administrator.membership
        for reply in Dispatch.objects.filter(referral=referral, channel="ers"):
            mark_sent(dispatch=reply, by=by)
    tab = visit(site)
    clinic.consultant.sign_in(tab)
    page = tab.open(f"/referrals/{referral.reference}/")
    page.get_by_role("button", name="Reverse the decision").click()
    wrong(tab, "Reverse the decision")
    page.get_by_label("Why is the decision reversed?").fill("I read the wrong letter.")
    page.locator("main form").get_by_role("button", name="Reverse the decision").last.click()
    expect(page.get_by_role("button", name="Start screening")).to_be_visible()
    expect(page.get_by_role("table").first).to_contain_text("Write a letter that corrects one already sent")
    tab.axe()
    page.get_by_role("link", name=re.compile("Say that it is done")).first.click()
    page.get_by_label(re.compile("What did you do")).fill("Wrote to the patient.")
    page.get_by_role("button", name="This is done").click()
    page = tab.open(f"/referrals/{referral.reference}/timeline/")
    for words in ("Decision reversed", "I read the wrong letter.", "Done: Write a letter that corrects"):
        expect(page.locator(".painpath-timeline")).to_contain_text(words)
    tab.axe()


def test_another_clinician_looks_again(site, visit, clinic) -> None:
    referral = clinic.decided("not_now")
    tab = visit(site, PHONE)
    clinic.administrator.sign_in(tab)
    page = tab.open(f"/referrals/{referral.reference}/")
    page.get_by_role("button", name="Ask to look again").click()
    wrong(tab, "Ask another clinician to look")
    page.get_by_role("radio", name="The patient", exact=True).check()
    page.get_by_label("What do they think we missed?").fill("I have started the treatment.")
    page.get_by_role("button", name="Ask another clinician to look").click()
    expect(page.locator(".painpath-facts").first).to_contain_text("By a clinician other than Dr Con Sultant")
    page.get_by_role("button", name="Sign out").click()
    clinic.consultant.sign_in(tab)
    tab.open(f"/referrals/{referral.reference}/")
    expect(page.get_by_role("button", name="Start screening")).to_have_count(0)


@pytest.mark.parametrize(
    ("label", "state"),
    [
        ("The patient does not want to go on", State.WITHDRAWN),
        ("The patient has died", State.DECEASED),
        ("The patient has moved away", State.MOVED_AWAY),
        ("It was received in error", State.CLOSED_IN_ERROR),
    ],
)
def test_closed(site, visit, clinic, label, state) -> None:
    referral = clinic.screening()
    tab = visit(site)
    clinic.administrator.sign_in(tab)
    page = tab.open(f"/referrals/{referral.reference}/close/")
    page.get_by_role("radio", name=label).check()
    if state in (State.WITHDRAWN, State.DECEASED):
        wrong(tab, "End this referral")
        expect(page.locator(".nhsuk-error-summary")).to_contain_text("Say who")
    page.get_by_label("What happened?").fill("They rang.")
    page.get_by_label("Who was told?").fill("The GP.")
    if state == State.WITHDRAWN:
        page.get_by_label("Who told us?").fill("The patient")
    page.get_by_role("button", name="End this referral").click()
    expect(page.locator(".painpath-referral")).to_be_visible()
    assert clinic.state(referral) == state
    page = tab.open(f"/referrals/{referral.reference}/timeline/")
    expect(page.locator(".painpath-timeline")).to_contain_text("Who was told: The GP.")
