"""The shape of a letter: which line ends only wrap, what is an item, a heading or a cell, where sentences end."""

import re
from collections import Counter
from functools import cache
from typing import NamedTuple

from painpath.reading.model import Span

LONGEST = 800
"""A sentence longer than this is cut at a blank: scopes stay short and the cost linear, whatever the text."""

WIDEST_WRAP = 132
"""Lines longer than this are paragraphs, not wrapped text."""

_BLANKS = re.compile(r"(?<=\S) +(?=\S)")
_ITEM = re.compile(r"\s*(?:[-•·*▪◦●–—►✓☐☒☑]\s*|\(?\d{1,2}[.)]\s+|\(?[a-z][.)]\s+)(?=\S)")
_HEAD = re.compile(r"\s*(?=\S)([A-Za-z][^:\n.!?]{0,60}?)\s*:(?=\s|$)")
_END = re.compile(r"(?<![.!?])[.!?]++[\"'”’)\]]*+(?=\s+[^\sa-z])|[;•]\s")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Dr|Mrs?|Ms|Mx|Miss|Prof|Sr|St|Tel|Ext|[Aa]pprox|[Vv]s|[Ii]ncl|[Ee]\.?g|[Ii]\.?e|[Cc]f|[Dd]ept|[Hh]osp|[Rr]ef|"
    r"[Dd]\.[Oo]\.[Bb])|(?<![A-Za-z])[A-Z])$"
)

_ANSWER = re.compile(r"\s+[\[(]?[ ]?(?:(?:Y|N|Yes|No|None|Nil|NO|YES|NONE|NIL)\b(?![ ][a-z])|[\[☐☑☒□✓✔])")


class Line(NamedTuple):
    """A logical line: one or more lines of the text, joined where they were only wrapped."""

    start: int
    end: int
    block: int
    first: bool
    """It begins after a blank line."""
    item: bool
    head: Span | None
    """A heading with its colon ("PMH:"), or a whole line that stands as one."""


def lines(text: str) -> list[Line]:
    """The logical lines of a letter, in order; empty ones are left out."""
    raw = [(found.start(), found.end()) for found in re.finditer(r"[^\r\n\f\v\x85\u2028\u2029]+", text)]
    width = _width([end - start for start, end in raw])
    found: list[Line] = []
    block, after = 0, 0
    for start, end in raw:
        body = text[start:end].strip()
        gap = text[after:start]
        blank = gap.count("\n") > 1 or (gap.count("\r") > 1 and "\n" not in gap) or "\f" in gap
        after = end
        if not body:
            continue
        item = bool(_ITEM.match(text, start, end))
        if found and not blank and not item and _wrapped(text, found[-1], start, end, width):
            found[-1] = found[-1]._replace(end=end)
            continue
        first = blank or not found
        block += first or item
        found.append(Line(start, end, block, first, item, _head(text, start, end)))
    return found


def _width(lengths: list[int]) -> int:
    long = sorted(length for length in lengths if length > 40)
    if len(long) < 3:
        return 0
    width = long[int(len(long) * 0.9)]
    return width if width <= WIDEST_WRAP else 0


def _wrapped(text: str, before: Line, start: int, end: int, width: int) -> bool:
    """Whether the line only goes on with the one before."""
    above = text[before.start : before.end]
    last = above[max(above.rfind("\n"), above.rfind("\r")) + 1 :].rstrip()
    here = text[start:end]
    word = here.split(maxsplit=1)[0]
    if _HEAD.match(here) and word[:1].isupper() and len(here.split(":")[0].split()) <= 4:
        return False
    if not width:
        return len(last) > 60 and word[:1].islower() and last[-1:] not in ".!?:;"
    if len(last) + 1 + len(word) > width:
        return True
    return len(last) >= 0.55 * width and (word[:1].islower() or last[-1:] in ",-(") and last[-1:] not in ".!?:;"


def _head(text: str, start: int, end: int) -> Span | None:
    if found := _HEAD.match(text, start, end):
        return Span(found.start(1), found.end(1))
    body = text[start:end].strip()
    if len(body) <= 48 and len(body.split()) <= 5 and body[-1:] not in ".,;?!" and body[:1].isalpha():
        begin = text.index(body, start)
        return Span(begin, begin + len(body))
    return None


def blank_width(text: str) -> int:
    """How many blanks this letter puts between two words: one, unless somebody doubled them all."""
    if "  " not in text:
        return 1
    runs = Counter(len(found[0]) for found in _BLANKS.finditer(text[:20_000]))
    return runs.most_common(1)[0][0] if runs else 1


def sentences(text: str, line: Line, blank: int) -> list[Span]:
    """The sentences of a logical line, cells apart, none longer than `LONGEST`."""
    found: list[Span] = []
    for start, end in _cells(text, line, blank):
        at = start
        for stop in _END.finditer(text, start, end):
            if text[stop.start()] == "?" and _ANSWER.match(text, stop.end(), end):
                continue
            if text[stop.start()] == "." and _ABBREVIATION.search(text, max(at, stop.start() - 12), stop.start()):
                continue
            found += _cut(text, at, stop.end())
            at = stop.end()
        found += _cut(text, at, end)
    return found


def _cells(text: str, line: Line, blank: int) -> list[tuple[int, int]]:
    words = text[line.start : line.end]
    if "   " not in words and "\t" not in words and "|" not in words:
        return [(line.start, line.end)]
    cells, at = [], line.start
    for found in _gap(blank).finditer(text, line.start, line.end):
        if text[max(at, found.start() - 1)] in ":?":
            continue  # the blanks between a question and its answer
        cells.append((at, found.start()))
        at = found.end()
    return [*cells, (at, line.end)]


@cache
def _gap(blank: int) -> re.Pattern[str]:
    """What stands between two cells: a tab, a bar, or three times the letter's own blanks."""
    return re.compile(rf"(?<=\S)(?: {{{blank * 3},}}+| *+\t[ \t]*+|[ \t]+\|[ \t]+)(?=\S)")


def _cut(text: str, start: int, end: int) -> list[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    pieces = []
    while end - start > LONGEST:
        cut = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
        cut = cut if cut > 0 else start + LONGEST
        pieces.append(Span(start, cut))
        start = cut
    if start < end:
        pieces.append(Span(start, end))
    return pieces
