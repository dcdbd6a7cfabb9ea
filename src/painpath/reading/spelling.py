"""Misspelt words: the word of the vocabulary that was meant, when it is long and only one or two letters differ."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

SHORTEST = 7
"""Letters of a word that may be misspelt. "Denied" and "defined", "no" and "on" are two letters apart: short words are
taken as they stand."""
LONG = 10
"""Letters from which on two may be wrong."""


class Spelling:
    """The long words of a vocabulary. `lookalikes` are real words that differ as little and mean something else."""

    def __init__(self, words: Iterable[str], lookalikes: Iterable[str] = ()) -> None:
        self._words = words
        self._lookalikes = lookalikes

    @cached_property
    def _known(self) -> tuple[dict[tuple[str, int], list[str]], frozenset[str]]:
        """The words that may be meant, by first letter and length; and those that are not to be touched."""
        known = defaultdict(list)
        for word in sorted(self._words):
            if len(word) >= SHORTEST - 1 and word.isalpha():
                known[word[0], len(word)].append(word)
        return dict(known), frozenset(word for line in self._lookalikes for word in line.split())

    def meant(self, word: str) -> str | None:
        """The word of the vocabulary that this one, which is none of it, was meant to be; None when there is none.

        One letter left out, put in, changed or swapped with its neighbour counts as one. The first letter is right:
        people seldom miss it, and "uncontrolled" is not "controlled".
        """
        size = len(word)
        if size < SHORTEST or not word.isalpha() or not word.isascii():
            return None
        known, lookalikes = self._known
        if word in lookalikes:
            return None
        from rapidfuzz.distance import OSA  # 30 ms that a letter without such words does not pay
        from rapidfuzz.process import extractOne

        far = 1 if size < LONG else 2
        near = [each for other in range(size - far, size + far + 1) for each in known.get((word[0], other), ())]
        found = extractOne(word, near, scorer=OSA.distance, score_cutoff=far)
        return found[0] if found else None
