"""The words to quote: the shortest clause that can stand alone, at most one sentence and 200 characters."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable

from painpath.reading.model import Span

LONGEST = 200
FEWEST_WORDS = 3

_BREAK = re.compile(r"[,;:(]\s+|\s+[-–—]\s+|\s+\(|\s+(?:but|however|although|though|whereas)\s", re.IGNORECASE)


class Quotes:
    """The clauses of a letter, found out once for each sentence that is quoted."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._clauses: dict[Span, tuple[list[int], list[int]]] = {}
        self._quoted: dict[tuple[Span, int, int], Span] = {}

    def quote(self, sentence: Span, words: Iterable[Span]) -> Span:
        """The clause of this sentence that holds these words, without blanks or stray punctuation at its ends."""
        words = list(words)
        inside = [span for span in words if sentence.start <= span.start and span.end <= sentence.end]
        if not inside:  # a value that was read across a cell's edge: it is its own quote
            return _trimmed(self._text, words[0].start, min(words[0].end, words[0].start + LONGEST))
        key = (sentence, min(span.start for span in inside), max(span.end for span in inside))
        if key not in self._quoted:
            self._quoted[key] = self._clause(*key)
        return self._quoted[key]

    def _clause(self, sentence: Span, start: int, end: int) -> Span:
        breaks, stops = self._breaks(sentence)
        first = bisect_right(breaks, start) - 1
        last = min(bisect_left(stops, end), len(stops) - 1)
        text = self._text
        while first > 0 and len(text[breaks[first] : stops[last]].split()) < FEWEST_WORDS:
            first -= 1
        while last < len(stops) - 1 and len(text[breaks[first] : stops[last]].split()) < FEWEST_WORDS:
            last += 1
        clause = _trimmed(text, min(breaks[first], start), max(stops[last], end))
        if clause.end - clause.start <= LONGEST:
            return clause
        return _shortened(text, sentence, start, end)

    def _breaks(self, sentence: Span) -> tuple[list[int], list[int]]:
        """Where the clauses of a sentence begin, and where they end."""
        known = self._clauses.get(sentence)
        if known is None:
            found = list(_BREAK.finditer(self._text, sentence.start, sentence.end))
            begins = [sentence.start, *(one.end() for one in found)]
            known = self._clauses[sentence] = (begins, [*(one.start() for one in found), sentence.end])
        return known


def _shortened(text: str, sentence: Span, start: int, end: int) -> Span:
    """The words themselves with as much around them as fits, cut at blanks."""
    if end - start > LONGEST:
        cut = text.rfind(" ", start + 1, start + LONGEST)
        return _trimmed(text, start, cut if cut > start else start + LONGEST)
    room = (LONGEST - (end - start)) // 2
    left, right = max(sentence.start, start - room), min(sentence.end, end + room)
    if left > sentence.start:
        blank = re.compile(r"\s").search(text, left, start)
        left = blank.end() if blank else start
    if right < sentence.end:
        cut = max(text.rfind(" ", end, right), text.rfind("\n", end, right))
        right = cut if cut >= end else end
    return _trimmed(text, left, right)


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and (text[start].isspace() or text[start] in ",;:.-–—•*)"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in ",;:.-–—("):
        end -= 1
    return Span(start, end)
