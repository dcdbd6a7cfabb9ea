"""The vocabulary of a pathway, compiled: one automaton with every phrase of every group and every context."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import msgspec
from ahocorasick_rs import AhoCorasick

from painpath.pathway import keeping
from painpath.pathway.findings import named_groups
from painpath.pathway.model import Pathway
from painpath.pathway.phrases import Part, PhraseError, choices, edges, parts, whole
from painpath.pathway.problems import PathwayError, Problem
from painpath.pathway.vocabulary import Context, Group, Section, WordList
from painpath.reading import people
from painpath.reading.measured import STANDARD, Measured, measured
from painpath.reading.tokens import Codes

NEGATIONS = (
    "not", "never", "no", "nil", "none", "nothing", "without", "unable", "can not", "could not", "does not", "do not",
    "did not", "is not", "are not", "was not", "were not", "has not", "have not", "had not", "would not", "will not",
)  # fmt: skip
"""A finding that begins with one of these has its negation in itself: "[not passed urine]"."""

_HEAD_SIGNS = str.maketrans("", "", "():*_")

Use = tuple[tuple[int, ...], tuple[tuple[int, bool, bool], ...], tuple[int, ...]]
"""What a literal of the automaton is: a whole phrase of these entries (indexes into the groups, then the contexts); the
same with `edges`, for phrases that stand only at the beginning of a sentence or the end of a clause; and the anchor of
these phrases with gaps."""


class Sequence(msgspec.Struct, frozen=True, array_like=True):
    """A phrase with gaps, in codes."""

    entry: int
    at_start: bool
    at_end: bool
    anchor: int
    """Which of its parts is looked for first."""
    parts: tuple[tuple[int, int], ...]
    """For each part how many other words may stand before it, and the number of its readings in `Compiled.readings`."""


class Compiled(msgspec.Struct, frozen=True, array_like=True):
    """The phrases of a vocabulary in codes: costly to make, quick to keep."""

    words: dict[str, str]
    literals: tuple[str, ...]
    uses: tuple[Use, ...]
    sequences: tuple[Sequence, ...]
    readings: tuple[str, ...]
    """Of parts of sequences, one a line: many phrases share them."""
    heads: dict[str, str]
    """Headings in codes, to the sections that they open."""


_COMPILED = msgspec.msgpack.Decoder(Compiled)
"""Learnt at import, by one thread: see `pathway.loading`."""


class Sought(NamedTuple):
    """A part of a phrase with gaps, ready to be looked for."""

    gap: int
    readings: frozenset[str]
    lengths: tuple[int, ...]
    """Of its readings, longest first."""
    firsts: frozenset[str]
    lasts: frozenset[str]


@lru_cache(maxsize=4096)
def _sought(gap: int, lines: str) -> Sought:
    readings = lines.split("\n")
    return Sought(
        gap,
        frozenset(readings),
        tuple(sorted(set(map(len, readings)), reverse=True)),
        frozenset(reading[0] for reading in readings),
        frozenset(reading[-1] for reading in readings),
    )


class Gapped:
    """A phrase with gaps: looked for around the places where its anchor, the rarest of its parts, was found."""

    def __init__(self, sequence: Sequence, readings: tuple[str, ...]) -> None:
        self.entry, self.at_start, self.at_end = sequence.entry, sequence.at_start, sequence.at_end
        self.anchor = sequence.anchor
        self._parts = sequence.parts
        self._readings = readings

    @cached_property
    def parts(self) -> tuple[Sought, ...]:
        """Its parts. Made ready when a letter first asks for them."""
        return tuple(_sought(gap, self._readings[number]) for gap, number in self._parts)

    @cached_property
    def firsts(self) -> tuple[frozenset[str], ...]:
        """How each part but the anchor may begin."""
        return tuple(part.firsts for number, part in enumerate(self.parts) if number != self.anchor)


class Lexicon:
    """All phrases of a vocabulary, ready to be found.

    Takes groups, contexts and sections as the pathway gives them, and their phrases as `compiled` makes them. The order
    of the lists makes no difference.
    """

    def __init__(
        self,
        groups: Iterable[Group],
        contexts: Iterable[Context],
        sections: Iterable[Section],
        phrases: Compiled,
        lookalikes: Iterable[str] = (),
        measured: Measured = STANDARD,
    ) -> None:
        self.groups = sorted(groups, key=_by_id)
        self.contexts = sorted(contexts, key=_by_id)
        self.first_context = len(self.groups)
        self.tags = ["" for _ in self.groups] + [context.tag for context in self.contexts]
        self.dangers = _dangers(self.groups)
        """Groups that serve dangers, by their place."""
        self.hiding = self.dangers | {at for at, group in enumerate(self.groups) if group.hides}
        """Groups of which a phrase in one piece hides shorter ones of other groups."""
        self.speaks_of = _speaks_of(self.contexts, self.first_context, self.groups)
        """The groups that a context with `only` speaks of, by their places."""
        not_criteria, self.not_dangers = _apart(self.contexts, self.first_context, self.groups, self.dangers)
        """Contexts that do not speak of dangers."""
        self.not_criteria = self.dangers | not_criteria
        """Groups that serve dangers, and contexts that speak of nothing else."""
        self.looking_back = frozenset(
            at for at, context in enumerate(self.contexts, self.first_context) if context.previous
        )
        """Contexts that may speak of the sentence before."""
        self.marks = {section.id: section for section in sections}
        self.codes = Codes(phrases.words, lookalikes)
        self.people = people.People(phrases.words.get)
        self.negations = tuple(map(self.codes.encode, NEGATIONS))
        self.uses = phrases.uses
        self.gapped = [Gapped(sequence, phrases.readings) for sequence in phrases.sequences]
        self.automaton = AhoCorasick(phrases.literals or ("\0",))
        self._heads = phrases.heads
        self.measured = measured
        """The numbers that are looked for."""

    def section(self, head: str) -> Section | None:
        """The section that this heading opens."""
        opened = self._heads.get(self.codes.encode(head).translate(_HEAD_SIGNS))
        return self.marks[opened] if opened else None


def compiled(
    groups: Iterable[Group], contexts: Iterable[Context], sections: Iterable[Section], lists: Iterable[WordList] = ()
) -> Compiled:
    """The phrases of a vocabulary in codes.

    Raises PathwayError when a phrase cannot be read: `load` refuses such a pathway, a kept one may come from another
    version.
    """
    named = choices(lists)
    codes = Codes()
    learn = codes.learn
    for words in (*NEGATIONS, *people.WORDS):
        learn(words)
    uses: dict[str, tuple[set[int], set[tuple[int, bool, bool]], set[int]]] = {}
    sequences: list[Sequence] = []
    entries: list[Group | Context] = [*sorted(groups, key=_by_id), *sorted(contexts, key=_by_id)]
    gapped: list[tuple[int, tuple[bool, bool], list[tuple[int, tuple[str, ...]]]]] = []
    common: Counter[str] = Counter()
    known: dict[str, int] = {}
    for index, entry in enumerate(entries):
        for written in entry.phrases:
            at_edge = edges(written)
            sequence = [
                (part.gap, tuple(dict.fromkeys(map(learn, part.words)))) for part in _parts(written, entry.id, named)
            ]
            if len(sequence) > 1:
                gapped.append((index, at_edge, sequence))
                continue
            for code in sequence[0][1]:
                use = uses.setdefault(code, (set(), set(), set()))
                if any(at_edge):
                    use[1].add((index, *at_edge))
                else:
                    use[0].add(index)
    for entry in entries:
        for sentence in entry.examples:
            common.update(codes.encode(sentence))
    for index, at_edge, sequence in gapped:
        anchor = min(range(len(sequence)), key=lambda at: _cost(sequence[at][1], common))
        for code in sequence[anchor][1]:
            uses.setdefault(code, (set(), set(), set()))[2].add(len(sequences))
        numbered = tuple((gap, known.setdefault("\n".join(lines), len(known))) for gap, lines in sequence)
        sequences.append(Sequence(index, *at_edge, anchor, numbered))
    heads = {
        learn(words).translate(_HEAD_SIGNS): section.id
        for section in sections
        for head in section.heads
        for words in _whole(head, section.id, named)
    }
    literals = sorted(uses)
    return Compiled(
        words=codes.words,
        literals=tuple(literals),
        uses=tuple(
            (tuple(sorted(whole)), tuple(sorted(edged)), tuple(sorted(gapped)))
            for whole, edged, gapped in map(uses.__getitem__, literals)
        ),
        sequences=tuple(sequences),
        readings=tuple(known),
        heads=heads,
    )


_one_at_a_time = Lock()
_made: list[tuple[Pathway, Lexicon]] = []
_MOST_MADE = 8


def lexicon(pathway: Pathway) -> Lexicon:
    """The compiled vocabulary of a pathway: made once per process, its phrases once per content and user.

    Pathways with the same vocabulary have the same lexicon, which is how a reading is known to serve both.
    """
    with _one_at_a_time:
        for known, words in _made:
            if known is pathway:
                return words
        wanted = _vocabulary(pathway)
        words = next((words for known, words in _made if _vocabulary(known) == wanted), None) or Lexicon(
            asked_for(pathway),
            pathway.contexts,
            pathway.sections,
            _phrases(pathway),
            pathway.lookalikes,
            measured(pathway),
        )
        _made[:] = [(pathway, words), *_made[: _MOST_MADE - 1]]
        return words


def _vocabulary(pathway: Pathway) -> tuple[object, ...]:
    """All of a pathway that its lexicon is made of."""
    groups = asked_for(pathway)
    return (groups, pathway.contexts, pathway.sections, pathway.lists, pathway.lookalikes, measured(pathway))


def asked_for(pathway: Pathway) -> tuple[Group, ...]:
    """The groups of the vocabulary that are looked for: all, but those found on request only where they are named."""
    named = named_groups(pathway)
    return tuple(group for group in pathway.vocabulary if not group.on_request or group.id in named)


def _phrases(pathway: Pathway) -> Compiled:
    vocabulary = (asked_for(pathway), pathway.contexts, pathway.sections, pathway.lists)
    content = hashlib.sha256(msgspec.msgpack.encode(vocabulary)).hexdigest()
    here = Path(__file__).parent
    # How phrases are written is known to `pathway`, what becomes of them to `reading`.
    code = keeping.code_digest(here) + keeping.code_digest(here.parent / "pathway")
    name = f"lexicons/{content[:32]}-{code}.msgpack"
    if data := keeping.kept(name):
        return _COMPILED.decode(data)
    phrases = compiled(*vocabulary)
    keeping.keep(name, msgspec.msgpack.encode(phrases))
    return phrases


def _dangers(groups: list[Group]) -> frozenset[int]:
    alerting = {group.id for group in groups if group.alert}
    return frozenset(
        at
        for at, group in enumerate(groups)
        if group.alert or group.danger or (group.score and any(band.gives in alerting for band in group.score.bands))
    )


def _speaks_of(contexts: list[Context], first: int, groups: list[Group]) -> dict[int, frozenset[int]]:
    places: dict[str, set[int]] = {}
    for at, group in enumerate(groups):
        bands = group.score.bands if group.score else ()
        for name in (group.id, *(band.gives for band in bands)):
            places.setdefault(name, set()).add(at)
    return {
        at: frozenset(place for name in context.only for place in places[name])
        for at, context in enumerate(contexts, first)
        # What looks like context, or speaks of the sentence before or of values, is always looked at.
        if context.only
        and not context.previous
        and context.tag not in ("nothing", "stop", "clause")
        and places.keys() >= set(context.only)
    }


def _apart(
    contexts: list[Context], first: int, groups: list[Group], dangers: frozenset[int]
) -> tuple[frozenset[int], frozenset[int]]:
    names = {groups[at].id for at in dangers}
    theirs, others = set(), set()
    for at, context in enumerate(contexts, first):
        if context.danger or (context.only and names.issuperset(context.only)):
            theirs.add(at)
        elif context.no_danger or (context.only and names.isdisjoint(context.only)):
            others.add(at)
    return frozenset(theirs), frozenset(others)


def _by_id(entry: Group | Context) -> str:
    return entry.id


def _cost(readings: tuple[str, ...], common: Mapping[str, int]) -> float:
    """How often some reading of a part will be met, going by the examples; several words in a row are rarer."""
    return sum(min(common[code] for code in reading) / 8.0 ** (len(reading) - 1) + 0.3 for reading in readings)


def _whole(head: str, owner: str, lists: Mapping[str, str]) -> list[str]:
    """The readings of a heading."""
    try:
        return whole(head, lists)
    except PhraseError as error:
        raise PathwayError([Problem(Path("vocabulary"), 0, owner, str(error))]) from None


def _parts(written: str, owner: str, lists: Mapping[str, str]) -> list[Part]:
    """The parts of a phrase, as plain words."""
    try:
        return parts(written, lists)
    except PhraseError as error:
        raise PathwayError([Problem(Path("vocabulary"), 0, owner, str(error))]) from None
