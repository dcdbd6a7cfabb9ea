"""Letters as phrases see them: small letters, straight quotes, contractions written out; with the way back."""

import re
from bisect import bisect_right

from painpath.reading.model import Span

_QUOTES = {"‘": "'", "’": "'", "‛": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"'}
_BLANKS = "\t\n\r\f\v\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_PLAIN = str.maketrans(_QUOTES | {"İ": "i"} | dict.fromkeys("‐‑‒–—―−", "-") | dict.fromkeys(_BLANKS, " "))

_UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_SHORT = {"'ve": " have", "'ll": " will", "'re": " are", "'m": " am", "'d": " would", "'s": " is"}

_CHANGE = re.compile(
    rf"\u00ad+ ?|[{_UNSEEN}]+|[{''.join(_LIGATURES)}]|  +"
    r"|(?<=[a-z0-9])-(?=[a-z0-9])"
    r"|&|\bw/ ?"
    r"|\[[ _]?\]|□|\[ ?[x✓✔] ?\]|[☒✓✔✅]"
    r"|\b(?:can(?:'?t| not)|won't|shan't|"
    r"(?:do|does|did|is|are|was|were|has|have|had|would|should|could|need|must)n'?t)\b"
    r"|(?<=[a-z])'(?:ve|ll|re|m|d)\b"
    r"|(?:(?<=\bhe)|(?<=\bshe)|(?<=\bit)|(?<=\bthat)|(?<=\bthere)|(?<=\bwho)|(?<=\bmum)|(?<=\bdad))'s\b"
)


def _written_out(found: str) -> str:
    if found[0] in _UNSEEN:
        return ""
    if ligature := _LIGATURES.get(found):
        return ligature
    if found[0] in " -":
        return " "
    if found[0] in "[□☒✓✔✅":
        return "☐" if found.strip("[ _]") in ("", "□") else "☑"
    if found[0] == "'":
        return _SHORT[found]
    if found[0] == "&":
        return "and"
    if found.startswith("w/"):
        return "with "
    if found.startswith("can"):
        return "cannot"
    stem = {"won't": "will", "shan't": "shall"}.get(found)
    return f"{stem or found.rstrip('t').rstrip(chr(39))[:-1]} not"


def lowered(text: str) -> str:
    """The text in small letters with straight quotes, plain dashes and blanks: the same length, letter by letter."""
    text = text.translate(_PLAIN)
    low = text.lower()
    if len(low) != len(text):
        low = "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
    return low


def phrase(words: str) -> str:
    """A phrase of the vocabulary, in the form in which it is looked for."""
    if (
        words.isascii()
        and words.islower()
        and words.replace(" ", "").isalnum()
        and "nt " not in f"{words} "
        and "can n" not in words
    ):
        return " ".join(words.split()) if "  " in words else words.strip()  # normal form changes nothing else
    low = lowered(words)
    return " ".join(_CHANGE.sub(lambda found: _written_out(found[0]), low).split())


class Normal:
    """Sentences in normal form, one a line, joined into one text; offsets lead back to the letter.

    Only what changes length is remembered, so that the way back costs a search among the changes.
    """

    def __init__(self, letter: str = "") -> None:
        self.text = ""
        self._letter_text = letter
        self._parts: list[str] = []
        self._size = 0
        self._normal: list[int] = []
        self._letter: list[int] = []
        self._ends: list[int] = []

    def add(self, low: str, span: Span) -> Span:
        """Take in a sentence: `low` is the whole letter lowered. Gives its place in the normal text."""
        start, at = self._size, span.start
        for found in _CHANGE.finditer(low, span.start, span.end):
            self._copy(low, at, found.start())
            word = _written_out(found[0])
            if word:
                self._keep(word, found.start(), found.end())
            at = found.end()
        self._copy(low, at, span.end)
        end = self._size
        self._parts.append("\n")
        self._size += 1
        return Span(start, end)

    def close(self) -> None:
        """Everything is taken in."""
        self.text = "".join(self._parts)

    def _copy(self, low: str, start: int, end: int) -> None:
        if start < end:
            self._keep(low[start:end], start, 0)

    def _keep(self, words: str, start: int, end: int) -> None:
        self._normal.append(self._size)
        self._letter.append(start)
        self._ends.append(end)
        self._parts.append(words)
        self._size += len(words)

    def back(self, start: int, end: int) -> Span:
        """The place in the letter of a range of the normal text."""
        first = bisect_right(self._normal, start) - 1
        last = bisect_right(self._normal, end - 1) - 1
        begin = self._letter[first] + (0 if self._ends[first] else start - self._normal[first])
        finish = self._ends[last] or self._letter[last] + end - self._normal[last]
        return Span(begin, finish)

    def original(self, start: int, end: int) -> str:
        """The letter's own characters of a range of the normal text."""
        span = self.back(start, end)
        return self._letter_text[span.start : span.end]
