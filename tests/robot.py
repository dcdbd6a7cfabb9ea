"""A visitor that fills every form it finds with words nobody else would write, and listens to all that is logged."""

import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urljoin

import lxml.html
from django.core.files.uploadedfile import SimpleUploadedFile

from painpath.logs import AsJson

NAME, NHS, EMAIL, PHONE, POSTCODE = (
    "Zebulon Quorrish", "999 000 0018", "zebulon@quorrish.example", "07700 900461", "ZE9 9QQ",
)  # fmt: skip
TEXT = f"Quorrish wrote: {NAME}, {NHS}, {EMAIL}, {PHONE}, {POSTCODE}"
FILE = ("quorrish-letter.txt", b"Quorrish letter: pain for a year. " + TEXT.encode())
CANARIES = re.compile(
    r"quorrish|zebulon|999(?:%20|\W){0,3}000(?:%20|\W){0,3}0018|07700(?:%20|\W){0,3}900461|ZE9(?:%20|\W){0,3}9QQ", re.I
)
"""Whatever became of them: in capitals, encoded in an address, with or without their spaces."""

_KINDS = (("mail", EMAIL), ("nhs", NHS), ("phone", PHONE), ("mobile", PHONE), ("postcode", POSTCODE), ("name", NAME),
          ("day", "17"), ("month", "2"), ("year", "1958"))  # fmt: skip
FREE = ("text", "search", "email", "tel", "url", "password")

Filled = dict[str, Any]


def found(text: str) -> list[str]:
    """The canaries in a text, each with what stands around it."""
    return [text[max(0, one.start() - 80) : one.end() + 40] for one in CANARIES.finditer(text)]


def forms(page: bytes, address: str) -> Iterator[tuple[str, str, Any]]:
    """(method, address, form) of every form of a page."""
    if b"<form" in page:
        for form in lxml.html.fromstring(page).forms:
            yield form.method.upper(), urljoin(address, form.get("action") or address), form


def filled(form: Any, *, badly: bool = False) -> Filled:
    """What the robot sends: words where one writes, the last of what one chooses. `badly`: words everywhere."""
    sent: Filled = {}
    for one in form.iter("input", "textarea", "select", "button"):
        name, kind = one.get("name"), one.get("type", "text" if one.tag == "input" else one.tag)
        if not name or name in ("csrfmiddlewaretoken", "kept_for"):
            continue
        if kind == "file":
            sent[name] = SimpleUploadedFile(*FILE)
        elif one.tag == "textarea" or kind in FREE:
            sent[name] = next((words for part, words in _KINDS if part in name.lower()), TEXT)
        elif badly:
            sent[name] = TEXT
        elif kind == "number":
            sent[name] = "3"
        elif one.tag == "select":
            sent[name] = next((o.get("value") for o in one.iter("option") if o.get("value")), "")
        else:
            sent[name] = one.get("value", "on")
    return sent


@contextmanager
def listening() -> Iterator[io.StringIO]:
    """Every line of every logger, down to DEBUG, as ours writes it."""
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    handler.setFormatter(AsJson())
    root = logging.getLogger()
    loggers = [one for one in logging.Logger.manager.loggerDict.values() if isinstance(one, logging.Logger)]
    before = [(one, one.level, one.propagate, one.disabled) for one in (root, *loggers)]
    for one in loggers:
        one.level, one.propagate, one.disabled = logging.NOTSET, True, False
        one._cache.clear()  # type: ignore[attr-defined]  # what it remembers of its level
    root.setLevel(logging.DEBUG)
    root.addHandler(handler)
    try:
        yield heard
    finally:
        root.removeHandler(handler)
        for one, level, propagate, disabled in before:
            one.setLevel(level)
            one.propagate, one.disabled = propagate, disabled
