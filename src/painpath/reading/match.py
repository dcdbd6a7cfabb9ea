"""Find every phrase of the vocabulary in a letter: one pass, word edges, then the longest."""

from bisect import bisect_right
from collections import defaultdict
from typing import NamedTuple

from painpath.reading.lexicon import Lexicon, Use
from painpath.reading.model import Span

_PUNCTUATION = ("", ".", ",", ";", ")", "]", "/")


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
            if use.at_end and text[end : end + 2].strip()[:1] not in _PUNCTUATION:
                continue
            parts = _joined(use, Span(start, end), line, open_phrases, text)
            if not parts:
                continue
            if use.part == use.last:
                found[line].add(Hit(parts[0].start, end, use.entry, parts))
            else:
                open_phrases[use.phrase, use.part] = (line, parts)
    return {line: _longest(some) for line, some in found.items()}


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


def _longest(some: set[Hit]) -> list[Hit]:
    """The hits of a line without those that are only a part of a longer one, in the order of the text."""
    pieces = sorted(((part.start, -part.end, -hit.size) for hit in some for part in hit.parts))
    covers: list[tuple[int, int, int]] = []
    furthest = 0
    for start, negative_end, negative_size in pieces:
        if not covers or -negative_end > furthest:
            furthest = -negative_end
            covers.append((start, furthest, -negative_size))
        elif covers[-1][:2] == (start, -negative_end):
            covers[-1] = (start, furthest, max(covers[-1][2], -negative_size))
    starts = [cover[0] for cover in covers]

    def kept(hit: Hit) -> bool:
        for part in hit.parts:
            cover = covers[bisect_right(starts, part.start) - 1]
            inside = cover[0] <= part.start and part.end <= cover[1]
            if not inside or cover[2] <= hit.size:
                return True
        return False

    return sorted(hit for hit in some if kept(hit))
