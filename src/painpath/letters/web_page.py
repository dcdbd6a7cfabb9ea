"""A draft as a web page in one file: to keep, to enlarge, to hear with a screen reader. It needs no other file."""

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from painpath.letters.drafts import Draft
from painpath.letters.text import render_html, sign_off

_ADDRESS = re.compile(r"https?://[^\s,;]*[^\s,;.)]|(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)")


def render_page(draft: Draft) -> str:
    """The letter as HTML5. Whatever stands in it is text, never markup."""
    return _template().render(letter=render_html(draft), sign_off=sign_off(draft))


def linked(text: str) -> Markup:
    """The text, escaped, with its web and e-mail addresses as links."""
    found, start = Markup(), 0
    for address in _ADDRESS.finditer(text):
        found += escape(text[start : address.start()])
        found += Markup('<a href="{}{}">{}</a>').format("mailto:" if address["mail"] else "", address[0], address[0])
        start = address.end()
    return found + escape(text[start:])


@cache
def _template() -> Template:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    made.filters["linked"] = linked
    return made.get_template("letter-page.jinja")
