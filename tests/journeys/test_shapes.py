"""What pages say beside their criteria, in a browser: on a desk and on a phone, with states and without."""

from collections.abc import Callable
from typing import Any

import pytest
from django.template import engines
from django.test import RequestFactory
from playwright.sync_api import expect

from painpath.web.places import place_of
from painpath.web.settings import STATIC_ROOT
from painpath.web.shapes import notes_of, shapes
from tests.browsing import DESKTOP, PHONE, Visit
from tests.web.test_shapes import STATES, shaped

SITE = "http://localhost"
PAGE = """{% extends "layouts/frame.jinja" %}
{% from "shapes.jinja" import beside, notes, urgent_first %}
{% block title %}The published criteria{% endblock %}
{% block main %}<div class="nhsuk-width-container"><main class="nhsuk-main-wrapper" id="maincontent">
<h1>The published criteria</h1>
{{ urgent_first(it) }}{{ beside(it, 2, read) }}
<h2>Each of them</h2>
{% for one in criteria %}
<h3 id="{{ 'criterion-' if read }}{{ one.id }}">{{ one.name }}</h3>{{ notes(said[one.id]) }}
{% endfor %}
</main></div>{% endblock %}"""


@pytest.mark.parametrize(
    ("viewport", "states"),
    [(PHONE, STATES), (DESKTOP, None)],
    ids=["a referral, on a phone", "the public page, on a desk"],
)
def test_shapes_can_be_read_by_everybody(
    visit: Callable[..., Visit], viewport: Any, states: dict[str, str] | None, shaped: Any
) -> None:
    request = RequestFactory().get("/")
    request.csp_nonce = "once"  # type: ignore[attr-defined]
    told = {one.id: notes_of(one, shaped) for one in shaped.criteria}
    place = place_of(shaped, postcode="PO12 1AB", practice="Ash Surgery") if states else None
    context = {
        "it": shapes(shaped, states, place),
        "read": states is not None,
        "criteria": shaped.criteria,
        "said": told,
    }
    html = engines["jinja"].from_string(PAGE).render(context, request)
    tab = visit(SITE, viewport)

    def answer(route: Any) -> None:
        path = route.request.url.removeprefix(SITE)
        if path.startswith("/static/"):
            route.fulfill(path=STATIC_ROOT / path.removeprefix("/static/"))
        else:
            route.fulfill(content_type="text/html", body=html)

    tab.page.route("**/*", answer)
    tab.open(f"{SITE}/")
    tab.axe()
    expect(tab.page.get_by_role("heading", name="Look at these first")).to_have_count(0 if states is None else 1)
    tab.page.get_by_role("link", name="busy").first.click()
    assert tab.page.evaluate("document.querySelector(':target').textContent") == "busy"


__all__ = ["shaped"]
