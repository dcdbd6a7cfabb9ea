"""Finding a practice by what somebody typed: its ODS code, its name, or something near its name."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from painpath.directory.models import Practice

NEAREST = 4
"""Practices that a sentence names when none has the name that was typed."""
_CODE = re.compile(r"(?:.*\()?\s*([A-Za-z][A-Za-z0-9]{2,11})\s*\)?")
_COMMON = {
    "the", "surgery", "surgeries", "medical", "practice", "centre", "center", "health", "group", "partnership",
    "doctors", "and", "road", "street", "clinic", "dr", "gp",
}  # fmt: skip
"""Words that so many practices have in their names that they say nothing."""


@dataclass(frozen=True)
class Found:
    """What was found: the practice, or those that come near (then `practice` is None)."""

    practice: Practice | None
    nearest: tuple[Practice, ...] = ()
    several: bool = False
    """Several practices have exactly this name; `nearest` are these."""
    joined: bool = False
    """The name is that of a practice entered by mistake; `nearest` is the right one, for a person to choose."""


def plain(name: str) -> str:
    """A name without what people write in different ways: case, stops, apostrophes, `&`, a leading `the`."""
    words = re.sub(r"[^a-z0-9 ]", "", name.lower().replace("&", " and ").replace("-", " ")).split()
    return " ".join(words[1:] if words[:1] == ["the"] and len(words) > 1 else words)


def titled(practice: Practice) -> str:
    """A practice as a form offers it, so that it is found again: with its code, when it has one."""
    return f"{practice.name} ({practice.ods_code})" if practice.ods_code else practice.name


def find(practices: QuerySet[Practice], typed: str, locality: str = "") -> Found:
    """Look among `practices` (those of one service). Of several with one name, the one of the locality is taken, and
    one that is open before one that has closed. One that was joined with the right one is never found itself."""
    typed = " ".join(typed.split())
    practices, mistaken = practices.filter(joined_into=None), practices.exclude(joined_into=None)
    if not typed:
        return Found(None)
    if (code := _CODE.fullmatch(typed)) and (by_code := practices.filter(ods_code__iexact=code[1]).first()):
        return Found(by_code)
    words = [word for word in plain(typed).split() if word not in _COMMON and len(word) > 2]
    # The beginning of a word is enough to be looked at: `Marys` is near `Mary's`, and most slips come later in a word.
    like = [Q(name__icontains=word[:4]) for word in words]
    near = practices.filter(reduce(or_, like)) if like else practices.none()
    candidates = list((practices.filter(name__iexact=typed) | near)[:2000])
    same = _best([one for one in candidates if plain(one.name) == plain(typed)], locality)
    if len(same) == 1:
        return Found(same[0])
    if same:
        return Found(None, tuple(same[:NEAREST]), several=True)
    if right := [one.joined_into for one in mistaken.select_related("joined_into") if plain(one.name) == plain(typed)]:
        known = {one.pk: one for one in right if one is not None}
        return Found(None, tuple(known.values())[:NEAREST], joined=True)
    return Found(None, tuple(_nearest(candidates, typed)))


def _best(same: list[Practice], locality: str) -> list[Practice]:
    for better in (
        [one for one in same if one.closed_on is None],
        [one for one in same if locality and one.locality == locality],
    ):
        if better and len(same) > 1:
            same = [one for one in same if one in better]
    return same


def _nearest(candidates: Iterable[Practice], typed: str) -> list[Practice]:
    """Those whose names come near, as a whole or without the words that most practices share: a slip in the one word
    that tells a practice from others must not make a second practice."""
    rated = [(max(_near(plain(typed), plain(one.name)), _near(_telling(typed), _telling(one.name))), one)
             for one in candidates]  # fmt: skip
    close = sorted((item for item in rated if item[0] >= 0.6), key=lambda item: (-item[0], item[1].name))
    return [one for _, one in close[:NEAREST]]


def _near(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one, other).ratio() if one and other else 0


def _telling(name: str) -> str:
    return " ".join(word for word in plain(name).split() if word not in _COMMON)
