"""The vocabulary of a pathway, compiled: one automaton with every phrase of every group and every context."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from painpath.pathway.phrases import Part, PhraseError, parts
from painpath.pathway.problems import PathwayError, Problem
from painpath.pathway.vocabulary import Context, Group, Section
from painpath.reading.normal import phrase as normal


class Use(NamedTuple):
    """What a literal of the automaton belongs to: one part of one phrase."""

    entry: int
    """Index into the groups, then the contexts."""
    phrase: int
    part: int
    last: int
    gap: int
    """How many other words may stand before it."""
    at_end: bool
    """Only at the end of a clause."""


class Lexicon:
    """All phrases of a vocabulary, ready to be found.

    Takes groups, contexts and sections as the pathway gives them. The order of the lists makes no difference. Raises
    PathwayError when a phrase cannot be read: `load` refuses such a pathway, a kept one may come from another version.
    """

    def __init__(self, groups: Iterable[Group], contexts: Iterable[Context], sections: Iterable[Section] = ()) -> None:
        self.groups = sorted(groups, key=lambda group: group.id)
        self.contexts = sorted(contexts, key=lambda context: context.id)
        self.first_context = len(self.groups)
        self.sections = {
            words: section
            for section in sections
            for head in section.heads
            for words in _parts(head, section.id)[0].words
        }
        self.marks = {section.id: section for section in sections}
        uses: dict[str, list[Use]] = {}
        number = 0
        entries: list[Group | Context] = [*self.groups, *self.contexts]
        for index, entry in enumerate(entries):
            for written in entry.phrases:
                sequence = _parts(written, entry.id)
                last = len(sequence) - 1
                for place, part in enumerate(sequence):
                    use = Use(index, number, place, last, part.gap, place == last and written.endswith("$"))
                    for literal in part.words:
                        uses.setdefault(literal, []).append(use)
                number += 1
        self.literals = sorted(uses)
        self.uses = [tuple(uses[literal]) for literal in self.literals]
        self.automaton = AhoCorasick(self.literals or ["\0"])

    def section(self, head: str) -> Section | None:
        """The section that this heading opens."""
        return self.sections.get(normal(head.replace("(", "").replace(")", "")).strip(" :*_"))


def _parts(written: str, owner: str) -> list[Part]:
    """The parts of a phrase, in normal form."""
    try:
        return [Part(part.gap, list(dict.fromkeys(map(normal, part.words)))) for part in parts(written)]
    except PhraseError as error:
        raise PathwayError([Problem(Path("vocabulary"), 0, owner, str(error))]) from None


@lru_cache(maxsize=8)
def lexicon(groups: tuple[Group, ...], contexts: tuple[Context, ...], sections: tuple[Section, ...]) -> Lexicon:
    """The compiled vocabulary, made once per process for the same data."""
    return Lexicon(groups, contexts, sections)
