"""Words of a letter that bear on something: marked where they stand, numbered in the order of reading."""

from dataclasses import dataclass, field
from itertools import pairwise

_LOUDEST = ("alert", "against", "for", "mention")


@dataclass
class Highlight:
    """Words of one document that bear on something: one number, however many criteria they speak to."""

    number: int
    start: int
    end: int
    kinds: set[str] = field(default_factory=set)
    links: list[tuple[str, str]] = field(default_factory=list)
    """(anchor on the page, words that say where it leads) for each criterion or alert."""

    @property
    def anchor(self) -> str:
        return f"words-{self.number}"

    @property
    def kind(self) -> str:
        """The loudest of what the words are: it decides the look."""
        return next(kind for kind in _LOUDEST if kind in self.kinds)


@dataclass(frozen=True)
class Segment:
    """A run of text with the highlights that cover it; `opens` are those that begin here, `closes` those that end."""

    text: str
    kind: str
    opens: tuple[Highlight, ...]
    closes: tuple[Highlight, ...]


def segments(text: str, start: int, end: int, highlights: list[Highlight]) -> tuple[Segment, ...]:
    """Cut a page at every edge of a highlight. Runs of blanks and line ends stay as they are."""
    here = [h for h in highlights if h.start < end and h.end > start]
    edges = sorted({start, end, *(min(max(edge, start), end) for h in here for edge in (h.start, h.end))})
    number = {edge: count for count, edge in enumerate(edges)}
    over: list[list[Highlight]] = [[] for _ in edges]
    for h in here:
        for cut in range(number[max(h.start, start)], number[min(h.end, end)]):
            over[cut].append(h)
    made = []
    for (left, right), covering in zip(pairwise(edges), over, strict=False):
        kinds = {kind for h in covering for kind in h.kinds}
        made.append(
            Segment(
                text=text[left:right],
                kind=next((kind for kind in _LOUDEST if kind in kinds), ""),
                opens=tuple(h for h in covering if max(h.start, start) == left),
                closes=tuple(h for h in covering if min(h.end, end) == right),
            )
        )
    return tuple(made)
