"""Numbers and periods as figures say them."""

import re
from datetime import date, datetime
from fractions import Fraction

from painpath import clock
from painpath.figures import statistics
from painpath.figures.model import Figure, GroupCount, Period
from painpath.referrals.together.agreement import Agreement

HIDDEN = "hidden"
NONE = "none"
TOO_FEW = "too few"
STATES = ("for", "against", "mixed", "not stated")
"""The order of readings in `GroupCount.table`."""


def months_of(period: Period) -> str:
    """`April to September 2026`, `October 2025 to March 2026`, `May 2026`."""
    if period.months == 1:
        return f"{period.end:%B %Y}"
    first = f"{period.start:%B}" if period.start.year == period.end.year else f"{period.start:%B %Y}"
    return f"{first} to {period.end:%B %Y}"


def month(first: date) -> str:
    """`Mar 2026`."""
    return f"{first:%b %Y}"


def moment(at: datetime) -> str:
    """`26 November 2026 at 09:05`, in London."""
    here = at.astimezone(clock.LONDON)
    return f"{here.day} {here:%B %Y} at {here:%H:%M}"


def number(value: float) -> str:
    """A number with thousands apart, and no more than one figure after the point."""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def percent(numerator: int, denominator: int) -> str:
    """A whole per cent; 0% and 100% only when it is none or all."""
    return f"{statistics.percent(Fraction(numerator, denominator))}%"


def value_of(figure: Figure, count: GroupCount) -> float | None:
    """What a figure tells of a group: a median, a share, a number for each hundred, kappa or a count. None: nothing."""
    if figure.kind == "times":
        return statistics.median(count.histogram or {})
    if figure.unit == "kappa":
        found = Agreement(STATES, count.table).kappa if count.table else None
        return None if found is None else float(found)
    if figure.per != 1 or (figure.unit == "share" and count.denominator is not None):
        return figure.per * (count.numerator or 0) / count.denominator if count.denominator else None
    return count.n


def value_words(figure: Figure, count: GroupCount) -> str:
    """The same in words; `none` where there is nothing to tell it of."""
    value = value_of(figure, count)
    if value is None:
        return NONE
    if figure.unit == "share":
        return percent(count.numerator or 0, count.denominator or 1)
    if figure.unit == "kappa":
        return f"{value:.2f}"
    return number(value)


def so_many(n: int, words: str) -> str:
    """`1 questionnaire sent out`, `2 questionnaires sent out`: the first word that ends in s is the thing counted."""
    if n == 1:
        words = re.sub(
            r"\b(\w+?)(ies|s)\b", lambda thing: thing[1] + ("y" if thing[2] == "ies" else ""), words, count=1
        )
    return f"{number(n)} {words}"


def headline(figure: Figure, count: GroupCount | None) -> tuple[str, str]:
    """The number of the whole service, and a sentence that says of what."""
    if count is None:
        return "Too few", "Fewer than 7 in this period."
    value = value_words(figure, count)
    if figure.kind == "times":
        if not count.n:
            return "No figure", "Nobody was told a first decision in this period."
        days = "working day" if value == "1" else "working days"
        nine = statistics.centile(count.histogram or {}, 90) or 0
        share = percent(count.numerator or 0, count.n)
        return f"{value} {days}", (
            f"Half of {number(count.n)} first decisions were told within this time, nine in ten within {nine} working "
            f"days, and {share} within {figure.within}."
        )
    if figure.unit == "kappa":
        return ("No figure" if value == NONE else value), f"{so_many(count.n, figure.counted)}."
    if figure.share_alone:
        return value, f"{figure.numerator.capitalize()}."
    if figure.unit == "share":
        if not count.denominator:
            return "No figure", f"No {figure.denominator}{'' if figure.kind == 'now' else ' in this period'}."
        return (
            value,
            f"{number(count.numerator or 0)} {figure.numerator}, of {so_many(count.denominator, figure.denominator)}.",
        )
    if figure.per != 1:
        if value == NONE:
            return "No figure", f"No {figure.denominator} in this period."
        return f"{value} in {figure.per}", (
            f"{so_many(count.n, figure.counted)} for {so_many(count.denominator or 0, figure.denominator)}."
        )
    if figure.kind == "now":
        return f"{number(count.numerator or 0)} {figure.numerator}", f"Of {so_many(count.n, figure.counted)}."
    things = figure.counted.capitalize()
    if figure.numerator and figure.id != "outcomes":
        return number(count.n), f"{things}, {number(count.numerator or 0)} of them {figure.numerator}."
    return number(count.n), f"{things}."
