"""What the words around a finding say about it: ruled out, in the family, awaited, tried and failed."""

from bisect import bisect_left, bisect_right

from painpath.pathway.vocabulary import Context
from painpath.reading.match import ABSENT, Hit

Trigger = tuple[Context, Hit]


def apply(
    findings: list[tuple[str, int, int]],
    triggers: list[Trigger],
    before: list[int],
    bounds: tuple[int, int],
    negations: tuple[str, ...],
    codes: str,
) -> tuple[list[list[Trigger]], list[Trigger]]:
    """The context words that speak of each finding of a sentence, and those that speak of the sentence before.

    `findings` are group, start and end in codes, in their order; `before` counts the words before each code; `bounds`
    are those of the sentence; `negations` are codes of words that are the negation of a finding that begins with them.
    """
    marks: list[list[Trigger]] = [[] for _ in findings]
    looking_back: list[Trigger] = []
    starts = [start for _, start, _ in findings]
    turns = [hit for context, hit in triggers if context.tag == "stop"]
    clauses = turns + [hit for context, hit in triggers if context.tag == "clause"]
    stops = {False: sorted(hit[0] for hit in turns), True: sorted(hit[0] for hit in clauses)}
    stop_ends = sorted(hit[1] for hit in turns)
    for trigger in triggers:
        context, (start, end, _, _) = trigger
        only = context.only
        if context.after:
            ends = stops[context.tag == ABSENT]
            index = bisect_left(ends, end)
            limit = ends[index] if index < len(ends) else bounds[1]
            reach = before[end] + context.after
            # A finding may begin inside the context words: "Mum [asked for the referral]".
            for at in range(bisect_right(starts, start), len(starts)):
                group, first, last = findings[at]
                if first >= limit or before[first] >= reach:
                    break
                # "has [not passed urine]", "no fever, [cannot feel her legs]": the "not" is the finding's own.
                own = context.tag == ABSENT and codes.startswith(negations, first)
                if last > end and not own and (not only or group in only):
                    marks[at].append(trigger)
        if context.before:
            index = bisect_right(stop_ends, start) - 1
            limit = stop_ends[index] if index >= 0 else bounds[0]
            reached = False
            for at in range(bisect_left(starts, start) - 1, -1, -1):
                group, first, last = findings[at]
                if first < limit or before[start] - before[first] > context.before + 3:
                    break
                if (not only or group in only) and last <= start and before[start] - before[last] < context.before:
                    reached = True
                    marks[at].append(trigger)
            if context.previous and not reached and before[start] - before[bounds[0]] <= 4:
                looking_back.append(trigger)
    return [_without_parts(said) for said in marks], looking_back


def _without_parts(said: list[Trigger]) -> list[Trigger]:
    """What is said of a finding, without words that are part of longer ones said of it: "no" of "no .. benefit"."""
    if len(said) < 2:
        return said
    return [
        trigger
        for trigger in said
        if not any(other[0].tag != trigger[0].tag and _part_of(trigger[1], other[1]) for other in said)
    ]


def _part_of(hit: Hit, longer: Hit) -> bool:
    return _size(hit) < _size(longer) and all(
        any(begin <= start and end <= stop for begin, stop in longer[3]) for start, end in hit[3]
    )


def _size(hit: Hit) -> int:
    return sum(end - start for start, end in hit[3])
