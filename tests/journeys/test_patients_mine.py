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
from tests.browsing import DESKTOP, PHONE
from tests.letters.test_codes import code_of
from tests.patients.conftest import make_patient
from tests.referrals.conftest import make_team
from tests.referrals.deciding import decided

NARROW = {"width": 320, "height": 700}
"""400% zoom of a window of 1280 pixels."""
CODE = "/services/southampton-portsmouth/my-referral/code/"
SIZES = pytest.mark.parametrize(
    ("size", "javascript"),
    [(DESKTOP, True), (PHONE, True), (NARROW, True), (PHONE, False)],
    ids=["desktop", "phone", "400% zoom", "without JavaScript"],
)


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


@SIZES
def test_one_referral_from_the_first_code_to_the_end(site, visit, service_id, team, referral, size, javascript):
    tab = visit(site, size, javascript=javascript)

    def check(name: str = "") -> None:
        if javascript:  # axe is a script
            tab.axe()
        if name:
            picture(page, name)

    main = lambda: page.get_by_role("main")  # noqa: E731 short, and used on every page

    # --- nothing typed, then a wrong code, then the right one
    page = tab.open(f"{CODE}?reference={referral.reference}")
    expect(page.get_by_label("Reference")).to_have_value(referral.reference)
    check("code")
    page.get_by_role("button", name="Send me a code").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Enter the date of birth")
    check("code-error")
    born(page)
    page.get_by_role("button", name="Send me a code").click()
    expect(main()).to_contain_text("If this is right, a code is on its way to you.")
    check("code-enter")
    page.get_by_label("Code", exact=True).fill("2222-2222")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("This code does not work")
    check()
    send_codes()
    page.get_by_label("Code", exact=True).fill(code_for(service_id, referral).lower())
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Waiting to be read")).to_be_visible()
    assert referral.reference not in page.url
    check("waiting")

    # --- what helps, and how to get in touch
    page.get_by_role("link", name="Tell us what helps you").click()
    check("needs")
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
    check("asked")
    page.get_by_role("button", name="Answer the questions").click()
    page.get_by_role("button", name="Send my answers").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Answer at least one question")
    check("answer-error")
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
    check("delayed")
    page.get_by_role("link", name=re.compile("Read the letter of")).first.click()
    expect(main()).to_contain_text("Yours sincerely")
    expect(page.locator("#forms ~ ul a").first).to_have_text("Large print (PDF)")  # what they need stands first
    check("letter")
    if size == NARROW:
        letter = page.url
        with page.expect_download() as download:
            page.get_by_role("link", name="A web page to keep").click()
        page.goto("about:blank")
        page.set_content(download.value.path().read_text())
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        check("letter-kept")
        page.goto(letter)
    page.get_by_role("link", name="Back to my referral").click()
    page.get_by_role("button", name="I think I am ready").click()
    expect(main()).to_contain_text("Call 999")
    check("ready")
    page.get_by_role("button", name="I am ready").click()
    expect(main()).to_contain_text("One of our team reads this by")
    expect(page.get_by_role("heading", name="Waiting to be read")).to_be_visible()

    # --- something has changed
    page.get_by_role("button", name="Something has changed").click()
    page.get_by_role("button", name="Send this to the team").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Choose what has changed")
    check("changed-error")
    page.get_by_label("My pain or my health has got worse").check()
    page.get_by_label("Tell us in your own words").fill("My legs feel heavy.")
    page.get_by_role("button", name="Send this to the team").click()
    expect(main()).to_contain_text("do not wait for us")
    check()
    with scope(service_id):
        read(referral, team)
        verbs.start_screening(referral=now(referral), by=team.consultant)
        decided(now(referral), team.consultant, "not_now")

    # --- not at the moment: please look again, then stop, and the way back
    page.reload()
    expect(page.get_by_role("heading", name="Not at the moment")).to_be_visible()
    expect(main()).to_contain_text("This does not mean never")
    check("not-now")
    page.get_by_role("link", name="Ask us to look again").click()
    page.get_by_role("button", name="Ask us to look again").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Write a few words")
    check()
    page.get_by_label("What should we know, or know better?").fill("I feel steadier now.")
    page.get_by_role("button", name="Ask us to look again").click()
    expect(page.get_by_role("heading", name="Waiting to be read")).to_be_visible()
    with scope(service_id):
        read(referral, team)
    page.get_by_role("link", name="I do not want this any more").click()
    expect(main()).to_contain_text("You can change your mind at any time")
    check("stop")
    page.get_by_role("link", name="No, keep my referral").click()
    page.get_by_role("link", name="I do not want this any more").click()
    page.get_by_role("button", name="Yes, stop my referral").click()
    expect(page.get_by_role("heading", name="Stopped, as you wished")).to_be_visible()
    expect(page.get_by_role("link", name="Ask us to look again")).to_be_visible()
    check("stopped")

    # --- left, and closed
    page.get_by_role("button", name="Leave").click()
    expect(page.get_by_role("heading", name="You have left your referral")).to_be_visible()
    check()
    page.go_back()
    page.goto("/services/southampton-portsmouth/my-referral/")
    expect(main()).to_contain_text("Ask for a new code to go on")


def test_somebody_acts_for_the_patient_by_keyboard_alone(site, visit, service_id, team, referral):
    tab = visit(site, DESKTOP)
    page = tab.open(CODE)

    def to(role: str, name: str) -> None:
        wanted = page.get_by_role(role, name=name, exact=True)
        for _ in range(80):
            page.keyboard.press("Tab")
            if wanted.evaluate("one => one === document.activeElement"):
                return
        raise AssertionError(f"{role} {name} cannot be reached")

    to("textbox", "Reference")
    page.keyboard.type(referral.reference)
    for part in ("3", "4", "1966"):
        page.keyboard.press("Tab")
        page.keyboard.type(part)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Enter your code").wait_for()
    send_codes()
    to("textbox", "Code")
    page.keyboard.type(code_for(service_id, referral))
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Where is my referral?").wait_for()
    to("link", "I act for the person whose referral this is")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="I act for somebody").wait_for()
    tab.axe()
    to("textbox", "Your name")
    page.keyboard.type("Jo Carer")
    to("textbox", "How do you know them?")
    page.keyboard.type("I am her son")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Where is my referral?").wait_for()
    to("link", "Change how we reach you")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("You act for the patient, as Jo Carer.")
    tab.axe()
    to("button", "Send this to the team")
    page.keyboard.press("Enter")
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Write down what has changed")
    tab.axe()
