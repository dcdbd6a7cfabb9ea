"""The page frame and every form component in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.browsing import EVERY_SIZE, PHONE, Visit


def test_every_component_with_and_without_errors(sink, visit):
    tab = visit(sink, EVERY_SIZE)
    page = tab.open("/sink/")
    assert page.title() == "Kitchen sink - Solent pain service"
    tab.axe()
    page.get_by_role("radio", name="Delay").check()
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_title("Error: Kitchen sink - Solent pain service")
    expect(page.locator(".nhsuk-error-summary")).to_be_focused()
    tab.axe()


def test_error_pages(sink, visit):
    tab = visit(sink, EVERY_SIZE)
    for path in ("/broken/", "/forbidden/", "/nowhere/", "/suspicious/", "/only-post/"):
        tab.open(path)
        tab.axe()


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_an_answer_shows_what_it_reveals(sink, visit, javascript):
    page = visit(sink, javascript=javascript).open("/sink/")
    watcher = page.get_by_label("Who watches?")
    expect(watcher).to_be_hidden()
    page.get_by_label("Delay").check()
    expect(watcher).to_be_visible()
    page.get_by_label("Accept").check()
    expect(watcher).to_be_hidden()


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
def test_a_form_from_error_to_success(sink, visit, tmp_path, javascript):
    letter = tmp_path / "letter.pdf"
    letter.write_bytes(b"%PDF-1.7")
    page = visit(sink, javascript=javascript).open("/sink/")
    page.get_by_label("Family name").fill("Adeyemi")
    page.get_by_label("Letters (optional)").set_input_files([letter, letter])
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("Family name")).to_have_value("Adeyemi")
    expect(page.get_by_text("Choose the files again").first).to_be_visible()
    page.get_by_role("link", name="Choose what you decide").click()
    expect(page.locator("#id_outcome")).to_be_in_viewport()
    page.get_by_label("Accept").check()
    page.get_by_label("Practice").select_option("Bridge House")
    page.get_by_label("Aged 18 or over").check()
    page.get_by_label("Reason").fill("Words")
    page.get_by_label("I have opened the original letter").check()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("Kept for Adeyemi")


def test_a_second_press_sends_nothing(sink, visit):
    page = visit(sink).open("/sink/")
    sent = []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    page.evaluate(
        "() => { const button = document.querySelector('main form button[type=submit], main form button:not([type])');"
        " button.click(); button.click(); }"
    )
    expect(page.locator(".nhsuk-error-summary")).to_be_visible()
    assert len(sent) == 1


def test_the_keyboard_reaches_the_content_first(sink, visit):
    page = visit(sink).open("/sink/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.url.endswith("#maincontent")


def test_our_own_font_and_no_logo(sink, visit):
    page = visit(sink).open("/sink/")
    page.evaluate("document.fonts.ready")
    loaded = page.evaluate("[...document.fonts].filter(font => font.status === 'loaded').map(font => font.family)")
    assert any("Atkinson" in family for family in loaded)
    assert page.locator("header svg[aria-label='NHS'], header img").count() == 0
    assert "NHS England" not in page.content()


class TestTheWatch:
    """The watched tab finds what it is there to find."""

    @pytest.fixture
    def tab(self, sink, browser):
        context = browser.new_context(base_url=sink)
        tab = Visit(context.new_page())
        tab.open("/sink/")
        yield tab
        context.close()

    def test_a_request_to_another_host(self, tab):
        tab.page.evaluate("() => { new Image().src = 'https://example.com/pixel.gif' }")
        tab.page.wait_for_timeout(200)
        with pytest.raises(AssertionError, match="Content Security Policy"):
            tab.holds()

    def test_an_inline_script(self, tab):
        tab.page.evaluate("() => { const s = document.createElement('script'); s.append('window.bad = 1');"
                          " document.body.append(s) }")  # fmt: skip
        tab.page.wait_for_timeout(200)
        assert tab.page.evaluate("window.bad") is None
        with pytest.raises(AssertionError, match="TrustedScript"):
            tab.holds()

    def test_markup_made_by_a_script(self, tab):
        with pytest.raises(Exception, match="TrustedHTML"):
            tab.page.evaluate("() => { document.body.innerHTML = '<p>x' }")

    def test_a_link_to_another_host(self, tab):
        tab.page.goto("data:text/html,<a href='http://192.0.2.1/'>x</a>")
        tab.page.get_by_role("link").click(no_wait_after=True)
        tab.page.wait_for_timeout(200)
        with pytest.raises(AssertionError, match="asked another host"):
            tab.holds()

    def test_a_page_is_judged_when_it_is_whole(self, tab):
        tab.page.evaluate("() => { document.querySelector('footer a').href = '/slow/' }")
        tab.page.locator("footer a").first.click()
        assert "/slow/" in tab.page.url
        tab.axe()

    def test_an_input_without_a_label(self, tab):
        tab.page.evaluate("() => { document.querySelector('main').append(document.createElement('input')) }")
        with pytest.raises(AssertionError, match="label"):
            tab.axe()

    def test_a_page_that_is_too_wide(self, tab):
        tab.page.evaluate("() => { document.querySelector('h1').style.width = '3000px' }")
        with pytest.raises(AssertionError, match="wider than a window"):
            tab.axe()

    def test_a_page_is_judged_when_its_scripts_have_arranged_it(self, tab):
        tab.axe()
        tab.page.set_viewport_size(PHONE)
        tab.page.evaluate(
            "() => { window.requestAnimationFrame = arrange => setTimeout(arrange, 150);"  # so slow that axe is quicker
            " const style = document.querySelector('main').style; style.color = 'white';"
            " requestAnimationFrame(() => requestAnimationFrame(() => { style.color = '' })) }"
        )
        tab.axe()
