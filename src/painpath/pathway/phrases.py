"""How phrases of the vocabulary are written: `(a|b)`, `[a]`, `{list}`, `..` and `$`, into the words to look for."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import product
from math import prod
from typing import NamedTuple

from painpath.pathway.vocabulary import GAPS, WordList

MOST = 600
"""A word or choice with more readings than this is refused: it is easier to read as several."""

WHOLE = 24
"""Words that follow each other directly are looked for as one as long as they have no more readings than this."""

LONGEST_SHOWN = 60
"""Characters of a phrase in a message; the file and line tell which it is."""

NO_LISTS: Mapping[str, str] = {}

_PLAIN = re.compile(r"[^()\[\]|]+")
_GAP = re.compile(r" (\.{2,4}) ")
_FOREIGN = re.compile(r"[)\]][?*+]|\$.|.\^|(?:^|[^ .])\.\.+|(?:^|[^.])\.{2,4}(?![ .])|\.{5}")
_LIST = re.compile(r"\{([^{}]*)\}")


class PhraseError(ValueError):
    """A phrase that cannot be read; the message says what to do."""


class Part(NamedTuple):
    """A part of a phrase: how many other words may stand before it, and the plain words it may consist of.

    With a gap of 0 it follows the part before it directly, with not even a sign between.
    """

    gap: int
    words: list[str]


def choices(lists: Iterable[WordList]) -> dict[str, str]:
    """What stands in a phrase for the name of each list."""
    return {each.id: f"({'|'.join(each.words)})" for each in lists}


def parts(written: str, lists: Mapping[str, str] = NO_LISTS) -> list[Part]:
    """The parts of a phrase between its gaps, written as its author wrote them; `lists` are those of `choices`.

    `^` and `$` are left out: see `edges`.

    Raises PhraseError for brackets that do not match, an empty part, signs of regular expressions, an unknown list, or
    too many readings of one part.
    """
    if "{" in written:
        written = _LIST.sub(lambda found: _choice(found[1], written, lists), written)
    if foreign := _FOREIGN.search(written):
        raise PhraseError(
            f"“{_short(written)}”: `{foreign[0]}` is not used like this. What may be missing stands in `[ ]`; "
            "a gap is ` .. `, ` ... ` or ` .... ` with blanks around it; `^` stands at the beginning, `$` at the end."
        )
    found: list[Part] = []
    gap = 0
    for index, part in enumerate(_GAP.split(written.removeprefix("^").removesuffix("$"))):
        if index % 2:
            gap = GAPS[part]
            continue
        pieces = _pieces(part, written)
        if prod(map(len, pieces)) <= WHOLE:
            pieces = [[" ".join(words) for words in product(*pieces)]]
        found += (Part(gap if number == 0 else 0, piece) for number, piece in enumerate(pieces))
    return found


def whole(written: str, lists: Mapping[str, str] = NO_LISTS) -> list[str]:
    """The readings of a phrase without gaps, such as a heading. Raises PhraseError as `parts` does, and for a gap."""
    read = parts(written, lists)
    if any(part.gap for part in read) or any(edges(written)):
        raise PhraseError(f"“{_short(written)}” is found as a whole: take out the gap, `^` or `$`.")
    if prod(len(part.words) for part in read) > MOST:
        raise _too_many(written)
    return [" ".join(words) for words in product(*(part.words for part in read))]


def _pieces(part: str, written: str) -> list[list[str]]:
    """The words and choices of a part, one after the other; what may be missing together with its neighbour."""
    pieces: list[list[str]] = []
    optional = [""]
    for piece in _at_blanks(part):
        texts = _readings(piece)
        if not texts:
            raise PhraseError(f"“{_short(written)}”: brackets do not match between the gaps.")
        texts = list(dict.fromkeys(" ".join(f"{first} {text}".split()) for first in optional for text in texts))
        if len(texts) > MOST:
            raise _too_many(written)
        optional = [""]
        if "" in texts:
            optional = texts
        else:
            pieces.append(texts)
    if optional != [""] and pieces:
        pieces[-1] = [f"{first} {text}".strip() for first in pieces[-1] for text in optional]
    if not pieces or not all(text.isprintable() for piece in pieces for text in piece):
        raise PhraseError(f"“{_short(written)}”: no reading may be empty, and a gap has words on both sides.")
    return pieces


@lru_cache(maxsize=4096)
def _readings(piece: str) -> list[str]:
    """The readings of a word or choice, remembered: lists stand in many phrases. None where brackets do not match."""
    texts, end = _choices(piece, 0, "")
    return texts if end == len(piece) else []


def _at_blanks(part: str) -> Iterator[str]:
    """A part cut at the blanks that stand in no bracket."""
    depth = start = 0
    for at, letter in enumerate(part):
        depth += (letter in "([") - (letter in ")]")
        if letter == " " and depth <= 0:
            if at > start:
                yield part[start:at]
            start = at + 1
    if start < len(part):
        yield part[start:]


def _too_many(written: str) -> PhraseError:
    return PhraseError(f"“{_short(written)}” has more than {MOST} readings: write it as several phrases.")


def edges(written: str) -> tuple[bool, bool]:
    """Whether a phrase stands only at the beginning of a sentence, and only at the end of a clause."""
    return written.startswith("^"), written.endswith("$")


def _choice(name: str, written: str, lists: Mapping[str, str]) -> str:
    if name not in lists:
        raise PhraseError(f"“{_short(written)}”: there is no list `{name}`.")
    return lists[name]


def _short(written: str) -> str:
    return written if len(written) <= LONGEST_SHOWN else f"{written[:LONGEST_SHOWN].rstrip()}…"


def _choices(written: str, at: int, closing: str) -> tuple[list[str], int]:
    """The readings from `at` up to the closing bracket (or the end), and where that is."""
    done: list[str] = []
    texts = [""]
    while at < len(written):
        plain = _PLAIN.match(written, at)
        if plain:
            texts = [text + plain[0] for text in texts] if len(texts) > 1 or texts[0] else [plain[0]]
            at = plain.end()
            continue
        letter = written[at]
        if letter in "([":
            inner, at = _choices(written, at + 1, ")" if letter == "(" else "]")
            if at == len(written):
                raise PhraseError(
                    f"“{_short(written)}”: an opening bracket is never closed. (A gap cannot stand in brackets.)"
                )
            if letter == "[":
                inner = [*inner, ""]
            texts = [text + more for text in texts for more in inner]
            if len(texts) + len(done) > MOST:
                raise _too_many(written)
        elif letter in ")]":
            if letter != closing:
                raise PhraseError(f"“{_short(written)}”: brackets do not match.")
            return done + texts, at
        elif closing:
            done, texts = done + texts, [""]
        else:
            raise PhraseError(f"“{_short(written)}”: a choice (`|`) must stand in brackets.")
        at += 1
    return done + texts, at
