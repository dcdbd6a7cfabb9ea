"""Alerts that a draft would lose, raise anew or be less or more certain of, in words. Lost ones come first."""

from collections.abc import Iterable
from typing import Any

from django.db.models import BooleanField, Case, ExpressionWrapper, IntegerField, Q, QuerySet, Value, When
from django.urls import reverse

from painpath.managers.presenters.simulating import query
from painpath.referrals.models import Simulation, SimulationAlert
from painpath.referrals.publishing.tally import ALERT, Move, Tally, of_alert
from painpath.web.clauses import ALERTS, CERTAINTY

ORDER = (("affirmed", ""), ("uncertain", ""), ("affirmed", "uncertain"), ("uncertain", "affirmed"))
"""How an alert goes from one certainty to another, the worst first; new ones are the last."""
COLOURS = {"affirmed": "purple", "uncertain": "orange", "": "white"}


def move_rows(tally: Tally, chosen: Move | None) -> list[dict[str, Any]]:
    """Which kinds of alerts differ, and in how many referrals."""
    found = [(move, n) for move, n in tally.whole.moves.items() if of_alert(move)]
    found.sort(key=lambda item: (_place(item[0][1], item[0][2]), -item[1], item[0]))
    return [
        _sides(move[0].removeprefix(ALERT), move[1], move[2])
        | {"n": n, "href": f"?{query(move)}#groups", "chosen": move == chosen}
        for move, n in found
    ]


def move_words(move: Move) -> str:
    """`Red flag: from “The letter says so” to “Lost”`."""
    sides = _sides(move[0].removeprefix(ALERT), move[1], move[2])
    return f"{sides['name']}: from “{sides['before']}” to “{sides['after']}”"


def listed(run: Simulation, closed: Iterable[int]) -> "QuerySet[SimulationAlert]":
    """Every alert that differs, in referrals that are not closed to whoever asks.

    `away`: the document was moved away from the referral since.
    """
    places = [When(before=before, after=after, then=Value(at)) for at, (before, after) in enumerate(ORDER)]
    away = ExpressionWrapper(Q(transcript__document__quarantine__isnull=False), output_field=BooleanField())
    rows = SimulationAlert.objects.filter(simulation=run).exclude(referral__in=list(closed)).select_related("referral")
    place = Case(*places, default=Value(len(ORDER)), output_field=IntegerField())
    return rows.annotate(away=away, place=place).order_by("place", "referral", "pk")


def rows_of(alerts: Iterable[SimulationAlert]) -> list[dict[str, Any]]:
    """Each alert with its words."""
    return [
        _sides(one.kind, one.before, one.after)
        | {
            "reference": one.referral.reference,
            "href": reverse("triage:referral", args=[one.referral.reference]),
            "quote": "" if getattr(one, "away", False) else " ".join(one.quote.split()),
        }
        for one in alerts
    ]


def not_listed(tally: Tally, alerts: "QuerySet[SimulationAlert]") -> int:
    """How many that are counted stand in referrals which are closed to whoever asks now."""
    counted = sum(n for move, n in tally.whole.moves.items() if of_alert(move))
    there = alerts.order_by().values("referral", "kind", "before", "after").distinct().count()
    return max(0, counted - there)


def _sides(kind: str, before: str, after: str) -> dict[str, Any]:
    words = {one: said[0].upper() + said[1:] for one, said in CERTAINTY.items()}
    return {
        "name": ALERTS[kind],
        "before": words.get(before, "No alert"),
        "before_colour": COLOURS[before],
        "after": words.get(after, "Lost"),
        "after_colour": COLOURS[after] if after else "red",
        "lost": not after,
    }


def _place(before: str, after: str) -> int:
    return ORDER.index((before, after)) if (before, after) in ORDER else len(ORDER)
