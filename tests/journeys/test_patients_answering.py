"""A patient, or somebody for them, answers what the team asks: on a phone, on two devices, without JavaScript, by
keyboard; help at once after an answer about safety; and the team sees it until a clinician has acted.
"""

import re

import pytest
from django.conf import settings
from playwright.sync_api import expect

from painpath.accounts.scope import scope
from painpath.referrals import verbs
from painpath.referrals.models import Answering, Referral, ReportedChange
from painpath.referrals.transitions import State
from tests.browsing import DESKTOP, EVERY_SIZE, PHONE
from tests.journeys.staff import hire
from tests.patients.conftest import address_of, make_patient
from tests.patients.opening import session_of
from tests.referrals.conftest import Team
from tests.referrals.deciding import decided
from tests.referrals.questionnaires import EVERYTHING, MOOD, ask, fill_rota, publish


@pytest.fixture
def people(service_id):
    """The team; the consultant is on duty and can sign in."""
    hired = [hire(service_id, "Ada Min", "administrator"),
             hire(service_id, "Dr Con Sultant", "clinician", "consultant"),
             hire(service_id, "Man Ager", "manager")]  # fmt: skip
    administrator, consultant, manager = (one.membership for one in hired)
    with scope(service_id):
        fill_rota(consultant)
        team = Team(consultant.service, administrator, consultant, consultant, consultant, manager)
    return team, hired[1]


def asked(service_id, team, source) -> Referral:
    with scope(service_id):
        referral = verbs.start_screening(referral=make_patient(team, email=False), by=team.consultant)
        referral = ask(referral, team.consultant, publish(team.manager, source))
        return Referral.objects.select_related("service").get(pk=referral.pk)


def device(visit, site, referral, size=EVERY_SIZE, **more):
    """A browser in which a code has opened the referral; `test_patients_mine.py` comes in by hand."""
    tab = visit(site, size, **more)
    tab.cookie(settings.SESSION_COOKIE_NAME, session_of(referral))
    return tab


def press(page, name="Continue") -> None:
    page.get_by_role("button", name=name, exact=True).click()


def heading(page, words) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)


def test_a_proxy_answers_on_two_devices_without_javascript_and_help_comes_at_once(site, visit, service_id, people):
    team, consultant = people
    referral = asked(service_id, team, MOOD)
    tab = device(visit, site, referral, PHONE, javascript=False)

    # --- the start: who reads it and when, help, another way; who answers
    page = tab.open(address_of("questions"))
    heading(page, "How you feel")
    expect(page.get_by_role("main")).to_contain_text("We do not read answers at night, at weekends")
    expect(page.get_by_role("main")).to_contain_text("We will not close your referral because you did not answer")
    page.get_by_label("I answer for the patient").check()
    press(page, "Start")
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Enter your name")
    page.get_by_label("Your full name").fill("Joan Ashcombe")
    page.get_by_label("How you know the patient").fill("Daughter")
    press(page, "Start")

    # --- the first answer, then a break; another device goes on where it stopped
    heading(page, "Feeling down, depressed or hopeless")
    expect(page.get_by_text("Question 1 of about 3")).to_be_visible()
    page.get_by_label("Several days").check()
    press(page, "Save and come back later")
    heading(page, "Your answers are saved")
    other = device(visit, site, referral, DESKTOP, javascript=False)
    page = other.open(address_of("questions"))
    expect(page.get_by_role("main")).to_contain_text("Begun: 1 answered")
    expect(page.get_by_label("Your full name")).to_have_value("Joan Ashcombe")
    press(page, "Go on")
    heading(page, "better off dead")

    # --- a needed answer is missing; then one above "not at all": help, before the next question, and nothing is sent
    press(page)
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Choose an answer")
    expect(page).to_have_title(re.compile("^Error: "))
    before = page.url
    page.get_by_label("More than half the days").check()
    press(page)
    heading(page, "Do you need help now?")
    assert page.url == before, "no address tells of it"
    for words in ("116 123", "999", "reads this answer by", "You do not have to send the form"):
        expect(page.get_by_role("main")).to_contain_text(words)
    with scope(service_id):
        assert Answering.objects.get().sent_at is None
        alert = ReportedChange.objects.get()
        assert (alert.owner, alert.read_at) == (team.consultant, None)

    # --- the team: first on the worklist, among what is to do, closed by what a clinician did
    staff = visit(site, DESKTOP)
    consultant.sign_in(staff)
    todo = staff.open("/to-do/")
    expect(todo.get_by_role("main")).to_contain_text("An answer to a question about safety")
    seen = staff.open(f"/referrals/{referral.reference}/")
    alert_box = seen.locator(f"#change-{alert.pk}")
    expect(alert_box).to_contain_text("better off dead")
    expect(alert_box).to_contain_text("More than half the days")
    expect(alert_box).to_contain_text("Joan Ashcombe (Daughter)")
    staff.axe()
    alert_box.get_by_role("textbox").fill("Rang at once: safe at home with her daughter. GP told.")
    alert_box.get_by_role("button").click()
    expect(seen.get_by_text("Rang at once")).to_be_visible()

    # --- the patient goes on, on the phone again: check, change, send
    page = tab.page
    page.get_by_role("link", name="Go on now").click()
    heading(page, "Is there anything else you want to tell us?")
    page.get_by_role("textbox").fill("Some nights are very long.")
    press(page)
    heading(page, "Check your answers")
    expect(page.get_by_role("main")).to_contain_text("More than half the days")
    page.get_by_role("link", name=re.compile("Change ?: Feeling down")).click()
    page.get_by_label("Not at all").check()
    press(page)
    heading(page, "Check your answers")
    press(page, "Send my answers")
    heading(page, "We have your answers")
    expect(page.get_by_role("main")).to_contain_text("They look at it by")
    with scope(service_id):
        assert Referral.objects.get().state == State.AWAITING_SCREENING
        assert Answering.objects.get().response["contained"][0]["name"][0]["text"] == "Joan Ashcombe"
    seen = staff.open("/")
    expect(seen.get_by_role("main")).to_contain_text("Ashcombe", ignore_case=True)


def test_the_shipped_phq_9_on_a_phone_without_javascript_and_never_sent(site, visit, service_id, people):
    team, consultant = people
    with scope(service_id):
        referral = verbs.start_screening(referral=make_patient(team, email=False), by=team.consultant)
        decided(referral, team.consultant, "send_questionnaire", questionnaire="mood-and-worry")
        referral = Referral.objects.select_related("service").get(pk=referral.pk)
    page = device(visit, site, referral, PHONE, javascript=False).open(address_of("questions"))
    expect(page.get_by_role("main")).to_contain_text("a clinician reads it that day")
    page.get_by_label("I am the patient").check()
    press(page, "Start")
    for _ in range(8):  # each may be left out
        press(page)
    heading(page, "better off dead")
    before = page.url
    page.get_by_label("Several days").check()
    press(page)
    heading(page, "Do you need help now?")
    assert page.url == before
    for words in ("116 123", "999", "reads this answer by", "You do not have to send the form"):
        expect(page.get_by_role("main")).to_contain_text(words)
    page.get_by_role("button", name="Go on with the questions").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("how difficult")  # and here they stop

    # --- the clinician sees it, and closes it only with words
    staff = visit(site, PHONE, javascript=False)
    consultant.sign_in(staff)
    expect(staff.open("/to-do/").get_by_role("main")).to_contain_text("An answer to a question about safety")
    seen = staff.open(f"/referrals/{referral.reference}/")
    box = seen.locator(f"#change-{_alert(service_id).pk}")
    for words in ("better off dead", "Several days"):
        expect(box).to_contain_text(words)
    box.get_by_role("button").click()
    expect(seen.get_by_role("alert")).to_be_visible()
    assert _alert(service_id).read_at is None
    seen.locator(f"#change-{_alert(service_id).pk}").get_by_role("textbox").fill("Rang at once: safe, has a plan.")
    seen.locator(f"#change-{_alert(service_id).pk}").get_by_role("button").click()
    expect(seen.get_by_text("Rang at once")).to_be_visible()
    with scope(service_id):
        assert Answering.objects.filter(sent_at__isnull=False).count() == 0
    assert _alert(service_id).read_by == team.consultant


def _alert(service_id) -> ReportedChange:
    with scope(service_id):
        return ReportedChange.objects.select_related("read_by").get()


def test_one_never_seen_before_by_keyboard_alone(site, visit, service_id, people):
    team, _ = people
    referral = asked(service_id, team, EVERYTHING)
    tab = device(visit, site, referral)
    page = tab.open(address_of("questions"))

    def keys(*pressed) -> None:
        for one in pressed:
            page.keyboard.press(one)

    def reach(name, role) -> None:
        """With the tab key alone."""
        wanted = page.get_by_role(role, name=name).first
        for _ in range(60):
            keys("Tab")
            if wanted.evaluate("one => one === document.activeElement"):
                return
        raise AssertionError(f"{name} cannot be reached by keyboard")

    def on(words) -> None:
        heading(page, words)
        tab.axe()

    def fill(name, words) -> None:
        reach(name, "textbox")
        keys("Control+A")
        page.keyboard.type(words)

    def wrong() -> None:
        keys("Enter")
        expect(page.locator(".nhsuk-error-summary")).to_be_visible()
        tab.axe()

    reach("I am the patient", "radio")
    keys("Space", "ArrowDown")
    reach("Start", "button")
    wrong()
    fill("Your full name", "Joan Ashcombe")
    fill("How you know the patient", "Daughter")
    keys("Enter")
    on("Do you have pain today?")
    reach("Yes", "radio")
    keys("Space", "Enter")
    on("Where is it?")
    reach("Neck", "checkbox")
    keys("Space", "Enter")
    on("How bad is it, from 0 to 10?")
    expect(page.get_by_role("main")).to_contain_text("10 is the worst pain.")
    reach("0", "radio")
    keys("Space", *["ArrowDown"] * 7, "Enter")
    on("How many hours do you sleep?")
    fill("How many hours do you sleep?", "four")
    wrong()
    expect(page.get_by_label("How many hours do you sleep?")).to_have_value("four")
    for question, good in (("How many hours do you sleep?", "4.5"), ("How much do you weigh?", "70")):
        on(question)
        fill(question, good)
        keys("Enter")
    on("When did it begin?")
    fill("Day", "31")
    fill("Month", "2")
    fill("Year", "2019")
    wrong()
    fill("Day", "")
    keys("Delete", "Enter")
    on("When did you last see somebody about it?")
    fill("Year", "2024")
    keys("Enter")
    for question, good in (("When do you wake up?", "6:30"), ("What is your work?", "Baker")):
        on(question)
        fill(question, good)
        keys("Enter")
    on("What helps?")
    fill("What helps?", "Heat")
    expect(page.get_by_text("You have 196 characters remaining").first).to_be_attached()
    reach("Continue", "button")
    keys("Enter")
    on("Is there a web page that you like?")
    keys("Tab")
    reach("Continue", "button")
    keys("Enter")
    on("What do you hope for?")
    reach("Less pain", "radio")
    keys("ArrowUp")  # from the first to the last
    reach("Say it in your own words", "textbox")
    page.keyboard.type("To bake again")
    reach("Continue", "button")
    keys("Enter")
    heading(page, "Which medicine?")
    fill("Which medicine?", "Amitriptyline")
    keys("Enter")
    on("Did it help?")
    reach("Add another: Medicines", "button")
    keys("Enter")
    heading(page, "Which medicine?")
    expect(page.get_by_text("Medicines 2")).to_be_visible()
    reach("Take this one out", "button")
    keys("Enter")
    on("Check your answers")
    reach("Send my answers", "button")
    keys("Enter")
    heading(page, "We have your answers")
    with scope(service_id):
        sent = Answering.objects.get()
        assert sent.response["contained"][0]["name"][0]["text"] == "Joan Ashcombe"
        assert sent.answers["where"] == ["c1"]
        assert sent.answers["hope"] == [{"text": "To bake again"}]
        assert sent.answers["how-bad"] == [7]
