"""A real browser for tests: what every visit must hold, whatever else is tested.

No request leaves for another host, nothing violates the Content-Security-Policy, no script fails; `axe` finds nothing.
The fixtures are here, so that the journeys and the tests of single pages share them.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.wsgi import get_wsgi_application
from django.test.testcases import QuietWSGIRequestHandler
from django.urls import Resolver404, resolve

from painpath.web import themes
from painpath.web.settings import STATIC_ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop and the ORM share the test's thread

CHECKOUT = Path(__file__).resolve().parents[1]
AXE = CHECKOUT / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules of axe to which a theme makes a difference."""
SETTLED = """async width => {
    const frame = () => new Promise(requestAnimationFrame);
    for (let left = 100; innerWidth !== width; left--) {
        if (!left) throw new Error(`the window is ${innerWidth} pixels wide, not ${width}`);
        await frame();
    }
    for (let left = 3; left; left--) await frame();
}"""
"""Waits for what scripts do after a change of size. The header sets its links into its menu in the frame in which the
page is told of its new size, and once more in the next, when its observer has seen them there: with one to spare."""
PATIENCE = 30_000
"""Milliseconds until what a page should do is given up: only a failing test waits for them."""
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 812}
NARROW = {"width": 320, "height": 640}
"""A desktop of 1280 pixels at 400% (WCAG 1.4.10), and the narrowest phone."""
EVERY_SIZE = "every size"
"""For `visit`: the tab works as wide as a phone, and axe looks at each page as wide as a phone and a desk."""
HERE = {"localhost", "127.0.0.1"}
RECORD = os.environ.get("PAINPATH_AXE_RECORD")
"""A file to which each look of axe adds a line, for `painpath safety record axe`; nothing is written without it."""
QUIET = ["--disable-background-networking", "--disable-component-update", "--no-first-run", "--disable-sync"]


class Visit:
    """A tab of the browser, watched. `page` is Playwright's; relative addresses start at the served site."""

    def __init__(self, page: "Page", site: str = "", *, at_every_size: bool = False, javascript: bool = True) -> None:
        self.page, self.site, self.at_every_size, self.javascript = page, site, at_every_size, javascript
        self.faults: list[str] = []
        page.on("request", self._on_request)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.faults.append(f"script failed: {error}"))
        page.on("response", self._on_response)
        if javascript:
            page.add_init_script(_axe_as_a_function())

    def open(self, path: str) -> "Page":
        """Go there; the page's address must exist."""
        self.page.goto(path)
        return self.page

    def cookie(self, name: str, value: str) -> None:
        """Give the browser a cookie of the served site: a session made on the server, a choice of the tools."""
        self.page.context.add_cookies([{"name": name, "value": value, "url": self.site}])

    def axe(self) -> None:
        """Fail when axe finds anything against WCAG 2.2 AA or its best practice on the page as it stands now: at the
        size of the window, or, when the visit is to be looked at in every size, on a phone and on a desk; and then
        nothing may be lost to the side at 400% zoom."""
        self._axe()
        if self.at_every_size:
            size: Any = self.page.viewport_size
            self.page.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
            self._axe()
            self.page.set_viewport_size(NARROW)  # type: ignore[arg-type]
            self.fits()
            self._record({"fits": NARROW["width"]})
            self.page.set_viewport_size(size)

    def in_every_theme(self) -> None:
        """What of axe depends on colours, in every theme: the server writes the theme as this attribute."""
        before = self.page.evaluate("document.documentElement.dataset.colours")
        for theme in themes.CHOICES:
            self.page.evaluate("theme => { document.documentElement.dataset.colours = theme }", theme)
            self._axe({"type": "rule", "values": COLOURS})
        put_back = "before => { const all = document.documentElement.dataset; "
        self.page.evaluate(put_back + "if (before) all.colours = before; else delete all.colours }", before)

    def _axe(self, rules: Any = RULES) -> None:
        assert self.javascript, "axe is a script: it never ends where there are none"
        self._settle()
        # Every page has it as a function to call: half a megabyte sent with each look cost as much as the look. It
        # comes through the debugger, so that the page's own policy stays in force.
        self.page.evaluate("() => { if (!('axe' in window)) window.painpathAxe() }")
        # What axe would fetch first, reading every style sheet for it, is for its rule on sound and film.
        found = self.page.evaluate(
            "rules => axe.run({runOnly: rules, resultTypes: ['violations'],"
            " preload: Boolean(document.querySelector('audio, video'))})",
            rules,
        )
        look = self.page.evaluate("[innerWidth, document.documentElement.dataset.colours]")
        lines = [
            f"{violation['id']}: {violation['help']}\n    {node['html']}\n    {node['failureSummary']}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]
        assert not lines, f"axe on {self.page.url}, {look}:\n" + "\n".join(lines)
        self._record(
            {
                "axe": found["testEngine"]["version"],
                "width": look[0],
                "theme": look[1],
                "rules": "all" if rules is RULES else "colours",
                "undecided": [rule["id"] for rule in found["incomplete"]],
            }
        )
        if rules is RULES:
            self._fits()

    def _settle(self) -> None:
        """Wait for a page to judge: whole, with its style, and moved about by its scripts for the window that it has.
        (A press comes back when the next page has begun, a change of size before the page has heard of it.)"""
        self.page.wait_for_load_state("load")
        size: Any = self.page.viewport_size
        if self.javascript:  # without it no frame ever comes, and nothing is moved but by style, which needs no wait
            self.page.evaluate(SETTLED, size["width"])

    def _record(self, seen: dict[str, Any]) -> None:
        """A line for the accessibility statement: which page, how it was looked at. Nothing of what stands on it."""
        if RECORD is None:
            return
        try:
            match = resolve(urlsplit(self.page.url).path)
        except Resolver404:
            return
        errors = self.page.locator(".nhsuk-error-summary").count() > 0
        line = json.dumps({"view": match.view_name, "address": match.route, "errors": errors} | seen)
        with Path(RECORD).open("a") as record:  # one write of a short line: processes side by side do not mix theirs
            record.write(line + "\n")

    def fits(self) -> None:
        """Fail when the page is wider than its window, and say what sticks out."""
        self._settle()
        self._fits()

    def _fits(self) -> None:
        for _moment in range(20):  # a window that was just made narrower has to be laid out first
            wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wide <= 0:
                return
            self.page.wait_for_timeout(100)
        else:
            out = self.page.evaluate(
                "[...document.querySelectorAll('main *')].filter(one => one.getBoundingClientRect().right > innerWidth)"
                ".map(one => one.outerHTML.slice(0, 160))"
            )
            raise AssertionError(
                f"{self.page.url} is {wide} pixels wider than a window of {self.page.viewport_size}:\n" + "\n".join(out)
            )

    def holds(self) -> None:
        """Fail when anything was asked of another host, was stopped by the policy, or went wrong in the browser."""
        assert not self.faults, "\n".join(self.faults)

    def _on_request(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https"} and parts.hostname not in HERE:
            self.faults.append(f"asked another host: {request.url}")

    def _on_console(self, message: Any) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:  # _on_response has those
            self.faults.append(f"console: {message.text}")

    def _on_response(self, response: Any) -> None:
        if response.status >= 400 and response.request.resource_type != "document":
            self.faults.append(f"{response.status}: {response.url}")


@cache
def _axe_as_a_function() -> str:
    return "window.painpathAxe = () => {" + AXE.read_text() + "\n}"


@contextmanager
def serving() -> Iterator[str]:
    """The program as the settings have it now, behind a socket. Static files come from the built folder."""
    server = ThreadedWSGIServer(("localhost", 0), QuietWSGIRequestHandler, allow_reuse_address=False)
    server.set_app(get_wsgi_application())
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def chromium() -> str | None:
    """The browser to use: `CHROMIUM`, one on PATH, or None for Playwright's own."""
    named = (
        shutil.which(name) for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    )
    return os.environ.get("CHROMIUM") or next(filter(None, named), None)


@pytest.fixture(scope="session")
def static_files() -> None:
    assert (STATIC_ROOT / "staticfiles.json").exists(), "run `python -m painpath.web.assets` (part of `make env`) first"


@pytest.fixture(scope="module")
def browser(static_files: None) -> "Iterator[Browser]":
    """One browser for a module of tests. Not for longer: while it runs, nobody else may start an event loop."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET + root)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: "Browser") -> Iterator[Callable[..., Visit]]:
    """`visit(site, PHONE, javascript=False)` opens a watched tab in a fresh browser context; checked at the end.

    `visit(site, EVERY_SIZE)` is one walk instead of one at each size: what is done on the server is the same in each.
    """
    visits: list[Visit] = []
    contexts = []

    def start(site: str, viewport: Any = DESKTOP, *, javascript: bool = True) -> Visit:
        context = browser.new_context(
            base_url=site,
            viewport=PHONE if viewport == EVERY_SIZE else viewport,
            java_script_enabled=javascript,
            locale="en-GB",
            timezone_id="Europe/London",
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        visits.append(Visit(context.new_page(), site, at_every_size=viewport == EVERY_SIZE, javascript=javascript))
        return visits[-1]

    yield start
    for context in contexts:
        context.close()
    for one in visits:
        one.holds()
