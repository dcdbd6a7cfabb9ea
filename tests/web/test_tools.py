"""The accessibility tools: what a cookie may say, where one goes back to, what the page has; the themes' contrast."""

import re

import pytest
from django.test import RequestFactory

from painpath.web import themes, tools
from painpath.web.settings import STATIC_ROOT

ALL = {
    "text": "largest",
    "spacing": "wider",
    "colours": "dark",
    "speed": "slower",
    "ruler": "on",
    "buttons": "on",
}


def send(client, data=None, **headers):
    """Send the form as a browser does: with the token of the page."""
    page = client.get("/accessibility/", headers=headers).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    back = re.search(r'name="next" value="([^"]*)"', page)[1]
    return client.post("/accessibility/", {"csrfmiddlewaretoken": token, "next": back, **(data or {})})


def html_tag(client, path="/sink/"):
    return re.search(r"<html[^>]*>", client.get(path).content.decode())[0]


def test_what_was_chosen_comes_back_as_attributes_of_the_page(client):
    answer = send(client, {"text": "largest", "colours": "cream", "more": ["ruler"]})
    assert answer.status_code == 302
    cookie = answer.cookies[tools.COOKIE]
    assert cookie.value == "colours-cream.ruler-on.text-largest"
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 365 * 24 * 60 * 60)
    page = client.get("/sink/").content.decode()
    tag = re.search(r"<html[^>]*>", page)[0]
    for attribute in ('data-text="largest"', 'data-colours="cream"', 'data-ruler="on"'):
        assert attribute in tag
    assert "data-spacing" not in tag
    assert "ruler" in page.partition("</head>")[0]
    shown = client.get("/accessibility/").content.decode()
    assert re.search(r'value="cream"[^>]*checked', shown)


def test_a_page_that_fails_has_them_too(client):
    client.cookies[tools.COOKIE] = "colours-dark"
    assert 'data-colours="dark"' in html_tag(client, "/broken/")
    assert 'data-colours="dark"' in html_tag(client, "/nowhere/")


def test_set_all_back_takes_the_cookie_away(client):
    send(client, {"colours": "dark"})
    send(client, {"colours": "dark", "reset": "yes"})
    assert "data-" not in html_tag(client)


def test_every_choice_goes_through_the_cookie_and_back():
    assert tools.read(tools.written(ALL)) == ALL
    form = tools.Choose({**ALL, "more": ["ruler", "buttons"]})
    assert form.is_valid()
    assert form.choices() == ALL
    for what, values in tools.CHOICES.items():
        for value in values:
            assert tools.read(tools.written({what: value})) == {what: value}


@pytest.mark.parametrize(
    "cookie",
    [
        "colours-",
        "colours-red",
        '"><script>',
        "text-larger;x",
        "x" * 100_000,
        "ruler",
        "-",
        "...",
        "colours-dark\x00",
        "é-é",
    ],
)
def test_a_cookie_that_nobody_can_have_been_given_says_nothing(cookie):
    request = RequestFactory().get("/")
    request.COOKIES[tools.COOKIE] = cookie
    assert tools.chosen(request) == {}


def test_what_cannot_be_chosen_is_answered_with_a_sentence(client):
    answer = send(client, {"colours": "plaid"})
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert tools.COOKIE not in answer.cookies


@pytest.mark.parametrize(
    ("came_from", "back"),
    [
        ("http://testserver/sink/?page=2", "/sink/?page=2"),
        ("", "/"),
        ("http://testserver/accessibility/", "/"),
        ("https://evil.example/sink/", "/"),
        ("http://testserver.evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("http://testserver//evil.example/", "/"),
    ],
)
def test_the_way_back_is_to_a_page_of_ours(client, came_from, back):
    assert send(client, referer=came_from)["Location"] == back


@pytest.mark.parametrize(
    "hostile",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)", "http:///evil.example",
     "x" * 100_000],
)  # fmt: skip
def test_a_hostile_way_back_leads_to_the_start_page(client, hostile):
    answer = send(client, {"next": hostile})
    assert answer.status_code == 302
    assert answer["Location"] == "/"


@pytest.fixture(scope="module")
def used():
    """Every colour that any built stylesheet uses, by the name of its variable."""
    used = {}
    names = {
        name for path in STATIC_ROOT.rglob("*.css") for name in re.findall(r"var\((--p-[\w-]+),", path.read_text())
    }
    for name in names - {"--p-on-yellow"}:
        parts = name.removeprefix("--p-").split("-")
        role = themes.Role(parts[-2], parts[0] if len(parts) == 3 else "")
        used[name] = (role, themes.rgb(parts[-1]))
    assert len(used) > 90
    return used


class TestThemes:
    """The rules of `painpath.web.themes`, on every colour that any stylesheet uses."""

    @pytest.mark.parametrize("theme", [theme for _, _, _, theme in themes._THEMES])
    def test_dark_words_stand_out_from_every_pale_fill_and_pale_ones_from_every_strong_fill(self, used, theme):
        """Not when the yellow of the focus stands behind them: that has a rule of its own."""
        made = {
            what: [
                (colour, theme(role, colour), name)
                for name, (role, colour) in used.items()
                if role.what == what and role.zone in ("", "strong", "button")
            ]
            for what in ("text", "fill")
        }
        # Where the design system itself puts a pale grey on blue, or a grey on white, no theme makes it worse.
        for was, words, name in made["text"]:
            for fill_was, fill, fill_name in made["fill"]:
                if themes.contrast(was, fill_was) >= 4.5 and themes._pale(was) != themes._pale(fill_was):
                    assert themes.contrast(words, fill) >= 4.49, (name, fill_name)

    @pytest.mark.parametrize("theme", [theme for _, _, _, theme in themes._THEMES])
    def test_the_edge_of_a_field_stands_out(self, used, theme):
        edge = theme(themes.Role("line"), themes.rgb("4c6272"))
        for fill in ("ffffff", "f0f4f5"):
            assert themes.contrast(edge, theme(themes.Role("fill"), themes.rgb(fill))) >= 3

    @pytest.mark.parametrize("theme", [theme for _, _, _, theme in themes._THEMES])
    def test_the_focus_stands_out(self, theme):
        words, behind, line = (
            theme(themes.Role(what, "focus"), themes.rgb(colour))
            for what, colour in (("text", "212b32"), ("fill", "ffeb3b"), ("line", "212b32"))
        )
        assert themes.contrast(words, behind) >= 4.5
        page = theme(themes.Role("fill"), themes.rgb("f0f4f5"))
        assert max(themes.contrast(behind, page), themes.contrast(line, page)) >= 3


def test_colours_in_any_spelling_become_variables():
    used = {}
    own = themes.own_colours(":root{--painpath-line: #D8DDE0 }")
    css = themes.themed(
        ":root{--painpath-line:#D8DDE0}/* #123456 */a:hover,b{color:#FFF;border:1px solid var(--painpath-line)}"
        "@media print{p{background:rgba(0,0,0,.5) url(x.svg#abc)}}"
        "i{background-color:#ffeb3b}u{color:hsla(0,0%,100%,0)}",
        used,
        own,
    )
    assert css == (
        ":root{--painpath-line:#D8DDE0}"
        "a:hover,b{color:var(--p-text-ffffff,#FFF);border:1px solid var(--p-line-d8dde0,#D8DDE0)}"
        "@media print{p{background:var(--p-strong-fill-00000080,rgba(0,0,0,.5)) url(x.svg#abc)}}"
        "i{background-color:var(--p-focus-fill-ffeb3b,#ffeb3b);color:var(--p-on-yellow,inherit)}"
        "u{color:hsla(0,0%,100%,0)}"
    )
    assert "--p-text-ffffff" in used


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("rgb(0 0 0 / 18%)", ("000000", "2e")), ("rgba(0,0,0,.18)", ("000000", "2e")), ("#0008", ("000000", "88")),
        ("rgb(33 43 50)", ("212b32", "")), ("rgb(100% 50% 0% / 1)", ("ff8000", "ff")),
        ("hsla(0, 0%, 100%, 50%)", ("ffffff", "80")),
    ],
)  # fmt: skip
def test_a_share_may_be_written_as_a_number_or_in_per_cent(written, read):
    assert themes._parsed(written) == read


def test_a_colour_that_cannot_be_read_stops_the_build():
    with pytest.raises(ValueError, match="not understood"):
        themes.themed("a{color:hsl(120,50%,50%)}", {})
