"""Where am I? A code by e-mail, then one's own referral as it moves: asked, delayed, ready, decided, stopped.

What the team decides is done by the verbs; what the patient sees and does, on the pages.
"""

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from procrastinate.contrib.django.models import ProcrastinateJob

from painpath import clock
from painpath.accounts.scope import scope
from painpath.letters import tasks
from painpath.letters.models import OneTimeCode
from painpath.referrals import verbs
from painpath.referrals.arriving import reading_in
from painpath.referrals.models import Patient, Referral, ReportedChange
from painpath.referrals.referring import changing
from tests.browsing import EVERY_SIZE, PHONE
from tests.letters.test_codes import code_of
from tests.patients.conftest import make_patient
from tests.referrals.conftest import make_team
from tests.referrals.deciding import decided

STATUS = "/services/southampton-portsmouth/my-referral/"
CODE = f"{STATUS}code/"


@pytest.fixture
def team(service_id):
    with scope(service_id):
        return make_team()


@pytest.fixture
def referral(team, service_id, settings):
    settings.SENDS_EMAIL = True
    with scope(service_id):
        return make_patient(team)


def send_codes() -> None:
    """Do what was queued when somebody asked for a code."""
    for job in ProcrastinateJob.objects.filter(status="todo", task_name="letters.send_patient_code"):
        tasks.send_patient_code(**job.args)


def code_for(service_id: int, referral: Referral) -> str:
    """What stands in the message on its way to the patient."""
    with scope(service_id):
        row = OneTimeCode.objects.latest("pk")
        assert (row.to, row.dispatch.channel, row.dispatch.address) == ("patient", "email", "leonard@example.com")
        return code_of(row, referral)


def born(page: Page, year: str = "1966") -> None:
    for label, value in (("Day", "3"), ("Month", "4"), ("Year", year)):
        page.get_by_label(label, exact=True).fill(value)


def get_in(page: Page, referral: Referral, service_id: int) -> None:
    page.get_by_label("Reference").fill(referral.reference)
    born(page)
    page.get_by_role("button", name="Send me a code").click()
    send_codes()
    page.get_by_label("Code", exact=True).fill(code_for(service_id, referral))
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("heading", name="Where is my referral?").wait_for()


def read(referral: Referral, team) -> None:
    """A clinician reads what was reported, and the program the documents."""
    reading_in.read_in(service_id=referral.service_id, referral_id=referral.pk)
    for change in ReportedChange.objects.filter(read_at__isnull=True):
        changing.read_change(change=change, by=team.consultant, action="Rang.")


def now(referral: Referral) -> Referral:
    return Referral.objects.get(pk=referral.pk)


def picture(page: Page, name: str) -> None:
    """Kept where somebody wants to look at the pages: `SHOTS`."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}-{page.viewport_size['width']}.png", full_page=True)


def test_one_referral_from_the_first_code_to_the_end_without_javascript(site, visit, service_id, team, referral):
    tab = visit(site, PHONE, javascript=False)
    main = lambda: page.get_by_role("main")  # noqa: E731 short, and used on every page

    # --- nothing typed, then a wrong code, then the right one
    page = tab.open(f"{CODE}?reference={referral.reference}")
    expect(page.get_by_label("Reference")).to_have_value(referral.reference)
    picture(page, "code")
    page.get_by_role("button", name="Send me a code").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Enter the date of birth")
    picture(page, "code-error")
    born(page)
    page.get_by_role("button", name="Send me a code").click()
    expect(main()).to_contain_text("If this is right, a code is on its way to you.")
    picture(page, "code-enter")
    page.get_by_label("Code", exact=True).fill("2222-2222")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("This code does not work")
    send_codes()
    page.get_by_label("Code", exact=True).fill(code_for(service_id, referral).lower())
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Waiting to be read")).to_be_visible()
    assert referral.reference not in page.url
    picture(page, "waiting")

    # --- what helps, and how to get in touch
    page.get_by_role("link", name="Tell us what helps you").click()
    picture(page, "needs")
    page.get_by_label("I need large print").check()
    page.get_by_label("Letters in large print", exact=True).check()
    page.get_by_role("button", name="Save").click()
    expect(main()).to_contain_text("We do this from now on")
    with scope(service_id):
        assert Patient.objects.get(pk=referral.patient_id).letter_format == "large-print"
        read(referral, team)
        verbs.start_screening(referral=now(referral), by=team.consultant)
        decided(now(referral), team.consultant, "ask_patient")

    # --- asked, and answered
    page.reload()
    expect(page.get_by_role("heading", name="Waiting for you", exact=True)).to_be_visible()
    picture(page, "asked")
    page.get_by_role("button", name="Answer the questions").click()
    page.get_by_role("button", name="Send my answers").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Answer at least one question")
    picture(page, "answer-error")
    page.get_by_label("What helps you?").fill("Warm water, and my dog.")
    page.get_by_role("button", name="Send my answers").click()
    expect(main()).to_contain_text("Your answers have been sent")
    with scope(service_id):
        read(referral, team)
        verbs.start_screening(referral=now(referral), by=team.consultant)
        decided(now(referral), team.consultant, "delay", review_on=clock.today() + timedelta(days=60))

    # --- delayed: the letter, then ready
    page.reload()
    expect(page.get_by_role("heading", name="Waiting for the right time")).to_be_visible()
    picture(page, "delayed")
    page.get_by_role("link", name=re.compile("Read the letter of")).first.click()
    expect(main()).to_contain_text("Yours sincerely")
    expect(page.locator("#forms ~ ul a").first).to_have_text("Large print (PDF)")  # what they need stands first
    picture(page, "letter")
    with page.expect_download() as download:
        page.get_by_role("link", name="A web page to keep").click()
    assert "Yours sincerely" in download.value.path().read_text()
    page.get_by_role("link", name="Back to my referral").click()
    page.get_by_role("button", name="I think I am ready").click()
    expect(main()).to_contain_text("Call 999")
    picture(page, "ready")
    page.get_by_role("button", name="I am ready").click()
    expect(main()).to_contain_text("One of our team reads this by")
    expect(page.get_by_role("heading", name="Waiting to be read")).to_be_visible()

    # --- something has changed
    page.get_by_role("button", name="Something has changed").click()
    page.get_by_role("button", name="Send this to the team").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Choose what has changed")
    picture(page, "changed-error")
    page.get_by_label("My pain or my health has got worse").check()
    page.get_by_label("Tell us in your own words").fill("My legs feel heavy.")
    page.get_by_role("button", name="Send this to the team").click()
    expect(main()).to_contain_text("do not wait for us")
    with scope(service_id):
        read(referral, team)
        verbs.start_screening(referral=now(referral), by=team.consultant)
        decided(now(referral), team.consultant, "not_now")

    # --- not at the moment: please look again, then stop, and the way back
    page.reload()
    expect(page.get_by_role("heading", name="Not at the moment")).to_be_visible()
    expect(main()).to_contain_text("This does not mean never")
    picture(page, "not-now")
    page.get_by_role("link", name="Ask us to look again").click()
    page.get_by_role("button", name="Ask us to look again").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Write a few words")
    page.get_by_label("What should we know, or know better?").fill("I feel steadier now.")
    page.get_by_role("button", name="Ask us to look again").click()
    expect(page.get_by_role("heading", name="Waiting to be read")).to_be_visible()
    with scope(service_id):
        read(referral, team)
    page.get_by_role("link", name="I do not want this any more").click()
    expect(main()).to_contain_text("You can change your mind at any time")
    picture(page, "stop")
    page.get_by_role("link", name="No, keep my referral").click()
    page.get_by_role("link", name="I do not want this any more").click()
    page.get_by_role("button", name="Yes, stop my referral").click()
    expect(page.get_by_role("heading", name="Your referral was stopped")).to_be_visible()
    expect(page.get_by_role("link", name="Ask us to look again")).to_be_visible()
    picture(page, "stopped")

    # --- left, and closed
    page.get_by_role("button", name="Leave").click()
    expect(page.get_by_role("heading", name="You have left your referral")).to_be_visible()
    page.go_back()
    page.goto("/services/southampton-portsmouth/my-referral/")
    expect(main()).to_contain_text("Ask for a new code to go on")


def test_somebody_acts_for_the_patient_by_keyboard_alone(site, visit, service_id, team, referral):
    """From the code to the end, as in the walk above; axe looks at where it is in each state."""
    with scope(service_id):
        verbs.start_screening(referral=now(referral), by=team.consultant)
        decided(now(referral), team.consultant, "delay", review_on=clock.today() + timedelta(days=60))
    tab = visit(site, EVERY_SIZE)
    page = tab.open(CODE)

    def to(role: str, name: str) -> None:
        wanted = page.get_by_role(role, name=re.compile(f"^{re.escape(name)}")).first
        for _ in range(80):
            page.keyboard.press("Tab")
            if wanted.evaluate("one => one === document.activeElement"):
                return
        raise AssertionError(f"{role} {name} cannot be reached")

    def press(role: str, name: str) -> None:
        to(role, name)
        page.keyboard.press("Enter")

    def write(name: str, words: str) -> None:
        to("textbox", name)
        page.keyboard.type(words)

    def on(name: str) -> None:
        page.get_by_role("heading", name=name).first.wait_for()

    write("Reference", referral.reference)
    for part in ("3", "4", "1966"):
        page.keyboard.press("Tab")
        page.keyboard.type(part)
    page.keyboard.press("Enter")
    on("Enter your code")
    send_codes()
    write("Code", code_for(service_id, referral))
    page.keyboard.press("Enter")
    on("Waiting for the right time")
    press("link", "I act for the person whose referral this is")
    on("I act for somebody")
    write("Your name", "Jo Carer")
    write("How do you know them?", "I am her son")
    page.keyboard.press("Enter")
    on("Waiting for the right time")
    press("link", "Change how we reach you")
    expect(page.get_by_role("main")).to_contain_text("You act for the patient, as Jo Carer.")
    press("button", "Send this to the team")
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Write down what has changed")
    tab.open(STATUS)
    tab.axe()

    # --- what helps; ready; something has changed
    press("link", "Tell us what helps you")
    to("checkbox", "I need large print")
    page.keyboard.press("Space")
    press("button", "Save")
    expect(page.get_by_role("main")).to_contain_text("We do this from now on")
    press("button", "I think I am ready")
    press("button", "I am ready")
    expect(page.get_by_role("main")).to_contain_text("One of our team reads this by")
    tab.axe()
    press("button", "Something has changed")
    press("button", "Send this to the team")
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Choose what has changed")
    to("radio", "My pain or my health has got worse")
    page.keyboard.press("Space")
    write("Tell us in your own words", "Her legs feel heavy.")
    press("button", "Send this to the team")
    expect(page.get_by_role("main")).to_contain_text("do not wait for us")
    tab.axe()
    with scope(service_id):
        read(referral, team)
        verbs.start_screening(referral=now(referral), by=team.consultant)
        decided(now(referral), team.consultant, "not_now")

    # --- not at the moment: please look again; then stopped
    page.reload()
    on("Not at the moment")
    tab.axe()
    press("link", "Ask us to look again")
    write("What should we know, or know better?", "She feels steadier now.")
    press("button", "Ask us to look again")
    on("Waiting to be read")
    with scope(service_id):
        assert ReportedChange.objects.filter(words__contains="Jo Carer").exists()
        read(referral, team)
    press("link", "I do not want this any more")
    press("button", "Yes, stop my referral")
    expect(page.get_by_role("alert")).to_be_visible()
    with scope(service_id):  # said by somebody else: a person of the team reads it first
        assert now(referral).is_open
        assert ReportedChange.objects.filter(kind="withdraw").exists()
    tab.axe()
    press("button", "Leave")
    on("You have left your referral")
