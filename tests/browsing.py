"""A real browser for tests: what every visit must hold, whatever else is tested.

No request leaves for another host, nothing violates the Content-Security-Policy, no script fails; `axe` finds nothing.
The fixtures are here, so that the journeys and the tests of single pages share them.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer
from django.core.wsgi import get_wsgi_application
from django.test.testcases import QuietWSGIRequestHandler

from painpath.web.settings import STATIC_ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's loop and the ORM share the test's thread

CHECKOUT = Path(__file__).resolve().parents[1]
AXE = CHECKOUT / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 812}
HERE = {"localhost", "127.0.0.1"}
QUIET = ["--disable-background-networking", "--disable-component-update", "--no-first-run", "--disable-sync"]


class Visit:
    """A tab of the browser, watched. `page` is Playwright's; relative addresses start at the served site."""

    def __init__(self, page: "Page") -> None:
        self.page = page
        self.faults: list[str] = []
        page.on("request", self._on_request)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.faults.append(f"script failed: {error}"))
        page.on("response", self._on_response)

    def open(self, path: str) -> "Page":
        """Go there; the page's address must exist."""
        self.page.goto(path)
        return self.page

    def axe(self) -> None:
        """Fail when axe finds anything against WCAG 2.2 AA or its best practice on the page as it stands now."""
        # Evaluated through the debugger, so that the page's own policy stays in force.
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate("rules => axe.run({runOnly: rules, resultTypes: ['violations']})", RULES)
        lines = [
            f"{violation['id']}: {violation['help']}\n    {node['html']}\n    {node['failureSummary']}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]
        assert not lines, f"axe on {self.page.url}:\n" + "\n".join(lines)
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{self.page.url} is {wide} pixels wider than the window"

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
    named = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return os.environ.get("CHROMIUM") or next(filter(None, named), None)


@pytest.fixture(scope="session")
def static_files() -> None:
    assert (STATIC_ROOT / "staticfiles.json").exists(), "run `python -m painpath.web.assets` (part of `make env`) first"


@pytest.fixture(scope="module")
def browser(static_files: None) -> "Iterator[Browser]":
    """One browser for a module of tests. Not for longer: while it runs, nobody else may start an event loop."""
    from playwright.sync_api import sync_playwright

    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET + root)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: "Browser") -> Iterator[Callable[..., Visit]]:
    """`visit(site, PHONE, javascript=False)` opens a watched tab in a fresh browser context; checked at the end."""
    visits: list[Visit] = []
    contexts = []

    def start(site: str, viewport: Any = DESKTOP, *, javascript: bool = True) -> Visit:
        context = browser.new_context(
            base_url=site,
            viewport=viewport,
            java_script_enabled=javascript,
            locale="en-GB",
            timezone_id="Europe/London",
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        visits.append(Visit(context.new_page()))
        return visits[-1]

    yield start
    for context in contexts:
        context.close()
    for one in visits:
        one.holds()
