"""Find every phrase of the vocabulary in a letter: one pass over its codes, then the longest."""

from collections.abc import Container, Iterable, Iterator, Sequence

from painpath.reading.lexicon import Gapped, Lexicon, Sought

ABSENT = "absent"
NOTHING = "nothing"
STOPS = ("stop", "clause")
SILENT = (NOTHING, "stop")
Parts = tuple[tuple[int, int], ...]
Hit = tuple[int, int, int, Parts]
"""A phrase that was found: where its codes begin and end, its entry, and its parts."""


def hits(
    lexicon: Lexicon, codes: str, before: list[int], bounds: list[int], *, read: Container[int] = ()
) -> dict[int, list[Hit]]:
    """All hits by sentence; `bounds` are the codes at which sentences begin, and the end; `before` counts the words.

    A hit lies within one sentence. Context is looked for where something is found, in the sentences of `read` (which
    hold something that needs no phrase), and where it may speak of the sentence before.
    """
    found: dict[int, list[Hit]] = {}
    around: dict[int, list[Hit]] = {}
    wanted: list[tuple[int, int, int, int]] = []
    uses, first_context = lexicon.uses, lexicon.first_context
    sentence, begin, finish = 0, bounds[0], bounds[1]
    for literal, start, end in lexicon.automaton.find_matches_as_indexes(codes, overlapping=True):
        while end > finish:
            sentence += 1
            begin, finish = finish, bounds[sentence + 1]
        if start < begin:
            continue
        entries, edged, anchored = uses[literal]
        if entries:
            parts: Parts = ((start, end),)
            for entry in entries:
                where = found if entry < first_context else around
                where.setdefault(sentence, []).append((start, end, entry, parts))
        for entry, at_start, at_end in edged:
            if (not at_start or start == begin) and (not at_end or end == finish or codes[end] < "\x80"):
                where = found if entry < first_context else around
                where.setdefault(sentence, []).append((start, end, entry, ((start, end),)))
        if anchored:
            wanted += [(sentence, number, start, end) for number in anchored]
    contexts = []
    gapped = lexicon.gapped
    last, there = -1, frozenset[str]()
    for sentence, number, start, end in wanted:
        if sentence != last:
            last, there = sentence, frozenset(codes[bounds[sentence] : bounds[sentence + 1]])
        phrase = gapped[number]
        if any(map(there.isdisjoint, phrase.firsts)):
            continue
        if phrase.entry >= first_context:
            contexts.append((sentence, phrase, start, end))
        elif hit := _around(phrase, codes, before, bounds[sentence : sentence + 2], start, end):
            found.setdefault(sentence, []).append(hit)
    looking_back = lexicon.looking_back
    for sentence, phrase, start, end in contexts:
        if (sentence in found or sentence in read or phrase.entry in looking_back) and (
            hit := _around(phrase, codes, before, bounds[sentence : sentence + 2], start, end)
        ):
            around.setdefault(sentence, []).append(hit)
    for sentence, some in around.items():
        if sentence in found:
            found[sentence] += some
        elif sentence in read or any(hit[2] in looking_back for hit in some):
            found[sentence] = some
    return found


def layers(lexicon: Lexicon, some: list[Hit]) -> Iterator[list[Hit]]:
    """The hits of a sentence that count, in the order of the text: for criteria, and then for dangers if there are any.

    Dangers are looked for with wide phrases: apart from the others, so that they hide nothing that decides a criterion.
    """
    dangers, first, not_criteria = lexicon.dangers, lexicon.first_context, lexicon.not_criteria
    yield _longest([hit for hit in some if hit[2] not in not_criteria], lexicon)
    if not dangers.isdisjoint(hit[2] for hit in some):
        not_dangers = lexicon.not_dangers
        yield _longest(
            [hit for hit in some if hit[2] in dangers or (hit[2] >= first and hit[2] not in not_dangers)], lexicon
        )


def _around(phrase: Gapped, codes: str, before: list[int], within: Sequence[int], start: int, end: int) -> Hit | None:
    """The phrase with its anchor at this place of a sentence, the nearest words for each of its other parts."""
    begin, finish = within
    parts, anchor = phrase.parts, phrase.anchor
    left = _parts_before(parts, anchor, codes, before, begin, start)
    if left is None:
        return None
    right = _parts_behind(parts, anchor + 1, codes, before, finish, end)
    if right is None:
        return None
    places = (*left, (start, end), *right)
    first, last = places[0][0], places[-1][1]
    if (phrase.at_start and first != begin) or (phrase.at_end and last != finish and codes[last] >= "\x80"):
        return None
    return first, last, phrase.entry, _joined(places)


def _parts_behind(
    parts: tuple[Sought, ...], number: int, codes: str, before: list[int], finish: int, end: int
) -> Parts | None:
    """Where the parts from `number` on stand behind `end`; None when one is missing."""
    if number == len(parts):
        return ()
    gap, readings, lengths, firsts, _ = parts[number]
    reach = before[end] + gap
    at = end
    while at < finish and before[at] <= reach:
        if codes[at] in firsts:
            for length in lengths:
                if codes[at : at + length] in readings and at + length <= finish:
                    rest = _parts_behind(parts, number + 1, codes, before, finish, at + length)
                    if rest is not None:
                        return ((at, at + length), *rest)
        if gap == 0:
            return None
        at += 1
    return None


def _parts_before(
    parts: tuple[Sought, ...], number: int, codes: str, before: list[int], begin: int, start: int
) -> Parts | None:
    """Where the parts before `number` stand before `start`; None when one is missing."""
    if number == 0:
        return ()
    gap = parts[number].gap
    _, readings, lengths, _, lasts = parts[number - 1]
    reach = before[start] - gap
    at = start
    while at > begin and before[at] >= reach:
        if codes[at - 1] in lasts:
            for length in lengths:
                if at - length >= begin and codes[at - length : at] in readings:
                    rest = _parts_before(parts, number - 1, codes, before, begin, at - length)
                    if rest is not None:
                        return (*rest, (at - length, at))
        if gap == 0:
            return None
        at -= 1
    return None


def _joined(places: Parts) -> Parts:
    """The places, those that touch each other as one."""
    joined = [places[0]]
    for start, end in places[1:]:
        if start == joined[-1][1]:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


def _longest(some: list[Hit], lexicon: Lexicon) -> list[Hit]:
    """The hits of a sentence without those that are only a part of a longer one, in the order of the text.

    Longer findings hide shorter ones of their own group; those of a group that hides, also others ("the surgery" that
    is a practice hides the operation).
    """
    if len(some) <= 1:
        return some
    some.sort(key=_from_left)
    findings = [hit for hit in some if hit[2] < lexicon.first_context]
    kept = _longest_findings(findings, lexicon.hiding)
    if len(findings) < len(some):
        # Most contexts speak of a few groups only: those of which none is here need not be looked at.
        speaks_of, here = lexicon.speaks_of, {hit[2] for hit in kept}
        heard = [hit for hit in some if hit[2] not in speaks_of or not here.isdisjoint(speaks_of[hit[2]])]
        if len(heard) > len(findings):
            kept += _longest_contexts(heard, lexicon.first_context, lexicon.tags)
            kept.sort()
    return kept


def _from_left(hit: Hit) -> tuple[int, int]:
    return hit[0], -hit[1]


def _longest_findings(some: Iterable[Hit], hiding: frozenset[int]) -> list[Hit]:
    """Of findings in their order: those that lie in no longer one of the same group, or of one that hides."""
    kept: list[Hit] = []
    solid = (-1, -1)
    own: dict[int, tuple[int, int]] = {}
    last: Hit | None = None
    for hit in some:
        start, end, entry, parts = hit
        if hit == last:
            continue
        last = hit
        reached = own.get(entry, (-1, -1))
        # What began earlier or at the same place comes first: it is longer if it also ends later.
        if not (_inside(start, end, solid) or _inside(start, end, reached)):
            kept.append(hit)
        if entry in hiding and len(parts) == 1 and end > solid[1]:
            solid = (start, end)
        if end > reached[1]:
            own[entry] = (start, end)
    return kept


def _inside(start: int, end: int, longer: tuple[int, int]) -> bool:
    return longer[1] > end or (longer[1] == end and longer[0] < start)


def _longest_contexts(some: list[Hit], first_context: int, tags: list[str]) -> list[Hit]:
    """Context words of which some part lies in no longer words that only look like context, or that end a reach.

    "No" in "no longer" says nothing. In "no benefit" it says nothing of the treatment, and in a finding that begins so
    nothing more than the finding does; but it may speak of what stands beside them: `context.apply` tells.
    """
    places = sorted(
        (start, -end, -sum(stop - begin for begin, stop in hit[3]), number)
        for number, hit in enumerate(some)
        for start, end in hit[3]
    )
    # What reaches furthest so far, as (end, start, size): of words that say nothing or end a reach; of everything.
    silent = longest = (-1, -1, 0)
    free: set[int] = set()
    for start, minus_end, minus_size, number in places:
        end, size = -minus_end, -minus_size
        entry = some[number][2]
        tag = tags[entry] if entry >= first_context else ""
        if tag:
            over = longest if tag in STOPS else silent
            covered = over[0] > end or (over[0] == end and (over[1] < start or over[2] > size))
            if tag == NOTHING or not covered:
                free.add(number)
        if tag in SILENT and end > silent[0]:
            silent = (end, start, size)
        if end > longest[0]:
            longest = (end, start, size)
    return [some[number] for number in sorted(free)]
