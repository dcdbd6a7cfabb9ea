"""What became of the cards, for people of the team: counted by criterion, with reasons and comments."""

from collections import Counter
from datetime import timedelta
from typing import Any

from django.db.models import Count, F, Func, TextField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from painpath import clock
from painpath.accounts.models import Membership
from painpath.exchange.models import CdsCard
from painpath.letters.wording import day
from painpath.pathway import Pathway
from painpath.referrals import pathways

DAYS = 365
"""How far the page looks back."""
COMMENTS = 50
ELSE = "A reason that is not on our list, or none"


@require_safe
def cards(request: HttpRequest) -> HttpResponse:
    """The page."""
    member: Membership = request.membership  # type: ignore[attr-defined]
    pathway, _ = pathways.in_force(member.service)
    return render(request, "exchange/cards.jinja", page(pathway))


def page(pathway: Pathway) -> dict[str, Any]:
    """Cards of the last year, inside the scope of the service."""
    recent = CdsCard.objects.filter(shown_at__gte=clock.now() - timedelta(days=DAYS))
    totals = Counter({row["outcome"]: row["n"] for row in recent.values("outcome").annotate(n=Count("pk")).order_by()})
    return {
        "days": DAYS,
        "on": pathway.exchange.cds_hooks == "on",
        "shown": totals.total(), "accepted": totals["accepted"], "overridden": totals["overridden"],
        "silent": totals[""],
        "criteria": _criteria(recent, pathway),
        "reasons": _reasons(recent, pathway),
        "comments": _comments(recent, pathway),
        "most": COMMENTS,
    }  # fmt: skip


def _criteria(recent: Any, pathway: Pathway) -> list[dict[str, Any]]:
    """One row for each criterion that a card named, the most often passed over first."""
    each = Func(F("criteria"), function="jsonb_array_elements_text", output_field=TextField())
    each.set_returning = True
    rows = recent.annotate(criterion=each).values("criterion", "outcome").annotate(n=Count("pk")).order_by()
    counts: dict[str, Counter[str]] = {}
    for row in rows:
        counts.setdefault(row["criterion"], Counter())[row["outcome"]] += row["n"]
    names = {one.id: one.name for one in pathway.criteria}
    found = [
        {"name": names.get(name, name), "shown": count.total(), "accepted": count["accepted"],
         "overridden": count["overridden"]}
        for name, count in counts.items()
    ]  # fmt: skip
    return sorted(found, key=lambda row: (-row["overridden"], -row["shown"], row["name"]))


def _reasons(recent: Any, pathway: Pathway) -> list[tuple[str, int]]:
    words = _words(pathway)
    counts: Counter[str] = Counter()
    for row in recent.filter(outcome="overridden").values("reason").annotate(n=Count("pk")).order_by():
        counts[words.get(row["reason"], ELSE)] += row["n"]
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def _comments(recent: Any, pathway: Pathway) -> list[dict[str, str]]:
    words = _words(pathway)
    rows = recent.exclude(comment="").select_related("client").order_by("-told_at", "-pk")[:COMMENTS]
    return [
        {
            "day": day((row.told_at or row.shown_at).astimezone(clock.LONDON).date()),
            "client": row.client.name,
            "reason": words.get(row.reason, ELSE),
            "comment": row.comment,
        }
        for row in rows
    ]


def _words(pathway: Pathway) -> dict[str, str]:
    return {one.id: one.words for one in pathway.exchange.cards.overrides}
