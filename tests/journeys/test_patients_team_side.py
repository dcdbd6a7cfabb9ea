"""The team's side: a questionnaire that nobody has seen before is brought in, licensed, published, sent and typed in
from paper; an answer about safety is acted on; and what somebody needs stands on every page and drives their letters.
"""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from painpath import clock
from painpath.accounts.scope import scope
from painpath.letters import printing
from painpath.referrals import verbs
from painpath.referrals.models import Referral
from painpath.referrals.questionnaires import answering, library
from tests.browsing import DESKTOP, PHONE, Visit
from tests.journeys.staff import hire
from tests.referrals.conftest import LETTER, Team, waiting_referral
from tests.referrals.deciding import CLAUSE, confirm, decided
from tests.referrals.questionnaires import OFTEN, OURS, SDC, ext, fill_rota, item, options, questionnaire
from tests.triage.test_questionnaire_pages import PNG

BACK = {"system": "urn:painpath:body-map", "code": "b-left-lower-back", "display": "Left side of lower back"}
NEVER_SEEN = questionnaire(
    "never-seen", "Days and nights",
    item("feel", "group", "Over the last 2 weeks, how often have you been bothered by any of these?", item=[
        item("low", "choice", "Feeling down", required=True, answerOption=options(*OFTEN, weighed=True)),
        item("joy", "choice", "Little joy in things", required=True, answerOption=options(*OFTEN, weighed=True)),
        item("dead", "choice", "Thoughts that you would be better off dead", required=True,
             answerOption=options(*OFTEN, weighed=True), extension=[ext(f"{OURS}safety", valueDecimal=0)]),
    ]),
    item("hope", "string", "What do you hope for?",
         extension=[ext(f"{OURS}criterion", valueCode="accepts-persistent-and-self-management")]),
    item("where", "choice", "Where does it hurt?", repeats=True, answerOption=[{"valueCoding": BACK}]),
    item("total", "integer", "Sum of the answers", readOnly=True, extension=[
        ext(f"{SDC}calculatedExpression", valueExpression={
            "language": "text/fhirpath",
            "expression": "%resource.item.where(linkId='feel').item.answer.value.ordinal().sum()"})]),
    extension=[ext(f"{OURS}rights", valueCode="local"), ext(f"{OURS}source", valueString="A test")],
)  # fmt: skip

SHOTS = os.environ.get("SHOTS")


def shot(tab: Visit, name: str) -> None:
    if SHOTS:
        tab.page.screenshot(path=str(Path(SHOTS) / f"{name}.png"), full_page=True)


@pytest.fixture
def people(transactional_db, service_id):
    staff = {
        "administrator": hire(service_id, "Ada Min", "administrator"),
        "consultant": hire(service_id, "Dr Con Sultant", "clinician", "consultant"),
        "manager": hire(service_id, "Man Ager", "manager"),
    }
    with scope(service_id):
        fill_rota(staff["consultant"].membership)
    return staff


def a_screening(service_id: int, people) -> Referral:
    admin, one, boss = (people[name].membership for name in ("administrator", "consultant", "manager"))
    with scope(service_id):
        team = Team(admin.service, admin, one, one, one, boss)
        referral = waiting_referral(team, LETTER, patient={"address": "14 Sample Street", "postcode": "SO29 4WR"})
        verbs.start_screening(referral=referral, by=one)
        confirm(referral, one, CLAUSE)
        return Referral.objects.get(pk=referral.pk)


def test_a_questionnaire_never_seen_before_from_the_file_to_the_clause(site, service_id, visit, people, tmp_path):
    # --- a manager brings it in: faults first, then a licence that is missing, then published
    tab = visit(site, DESKTOP)
    people["manager"].sign_in(tab)
    page = tab.open("/questionnaires/")
    tab.axe()
    shot(tab, "1-questionnaires")
    page.get_by_role("button", name="Upload a questionnaire").click()
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(NEVER_SEEN | {"item": [{"linkId": "x", "type": "riddle", "text": "?"}]}))
    page.get_by_label("Questionnaire", exact=True).set_input_files(bad)
    page.get_by_role("button", name="Upload and look it through").click()
    expect(page.get_by_role("heading", name="What has to be mended")).to_be_visible()
    tab.axe()
    shot(tab, "2-faults")
    good = tmp_path / "good.json"
    good.write_text(json.dumps(NEVER_SEEN))
    page.get_by_label("Questionnaire", exact=True).set_input_files(good)
    page.get_by_role("button", name="Upload and look it through").click()
    expect(page.get_by_role("heading", name="Days and nights")).to_be_visible()
    expect(page.get_by_role("note", name="Before it can be published")).to_contain_text("Record the licence first")
    tab.axe()
    shot(tab, "3-not-yet")
    page.get_by_role("button", name="Record a licence").click()
    page.get_by_role("button", name="Record the licence").click()
    expect(page.get_by_role("alert")).to_contain_text("Enter who gave the licence")
    tab.axe()
    page.get_by_label("Who gave the licence?").fill("Its authors")
    page.get_by_label("Its reference and terms").fill("Reference 17, for this service")
    page.get_by_role("button", name="Record the licence").click()
    page.get_by_label("I have looked through every question below").check()
    page.get_by_role("button", name="Publish it").click()
    expect(page.get_by_text("Published: clinicians can send it from now on.")).to_be_visible()

    # --- a clinician sends it
    referral = a_screening(service_id, people)
    tab = visit(site, DESKTOP)
    people["consultant"].sign_in(tab)
    page = tab.open(f"/referrals/{referral.reference}/decide/")
    page.get_by_role("radio", name="Send the questionnaire").check()
    page.get_by_role("button", name="Continue").click()
    choice = page.get_by_role("radio", name="Days and nights")
    choice.check()
    expect(page.get_by_text("Asks: Days and nights (5 questions).")).to_be_visible()
    tab.axe()
    shot(tab, "4-choose")
    page.get_by_label("Your reason").fill("How they feel is not stated.")
    page.get_by_role("button", name="See both letters").click()
    expect(page.get_by_text("The same questions are with this letter, on paper.").first).to_be_visible()
    page.get_by_role("button", name="Sign the decision and both letters").click()
    expect(page.get_by_text("Awaiting the patient").first).to_be_visible()
    with scope(service_id):
        batch = printing.print_batch(by=people["administrator"].membership)
        assert batch is not None
        assert answering.asked_of_patient(referral) is not None

    # --- paper comes back; the administrator types it in on a phone, without scripts
    tab = visit(site, PHONE, javascript=False)
    people["administrator"].sign_in(tab)
    page = tab.open(f"/referrals/{referral.reference}/answers/")
    shot(tab, "5-waiting")
    page.get_by_role("link", name="Enter answers from paper or by phone").click()
    paper = tmp_path / "paper.png"
    paper.write_bytes(PNG)
    page.get_by_role("radio", name="The patient", exact=True).check()
    page.get_by_role("radio", name="On paper").check()
    page.get_by_label("Scan of the paper").set_input_files(paper)
    page.get_by_role("group", name="Feeling down").get_by_role("radio", name="More than half the days").check()
    page.get_by_role("group", name="better off dead").get_by_role("radio", name="Several days").check()
    page.get_by_label("What do you hope for?").fill("To sleep")
    page.get_by_role("checkbox", name="Left side of lower back").check()
    page.get_by_role("button", name="These are all the answers").click()
    expect(page.get_by_role("heading", name="An answer needs somebody now")).to_be_visible()
    expect(page.get_by_text("What can stand is saved.")).to_be_visible()
    shot(tab, "6-danger")
    page.get_by_role("group", name="Little joy").get_by_role("radio", name="More than half the days").check()
    page.get_by_role("button", name="These are all the answers").click()
    expect(page.get_by_text("2 + 2 + 1 = 5")).to_be_visible()
    shot(tab, "7-answers-phone")

    # --- the clinician reads it, says what was done, and sees it beside the clause
    tab = visit(site, DESKTOP)
    people["consultant"].sign_in(tab)
    page = tab.open(f"/referrals/{referral.reference}/answers/")
    tab.axe()
    expect(page.get_by_text("1 place marked")).to_be_visible()
    expect(page.get_by_role("img", name="seen from the back")).to_be_visible()
    page.get_by_role("link", name="Read the alert and say what was done").click()
    page.get_by_label("What did you do about it?").first.fill("Phoned him: he is safe, his wife is with him.")
    page.get_by_role("button", name="Record what was done").first.click()
    expect(page.get_by_text("“What do you hope for?” To sleep")).to_be_visible()
    shot(tab, "8-clause")
    page = tab.open(f"/referrals/{referral.reference}/answers/")
    expect(page.get_by_text("Phoned him: he is safe")).to_be_visible()
    expect(page.get_by_role("heading", name="An answer needs somebody now")).to_have_count(0)
    page.get_by_text("What is added up").click()
    tab.axe()
    shot(tab, "9-answers")
    for size in (PHONE, {"width": 320, "height": 700}):
        page.set_viewport_size(size)
        tab.axe()
    with scope(service_id):
        row = referral.answerings.get()
        assert row.scan is not None
        assert library.parsed(row.questionnaire).title == "Days and nights"


def test_what_a_patient_needs_stands_everywhere_and_no_letter_goes_without_it(site, service_id, visit, people):
    referral = a_screening(service_id, people)
    with scope(service_id):
        decided(referral, people["consultant"].membership, "delay", review_on=clock.today() + timedelta(days=60))
        batch = printing.print_batch(by=people["administrator"].membership)
        assert batch is not None

    tab = visit(site, PHONE)
    people["administrator"].sign_in(tab)
    page = tab.open(f"/referrals/{referral.reference}/")
    page.get_by_role("link", name="Record communication needs").click()
    page.get_by_role("checkbox", name="Large print").check()
    page.get_by_role("checkbox", name="British Sign Language (BSL)").check()
    tab.axe()
    shot(tab, "10-needs-form")
    page.get_by_label("Other needs").fill("x" * 2001)
    page.get_by_role("button", name="Record these needs").click()
    expect(page.get_by_role("alert")).to_be_visible()
    tab.axe()
    page.get_by_label("Other needs").fill("")
    page.get_by_role("button", name="Record these needs").click()
    banner = page.get_by_role("note", name="Before you get in touch")
    expect(banner).to_contain_text("Book a BSL interpreter")
    tab.axe()
    shot(tab, "11-needs-banner")
    for part in ("timeline/", "conversation/", "contacts/", "discussion/", "register/", "needs/", "close/", "ready/"):
        tab.open(f"/referrals/{referral.reference}/{part}")
        expect(banner).to_contain_text("Letters come in")
    tab.axe()
    page = tab.open(f"/post/batches/{batch.pk}/")
    expect(page.get_by_text("the patient needs large print").first).to_be_visible()
    page.get_by_role("button", name="posted").first.click()
    expect(page.get_by_role("alert")).to_be_visible()
    shot(tab, "12-batch")
    page = tab.open("/")
    expect(page.get_by_text("Needs: Large print, British Sign Language (BSL)").first).to_be_visible()
