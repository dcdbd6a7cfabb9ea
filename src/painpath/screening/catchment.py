"""Whether somebody is of the area that a page names, from what is known: inside, outside, or not stated.

A reading aid, like every state: it decides nothing, and what is not stated is never against. A page names practices,
beginnings of postcodes, or both; being inside one of them is enough, and outside is who is outside each. The truth
table stands in the tests.
"""

import re
from collections.abc import Iterable
from enum import StrEnum

_POSTCODE = re.compile(r"([A-Z]{1,2})([0-9][0-9A-Z]?)(?: ?([0-9])([A-Z]{2}))?")
"""Area, district, sector, unit: whole, or the outward part (area and district) alone."""
_NAMED = re.compile(r"([A-Z]{1,2})(?:([0-9][0-9A-Z]?)(?: ?([0-9])([A-Z]{0,2}))?)?")
_NOWHERE = "ZZ"
"""Area of the pseudo postcodes of the NHS, for no fixed abode, unknown, and abroad."""


class Where(StrEnum):
    """Where somebody is, seen from a catchment."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    NOT_STATED = "not_stated"


def of_practice(contracted: bool | None) -> Where:
    """By the practice: what the directory says of its contract on the day of receipt, None where it says nothing."""
    return Where.NOT_STATED if contracted is None else Where.INSIDE if contracted else Where.OUTSIDE


def of_postcode(named: Iterable[str], postcode: str) -> Where:
    """By where the patient lives: `named` are areas (`SO`), districts (`SO14`), sectors (`SO14 3`) or whole postcodes.

    `S` is not `SO14`, and `SO1` is not: an area and a district are taken whole, `EC1` with `EC1A`. Not stated where the
    postcode cannot be read, or is too short to tell, or where nothing matches and an entry cannot be read.
    """
    theirs = _parts(_POSTCODE, postcode)
    if theirs is None or theirs[0] == _NOWHERE:
        return Where.NOT_STATED
    found = [_within(_parts(_NAMED, one), theirs) for one in named]
    return together(found)


def together(found: Iterable[Where]) -> Where:
    """Inside as soon as one is, outside when all are: silence is never outside."""
    there = set(found)
    if Where.INSIDE in there:
        return Where.INSIDE
    return Where.OUTSIDE if there == {Where.OUTSIDE} else Where.NOT_STATED


def _within(named: tuple[str, ...] | None, theirs: tuple[str, ...]) -> Where:
    if named is None:
        return Where.NOT_STATED
    area, district, *rest = named
    if area != theirs[0]:
        return Where.OUTSIDE
    if district and district != theirs[1] and district != re.sub(r"[A-Z]$", "", theirs[1]):
        return Where.OUTSIDE
    for wanted, given in zip(rest, theirs[2:], strict=True):
        if wanted and not given:
            return Where.NOT_STATED
        if not given.startswith(wanted):
            return Where.OUTSIDE
    return Where.INSIDE


def _parts(pattern: re.Pattern[str], text: str) -> tuple[str, ...] | None:
    """Area, district, sector, unit: empty where it stops before. None for what is no postcode."""
    whole = pattern.fullmatch(" ".join(text.upper().split()))
    return tuple(part or "" for part in whole.groups()) if whole else None
