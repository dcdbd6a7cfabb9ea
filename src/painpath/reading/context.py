"""What the words around a finding say about it: ruled out, in the family, awaited, tried and failed."""

from bisect import bisect_left, bisect_right

from painpath.pathway.vocabulary import Context
from painpath.reading.match import Hit
from painpath.reading.model import Mark, Span

_NEGATIONS = ("not ", "never ", "no ", "cannot ")


class Scoped:
    """One sentence's hits, in normal offsets, and the marks that its context words put on them."""

    def __init__(self, text: str, span: Span, findings: list[Hit], triggers: list[tuple[Context, Hit]]) -> None:
        self.text = text
        self.span = span
        self.findings = findings
        self.triggers = triggers
        self.marks: list[list[tuple[Context, Hit]]] = [[] for _ in findings]
        self.looking_back: list[tuple[Context, Hit]] = []
        """Context words that speak of the sentence before."""

    def apply(self, group_ids: list[str]) -> None:
        """Put the marks on. `group_ids` names the group of each finding."""
        starts = [hit.start for hit in self.findings]
        stops = sorted(hit.start for context, hit in self.triggers if context.tag == "stop")
        stop_ends = sorted(hit.end for context, hit in self.triggers if context.tag == "stop")
        for context, hit in self.triggers:
            if context.tag in ("stop", "nothing"):
                continue
            if context.after:
                index = bisect_left(stops, hit.end)
                limit = stops[index] if index < len(stops) else self.span.end
                # A finding may begin inside the context words: "Mum [asked for the referral]".
                for at in range(bisect_right(starts, hit.start), len(starts)):
                    if starts[at] >= limit or self._words(hit.end, starts[at]) > context.after:
                        break
                    if self.findings[at].end > hit.end and not self._own_negation(at, context, hit):
                        self._mark(at, context, hit, group_ids)
            if context.before:
                index = bisect_right(stop_ends, hit.start) - 1
                limit = stop_ends[index] if index >= 0 else self.span.start
                reached = False
                for at in range(bisect_left(starts, hit.start) - 1, -1, -1):
                    if starts[at] < limit or self._words(starts[at], hit.start) > context.before + 3:
                        break
                    if (
                        self.findings[at].end <= hit.start
                        and self._words(self.findings[at].end, hit.start) <= context.before
                    ):
                        self._mark(at, context, hit, group_ids)
                        reached = True
                if context.previous and not reached and not self.text[self.span.start : hit.start].count(" ") > 4:
                    self.looking_back.append((context, hit))

    def _own_negation(self, at: int, context: Context, hit: Hit) -> bool:
        """Whether the "not" of the context words is the finding's own: "has [not passed urine]"."""
        start = self.findings[at].start
        return context.tag == "absent" and start < hit.end and self.text.startswith(_NEGATIONS, start)

    def _words(self, start: int, end: int) -> int:
        return self.text.count(" ", start, end)

    def _mark(self, at: int, context: Context, hit: Hit, group_ids: list[str]) -> None:
        if context.only and group_ids[at] not in context.only:
            return
        self.marks[at].append((context, hit))


def mark(context: Context, span: Span) -> Mark:
    """The mark that these context words put on a finding."""
    return Mark(context.tag, context.id, context.why, span)
