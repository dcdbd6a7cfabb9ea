"""What the words around a finding say about it: ruled out, in the family, awaited, tried and failed."""

from bisect import bisect_left, bisect_right

from painpath.pathway.vocabulary import Context
from painpath.reading.match import Hit

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
    stops = sorted(hit[0] for context, hit in triggers if context.tag == "stop")
    stop_ends = sorted(hit[1] for context, hit in triggers if context.tag == "stop")
    for trigger in triggers:
        context, (start, end, _, _) = trigger
        only = context.only
        if context.after:
            index = bisect_left(stops, end)
            limit = stops[index] if index < len(stops) else bounds[1]
            reach = before[end] + context.after
            # A finding may begin inside the context words: "Mum [asked for the referral]".
            for at in range(bisect_right(starts, start), len(starts)):
                group, first, last = findings[at]
                if first >= limit or before[first] >= reach:
                    break
                # "has [not passed urine]", "no fever, [cannot feel her legs]": the "not" is the finding's own.
                own = context.tag == "absent" and codes.startswith(negations, first)
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
                if last <= start and before[start] - before[last] < context.before:
                    reached = True
                    if not only or group in only:
                        marks[at].append(trigger)
            if context.previous and not reached and before[start] - before[bounds[0]] <= 4:
                looking_back.append(trigger)
    return marks, looking_back
