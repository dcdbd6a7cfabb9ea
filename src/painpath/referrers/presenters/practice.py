"""A practice's referrals in figures and words."""

from calendar import monthrange
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format

from painpath import clock
from painpath.directory.models import Practice
from painpath.pathway import Pathway
from painpath.referrals.referring.practice_figures import Figures, Gap

PERIODS = {3: "3 months", 6: "6 months", 12: "12 months", 24: "2 years"}
USUAL = 12
MOST_GAPS = 8
"""As many as somebody reads and changes a template for."""


def months(asked: str) -> int:
    """The period of the address; the usual one for anything else."""
    return next((one for one in PERIODS if str(one) == asked), USUAL)


def since(today: date, months: int) -> date:
    """The same day so many months before, or the last day of that month."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def page(practice: Practice | None, counted: Figures, chosen: int, pathway: Pathway) -> dict[str, Any]:
    """What the page shows: of a practice, or of what somebody sent who works in none."""
    return {
        "verified": True,
        "title": practice.name if practice else "Your referrals",
        "of_practice": practice is not None,
        "since": date_format(since(clock.today(), chosen), "j F Y"),
        "periods": [
            (f"Last {words}", f"{reverse('referrers:practice')}?months={number}", number == chosen)
            for number, words in PERIODS.items()
        ],
        "total": counted.total,
        "states": _merged((pathway.referring.status(state).name, count) for state, count in counted.states.items()),
        "outcomes": [(_outcome(pathway, name), count) for name, count in counted.outcomes.items()],
        "days": _days(counted),
        "gaps": [_gap(gap, counted.total, pathway) for gap in counted.gaps[:MOST_GAPS]],
    }


def _merged(named: Any) -> list[tuple[str, int]]:
    """States that have one name for referrers count together."""
    found: dict[str, int] = {}
    for name, count in named:
        found[name] = found.get(name, 0) + count
    return list(found.items())


def _outcome(pathway: Pathway, outcome: str) -> str:
    return next((one.label for one in pathway.outcomes if one.id == outcome), outcome.replace("_", " ").capitalize())


def _days(counted: Figures) -> str:
    if counted.days_to_decision is None:
        return "No referral of this period has been decided yet."
    days = f"{counted.days_to_decision:g} working {'day' if counted.days_to_decision == 1 else 'days'}"
    if counted.decided == 1:
        return f"1 referral has been decided, after {days}."
    return f"{counted.decided} referrals have been decided, half of them within {days}."


def _gap(gap: Gap, total: int, pathway: Pathway) -> dict[str, Any]:
    one = pathway.criterion(gap.criterion)
    counts = ((gap.asked, "We had to ask for it in"), (gap.not_stated, "Not stated at first in"))
    return {
        "name": one.name,
        "counts": ". ".join(f"{words} {count} of {total}" for count, words in counts if count),
        "published": one.published,
        "example": one.example,
        "heard": [
            {"words": f"Minute {chapter.minute} of “{podcast.title}”", "link": podcast.link}
            for podcast in pathway.podcasts
            for chapter in podcast.chapters
            if gap.criterion in chapter.criteria
        ],
    }
