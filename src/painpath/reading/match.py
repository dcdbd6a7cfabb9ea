"""Find every phrase of the vocabulary in a letter: one pass, word edges, then the longest."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from painpath.reading.lexicon import Lexicon, Use
from painpath.reading.model import Span

_PUNCTUATION = ("", "\n", ".", ",", ";", ")", "]", "/")


class Hit(NamedTuple):
    """A phrase that was found: its parts are places in the normal text."""

    start: int
    end: int
    entry: int
    parts: tuple[Span, ...]

    @property
    def size(self) -> int:
        """How many characters of the letter it accounts for."""
        return sum(part.end - part.start for part in self.parts)


def hits(lexicon: Lexicon, text: str, lines: list[int]) -> dict[int, list[Hit]]:
    """All hits by line of the normal text; `lines` are the offsets at which its lines begin."""
    found: defaultdict[int, set[Hit]] = defaultdict(set)
    open_phrases: dict[tuple[int, int], tuple[int, tuple[Span, ...]]] = {}
    line = 0
    limit = len(lines)
    for literal, start, end in sorted(
        lexicon.automaton.find_matches_as_indexes(text, overlapping=True), key=lambda match: match[1:]
    ):
        if not _edges(text, start, end):
            continue
        while line + 1 < limit and lines[line + 1] <= start:
            line += 1
        for use in lexicon.uses[literal]:
            if use.at_end and text[end : end + 1] not in _PUNCTUATION:
                continue
            parts = _joined(use, Span(start, end), line, open_phrases, text)
            if not parts:
                continue
            if use.part == use.last:
                found[line].add(Hit(parts[0].start, end, use.entry, parts))
            else:
                key = (use.phrase, use.part)
                known = open_phrases.get(key)
                # "not" ends where "was not" ends: the longer of the two stays open.
                if not known or known[0] != line or known[1][-1].end != end:
                    open_phrases[key] = (line, parts)
    return {line: _longest(some, lexicon) for line, some in found.items()}


def _joined(
    use: Use, here: Span, line: int, open_phrases: dict[tuple[int, int], tuple[int, tuple[Span, ...]]], text: str
) -> tuple[Span, ...]:
    if use.part == 0:
        return (here,)
    before = open_phrases.get((use.phrase, use.part - 1))
    if not before or before[0] != line or before[1][-1].end > here.start:
        return ()
    if text.count(" ", before[1][-1].end, here.start) > use.gap + 1:
        return ()
    return (*before[1], here)


def _edges(text: str, start: int, end: int) -> bool:
    """Whether a match begins and ends where words do."""
    first, last = text[start], text[end - 1]
    before, after = text[start - 1 : start], text[end : end + 1]
    if first == "?" and end - start == 1:
        return after.isalnum() and (not before or before in " \n(/[,:;")
    return not (first.isalnum() and before.isalnum()) and not (last.isalnum() and after.isalnum())


def _longest(some: set[Hit], lexicon: Lexicon) -> list[Hit]:
    """The hits of a line without those that are only a part of a longer one, in the order of the text.

    Context words lose to any longer phrase they are part of ("no" in "no longer"), unless it says the same. Findings
    lose to longer findings in one piece ("pain" in "pain clinic") and to longer findings of their own group.
    """
    first = lexicon.first_context
    whole = {hit: hit._replace(parts=(Span(hit.start, hit.end),)) for hit in some if hit.entry < first}
    own = {entry: _Covers(whole[hit] for hit in whole if hit.entry == entry) for entry in {hit.entry for hit in whole}}
    solid = _Covers(hit for hit in some if hit.entry < first and len(hit.parts) == 1)
    tags = {hit.entry: lexicon.contexts[hit.entry - first].tag for hit in some if hit.entry >= first}
    others = {tag: _Covers(hit for hit in some if tags.get(hit.entry) != tag) for tag in set(tags.values())}

    def lost(hit: Hit) -> bool:
        if hit.entry < first:
            return solid.inside(whole[hit], proper=True) or own[hit.entry].inside(whole[hit], proper=True)
        return others[tags[hit.entry]].inside(hit, proper=False)

    return sorted(hit for hit in some if not lost(hit))


class _Covers:
    """The parts of hits that lie in no other part, for asking whether a hit lies in a longer one."""

    def __init__(self, some: Iterable[Hit]) -> None:
        self.covers: list[tuple[Span, int]] = []
        for start, negative_end, negative_size in sorted(
            (p.start, -p.end, -hit.size) for hit in some for p in hit.parts
        ):
            if not self.covers or -negative_end > self.covers[-1][0].end:
                self.covers.append((Span(start, -negative_end), -negative_size))
        self.starts = [cover.start for cover, _ in self.covers]

    def inside(self, hit: Hit, *, proper: bool) -> bool:
        """Whether every part of the hit lies in a part of a longer hit; `proper`: in a longer part."""
        for part in hit.parts:
            index = bisect_right(self.starts, part.start) - 1
            if index < 0:
                return False
            cover, size = self.covers[index]
            longer = cover.end - cover.start > part.end - part.start if proper else size > hit.size
            if not (part.end <= cover.end and longer):
                return False
        return True
