"""The words to quote: the shortest clause that can stand alone, at most one sentence and 200 characters."""

import re
from collections.abc import Iterable

from painpath.reading.model import Span

LONGEST = 200
FEWEST_WORDS = 3

_BREAK = re.compile(r"[,;:(]\s+|\s+[-–—]\s+|\s+\(|\s+(?:but|however|although|though|whereas)\s", re.IGNORECASE)


def quote(text: str, sentence: Span, words: Iterable[Span]) -> Span:
    """The clause of this sentence that holds these words, without blanks or stray punctuation at its ends."""
    words = list(words)
    inside = [span for span in words if sentence.start <= span.start and span.end <= sentence.end]
    if not inside:  # a value that was read across a cell's edge: it is its own quote
        return _trimmed(text, words[0].start, min(words[0].end, words[0].start + LONGEST))
    start = min(span.start for span in inside)
    end = max(span.end for span in inside)
    breaks = [sentence.start, *(found.end() for found in _BREAK.finditer(text, sentence.start, sentence.end))]
    stops = [*(found.start() for found in _BREAK.finditer(text, sentence.start, sentence.end)), sentence.end]
    first = max(at for at, begin in enumerate(breaks) if begin <= start)
    last = min(at for at, finish in enumerate(stops) if finish >= end or at == len(stops) - 1)
    while first > 0 and len(text[breaks[first] : stops[last]].split()) < FEWEST_WORDS:
        first -= 1
    while last < len(stops) - 1 and len(text[breaks[first] : stops[last]].split()) < FEWEST_WORDS:
        last += 1
    clause = _trimmed(text, min(breaks[first], start), max(stops[last], end))
    if clause.end - clause.start <= LONGEST:
        return clause
    return _shortened(text, sentence, start, end)


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
