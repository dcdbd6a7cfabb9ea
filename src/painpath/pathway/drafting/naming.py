"""Names for what is found on a page: ids from its words, and whom the page speaks to."""

import re
from typing import Literal

_FEW = frozenset(
    re.findall(
        r"\w+",
        "a an and any are at be by for from has have in is it no not of on or that the their they this to was were who"
        " with",
    )
)
_TO_PATIENTS = re.compile(r"\b(?:you|your)\b", re.IGNORECASE)
_TO_REFERRERS = re.compile(r"\bpatients?\b|\brefer(?:rer|rers)\b|\bthe person\b", re.IGNORECASE)


class Ids:
    """Ids from words, each given once."""

    def __init__(self) -> None:
        self._used: dict[str, int] = {}

    def of(self, words: str) -> str:
        stem = slug(" ".join([one for one in re.findall(r"[A-Za-z0-9]+", words) if one.lower() not in _FEW][:5]))
        self._used[stem] = count = self._used.get(stem, 0) + 1
        return stem if count == 1 else f"{stem}-{count}" if f"{stem}-{count}" not in self._used else f"{stem}-x{count}"


def audience(page: str) -> Literal["referrer", "patient"]:
    you, others = len(_TO_PATIENTS.findall(page)), len(_TO_REFERRERS.findall(page))
    return "patient" if you > 2 * others + 2 else "referrer"


def slug(words: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", words.lower())[:6])[:60] or "clause"


def sentence(words: str) -> str:
    """Words as a sentence of their own."""
    words = words.strip()
    return (words[:1].upper() + words[1:]).rstrip(".") + "."
