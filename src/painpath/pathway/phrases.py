"""How phrases of the vocabulary are written: `(a|b)`, `[a]`, `{list}`, `..` and `$`, into the words to look for."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from painpath.pathway.vocabulary import GAPS, WordList

MOST = 600
"""A part of a phrase with more readings than this is refused: it is easier to read as several."""

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
    """A part of a phrase: how many other words may stand before it, and the plain words it may consist of."""

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
        texts, end = _choices(part, 0, "")
        if end != len(part):
            raise PhraseError(f"“{_short(written)}”: brackets do not match between the gaps.")
        plain = list(dict.fromkeys(" ".join(text.split()) if "  " in text else text.strip() for text in texts))
        if not all(text and text.isprintable() for text in plain):
            raise PhraseError(f"“{_short(written)}”: no reading may be empty, and a gap has words on both sides.")
        found.append(Part(gap, plain))
    return found


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
                raise PhraseError(f"“{_short(written)}” has more than {MOST} readings: write it as several phrases.")
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
