"""What reading finds in a letter."""

from typing import NamedTuple

import msgspec


class Span(NamedTuple):
    """A half-open range of characters of the letter."""

    start: int
    end: int


class Mark(NamedTuple):
    """What context says about a finding, and the words that say so (none when a heading says it)."""

    tag: str
    context: str
    why: str
    span: Span | None


class Finding(msgspec.Struct):
    """One thing that the letter names: the group of the vocabulary, its words, and what context says about it."""

    id: str
    span: Span
    sentence: int
    word: int
    """The place of its first word in the letter, counted in words."""
    words: int
    marks: tuple[Mark, ...] = ()
    detail: str = ""
    """A value that was read, in words: "42 years on 1 May 2026"."""
    value: tuple[float, float] | None = None
    """The same as the least and the most that it can be: years of an age, months of time, points of a scale."""

    def mark(self, tag: str) -> Mark | None:
        """The first mark with this tag."""
        for mark in self.marks:
            if mark.tag == tag:
                return mark
        return None


class Sentence(NamedTuple):
    """A stretch of text that words may reach across: a sentence, a list item, a cell or a heading's line."""

    span: Span
    block: int
    """Sentences of one block follow each other in running text."""
    section: str


class Reading(msgspec.Struct):
    """Everything found in one letter, in the order of the letter."""

    text: str
    sentences: list[Sentence]
    findings: list[Finding]
