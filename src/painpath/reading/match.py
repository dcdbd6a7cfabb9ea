"""Find every phrase of the vocabulary in a letter: one pass over its codes, then the longest."""

from collections.abc import Container, Iterable, Iterator

from painpath.reading.lexicon import Gapped, Lexicon

ABSENT = "absent"
NOTHING = "nothing"
STOPS = ("stop", "clause")
SILENT = (NOTHING, "stop")
Parts = tuple[tuple[int, int], ...]
Hit = tuple[int, int, int, Parts]
"""A phrase that was found: where its codes begin and end, its entry, and its parts."""


def hits(lexicon: Lexicon, codes: str, bounds: list[int], *, read: Container[int] = ()) -> dict[int, list[Hit]]:
    """All hits by sentence, in the order of the text; `bounds` are the codes at which sentences begin, and the end.

    A hit lies within one sentence. Context is looked for where something is found, in the sentences of `read` (which
    hold something that needs no phrase), and where it may speak of the sentence before.
    """
    found: dict[int, list[Hit]] = {}
    around: dict[int, list[Hit]] = {}
    wanted: dict[tuple[int, int], None] = {}
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
        for number in anchored:
            wanted[sentence, number] = None
    contexts = []
    for sentence, number in wanted:
        if lexicon.gapped[number].entry < first_context:
            _search(lexicon.gapped[number], codes, bounds, sentence, found)
        else:
            contexts.append((sentence, number))
    looking_back = lexicon.looking_back
    for sentence, number in contexts:
        if sentence in found or sentence in read or lexicon.gapped[number].entry in looking_back:
            _search(lexicon.gapped[number], codes, bounds, sentence, around)
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
    dangers = lexicon.dangers
    if dangers.isdisjoint(hit[2] for hit in some):
        not_criteria = lexicon.not_criteria
        yield _longest([hit for hit in some if hit[2] not in not_criteria], lexicon)
        return
    for aside in (dangers | lexicon.not_criteria, lexicon.not_dangers):
        first, danger = lexicon.first_context, aside is lexicon.not_dangers
        own = [hit for hit in some if hit[2] not in aside and (not danger or hit[2] >= first or hit[2] in dangers)]
        yield _longest(own, lexicon)


def _search(phrase: Gapped, codes: str, bounds: list[int], sentence: int, found: dict[int, list[Hit]]) -> None:
    """Add the places of a phrase with gaps in a sentence."""
    begin, finish = bounds[sentence], bounds[sentence + 1]
    for match in phrase.expression.finditer(codes, begin, finish):
        start, end = match.span()
        if (not phrase.at_start or start == begin) and (not phrase.at_end or end == finish or codes[end] < "\x80"):
            parts = tuple(map(match.span, range(1, match.re.groups + 1)))
            found.setdefault(sentence, []).append((start, end, phrase.entry, parts))


def _longest(some: list[Hit], lexicon: Lexicon) -> list[Hit]:
    """The hits of a sentence without those that are only a part of a longer one, in the order of the text.

    Longer findings hide shorter ones of their own group; those of a group that hides, also others ("the surgery" that
    is a practice hides the operation).
    """
    if len(some) <= 1:
        return some
    some.sort(key=_from_left)
    kept = _longest_findings([hit for hit in some if hit[2] < lexicon.first_context], lexicon.hiding)
    if len(kept) < len(some) and any(hit[2] >= lexicon.first_context for hit in some):
        kept += _longest_contexts(some, lexicon.first_context, lexicon.tags)
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
