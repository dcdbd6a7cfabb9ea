"""Regular expressions from strangers, matched in a time that grows with the text and never explodes.

Python's `re` tries alternatives one after the other: `(a+)+b` against thirty letters takes minutes. Here all
alternatives are followed at once (Thompson 1968), so the work is at most states times letters, whatever the pattern.
What that cannot do (looking around, back references) is refused when the questionnaire is read. A whole value has to
match, as FHIR says.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

MOST_STATES = 1000
"""More is refused: `(\\d{100}){100}` would be ten thousand."""
MOST_TEXT = 2000
"""Longer text never matches: no answer that has a pattern is a page long."""

_CLASSES = frozenset("dDwWsS")
_PLAIN_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "v": "\v"}
_DEEPEST = 30


class PatternError(ValueError):
    """A pattern that cannot be used; the message says why."""


class _Node(NamedTuple):
    """A state: it reads a character (`reads`), or leads on without one."""

    reads: re.Pattern[str] | None
    leads: tuple[int, ...]


class Pattern:
    """A compiled pattern."""

    def __init__(self, text: str) -> None:
        self._nodes: list[_Node] = []
        reader = _Reader(text)
        tree = reader.alternatives(0)
        if reader.rest():
            raise PatternError("it closes a bracket that was never opened")
        self._end = self._add(None)
        self._start = self._build(tree, self._end)

    def matches(self, text: str) -> bool:
        """True when the whole text is as the pattern says."""
        if len(text) > MOST_TEXT:
            return False
        states = self._reach({self._start})
        for letter in text:
            nodes = (self._nodes[state] for state in states)
            states = self._reach({node.leads[0] for node in nodes if node.reads and node.reads.fullmatch(letter)})
            if not states:
                return False
        return self._end in states

    def _reach(self, states: set[int]) -> set[int]:
        todo, seen = list(states), set(states)
        while todo:
            node = self._nodes[todo.pop()]
            if node.reads is None:
                todo += [lead for lead in node.leads if lead not in seen]
                seen.update(node.leads)
        return seen

    def _add(self, reads: re.Pattern[str] | None, *leads: int) -> int:
        if len(self._nodes) >= MOST_STATES:
            raise PatternError("it is too long when its repetitions are written out")
        self._nodes.append(_Node(reads, leads))
        return len(self._nodes) - 1

    def _build(self, tree: "_Tree", then: int) -> int:
        """The state where `tree` begins when `then` comes after it. Built from the end to the beginning."""
        match tree:
            case _One(reads):
                return self._add(reads, then)
            case _Row(parts):
                for part in reversed(parts):
                    then = self._build(part, then)
                return then
            case _Either(choices):
                return self._add(None, *[self._build(choice, then) for choice in choices])
            case _Times(part, least, most):
                if most is None:
                    loop = self._add(None)
                    self._nodes[loop] = _Node(None, (self._build(part, loop), then))
                    then = loop
                else:
                    for _ in range(most - least):
                        then = self._add(None, self._build(part, then), then)
                for _ in range(least):
                    then = self._build(part, then)
                return then


@lru_cache(maxsize=256)
def pattern(text: str) -> Pattern:
    """The compiled pattern, kept. Raises PatternError."""
    return Pattern(text)


@lru_cache(maxsize=256)
def found_in(text: str) -> Pattern:
    """A pattern that matches whatever has `text` somewhere in it, unless `text` says `^` and `$`."""
    bare = _bare(text)
    before = "" if text.startswith("^") else ".*"
    after = "" if len(bare) < len(text.removeprefix("^")) else ".*"
    return Pattern(f"{before}({bare}){after}")


def _bare(text: str) -> str:
    """The pattern without the signs of a beginning and an end."""
    text = text.removeprefix("^")
    return text[:-1] if text.endswith("$") and not text.endswith(r"\$") else text


class _One(NamedTuple):
    reads: re.Pattern[str]


class _Row(NamedTuple):
    parts: tuple["_Tree", ...]


class _Either(NamedTuple):
    choices: tuple["_Tree", ...]


class _Times(NamedTuple):
    part: "_Tree"
    least: int
    most: int | None


_Tree = _One | _Row | _Either | _Times


class _Reader:
    """Reads the common part of all regular-expression languages."""

    def __init__(self, text: str) -> None:
        self._text = _bare(text)
        self._at = 0

    def rest(self) -> str:
        return self._text[self._at :]

    def alternatives(self, depth: int) -> _Tree:
        if depth > _DEEPEST:
            raise PatternError("its brackets lie too deep inside each other")
        choices = [self._row(depth)]
        while self._take("|"):
            choices.append(self._row(depth))
        return choices[0] if len(choices) == 1 else _Either(tuple(choices))

    def _row(self, depth: int) -> _Tree:
        parts = []
        while self.rest() and self.rest()[0] not in "|)":
            part = self._single(depth)
            for least, most in self._repetitions():
                part = _Times(part, least, most)
            parts.append(part)
        return _Row(tuple(parts))

    def _single(self, depth: int) -> _Tree:
        if self._take("("):
            if self._take("?:") or not self.rest().startswith("?"):
                inside = self.alternatives(depth + 1)
                if not self._take(")"):
                    raise PatternError("a bracket is never closed")
                return inside
            raise PatternError("it looks ahead or behind, or names a group, which Painpath does not do")
        if self._take("["):
            return _One(self._class())
        letter = self._next()
        if letter == "\\":
            return _One(_one_of(self._escape()))
        if letter == ".":
            return _One(re.compile("."))
        if letter in "*+?{":
            raise PatternError(f"nothing stands before {letter!r}")
        if letter in "^$":
            raise PatternError(f"{letter!r} can only stand at the beginning or the end")
        return _One(_one_of(re.escape(letter)))

    def _repetitions(self) -> Iterator[tuple[int, int | None]]:
        if self._take("*"):
            found: tuple[int, int | None] = (0, None)
        elif self._take("+"):
            found = (1, None)
        elif self._take("?"):
            found = (0, 1)
        elif match := re.compile(r"\{([0-9]{1,4})(?:(,)([0-9]{1,4})?)?\}").match(self._text, self._at):
            self._at = match.end()
            least = int(match[1])
            most = int(match[3]) if match[3] else None if match[2] else least
            if most is not None and most < least:
                raise PatternError(f"{match[0]} ends before it begins")
            found = (least, most)
        else:
            return
        self._take("?")  # as few as possible: the same for a whole value
        if self.rest()[:1] in ("*", "+", "{"):
            raise PatternError("a repetition is repeated")
        yield found

    def _class(self) -> re.Pattern[str]:
        """What stands in square brackets, for one character: `re` is safe with that."""
        start = self._at
        self._take("^")
        self._take("]")
        while self.rest() and self.rest()[0] != "]":
            if self._next() == "\\":
                self._escape()
        inside = self._text[start : self._at]
        if not self._take("]"):
            raise PatternError("a square bracket is never closed")
        try:
            return re.compile("[" + inside.replace("[", r"\[").replace(r"\\[", r"\[") + "]")
        except re.error as error:
            raise PatternError(f"its square brackets cannot be read ({error.msg})") from None

    def _escape(self) -> str:
        letter = self._next()
        if letter in _CLASSES:
            return f"\\{letter}"
        if letter in _PLAIN_ESCAPES:
            return re.escape(_PLAIN_ESCAPES[letter])
        if letter.isalnum():
            raise PatternError(f"Painpath does not know \\{letter}")
        return re.escape(letter)

    def _next(self) -> str:
        if not self.rest():
            raise PatternError("it ends in the middle")
        self._at += 1
        return self._text[self._at - 1]

    def _take(self, wanted: str) -> bool:
        if self._text.startswith(wanted, self._at):
            self._at += len(wanted)
            return True
        return False


def _one_of(escaped: str) -> re.Pattern[str]:
    return re.compile(escaped, re.DOTALL)
