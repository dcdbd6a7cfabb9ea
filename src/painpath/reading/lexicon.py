"""The vocabulary of a pathway, compiled: one automaton with every phrase of every group and every context."""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from painpath.pathway.phrases import Part, PhraseError, choices, parts
from painpath.pathway.problems import PathwayError, Problem
from painpath.pathway.vocabulary import Context, Group, Section, WordList
from painpath.reading.tokens import FIRST_WORD, GAP_SIGN, GAP_WORD, Codes

_HEAD_SIGNS = str.maketrans("", "", "():*_")


class Gapped:
    """A phrase with gaps: looked for with an expression, where its rarest part was found."""

    def __init__(self, entry: int, sequence: list[tuple[int, list[str]]], *, at_end: bool) -> None:
        self.entry = entry
        self.at_end = at_end
        self._sequence = sequence

    def anchors(self) -> list[str]:
        """The readings of the part that fewest letters hold: the one whose shortest reading is longest."""
        return max((codes for _, codes in self._sequence), key=_rarity)

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """The phrase over codes, each part a group. Compiled when a letter first asks for it."""
        pattern = ""
        for gap, codes in self._sequence:
            # The nearest beginning counts: what stands in a gap is not the part before it once more.
            choice = "|".join(map(re.escape, sorted(codes, key=len, reverse=True)))
            pattern += rf"{GAP_SIGN}*+(?:{GAP_WORD}{GAP_SIGN}*+){{0,{gap}}}?" if pattern else ""
            pattern += f"({choice})"
        return re.compile(pattern)


class Use(NamedTuple):
    """What a literal of the automaton is: whole phrases of these entries, or the anchor of phrases with gaps."""

    entries: tuple[int, ...]
    """Indexes into the groups, then the contexts."""
    at_end: tuple[int, ...]
    """The same, for phrases that stand only at the end of a clause."""
    gapped: tuple[int, ...]


class Lexicon:
    """All phrases of a vocabulary, ready to be found.

    Takes groups, contexts and sections as the pathway gives them. The order of the lists makes no difference. Raises
    PathwayError when a phrase cannot be read: `load` refuses such a pathway, a kept one may come from another version.
    """

    def __init__(
        self,
        groups: Iterable[Group],
        contexts: Iterable[Context],
        sections: Iterable[Section] = (),
        lists: Iterable[WordList] = (),
    ) -> None:
        named = choices(lists)
        self.groups = sorted(groups, key=lambda group: group.id)
        self.contexts = sorted(contexts, key=lambda context: context.id)
        self.first_context = len(self.groups)
        self.tags = ["" for _ in self.groups] + [context.tag for context in self.contexts]
        self.codes = Codes()
        self.negations = tuple(map(self.codes.learn, ("not", "never", "no", "can not")))
        self.sections = {
            self.codes.learn(words).translate(_HEAD_SIGNS): section
            for section in sections
            for head in section.heads
            for words in _parts(head, section.id, named)[0].words
        }
        self.marks = {section.id: section for section in sections}
        uses: dict[str, tuple[set[int], set[int], set[int]]] = {}
        self.gapped: list[Gapped] = []
        entries: list[Group | Context] = [*self.groups, *self.contexts]
        learn = self.codes.learn
        for index, entry in enumerate(entries):
            for written in entry.phrases:
                at_end = written.endswith("$")
                sequence = [(part.gap, list(map(learn, part.words))) for part in _parts(written, entry.id, named)]
                if len(sequence) == 1:
                    kind, value, codes = int(at_end), index, sequence[0][1]
                else:
                    kind, value = 2, len(self.gapped)
                    self.gapped.append(Gapped(index, sequence, at_end=at_end))
                    codes = self.gapped[-1].anchors()
                for code in codes:
                    uses.setdefault(code, (set(), set(), set()))[kind].add(value)
        literals = sorted(uses)
        self.uses = [Use(*(tuple(sorted(values)) for values in uses[literal])) for literal in literals]
        self.automaton = AhoCorasick(literals or ["\0"])

    def section(self, head: str) -> Section | None:
        """The section that this heading opens."""
        tokens = self.codes.encode(head)
        return self.sections.get(tokens.translate(_HEAD_SIGNS))


def _rarity(codes: list[str]) -> tuple[int, int]:
    """Long readings are rare; of equally long ones, those of words learnt late."""
    return min((sum(ord(code) >= FIRST_WORD for code in reading), min(map(ord, reading))) for reading in codes)


def _parts(written: str, owner: str, lists: Mapping[str, str]) -> list[Part]:
    """The parts of a phrase, as plain words."""
    try:
        return parts(written, lists)
    except PhraseError as error:
        raise PathwayError([Problem(Path("vocabulary"), 0, owner, str(error))]) from None


@lru_cache(maxsize=8)
def lexicon(
    groups: tuple[Group, ...],
    contexts: tuple[Context, ...],
    sections: tuple[Section, ...],
    lists: tuple[WordList, ...],
) -> Lexicon:
    """The compiled vocabulary, made once per process for the same data."""
    return Lexicon(groups, contexts, sections, lists)
