"""Groups of fewer than 7 are hidden, and cannot be worked out from what is shown.

The line of 7, and 0 being shown, follow NHS England's rule for Hospital Episode Statistics (there 1 to 7, here 1 to 6):
digital.nhs.uk, "Disclosure control methodology for Hospital Episode Statistics and Emergency Care Data Set". That rule
rounds what it does not hide. Rounding does not protect where totals are known: at the edge of its step a rounded number
gives away a hidden one. Here nothing is rounded; rows are shown as they are or not at all, by these rules:

1. A row is *small* when one of its parts is 1 to 6. The parts of a row are the count; of a share also those who are in
   the numerator and those who are not, so that neither a share of 3 in 40 nor one of 37 in 40 is shown.
2. When a row is small, the smallest rows that are not small and not empty are hidden with it: all that are equal in
   every part to the smallest. Where there is no such row, every row is hidden, empty ones too.
3. Medians, centiles and shares of a hidden row are hidden with it.
4. By groups a figure is told for half-years alone (`periods.half_years`). They never overlap, so that no two tables can
   be subtracted from each other.
5. Numbers of the whole service, of what waits to be done now, and of two clinicians' readings are of no group of
   people, and are never hidden: whoever tries to find a hidden row is taken to know them. A row that they tell is
   never the one that hides another (`_told_elsewhere`).

Why a hidden count of 1 to 6 cannot be found, also by somebody who knows these rules and every total: which rows are
hidden depends on the numbers alone and not on which row has them. A hidden row that was not small differs from a small
row in every part that is 1 to 6 there. Let two such rows change places: all that is shown, and every total, stays as it
is. So each of those counts could as well be another. Where no row was hidden with the small ones, all are hidden; then
one person more in one row and one fewer in another leave all as it is. Only a split with a single row is beyond this:
it is the whole service. `tests/figures/test_small_numbers.py` tries to find hidden counts in every possible world.

What remains: a record that is corrected later changes a half-year that was shown before, and the two versions differ by
those who were corrected. And who was told (`to_decision`) is nearly who was decided about (`outcomes`): where one table
shows the size of a row that the other hides, it can be guessed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from painpath.figures.definitions import QUESTIONS
from painpath.figures.model import Counted, Figure, GroupCount, Split

FEWEST = 7
"""The smallest count of a group that is shown."""

WORK = frozenset({Split.STATE})
"""Splits of the team's own work, not of people: letters that wait, alerts that are overdue. Never hidden."""


@dataclass(frozen=True)
class Shown:
    """A group as anybody may see it: `count` is None when it is hidden."""

    key: str
    label: str
    count: GroupCount | None


def shown(counted: Counted, figure: Figure) -> tuple[Shown, ...]:
    """The groups of a figure, in their order, those that are too small to be shown without their counts."""
    groups = _told_elsewhere(counted, figure)
    whole = counted.split is None or counted.split in WORK or figure.kind in ("now", "kappa")
    asked = [at for at, (_, known) in enumerate(groups) if not known]
    rows = [parts(groups[at][0], figure, counted.split) for at in asked]
    away = set() if whole else {asked[at] for at in hidden(rows)}
    if figure.share_alone:
        away = {at for at, (group, _) in enumerate(groups) if (group.denominator or 0) < FEWEST}
    return tuple(
        Shown(group.key, group.label, None if at in away else _trimmed(group, figure, counted.split))
        for at, (group, _) in enumerate(groups)
    )


def shares_are_shown(numerator: int, denominator: int) -> bool:
    """Whether the share of the whole service may stand beside those of groups: no part of it is small."""
    return denominator > 0 and not any(0 < part < FEWEST for part in (numerator, denominator - numerator))


def _told_elsewhere(counted: Counted, figure: Figure) -> list[tuple[GroupCount, bool]]:
    """Each group, and whether other tables tell its number for the whole service, so that hiding it hides nothing.

    Of decisions by outcome these are the questions, as one row (requests for information are counted by themselves),
    and acceptances, which every table of shares by group adds up to, as long as that share is shown.
    """
    if not (figure.id == "outcomes" and counted.split == Split.OUTCOME):
        return [(group, False) for group in counted.groups]
    asking = sum(group.n for group in counted.groups if group.key in QUESTIONS)
    answers = [group for group in counted.groups if group.key not in QUESTIONS]
    accepted = sum(group.n for group in answers if group.key == "accept")
    open_shares = shares_are_shown(accepted, sum(group.n for group in answers))
    found = [(group, open_shares and group.key == "accept") for group in answers]
    return [*found, (GroupCount("questions", "Questions", asking), True)] if asking else found


def hidden(rows: Sequence[tuple[int, ...]]) -> frozenset[int]:
    """Which of these rows, each its parts, are not shown."""
    small = {at for at, row in enumerate(rows) if any(0 < part < FEWEST for part in row)}
    if not small:
        return frozenset()
    large = {at: row for at, row in enumerate(rows) if at not in small and any(row)}
    if not large:
        return frozenset(range(len(rows)))
    smallest = min(large.values(), key=lambda row: (sum(row), row))
    return frozenset(small | {at for at, row in large.items() if row == smallest})


def parts(group: GroupCount, figure: Figure, split: str | None) -> tuple[int, ...]:
    """The counts that a row of this figure gives away: of a share, those in the numerator and the others."""
    if not tells_shares(figure, split):
        return (group.n,)
    numerator, denominator = group.numerator or 0, group.denominator or 0
    return (numerator, denominator - numerator)


def tells_shares(figure: Figure, split: str | None) -> bool:
    """Whether a row of this split is a share. Times by group are medians and centiles; the outcomes themselves, what
    was asked for, and readings of two clinicians are counts."""
    if not figure.numerator or figure.kind in ("times", "kappa") or figure.per != 1:
        return False
    return not (figure.id == "outcomes" and split == Split.OUTCOME)


def _trimmed(group: GroupCount, figure: Figure, split: str | None) -> GroupCount:
    """The group with nothing in it that its row does not tell; of the whole service everything stays."""
    if split is None or split in WORK:
        return group
    if tells_shares(figure, split):
        return GroupCount(group.key, group.label, group.denominator or 0, group.numerator, group.denominator)
    return GroupCount(group.key, group.label, group.n, histogram=group.histogram, table=group.table)
