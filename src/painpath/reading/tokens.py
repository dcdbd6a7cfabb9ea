"""A letter as words: one character of a code for each word of the vocabulary, so that whole words are compared at once.

Small letters, straight quotes, contractions written out, hyphens and soft hyphens gone, boxes told from each other. The
code is searched instead of the letter: a match begins and ends where words do, distances are counted in words, and
every code leads back to its own letters.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from itertools import accumulate, pairwise

from painpath.reading.model import Span
from painpath.reading.spelling import Spelling

_QUOTES = {"‘": "'", "’": "'", "‛": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"'}
_BLANKS = "\t\n\r\f\v\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_PLAIN = str.maketrans(_QUOTES | {"İ": "i"} | dict.fromkeys("‐‑‒–—―−", "-") | dict.fromkeys(_BLANKS, " "))

_UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_STRIP_UNSEEN = dict.fromkeys(map(ord, _UNSEEN))
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})

_TOKEN = re.compile(
    r"[a-z]++(?![^\W_]|['\-/\u00ad\u200b\u200c\u200d\u2060\ufeff]) *+"
    r"|w/ *+"
    r"|(?:[^\W_]++|\u00ad++ ?+|[\u200b\u200c\u200d\u2060\ufeff]++)++(?:'[a-z]++)?+(?:-(?=[^\W_]))?+ *+"
    r"|[\[(] ?(?:[_x✓✔]?|[yn]|yes|no) ?[\])] *+"
    r"|[^ ] *+"
    r"| ++"
)
"""Every character of a lowered letter is in exactly one token: a word or a sign, with the blanks behind it."""

_PLAIN_WORDS = re.compile(r"[a-z0-9 ]+")

UNKNOWN = "\u0100"
"""A word that the vocabulary does not hold. Codes below are signs, codes from here on are words."""
FIRST_WORD = 0x101
SURROGATES = range(0xD800, 0xE000)
_QUESTION = "?"
QUERY = "\x01"
"""A question mark with no blank behind it: "?cancer"."""
OWNER = "\x02"
"""The 's of "her husband's"."""
EMPTY_BOX, TICKED_BOX = "\x03", "\x04"
EMPTY_AFTER, TICKED_AFTER = "\x06", "\x07"
"""Boxes that stand behind their words: see `boxes_behind`."""
_BEHIND = str.maketrans({EMPTY_BOX: EMPTY_AFTER, TICKED_BOX: TICKED_AFTER})
SIGN = "\x05"
"""A sign that the vocabulary does not hold."""
SIGNS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"

_NOT = "do|does|did|is|are|was|were|has|have|had|would|should|could|need|must"
_CONTRACTED = {f"{verb}{ending}": [verb, "not"] for verb in _NOT.split("|") for ending in ("n't", "nt")} | {
    "cannot": ["can", "not"],
    "can't": ["can", "not"],
    "cant": ["can", "not"],
    "won't": ["will", "not"],
    "shan't": ["shall", "not"],
}
_ENDINGS = {"ve": "have", "ll": "will", "re": "are", "m": "am", "d": "would"}
_WHO_IS = frozenset({"he", "she", "it", "that", "there", "who", "mum", "dad"})


def lowered(text: str) -> str:
    """The text in small letters with straight quotes, plain dashes and blanks: the same length, letter by letter."""
    text = text.translate(_PLAIN)
    low = text.lower()
    if len(low) != len(text):
        low = "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
    return low


def written_out(token: str) -> list[str]:
    """The words and signs that a token stands for: "doesn't " gives "does" and "not"; a soft hyphen gives none."""
    bare = token.rstrip(" ")
    core = bare.translate(_STRIP_UNSEEN).replace(" ", "").translate(_LIGATURES)
    if not core:
        return []
    if not core[0].isalnum():
        if len(core) > 1:
            inside = core[1:-1]
            if inside and inside not in "_x✓✔":
                return [":", inside]  # "[N]" and "(yes)" are answers, as after a colon
            return ["☐" if inside in ("", "_") else "☑"]
        return [{"&": "and", "□": "☐", "☒": "☑", "✓": "☑", "✔": "☑", "✅": "☑"}.get(core, core)]
    if core == "w/":
        return ["with"]
    core = core.rstrip("-")
    if core in _CONTRACTED:
        return _CONTRACTED[core]
    word, apostrophe, ending = core.partition("'")
    if not apostrophe:
        return [word]
    if ending == "s":
        return [word, "is"] if word in _WHO_IS else [word, "'s"]
    return [word, _ENDINGS.get(ending, ending)]


def boxes_behind(codes: str, bounds: list[int]) -> str:
    """The codes with every box that belongs to the words before it told from those before their words.

    In "☐ cancer" the box stands first; in "cancer ☐  dementia ☐" behind. The beginning of the sentence decides.
    `bounds` are the codes at which sentences begin, and the end.
    """
    if EMPTY_BOX not in codes and TICKED_BOX not in codes:
        return codes
    parts = []
    for begin, end in pairwise(bounds):
        part = codes[begin:end]
        parts.append(part if part[:1] in (EMPTY_BOX, TICKED_BOX) else part.translate(_BEHIND))
    return codes[: bounds[0]] + "".join(parts)


_SIGN_CODES = {"☐": EMPTY_BOX, "☑": TICKED_BOX, "◻": EMPTY_AFTER, "◼": TICKED_AFTER, "'s": OWNER} | {
    sign: sign for sign in SIGNS
}
NO_WORDS: Mapping[str, str] = {}


class Codes(dict[str, str]):
    """Tokens to codes. A token that is met for the first time is worked out, and remembered for the next letter."""

    MOST = 100_000
    """Tokens remembered: what strangers write cannot fill the memory."""

    def __init__(self, words: Mapping[str, str] = NO_WORDS, lookalikes: Iterable[str] = ()) -> None:
        super().__init__()
        self.words = dict(words or _SIGN_CODES)
        self.spelling = Spelling(self.words, lookalikes)
        self._learnt: dict[str, str] = {}
        self._next = FIRST_WORD

    def __missing__(self, token: str) -> str:
        if token == _QUESTION:
            code = QUERY
        else:
            code = "".join(self.words.get(word) or self.guess(word) for word in written_out(token))
        if len(self) < self.MOST:
            self[token] = code
        return code

    def guess(self, word: str) -> str:
        """The code of a word or sign that the vocabulary does not hold: perhaps one of its words, misspelt."""
        if not word[0].isalnum():
            return SIGN
        meant = self.spelling.meant(word)
        return self.words[meant] if meant else UNKNOWN

    def encode(self, text: str) -> str:
        """The codes of a short text, such as a heading."""
        return "".join(map(self.__getitem__, _TOKEN.findall(lowered(text))))

    def learn(self, phrase: str) -> str:
        """The code of a phrase of the vocabulary; its words become known."""
        if phrase == _QUESTION:
            return QUERY
        learnt = self._learnt
        if _PLAIN_WORDS.fullmatch(phrase):
            return "".join([learnt.get(word) or self._learn_token(word) for word in phrase.split()])
        return "".join([learnt.get(token) or self._learn_token(token) for token in _TOKEN.findall(lowered(phrase))])

    def _learn_token(self, token: str) -> str:
        code = self._learnt[token] = "".join(map(self._learn, written_out(token)))
        return code

    def _learn(self, word: str) -> str:
        known = self.words.get(word)
        if known is None:
            if not word[0].isalnum():
                return SIGN
            self._next += len(SURROGATES) if self._next in SURROGATES else 0
            known = self.words[word] = chr(self._next)
            self._next += 1
        return known


class Words:
    """A letter in codes. Offsets into `codes` count words and signs; `start`, `end` and `index` lead to the letter."""

    def __init__(self, text: str, codes: Codes) -> None:
        self._text = text
        self.low = lowered(text)
        self._tokens = _TOKEN.findall(self.low)
        self._places = [0, *accumulate(map(len, self._tokens))]
        parts = list(map(codes.__getitem__, self._tokens))
        self.codes = "".join(parts)
        whole = len(self.codes) == len(parts) and "" not in parts
        self.of: range | list[int] = (
            range(len(parts)) if whole else [index for index, part in enumerate(parts) for _ in part]
        )
        self.before = [0, *accumulate(map(UNKNOWN.__le__, self.codes))]
        """How many words stand before each code: signs are not counted."""

    def start(self, at: int) -> int:
        """Where the word of this code begins in the letter."""
        return self._places[self.of[at]]

    def end(self, at: int) -> int:
        """Where the word before this code ends in the letter."""
        token = self.of[at - 1]
        word = self._tokens[token].rstrip(" ")
        return self._places[token] + len(word) - int(word[-1] == "-" and word[-2:-1].isalnum())

    def span(self, start: int, end: int) -> Span:
        """The letters of a range of codes."""
        return Span(self.start(start), self.end(end))

    def text(self, start: int, end: int) -> str:
        """The letter's own characters of a range of codes."""
        return self._text[self.start(start) : self.end(end)]

    def index(self, offset: int) -> int:
        """The first code that begins at this letter or behind it."""
        return bisect_left(self.of, bisect_left(self._places, offset))
