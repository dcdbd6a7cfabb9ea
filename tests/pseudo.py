"""The pseudo-locale, and which words of a page are not in it: whatever is not in its brackets was not translatable."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

from babel.messages.catalog import Catalog
from django.test import override_settings

from painpath.web import catalogues, language

WORDS = re.compile(r"[^\W\d_]{2,}")
BRACKETS = re.compile("([⟦⟧])")
READ_OUT = (
    "alt",
    "aria-label",
    "placeholder",
    "title",
    "data-listen",
    "data-go-on",
    "data-no-voice",
    "data-done",
    "data-not",
)
"""Attributes that people hear or see."""
FIXED = re.compile(r"\S+@\S+|\b(?:https?://)?(?:[\w-]+\.)+(?:uk|org|com|net|scot)\b\S*|\b\d{1,2} [^\W\d]+ \d{4}\b")
"""Addresses and dates: Django writes the months of the languages that it knows."""
NOT_READ = {"script", "style", "template"}
EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@cache
def found() -> Catalog:
    """What there is to translate, found once for all tests."""
    return catalogues.extract()


@contextmanager
def speaking(folder: Path, *, reviewer: str = "Somebody, 2026-11-26") -> Iterator[str]:
    """The pseudo-locale stands among the catalogues, reviewed or not; gives its code."""
    made = catalogues.pseudo(found(), reviewer)
    catalogues.write_compiled(made, folder / catalogues.PSEUDO / "LC_MESSAGES" / "django.mo")
    with override_settings(LOCALE_PATHS=[folder]):
        language.offered_languages.cache_clear()
        try:
            yield catalogues.PSEUDO
        finally:
            language.offered_languages.cache_clear()
            language._made.clear()


class _Reader(HTMLParser):
    """Collects what people read, outside the brackets. `translate="no"` and another `lang` are left alone."""

    def __init__(self, exempt: tuple[str, ...]) -> None:
        super().__init__(convert_charrefs=True)
        self.exempt, self.depth, self.left = exempt, 0, []
        self.open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        foreign = given.get("translate") == "no" or (tag != "html" and "lang" in given) or tag in NOT_READ
        inside = foreign or bool(self.open and self.open[-1][1])
        if not inside:
            named = [given[name] for name in READ_OUT if given.get(name)]
            self.left += [left for text in named if (left := self._outside(text, 0)[0])]
        if tag not in EMPTY:
            self.open.append((tag, inside))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, text):
        if self.open and self.open[-1][1]:
            return
        left, self.depth = self._outside(text, self.depth)
        if left:
            self.left.append(left)

    def _outside(self, text: str, depth: int) -> tuple[str, int]:
        kept = []
        for part in BRACKETS.split(text):
            depth += (part == "⟦") - (part == "⟧")
            if not depth and part != "⟧":
                kept.append(part)
        outside = "".join(kept)
        if not WORDS.search(outside):
            return "", depth
        outside = FIXED.sub("", outside)
        for words in self.exempt:
            outside = outside.replace(words, "")
        return (" ".join(outside.split()) if WORDS.search(outside) else ""), depth


def untranslated(html: str, exempt: Iterable[str] = ()) -> list[str]:
    """What on this page could not be translated. `exempt`: names, addresses, what people have typed."""
    reader = _Reader(tuple(sorted(filter(None, exempt), key=len, reverse=True)))
    reader.feed(html)
    assert not reader.depth, "a bracket of the pseudo-locale was lost"
    return reader.left
