"""The vocabulary of a pathway, compiled: one automaton with every phrase of every group and every context."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

import msgspec
from ahocorasick_rs import AhoCorasick

from painpath.pathway import keeping
from painpath.pathway.model import Pathway
from painpath.pathway.phrases import Part, PhraseError, choices, edges, parts
from painpath.pathway.problems import PathwayError, Problem
from painpath.pathway.vocabulary import Context, Group, Section, WordList
from painpath.reading.tokens import FIRST_WORD, GAP_SIGN, GAP_WORD, Codes

NEGATIONS = (
    *(
        "not",
        "never",
        "no",
        "nil",
        "none",
        "nothing",
        "without",
        "unable",
        "can not",
        "could not",
        "does not",
        "do not",
    ),
    *("did not", "is not", "are not", "was not", "were not", "has not", "have not", "had not", "would not", "will not"),
)
"""A finding that begins with one of these has its negation in itself: "[not passed urine]"."""

_HEAD_SIGNS = str.maketrans("", "", "():*_")

Use = tuple[tuple[int, ...], tuple[tuple[int, bool, bool], ...], tuple[int, ...]]
"""What a literal of the automaton is: a whole phrase of these entries (indexes into the groups, then the contexts); the
same with `edges`, for phrases that stand only at the beginning of a sentence or the end of a clause; and the anchor of
these phrases with gaps."""


class Sequence(msgspec.Struct, frozen=True, array_like=True):
    """A phrase with gaps, in codes: for each part how many other words may stand before it, and its readings."""

    entry: int
    at_start: bool
    at_end: bool
    parts: tuple[tuple[int, tuple[str, ...]], ...]


class Compiled(msgspec.Struct, frozen=True, array_like=True):
    """The phrases of a vocabulary in codes: costly to make, quick to keep."""

    words: dict[str, str]
    literals: tuple[str, ...]
    uses: tuple[Use, ...]
    sequences: tuple[Sequence, ...]
    heads: dict[str, str]
    """Headings in codes, to the sections that they open."""


class Gapped:
    """A phrase with gaps: looked for with an expression, where its rarest part was found."""

    def __init__(self, sequence: Sequence) -> None:
        self.entry, self.at_start, self.at_end = sequence.entry, sequence.at_start, sequence.at_end
        self._parts = sequence.parts

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """The phrase over codes, each part a group. Compiled when a letter first asks for it."""
        pattern = ""
        for gap, codes in self._parts:
            choice = "|".join(map(re.escape, sorted(codes, key=len, reverse=True)))
            pattern += rf"{GAP_SIGN}*+(?:{GAP_WORD}{GAP_SIGN}*+){{0,{gap}}}?" if pattern else ""
            pattern += f"({choice})"
        return re.compile(pattern)


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
    ) -> None:
        self.groups = sorted(groups, key=_by_id)
        self.contexts = sorted(contexts, key=_by_id)
        self.first_context = len(self.groups)
        self.tags = ["" for _ in self.groups] + [context.tag for context in self.contexts]
        self.dangers = _dangers(self.groups)
        """Groups that serve dangers, by their place."""
        self.hiding = self.dangers | {at for at, group in enumerate(self.groups) if group.hides}
        """Groups of which a phrase in one piece hides shorter ones of other groups."""
        self.not_criteria, self.not_dangers = _apart(self.contexts, self.first_context, self.groups, self.dangers)
        """Contexts that do not speak of what decides criteria; and those that do not speak of dangers."""
        self.looking_back = frozenset(
            at for at, context in enumerate(self.contexts, self.first_context) if context.previous
        )
        """Contexts that may speak of the sentence before."""
        self.marks = {section.id: section for section in sections}
        self.codes = Codes(phrases.words, lookalikes)
        self.negations = tuple(map(self.codes.encode, NEGATIONS))
        self.uses = phrases.uses
        self.gapped = [Gapped(sequence) for sequence in phrases.sequences]
        self.automaton = AhoCorasick(phrases.literals or ("\0",))
        self._heads = phrases.heads

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
    for words in NEGATIONS:
        learn(words)
    uses: dict[str, tuple[set[int], set[tuple[int, bool, bool]], set[int]]] = {}
    sequences: list[Sequence] = []
    entries: list[Group | Context] = [*sorted(groups, key=_by_id), *sorted(contexts, key=_by_id)]
    for index, entry in enumerate(entries):
        for written in entry.phrases:
            at_edge = edges(written)
            sequence = [(part.gap, tuple(map(learn, part.words))) for part in _parts(written, entry.id, named)]
            if len(sequence) > 1:
                for code in max((readings for _, readings in sequence), key=_rarity):
                    uses.setdefault(code, (set(), set(), set()))[2].add(len(sequences))
                sequences.append(Sequence(index, *at_edge, tuple(sequence)))
                continue
            for code in sequence[0][1]:
                use = uses.setdefault(code, (set(), set(), set()))
                if any(at_edge):
                    use[1].add((index, *at_edge))
                else:
                    use[0].add(index)
    heads = {
        learn(words).translate(_HEAD_SIGNS): section.id
        for section in sections
        for head in section.heads
        for words in _parts(head, section.id, named)[0].words
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
        heads=heads,
    )


_made: list[tuple[Pathway, Lexicon]] = []
_MOST_MADE = 8


def lexicon(pathway: Pathway) -> Lexicon:
    """The compiled vocabulary of a pathway: made once per process, its phrases once per content and user."""
    for known, words in _made:
        if known is pathway:
            return words
    words = Lexicon(pathway.vocabulary, pathway.contexts, pathway.sections, _phrases(pathway), pathway.lookalikes)
    _made[:] = [(pathway, words), *_made[: _MOST_MADE - 1]]
    return words


def _phrases(pathway: Pathway) -> Compiled:
    vocabulary = (pathway.vocabulary, pathway.contexts, pathway.sections, pathway.lists)
    content = hashlib.sha256(msgspec.msgpack.encode(vocabulary)).hexdigest()
    name = f"lexicons/{content[:32]}-{keeping.code_digest(Path(__file__).parent)}.msgpack"
    if data := keeping.kept(name):
        return msgspec.msgpack.decode(data, type=Compiled)
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


def _apart(
    contexts: list[Context], first: int, groups: list[Group], dangers: frozenset[int]
) -> tuple[frozenset[int], frozenset[int]]:
    names = {groups[at].id for at in dangers}
    theirs, others = set(), set()
    for at, context in enumerate(contexts, first):
        if context.danger or (context.only and names.issuperset(context.only)):
            theirs.add(at)
        elif context.only and names.isdisjoint(context.only):
            others.add(at)
    return frozenset(theirs), frozenset(others)


def _by_id(entry: Group | Context) -> str:
    return entry.id


def _rarity(codes: tuple[str, ...]) -> tuple[int, int]:
    """The part of a phrase that fewest letters hold: its shortest reading is long, or of words learnt late."""
    return min((sum(ord(code) >= FIRST_WORD for code in reading), min(map(ord, reading))) for reading in codes)


def _parts(written: str, owner: str, lists: Mapping[str, str]) -> list[Part]:
    """The parts of a phrase, as plain words."""
    try:
        return parts(written, lists)
    except PhraseError as error:
        raise PathwayError([Problem(Path("vocabulary"), 0, owner, str(error))]) from None
