"""Every page for patients, from the list of their addresses: with axe as wide as a phone and a desk, no wider than a
window at 400% zoom, with its errors, in every theme, and read aloud. A new page that this does not reach fails it."""

import json
from datetime import timedelta

import pytest
from django.conf import settings
from playwright.sync_api import expect

from painpath import clock
from painpath.accounts.scope import scope
from painpath.letters.models import Letter
from painpath.patients import urls
from painpath.referrals import verbs
from painpath.referrals.models import Referral
from tests.browsing import CHECKOUT, EVERY_SIZE, Visit
from tests.journeys.test_patients_tools import SPEECH
from tests.patients.conftest import address_of, make_patient
from tests.patients.opening import session_of
from tests.referrals.conftest import LETTER, make_team
from tests.referrals.deciding import decided
from tests.referrals.questionnaires import MOOD, ask, fill_rota, publish

LATER = {"review_on": clock.today() + timedelta(days=60)}
FILES = {"letter-in", "right_time_text", "right_time_pdf", "right_time_large"}
WALKED = {"code-enter", "code-leave", "answering", "answering-page", "answering-later", "answering-check",
          "answering-sent"}  # fmt: skip
"""What somebody comes to only after another page; `answering` leads on to the next question."""
EMPTY_IS_WRONG = {"code", "answer", "changed", "look-again", "got-there", "contact", "acting-for", "questions"}
EMPTY_IS_RIGHT = {"ready", "needs", "withdraw", "right_time", "resources"}
"""Forms in which nothing has to be said."""


@pytest.fixture
def pages(site: str, service_id: int) -> dict[str, tuple[Referral | None, str]]:
    """Where each page is, and which referral must be open to see it: one in each state that has a page of its own."""
    with scope(service_id):
        team = make_team()
        fill_rota(team.consultant)

        def made(number: int, outcome: str, **changes: object) -> Referral:
            referral = make_patient(team, email=False, text=f"{LETTER}{number}")
            referral = verbs.start_screening(referral=referral, by=team.consultant)
            decided(referral, team.consultant, outcome, **changes)
            return Referral.objects.select_related("service").get(pk=referral.pk)

        delayed, not_now, asked, pointed = (
            made(number, outcome, **(LATER if outcome == "delay" else {}))
            for number, outcome in enumerate(("delay", "not_now", "ask_patient", "signpost"))
        )
        body = json.loads((CHECKOUT / "pathways/shared/questionnaires/body-map.json").read_text())
        screening = verbs.start_screening(referral=make_patient(team, email=False), by=team.consultant)
        both = MOOD | {"item": [*body["item"], *MOOD["item"]]}
        to_answer = ask(screening, team.consultant, publish(team.manager, both))
        given: dict[str, tuple[Referral, dict[str, int]]] = {
            "letter": (delayed, {"letter": Letter.objects.get(audience="patient", decision__referral=delayed).pk}),
            "answer": (asked, {"asked": asked.requests.get().pk}),
            "got-there": (pointed, {"follow_up": pointed.follow_ups.get().pk}),
            "look-again": (not_now, {}),
            "questions": (to_answer, {}),
        }
        assert to_answer.service
    public = {"home", "everything", "resources", "right_time", "code"}
    names = {view.removeprefix("patients:") for view in urls.ACCESS} - FILES - WALKED - {"page"}
    found: dict[str, tuple[Referral | None, str]] = {}
    for name in names:
        referral, more = given.get(name, (delayed, {}))
        found[name] = (None if name in public else referral, address_of(name, **more))
    return found


def look(tab: Visit, name: str) -> None:
    """axe at every size and in every theme; and the page is read aloud from its beginning, until Stop."""
    page = tab.page
    tab.axe()
    tab.in_every_theme()
    heading = page.get_by_role("heading", level=1)
    assert heading.count() == 1, name
    page.get_by_role("button", name="Listen", exact=True).click()
    page.get_by_role("button", name="Stop", exact=True).click()
    ((said, _, _),) = page.evaluate("said.splice(0)")
    words = " ".join(page.locator("main").inner_text().split())
    assert words.index(said) <= words.index(heading.inner_text().split("\n")[0].strip()), (
        name
    )  # or what stands above it
    expect(page.get_by_role("button", name="Stop", exact=True)).to_be_hidden()


def press(tab: Visit) -> None:
    tab.page.locator("main form").last.get_by_role("button").last.click()


def wrong(tab: Visit) -> None:
    press(tab)
    expect(tab.page.locator(".nhsuk-error-summary")).to_be_visible()
    tab.axe()


def test_every_page_for_patients(site, visit, pages):
    assert set(pages) >= EMPTY_IS_WRONG | EMPTY_IS_RIGHT
    tab = visit(site, EVERY_SIZE)
    page = tab.page
    page.add_init_script(f"{SPEECH}; window.pace = 100_000")
    sessions: dict[int, str] = {}
    for name, (referral, where) in sorted(pages.items()):
        if referral is not None:
            first, sessions[referral.pk] = (
                referral.pk not in sessions,
                sessions.get(referral.pk) or session_of(referral),
            )
            tab.cookie(settings.SESSION_COOKIE_NAME, sessions[referral.pk])
            if first:  # where it is, in the state of this one
                tab.open(address_of("status"))
                tab.axe()
        tab.open(where)
        assert page.url == f"{site}{where}", name
        look(tab, name)
        if name in EMPTY_IS_WRONG:
            wrong(tab)
        elif name not in EMPTY_IS_RIGHT:
            assert page.locator("main form[method=post] :is(input:not([type=hidden]), textarea)").count() == 0, name
    tab.open(address_of("page", page="urgent-help"))  # the others: `test_patients_about.py`
    look(tab, "page")

    # --- the card; the code, which is not right; what somebody leaves
    tab.open(pages["right_time"][1] + "#question-9")
    page.get_by_role("button", name="Show my card").click()
    page.get_by_role("heading", name="My card for the GP").wait_for()
    look(tab, "card")
    tab.page.context.clear_cookies()
    tab.open(pages["code"][1]).get_by_label("Reference").fill("2222-2222")
    for label, value in (("Day", "3"), ("Month", "4"), ("Year", "1966")):
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_role("heading", name="Enter your code").wait_for()
    look(tab, "code-enter")
    wrong(tab)

    # --- the questions: the body map, an answer about safety, later, the check, sent
    referral, where = pages["questions"]
    tab.cookie(settings.SESSION_COOKIE_NAME, sessions[referral.pk])
    tab.open(where).get_by_label("I am the patient").check()
    page.get_by_role("button", name="Start").click()
    page.locator('[data-code="f-left-shoulder"]').click()
    look(tab, "body map")
    press_continue = page.get_by_role("button", name="Continue", exact=True)
    press_continue.click()
    page.get_by_role("heading", name="Feeling down").wait_for()
    look(tab, "answering-page")
    press_continue.click()
    page.get_by_role("heading", name="better off dead").wait_for()
    look(tab, "item 9")
    press_continue.click()
    expect(page.locator(".nhsuk-error-summary")).to_be_visible()
    tab.axe()
    page.get_by_label("Several days").check()
    press_continue.click()
    page.get_by_role("heading", name="Do you need help now?").wait_for()
    look(tab, "help at once")
    page.get_by_role("button", name="Go on with the questions").click()
    page.get_by_role("button", name="Save and come back later").click()
    page.get_by_role("heading", name="Your answers are saved").wait_for()
    look(tab, "answering-later")
    tab.open(page.url.replace("/later/", "/check/"))
    look(tab, "answering-check")
    page.get_by_role("button", name="Send my answers").click()
    page.get_by_role("heading", name="We have your answers").wait_for()
    look(tab, "answering-sent")
    tab.open(address_of("status")).get_by_role("button", name="Leave").click()
    page.get_by_role("heading", name="You have left your referral").wait_for()
    look(tab, "code-leave")
