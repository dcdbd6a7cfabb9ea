"""Counts of a service that has run for more than two years, written as the counting task leaves them."""

import random
from collections import Counter
from datetime import date, timedelta

from painpath import clock
from painpath.accounts.models import Service
from painpath.directory.models import Practice
from painpath.figures import periods
from painpath.figures.definitions import FIGURES
from painpath.figures.model import Figure, Split
from painpath.managers.figure_forms import natural
from painpath.measuring.gathering import LETTER_STATES, OUTCOMES
from painpath.measuring.models import Count, CountState
from painpath.referrals.models.sheet import STATES

MONTHS = 26
Cell = tuple[str, str, str, date, str, int]
GROUPS: dict[Split, dict[str, int]] = {
    Split.ROUTE: {"ers-advice": 70, "letter": 28, "self": 2},
    Split.DEPRIVATION: {"1": 20, "2": 25, "3": 22, "4": 18, "5": 14, "not_known": 1},
    Split.AGE_BAND: {"18-24": 6, "25-34": 14, "35-44": 22, "45-54": 24, "55-64": 18, "65-74": 10, "75-84": 5, "85+": 1},
    Split.SEX: {"female": 62, "male": 37, "other": 1},
    Split.ETHNICITY: {"white": 80, "asian": 8, "black": 5, "mixed": 1, "not_known": 6},
    Split.LANGUAGE: {"english": 90, "other": 8, "not_known": 2},
    Split.COMMUNICATION_NEED: {"needed": 12, "none": 60, "not_known": 28},
    Split.OUTCOME: {"advise": 40, "signpost": 30, "not_now": 20, "discharge": 3},
    Split.CLAUSE: {"adult": 30, "cancer-pain": 2, "none": 20},
    Split.SIGNPOST: {"moodle": 20, "gym": 3},
    Split.CHANNEL: {"online": 60, "paper": 38, "phone": 2},
    Split.STATE: {"yes": 50, "no": 20, "no_answer": 30},
}
"""Split -> group -> how many of a hundred."""
NOW = {
    "delays": {"overdue": (0, 2), "due": (1, 9), "later": (1, 14)},
    "alerts_overdue": {"overdue": (1, 1), "in_time": (0, 4)},
}
"""What waits now: group -> (value, how many)."""
LACKING = {"sex": 30, "ethnicity": 3, "nhs_number": 117, "area": 40, "postcode": 5}
"""Of 120."""


def counted(service: Service, *, practices: int = 14) -> None:
    """Write them. Some groups are small, so that something has to be hidden. By group there is the last half-year."""
    made = [Practice.objects.create(service=service, name=f"{chr(65 + at)} Surgery") for at in range(practices)]
    shares = {str(one.pk): max(1, 30 - 3 * at) for at, one in enumerate(made)}
    today, dice = clock.today(), random.Random(10)
    half = periods.half_years(today)[0]
    cells: Counter[Cell] = Counter()
    for first in periods.months(periods.widened(periods.recent(12, today), MONTHS)):
        for figure in FIGURES:
            if figure.kind != "now":
                _month(cells, figure, first, shares if half.start <= first <= half.end else {}, dice)
    for name, groups in NOW.items():
        for group, (value, n) in groups.items():
            cells["now", name, Split.STATE, today, group, value] += n
            cells["now", name, "", today, "", value] += n
    cells["month", "quality", "", half.start, "", 1] = 120
    for lacking, n in LACKING.items():
        cells["month", "quality", "missing", half.start, lacking, 1] = n
    Count.objects.bulk_create(
        Count(service=service, grain=grain, figure=figure, split=split, day=day, group=group, value=value, n=n)
        for (grain, figure, split, day, group, value), n in cells.items()
    )
    CountState.objects.create(service=service)


def _month(cells: "Counter[Cell]", figure: Figure, first: date, practices: dict[str, int], dice: random.Random) -> None:
    """One figure in one month; by group where there are practices."""
    today = clock.today()
    months_ago = (today.year - first.year) * 12 + today.month - first.month
    values = [_value(figure, months_ago, dice) for _ in range(round(dice.gauss(70, 5)))]
    for value in values:
        cells["day", figure.id, "", first + timedelta(days=9), "", value] += 1
        cells["month", figure.id, "", first, "", value] += 1
    for split in figure.splits if practices else ():
        groups = practices if split == Split.PRACTICE else _groups(figure, split)
        for value, group in zip(values, dice.choices(list(groups), list(groups.values()), k=len(values)), strict=True):
            own = OUTCOMES[value] if (split, figure.id) == (Split.OUTCOME, "outcomes") else group
            cells["month", figure.id, split, first, own, value] += 1
    if not practices and figure.splits and (natural(figure)):
        for value in values:
            cells[
                "month", figure.id, figure.splits[0], first, next(iter(_groups(figure, figure.splits[0]))), value
            ] += 1


def _groups(figure: Figure, split: Split) -> dict[str, int]:
    if split == Split.STATE and figure.id == "letters_by_state":
        return {"held": 2, "sent": 60, "delivered": 30, "returned": 8}
    return GROUPS[split]


def _value(figure: Figure, months_ago: int, dice: random.Random) -> int:
    if figure.kind == "times":
        slower = 9 if months_ago < 3 else 0
        return max(0, round(dice.gauss(9 + slower, 4)))
    if figure.id == "outcomes":
        return OUTCOMES.index(
            dice.choices(
                ("accept", "advise", "signpost", "not_now", "ask_referrer", "discharge"), (50, 20, 15, 8, 6, 1)
            )[0]
        )
    if figure.id == "letters_by_state":
        return LETTER_STATES.index(dice.choice(("sent", "delivered", "delivered", "returned")))
    if figure.kind == "kappa":
        first = dice.randrange(len(STATES))
        return first * len(STATES) + (first if dice.random() < 0.8 else dice.randrange(len(STATES)))
    if figure.kind == "shares":
        return int(dice.random() < 0.7)
    return 1
