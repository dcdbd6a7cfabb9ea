"""Where is it? Whoever referred answers in place, speaks to the advice, sees the end of it; and with a code by e-mail.

What the team decides is done by the verbs; what each side sees of it, on the pages.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from procrastinate.contrib.django.models import ProcrastinateJob

from painpath import clock
from painpath.accounts.scope import scope
from painpath.directory.models import Referrer
from painpath.letters import receipts, tasks
from painpath.letters.models import OneTimeCode
from painpath.referrals import verbs
from painpath.referrals.models import InformationRequest, Referral
from tests.browsing import DESKTOP, EVERY_SIZE
from tests.journeys.staff import hire, let_the_worker_work, signed_in
from tests.letters.test_codes import code_of
from tests.referrals.conftest import Team, details, make_referrer, received_referral, sent_by, waiting_referral
from tests.referrals.deciding import decided

SIZES = pytest.mark.parametrize(
    ("size", "javascript"),
    [(EVERY_SIZE, True), (DESKTOP, False)],
    ids=["with JavaScript", "without"],
)
TWO = "Which medicines has he tried?\nWhen was his last MRI?"


@pytest.fixture
def people(service_id):
    """The team, whose clinicians can sign in."""
    administrator = hire(service_id, "Ada Min", "administrator")
    consultant = hire(service_id, "Dr Con Sultant", "clinician", "consultant")
    colleague = hire(service_id, "Dr Col League", "clinician", "consultant")
    manager = hire(service_id, "Man Ager", "manager")
    of = [one.membership for one in (administrator, consultant, colleague, manager)]
    with scope(service_id):
        team = Team(of[0].service, of[0], of[1], of[2], of[2], of[3])
        return team, {"consultant": consultant, "colleague": colleague, "manager": manager}


def sign_in(tab, member) -> None:
    signed_in(tab, member.user)
    tab.open("/my/referrals/").get_by_role("heading", name="My referrals").wait_for()


@SIZES
def test_asked_answered_advised_still_refers_accepted(site, visit, service_id, people, size, javascript):
    team, staff = people
    with scope(service_id):
        member = make_referrer(checked_by=team.consultant)
        referral = sent_by(waiting_referral(team), member)
        verbs.start_screening(referral=referral, by=team.consultant)
        decided(referral, team.consultant, "ask_referrer", questions_referrer=TWO)
    tab, team_tab = visit(site, size, javascript=javascript), visit(site, size)

    def check(one=tab) -> None:
        if javascript or one is team_tab:  # axe is a script
            one.axe()

    # --- asked for two things: answers one, is told what is left, chooses
    sign_in(tab, member)
    page = tab.page
    page.get_by_role("link", name=referral.reference).click()
    expect(page.get_by_role("heading", name="Waiting for your answer", exact=True)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("When was his last MRI?")
    check()
    page.get_by_role("button", name="Answer").click()
    page.get_by_role("button", name="Send the answers").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Answer at least one question")
    check()
    page.get_by_label("Which medicines has he tried?").fill("Amitriptyline and gabapentin, without benefit.")
    page.get_by_role("button", name="Send the answers").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("1 question has no answer")
    expect(page.get_by_label("Which medicines has he tried?")).to_have_value(re.compile("^Amitriptyline"))
    check()
    page.get_by_label("When was his last MRI?").fill("In March 2025, normal.")
    page.get_by_role("button", name="Send the answers").click()
    expect(page.get_by_text("A clinician looks at the referral with your answer")).to_be_visible()
    expect(page.get_by_role("heading", name="Waiting for a clinician", exact=True)).to_be_visible()
    check()
    let_the_worker_work()

    # --- the team sees the answer beside the question
    staff["consultant"].sign_in(team_tab)
    seen = team_tab.open(f"/referrals/{referral.reference}/conversation/")
    expect(seen.locator(".painpath-conversation")).to_contain_text("In March 2025, normal.")
    expect(seen.locator(".painpath-conversation")).to_contain_text("Written here on")
    check(team_tab)

    # --- advice, which is not enough
    with scope(service_id):
        referral = Referral.objects.get()
        verbs.start_screening(referral=referral, by=team.consultant)
        decided(referral, team.consultant, "advise")
    page.reload()
    expect(page.locator(".painpath-conversation")).to_contain_text("Please review the medicines.")
    page.get_by_role("button", name="I still wish to refer").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Say in a few words why")
    check()
    page.get_by_label("Your words").fill("All of these have been tried.")
    page.get_by_role("button", name="I still wish to refer").click()
    expect(page.get_by_text("Another clinician looks at the referral").first).to_be_visible()
    check()
    let_the_worker_work()
    seen = team_tab.open("/")
    expect(seen.get_by_role("main")).to_contain_text("The referrer still wishes to refer")

    # --- accepted by another clinician; the decision with its letter, and a file for the record
    with scope(service_id):
        referral = Referral.objects.get()
        verbs.start_screening(referral=referral, by=team.colleague)
        decided(referral, team.colleague, "accept")
    page.reload()
    expect(page.get_by_role("heading", name="Accepted", exact=True)).to_be_visible()
    main = page.get_by_role("main")
    expect(main).to_contain_text("Dr Col League, Consultant in pain medicine (GMC 0000001)")
    expect(main).to_contain_text("You said that you still wish to refer")
    check()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download for the patient").click()
    text = Path(download.value.path()).read_text()
    assert "WHERE IT IS: Accepted" in text
    assert "All of these have been tried." in text


@SIZES
def test_something_has_changed_and_a_clinician_reads_it(site, visit, service_id, people, size, javascript):
    team, staff = people
    with scope(service_id):
        member = make_referrer(checked_by=team.consultant)
        referral = sent_by(waiting_referral(team), member)
    tab, team_tab = visit(site, size, javascript=javascript), visit(site, size)
    sign_in(tab, member)
    page = tab.open(f"/my/referrals/{referral.reference}/")
    page.get_by_role("button", name="Something has changed").click()
    emergency = page.get_by_text("send the patient to the emergency department now")
    expect(page.get_by_role("heading", name="This is not an emergency route")).to_be_visible()
    assert emergency.bounding_box()["y"] < page.get_by_label("What should the clinician know?").bounding_box()["y"]
    if javascript:
        tab.axe()
    page.get_by_role("button", name="Send this to a clinician").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Choose what has changed")
    if javascript:
        tab.axe()
    page.get_by_label("It has become worse, or there are new symptoms").check()
    page.get_by_label("What should the clinician know?").fill("The pain now wakes him every night.")
    page.get_by_role("button", name="Send this to a clinician").click()
    expect(page.get_by_text("A clinician reads this by 17:00")).to_be_visible()
    expect(page.get_by_text("do not wait for us")).to_be_visible()
    if javascript:
        tab.axe()

    staff["consultant"].sign_in(team_tab)
    seen = team_tab.page
    expect(seen.get_by_role("main")).to_contain_text("Something has changed")
    team_tab.axe()
    seen = team_tab.open("/to-do/")
    expect(seen.get_by_role("main")).to_contain_text("wakes him every night")
    team_tab.axe()
    seen.get_by_role("link", name=re.compile("Read it and say what was done")).click()
    team_tab.axe()
    press = seen.get_by_role("button", name="I have read this: record what was done")
    press.click()
    expect(seen.locator(".nhsuk-error-summary")).to_contain_text("Say what you did")
    team_tab.axe()
    seen.get_by_label("What did you do about it?").fill("Rang the GP: seen today.")
    press.click()
    expect(seen.get_by_role("main")).to_contain_text("Rang the GP: seen today.")
    team_tab.axe()
    page.reload()
    expect(page.get_by_role("main")).to_contain_text(
        "Dr Con Sultant, Consultant in pain medicine, read what has changed"
    )


def let_the_codes_go() -> None:
    """Do what was queued when somebody asked for a code."""
    for job in ProcrastinateJob.objects.filter(status="todo", task_name="letters.send_code"):
        tasks.send_code(**job.args)


def code_for(service_id: int, referral: Referral) -> str:
    """What stands in the message on its way to the referrer."""
    with scope(service_id):
        return code_of(OneTimeCode.objects.latest("pk"), referral)


@SIZES
def test_a_physiotherapist_by_letter_with_a_one_time_code(
    site, visit, service_id, people, settings, size, javascript
):  # fmt: skip
    team, _ = people
    settings.SENDS_EMAIL = True
    with scope(service_id):
        referral = received_referral(team)
        receipts.register(
            referral=referral, by=team.administrator,
            details=details(
                route="practitioner-letter", ubrn="", referrer_name="Pat Physio", referrer_profession="Physiotherapist",
                referrer_registration="HCPC PH123456", referrer_email="pat.physio@nhs.net",
            ),
        )  # fmt: skip
        referral = Referral.objects.get(pk=referral.pk)
        assert referral.dispatches.get(kind="receipt").address == "pat.physio@nhs.net"
        verbs.start_screening(referral=referral, by=team.consultant)
        decided(referral, team.consultant, "ask_referrer")
    tab = visit(site, size, javascript=javascript)

    def check() -> None:
        if javascript:
            tab.axe()

    # --- the reference, and a code that is wrong
    page = tab.open("/services/southampton-portsmouth/referral/")
    page.get_by_role("button", name="Send a code").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Enter the reference")
    check()
    page.get_by_label("Reference").fill(referral.reference.lower())
    page.get_by_role("button", name="Send a code").click()
    expect(page.get_by_text(re.compile("If .* is right, a code is on its way"))).to_be_visible()
    check()
    page.get_by_label("Code", exact=True).fill("2222-2222")
    page.get_by_role("button", name="See the referral").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("This code does not work")
    check()

    # --- one that has run out
    let_the_codes_go()
    code = code_for(service_id, referral)
    with scope(service_id):
        OneTimeCode.objects.update(expires_at=clock.now())
    page.get_by_label("Code", exact=True).fill(code)
    page.get_by_role("button", name="See the referral").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("This code does not work")

    # --- a new one opens this referral; the answer is sent in place
    page.get_by_role("link", name="Ask for a new code").click()
    page.get_by_label("Reference").fill(referral.reference)
    page.get_by_role("button", name="Send a code").click()
    let_the_codes_go()
    page.get_by_label("Code", exact=True).fill(code_for(service_id, referral))
    page.get_by_role("button", name="See the referral").click()
    expect(page.get_by_role("heading", name="Waiting for your answer", exact=True)).to_be_visible()
    expect(page.get_by_text("This page closes at")).to_be_visible()
    check()
    page.get_by_role("button", name="Answer", exact=True).click()
    page.get_by_label("Which medicines has he tried?").fill("None yet.")
    page.get_by_role("button", name="Send the answers").click()
    expect(page.get_by_text("A clinician looks at the referral with your answer")).to_be_visible()
    with scope(service_id):
        asked = InformationRequest.objects.get()
        assert (asked.items[0]["answer"], asked.closed_by) == ("None yet.", None)
        assert Referrer.objects.get(name="Pat Physio").registration == "HCPC PH123456"

    # --- leaving ends it
    page.get_by_role("button", name="Leave").click()
    expect(page.get_by_role("heading", name="You have left the referral")).to_be_visible()
    check()
    tab.open(f"/services/southampton-portsmouth/referral/{referral.reference}/")
    expect(page.get_by_role("heading", name="See a referral you sent")).to_be_visible()
    check()
