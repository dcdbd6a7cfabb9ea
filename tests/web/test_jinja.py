"""The environment: strict about our own templates, forgiving inside the design system's."""

import jinja2
import pytest
from django.template import engines
from django.test import RequestFactory

from painpath.web import access
from painpath.web.navigation import navigation
from tests.web.sink import somebody


@pytest.fixture
def environment():
    return engines["jinja"].env


@pytest.mark.parametrize("words", ["{{ mispelt }}", "{{ person.nmae }}", "{% if mispelt %}{% endif %}"])
def test_a_misspelt_name_in_our_templates_is_an_error(environment, words):
    with pytest.raises(jinja2.UndefinedError):
        environment.from_string(words).render(person={"name": "A"})


def test_the_design_system_may_leave_parameters_out(environment):
    source = '{% from "nhsuk/components/input/macro.jinja" import input %}{{ input({"name": "a", "label": words}) }}'
    html = environment.from_string(source).render(words="<b>bold</b>")
    assert 'name="a"' in html
    assert "&lt;b&gt;bold" in html


def test_every_template_compiles(environment):
    names = [name for name in environment.list_templates() if name.endswith(".jinja")]
    assert "layouts/base.jinja" in names
    for name in names:
        environment.get_template(name)


def test_the_menu_shows_what_the_role_may_open():
    request = RequestFactory().get("/")
    request.resolver_match = None
    assert navigation(request) == []
    somebody(lambda _: None)(request)
    for role in ("clinician", "administrator", "manager"):
        request.membership.roles = frozenset({role})
        shown = {entry["text"] for entry in navigation(request)}
        table = access.access_table()
        assert ("Receive a referral" in shown) == (role in table["triage:receive"])
        assert "Worklist" in shown
