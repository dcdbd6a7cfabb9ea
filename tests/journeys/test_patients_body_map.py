"""The body map in a browser: by finger, by keyboard, without scripts, at phone width, in every theme."""

import json
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from csp.utils import build_policy
from django.template import engines
from django.test import RequestFactory
from playwright.sync_api import expect

from painpath.accounts.scope import scope
from painpath.questionnaires.body import REGIONS
from painpath.referrals import verbs
from painpath.web import forms
from painpath.web.settings import STATIC_ROOT
from tests.browsing import CHECKOUT, PHONE, Visit
from tests.patients.opening import address, session_of
from tests.referrals.conftest import make_team, waiting_referral
from tests.referrals.questionnaires import ask, fill_rota, publish

SITE = "http://localhost"
ZOOMED = {"width": 320, "height": 640}
PAGE = """{% extends "layouts/frame.jinja" %}
{% block title %}Where does it hurt?{% endblock %}
{% block main %}<div class="nhsuk-width-container"><main class="nhsuk-main-wrapper" id="maincontent">
<form method="post" action="/sent" novalidate>
{{ form_fields(form) }}<button class="nhsuk-button">Continue</button></form>
</main></div>{% endblock %}"""


class Where(forms.Form):
    where = forms.BodyMap("Where does it hurt?", hint="Mark every place.", error="Mark a place", page_heading=True)


@pytest.fixture
def body(visit: Callable[..., Visit]) -> Callable[..., Visit]:
    """`body(PHONE)` opens a page with nothing but the field, under the policy of all pages; `.sent`: what was sent."""

    def start(viewport: Any = None, *, data: Any = None, javascript: bool = True, **emulate: Any) -> Visit:
        tab = visit(SITE, viewport or {"width": 1280, "height": 900}, javascript=javascript)
        tab.page.emulate_media(**emulate)
        request = RequestFactory().get("/form")
        request.csp_nonce = "once"  # type: ignore[attr-defined]
        html = engines["jinja"].from_string(PAGE).render({"form": Where(data)}, request)
        policy = build_policy(nonce="once")
        assert "script-src 'self'" in policy
        tab.sent = []  # type: ignore[attr-defined]

        def answer(route: Any) -> None:
            path = route.request.url.removeprefix(SITE)
            if path == "/sent":
                tab.sent[:] = re.findall(r"where=([\w-]+)", route.request.post_data or "")  # type: ignore[attr-defined]
                route.fulfill(
                    status=HTTPStatus.OK, content_type="text/html", body="<title>Sent</title><p>Thank you</p>"
                )
            elif path.startswith("/static/"):
                route.fulfill(path=STATIC_ROOT / path.removeprefix("/static/"))
            else:
                route.fulfill(content_type="text/html", body=html, headers={"Content-Security-Policy": policy})

        tab.page.route("**/*", answer)
        tab.open(f"{SITE}/form")
        return tab

    return start


def box(tab: Visit, label: str) -> Any:
    return tab.page.get_by_label(label, exact=True)


def said(tab: Visit) -> Any:
    return tab.page.locator(".painpath-body-map__said[role=status]")


def fill(tab: Visit, code: str) -> str:
    return tab.page.locator(f'[data-code="{code}"]').get_attribute("fill") or ""


def send(tab: Visit) -> list[str]:
    tab.page.get_by_role("button", name="Continue").click()
    tab.page.get_by_text("Thank you").wait_for()
    return tab.sent  # type: ignore[attr-defined,no-any-return]


def sizes(tab: Visit) -> list[Any]:
    """Code, width and height of every place on the picture, in CSS pixels."""
    every = tab.page.locator("[data-code]").evaluate_all(
        "all => all.map(one => [one.dataset.code, one.getBoundingClientRect()]).map(([c, r]) => [c, r.width, r.height])"
    )
    return list(every)


def test_picture_and_list_are_one_answer(body: Callable[..., Visit]) -> None:
    tab = body(PHONE)
    tab.axe()
    status = said(tab)
    tab.page.locator('[data-code="f-left-shoulder"]').click()
    expect(status).to_have_text("Left shoulder, front: marked. Places marked: 1.")
    tab.page.locator('[data-code="b-left-lower-back"]').click()
    expect(status).to_have_text("Left lower back: marked. Places marked: 2.")
    assert fill(tab, "b-left-lower-back").startswith("url(#")
    # The list says the same, and the other way round.
    tab.page.get_by_text("Left hip, leg and foot", exact=True).first.click()
    box(tab, "Left calf").check()
    assert fill(tab, "b-left-calf").startswith("url(#")
    tab.axe()
    tab.page.get_by_role("button", name="Use the list only").click()
    expect(tab.page.locator(".painpath-body").first).to_be_hidden()
    assert box(tab, "Left shoulder, front").is_checked()
    box(tab, "Left lower back").uncheck()
    tab.axe()
    tab.page.get_by_role("button", name="Show the picture").click()
    expect(tab.page.locator(".painpath-body").first).to_be_visible()
    tab.page.locator('[data-code="f-left-shoulder"]').click()
    expect(status).to_have_text("Left shoulder, front: not marked. Places marked: 1.")
    assert send(tab) == ["b-left-calf"]


@pytest.mark.parametrize("javascript", [True, False])
def test_among_the_patients_questions(
    site: str, visit: Callable[..., Visit], service_id: int, javascript: bool
) -> None:
    """On the page on which patients answer: marked, saved, read back in words, changed."""
    with scope(service_id):
        team = make_team()
        fill_rota(team.consultant)
        referral = verbs.start_screening(referral=waiting_referral(team), by=team.consultant)
        source = json.loads((CHECKOUT / "pathways/shared/questionnaires/body-map.json").read_text())
        referral = ask(referral, team.consultant, publish(team.manager, source))
        session, start = session_of(referral), address(referral, "questions")
    tab = visit(site, PHONE, javascript=javascript)
    tab.cookie("sessionid", session)
    page = tab.open(start)

    def to(words: str) -> None:
        """By keyboard alone, in the one with scripts."""
        script = "document.activeElement.labels?.[0]?.innerText ?? document.activeElement.innerText"
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate(script) == words:
                return
        raise AssertionError(f"{words} cannot be reached")

    if javascript:
        to("I am the patient")
        page.keyboard.press("Space")
        to("Start")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Where does it hurt?").wait_for()
        to("Right hip, leg and foot")
        page.keyboard.press("Enter")
        to("Right knee, front")
        page.keyboard.press("Space")
        to("Continue")
        page.keyboard.press("Enter")
    else:
        page.get_by_label("I am the patient").check()
        page.get_by_role("button", name="Start").click()
        box(tab, "Right knee, front").check()
        page.get_by_role("button", name="Continue", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Right knee, front")
    page.get_by_role("link", name="Change").first.click()
    expect(page.locator("input:checked")).to_have_value("f-right-knee")
    if javascript:
        assert fill(tab, "f-right-knee").startswith("url(#")
        page.go_back()
        page.get_by_role("heading", name="Check your answers").wait_for()
        to("Send my answers")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="We have your answers").wait_for()


def test_clear_takes_every_mark_away(body: Callable[..., Visit]) -> None:
    tab = body(PHONE, data={"where": ["b-tailbone", "f-left-knee"]})
    assert fill(tab, "b-tailbone").startswith("url(#")
    tab.page.get_by_role("button", name="Clear all").click()
    expect(said(tab)).to_have_text("Nothing is marked now.")
    assert tab.page.locator("[data-marked='']").count() == 0
    assert send(tab) == []


def test_a_finger_needs_no_aim(body: Callable[..., Visit]) -> None:
    tab = body(PHONE)
    found = sizes(tab)
    assert len(found) == len(REGIONS)
    assert not [size for size in found if min(size[1:]) < 44]
    # Beside the little finger, outside the person, still means the hand.
    hand = tab.page.locator('[data-code="f-left-hand"]').bounding_box()
    assert hand
    tab.page.mouse.click(hand["x"] + 10, hand["y"] + hand["height"] + 12)
    expect(said(tab)).to_have_text("Left wrist and hand, palm side: marked. Places marked: 1.")
    # Far from everything is no place.
    tab.page.mouse.click(hand["x"] + 10, hand["y"] + hand["height"] + 120)
    assert box(tab, "Left wrist and hand, palm side").is_checked()
    assert tab.page.locator("input:checked").count() == 1
    # The groups of the list open under a finger, too.
    for summary in tab.page.locator("summary").all():
        assert (summary.bounding_box() or {})["height"] >= 44


def test_by_keyboard_alone(body: Callable[..., Visit]) -> None:
    tab = body()
    keys = tab.page.keyboard
    tab.page.locator("summary").nth(3).focus()
    keys.press("Enter")
    keys.press("Tab")
    # The place that the keyboard is at has a ring in the picture.
    ring = tab.page.locator(".painpath-body__ring path").first
    assert ring.get_attribute("d") == tab.page.locator('[data-code="f-left-chest"]').get_attribute("d")
    keys.press("Space")
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Space")
    assert fill(tab, "f-left-chest").startswith("url(#")
    assert tab.page.locator("input:checked").evaluate_all("all => all.map(one => one.value)") == [
        "f-left-chest",
        "f-left-tummy",
    ]
    while tab.page.evaluate("document.activeElement.textContent.trim()") != "Continue":
        keys.press("Tab")
    assert tab.page.locator(".painpath-body__ring").count() == 0
    keys.press("Enter")
    tab.page.get_by_text("Thank you").wait_for()
    assert tab.sent == ["f-left-chest", "f-left-tummy"]  # type: ignore[attr-defined]


def test_without_scripts_the_list_is_all_and_enough(body: Callable[..., Visit]) -> None:
    tab = body(PHONE, javascript=False)
    expect(tab.page.locator(".painpath-body").first).to_be_hidden()
    expect(tab.page.get_by_role("button", name="Clear all")).to_be_hidden()
    assert tab.page.get_by_role("group", name="Left shoulder, arm and hand").get_by_role("checkbox").count() == 9
    box(tab, "Left elbow").check()
    assert send(tab) == ["b-left-elbow"]


@pytest.mark.parametrize("viewport", [ZOOMED, PHONE])
def test_an_error_leads_to_the_list(body: Callable[..., Visit], viewport: Any) -> None:
    tab = body(viewport, data={})
    tab.axe()
    assert tab.page.get_by_text("Mark a place").is_visible()
    if viewport == PHONE:
        assert min(min(size[1:]) for size in sizes(tab)) >= 44
    # Where the error summary leads.
    expect(tab.page.locator("#id_where")).to_be_visible()


def test_marks_are_seen_in_colours_that_the_device_forces(body: Callable[..., Visit]) -> None:
    tab = body(PHONE, data={"where": ["f-left-chest"]}, forced_colors="active")
    shown = "one => { const s = getComputedStyle(one); return [s.fill, s.stroke, s.strokeWidth, s.strokeOpacity] }"
    marked = tab.page.locator('[data-code="f-left-chest"]').evaluate(shown)
    plain = tab.page.locator('[data-code="f-right-chest"]').evaluate(shown)
    assert "url(" in marked[0]
    assert "url(" not in plain[0]
    assert (marked[2], marked[3]) == ("4px", "1")
    assert float(plain[2].removesuffix("px")) < 2
    light, stripe = tab.page.locator("svg pattern rect").evaluate_all(
        "all => all.slice(0, 2).map(one => getComputedStyle(one).fill)"
    )
    canvas = tab.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert light == canvas != stripe
    tab.axe()


def test_lines_follow_the_colour_of_the_text(body: Callable[..., Visit]) -> None:
    """A dark theme changes the colour of the text; the picture needs no rule of its own for it."""
    tab = body(PHONE)
    tab.page.evaluate("document.body.style.color = 'rgb(1, 2, 3)'")
    for part in (".painpath-body__lines", ".painpath-body__region"):
        assert tab.page.locator(part).first.evaluate("one => getComputedStyle(one).stroke") == "rgb(1, 2, 3)"
