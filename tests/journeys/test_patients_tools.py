"""The accessibility tools in a real browser: every theme on pages of each door, read aloud, ruler, paper, zoom."""

import re

import pytest
from playwright.sync_api import expect

from painpath.accounts.scope import scope
from painpath.referrals import verbs
from painpath.web import themes
from tests.browsing import DESKTOP, EVERY_SIZE, NARROW, PHONE
from tests.journeys.staff import hire
from tests.journeys.test_every_page import DANGER, ON_RECORD, team_of
from tests.referrals.conftest import waiting_referral

SERVICE = "southampton-portsmouth"
PUBLIC = [f"/services/{SERVICE}/", f"/services/{SERVICE}/practitioners/criteria/", "/accounts/login/", "/nowhere/"]

# Says what it is told to say in a list, and takes a moment for each; Stop is `cancel`.
SPEECH = """
  window.said = [];
  window.cancelled = 0;
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
  Object.defineProperty(window, "speechSynthesis", { value: {
    speak(utterance) {
      window.said.push([utterance.text, utterance.lang, utterance.rate]);
      this.timer = setTimeout(() => utterance.onend(), window.pace ?? 5);
    },
    cancel() { window.cancelled += 1; clearTimeout(this.timer); },
  } });
"""


@pytest.fixture
def people(transactional_db, service_id):
    return hire(service_id, "Ada Min", "administrator"), hire(service_id, "Dr Con Sultant", "clinician", "consultant")


@pytest.fixture
def pages(people, service_id) -> list[str]:
    """Pages of the team: the worklist, a letter with its criteria and a danger, a form."""
    with scope(service_id):
        team = team_of((*people, people[0]), service_id)
        referral = waiting_referral(team, DANGER, patient=ON_RECORD)
        verbs.start_screening(referral=referral, by=team.consultant)
        return ["/", f"/referrals/{referral.reference}/", f"/referrals/{referral.reference}/decide/"]


def choose(tab, *labels: str) -> None:
    """Make these choices on the page of the tools, and arrive where one came from."""
    page = tab.page
    page.get_by_role("link", name="Accessibility tools").click()
    for label in labels:
        page.get_by_label(label, exact=True).last.check()
    page.get_by_role("button", name="Save my choices").click()
    expect(page.get_by_text("Your choices are kept on this device")).to_be_visible()


def set_theme(tab, theme: str) -> None:
    tab.cookie("painpath_tools", f"colours-{theme}")


def test_every_theme_on_public_pages(site, visit):
    tab = visit(site, EVERY_SIZE)
    for theme in themes.CHOICES:
        set_theme(tab, theme)
        assert tab.open(PUBLIC[-1]).locator("html").get_attribute("data-colours") == theme
    tab.page.context.clear_cookies()
    for path in PUBLIC:
        tab.open(path)
        tab.axe()
        tab.in_every_theme()
    tab.open("/accounts/login/").get_by_role("button", name="Sign in").click()
    expect(tab.page.locator(".nhsuk-error-summary")).to_be_visible()
    tab.axe()
    tab.in_every_theme()


def test_every_theme_on_pages_of_the_team(site, visit, people, pages):
    tab = visit(site, PHONE)
    people[1].sign_in(tab)
    for path in pages:
        for size in (DESKTOP, PHONE):
            tab.page.set_viewport_size(size)
            tab.open(path)
            tab.in_every_theme()


@pytest.mark.parametrize(
    "device", [{"color_scheme": "dark"}, {"contrast": "more"}, {"color_scheme": "dark", "contrast": "more"}]
)
def test_the_device_decides_until_somebody_has_chosen(site, visit, device):
    tab = visit(site)
    tab.page.emulate_media(**device)
    tab.open(PUBLIC[0])
    tab.axe()
    background = "getComputedStyle(document.body).backgroundColor"
    dark = tab.page.evaluate(background)
    set_theme(tab, "light")
    tab.open(PUBLIC[0])
    assert tab.page.evaluate(background) == "rgb(240, 244, 245)" != dark


def test_choices_hold_without_scripts_and_lead_back(site, visit):
    tab = visit(site, PHONE, javascript=False)
    page = tab.open(PUBLIC[1])
    choose(tab, "Largest", "Wider", "Cream")
    assert page.url.endswith(PUBLIC[1])
    for path in [*PUBLIC, "/accessibility/"]:
        tab.open(path)
        html = page.locator("html")
        for name, value in (("text", "largest"), ("spacing", "wider"), ("colours", "cream")):
            expect(html).to_have_attribute(f"data-{name}", value)
    page.get_by_role("button", name="Set all back").click()
    expect(page.locator("html[data-text]")).to_have_count(0)


def test_the_keyboard_alone_changes_the_colours(site, visit):
    page = visit(site).open(PUBLIC[0])
    link = page.get_by_role("link", name="Accessibility tools")
    for _ in range(8):
        page.keyboard.press("Tab")
        if link.evaluate("link => link === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Accessibility tools").wait_for()
    while page.evaluate("document.activeElement.name") != "colours":
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-colours", "dark")


def test_largest_and_widest_at_400_percent_nothing_is_lost(site, visit, people, pages):
    tab = visit(site, NARROW)
    people[1].sign_in(tab)
    tab.open(PUBLIC[0])
    look = (
        "(one => [getComputedStyle(document.documentElement).fontSize, one.fontSize, one.letterSpacing, one.lineHeight]"
        ".map(parseFloat))(getComputedStyle(document.querySelector('main p')))"
    )
    root, letters, *_ = tab.page.evaluate(look)
    choose(tab, "Largest", "Wider")
    tab.open(PUBLIC[0])
    larger = tab.page.evaluate(look)
    assert larger[:2] == pytest.approx([root * 1.75, letters * 1.75], rel=0.01), "all letters, by what the device says"
    assert larger[2] >= 0.12 * larger[1], "WCAG 1.4.12: letters 0.12 of their size apart"
    assert larger[3] >= 1.5 * larger[1], "and lines one and a half"
    for path in [*PUBLIC, *pages, "/accessibility/"]:
        tab.open(path)
        tab.axe()  # and no wider than the window
        lost = tab.page.evaluate(
            "[...document.querySelectorAll('main :is(h1, h2, h3, p, li, dd, label, .nhsuk-button), header a')]"
            ".filter(one => one.checkVisibility() && !one.closest('.nhsuk-u-visually-hidden, table'))"
            ".filter(one => one.getBoundingClientRect().right > innerWidth + 1)"
            ".map(one => one.outerHTML.slice(0, 200))"
        )
        assert not lost, (path, lost)


def test_listen_reads_in_order_and_stops(site, visit):
    tab = visit(site, PHONE)
    page = tab.page
    page.add_init_script(SPEECH)
    tab.open(PUBLIC[0])
    listen, stop, pause = (page.get_by_role("button", name=name, exact=True) for name in ("Listen", "Stop", "Pause"))
    expect(stop).to_be_hidden()
    listen.click()
    expect(listen).to_be_visible()  # it has come to the end
    said = [text for text, _, _ in page.evaluate("said")]
    assert {(lang, rate) for _, lang, rate in page.evaluate("said")} == {("en-GB", 1)}
    assert said[0] == page.locator("h1").first.inner_text().strip().split("\n")[0]
    words = re.sub(r"\W+", "", page.locator("main").inner_text()).lower()
    for sentence in said:  # each stands on the page, after the one before
        sought = re.sub(r"\W+", "", sentence).lower()
        assert sought in words, sentence
        words = words.partition(sought)[2]
    assert sum(len(sentence) for sentence in said) > 400

    page.evaluate("() => { window.said.length = 0; window.pace = 100_000 }")
    listen.click()
    expect(pause).to_be_focused()
    assert page.evaluate("CSS.highlights.get('painpath-reading').size") == 1
    tab.axe()
    pause.click()
    page.get_by_role("button", name="Go on").click()
    assert [text for text, _, _ in page.evaluate("said")] == said[:1] * 2  # the sentence begins again
    stop.click()
    expect(listen).to_be_focused()
    assert page.evaluate("CSS.highlights.has('painpath-reading')") is False
    listen.click()
    before = page.evaluate("cancelled")
    page.keyboard.press("Escape")
    expect(stop).to_be_hidden()
    assert page.evaluate("cancelled") == before + 1


def test_listen_never_says_what_somebody_has_typed(site, visit):
    tab = visit(site)
    page = tab.page
    page.add_init_script(SPEECH)
    tab.open("/accounts/login/")
    page.get_by_label("Email address").fill("secret@example.nhs.uk")
    page.get_by_role("button", name="Listen").click()
    expect(page.get_by_role("button", name="Listen")).to_be_visible()
    said = " ".join(text for text, _, _ in page.evaluate("said"))
    assert "Email address" in said
    assert "secret" not in said


def test_a_device_without_a_voice_says_so_and_one_without_speech_has_no_button(site, visit):
    tab = visit(site)
    tab.page.add_init_script(SPEECH + "; speechSynthesis.speak = one => setTimeout(() => one.onerror({error: 'x'}))")
    tab.open(PUBLIC[0]).get_by_role("button", name="Listen").click()
    expect(tab.page.get_by_text("Your device has no voice to read this with.")).to_be_visible()
    dumb = visit(site)
    dumb.page.add_init_script("delete window.speechSynthesis; window.SpeechSynthesisUtterance = undefined")
    dumb.open(PUBLIC[0])
    expect(dumb.page.get_by_role("button", name="Listen")).to_be_hidden()


def test_without_scripts_no_button_stands_there_that_does_nothing(site, visit):
    page = visit(site, javascript=False).open(PUBLIC[0])
    for name in ("Listen", "Print"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_hidden()
    expect(page.get_by_role("link", name="Back to top")).to_be_visible()


def test_the_team_has_the_buttons_when_they_ask_for_them(site, visit, people):
    tab = visit(site)
    people[0].sign_in(tab)
    expect(tab.page.get_by_role("button", name="Listen")).to_be_hidden()
    choose(tab, "Listen and Print buttons on every page")
    expect(tab.page.get_by_role("button", name="Listen")).to_be_visible()


def test_the_ruler_follows_and_goes(site, visit):
    tab = visit(site)
    page = tab.open(PUBLIC[0])
    choose(tab, "Reading ruler")
    ruler = page.locator(".painpath-ruler")
    middle = "([ruler]) => { const box = ruler.getBoundingClientRect(); return Math.round((box.top + box.bottom) / 2) }"
    page.emulate_media(reduced_motion="reduce")
    assert ruler.evaluate("ruler => getComputedStyle(ruler).transitionDuration") == "0s"
    page.mouse.move(300, 400)
    assert ruler.evaluate_all(middle) == 400
    for _ in range(3):
        page.keyboard.press("Tab")
    focused = page.evaluate(
        "() => { const box = document.activeElement.getBoundingClientRect(); return (box.top + box.bottom) / 2 }"
    )
    assert abs(ruler.evaluate_all(middle) - focused) <= 1
    tab.axe()
    page.keyboard.press("Escape")
    expect(ruler).to_have_count(0)


@pytest.mark.parametrize("theme", ["dark", "yellow-on-black"])
def test_paper_is_black_on_white_in_every_theme(site, visit, theme):
    tab = visit(site)
    page = tab.open(PUBLIC[0])
    set_theme(tab, theme)
    tab.open(PUBLIC[0])
    page.evaluate("() => { window.print = () => { window.printed = true } }")
    page.get_by_role("button", name="Print", exact=True).click()
    assert page.evaluate("window.printed")
    page.emulate_media(media="print", color_scheme="dark")
    page.wait_for_timeout(100)
    look = page.evaluate("['body', 'main p', 'main h1'].map(one => getComputedStyle(document.querySelector(one)))"
                         ".map(style => [style.color, style.backgroundColor])")  # fmt: skip
    assert look[0] == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert {one[0] for one in look} <= {"rgb(0, 0, 0)", "rgb(33, 43, 50)"}
    expect(page.locator(".painpath-tools")).to_be_hidden()
