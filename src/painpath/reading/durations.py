"""How long: 6/12, 3/52, "ten weeks", "3y 4m", "since her fall in 2019", "for years". In months, on the letter's day."""

import re
from collections.abc import Iterator
from datetime import date

from painpath.reading.dates import MONTHS

WEEKS_A_MONTH = 365.25 / 12 / 7

_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "couple of": 2, "a couple of": 2, "three": 3, "a few": 3, "few": 3, "four": 4,
    "several": 4, "five": 5, "some": 3, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "many": 10,
    "eleven": 11,    "twelve": 12, "fifteen": 15, "eighteen": 18, "twenty": 20, "thirty": 30, "forty": 40,
}  # fmt: skip
_NUMBER = "|".join(sorted(_NUMBERS, key=len, reverse=True))
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_UNITS = {"d": 12 / 365.25, "w": 1 / WEEKS_A_MONTH, "m": 1.0, "y": 12.0}
_FRACTIONS = {"7": _UNITS["d"], "52": _UNITS["w"], "12": _UNITS["m"]}

_DURATION = re.compile(
    r"(?<![\w./])(?:"
    r"(?P<fraction>\d{1,3})\s?/\s?(?P<of>7|52|12)(?![\d/])"
    rf"|(?P<number>\d{{1,3}}(?:\.\d)?|{_NUMBER})\s?(?:\+|to \d+|or (?:so|more|two|three)|(?: ?- ?\d+))?\s?"
    r"(?P<unit>years?|yrs?|y|months?|mths?|mo|m|weeks?|wks?|days?|decades?)(?!\w)(?! (?:old|of age))"
    rf"|since [^\n.;:]{{0,60}}?(?P<year>(?:19|20)\d\d)(?!\d)"
    r"|(?:after|following|onset|began|started|dating|going back|goes back|from|post)\b[^\n.;:]{0,50}? "
    r"(?P<from>(?:19|20)\d\d)(?!\d)"
    rf"|since (?:last |early |late |mid )?(?P<month>{_MONTH})\b(?! (?:19|20)\d\d)"
    r"|(?P<long>(?:for|over|many|several) (?:many |several )?(?:years|yrs|decades)"
    r"|since (?:childhood|birth|her teens|his teens"
    r"|their teens|adolescence|school)|since (?:starting |year \d+)[a-z ]{0,20}"
    r"|in year \d{1,2}|year \d{1,2}\b|lifelong|life long)"
    r")"
)
_BEFORE = re.compile(r"\b(?:every|each|next|in|within|for the next|another|aged?|since|at) $")


def durations(text: str, start: int, end: int, written_on: date) -> Iterator[tuple[float, int, int]]:
    """Lengths of time named between two places of a normal text: months, and where it stands."""
    for found in _DURATION.finditer(text, start, end):
        months = _months(found.groupdict(), written_on)
        if months is None or (found["unit"] and _BEFORE.search(text, max(start, found.start() - 14), found.start())):
            continue
        yield months, found.start(), found.end()


def _months(parts: dict[str, str | None], written_on: date) -> float | None:
    if parts["long"]:
        return 24.0
    if parts["fraction"] and parts["of"]:
        return int(parts["fraction"]) * _FRACTIONS[parts["of"]]
    if unit := parts["unit"]:
        number = parts["number"] or ""
        if len(unit) == 1 and not number[0].isdigit():
            return None  # "a m…"
        amount = float(number) if number[0].isdigit() else float(_NUMBERS[number])
        if unit.startswith("decade"):
            return amount * 120
        if unit == "m" and amount > 24:
            return None  # metres, or milligrams cut short
        return amount * _UNITS[unit[0]]
    if year := parts["year"] or parts["from"]:
        gap = written_on.year - int(year)
        # Within the letter's own year the month is not known: at most as long as the year is old.
        return gap * 12.0 - 6 if gap > 0 else (written_on.month / 2 if gap == 0 else None)
    month = MONTHS[parts["month"] or "january"]
    return float((written_on.month - month) % 12)
