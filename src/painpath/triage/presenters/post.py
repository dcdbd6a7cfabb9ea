"""The post page: what waits, what is held and why, what could not be sent, what was sent lately."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse

from painpath import clock
from painpath.accounts.models import Membership
from painpath.letters.carriers.finding import CARRIED
from painpath.letters.models import Dispatch, DispatchState, PrintBatch
from painpath.letters.printing import to_take_out, waiting
from painpath.referrals.together.second import blind_to
from painpath.triage.presenters.dispatches import Row, row, what
from painpath.triage.presenters.words import moment, person, plural

MOST = 100
"""Rows of one list; the heading says how many there are."""
LATELY = timedelta(days=7)
UNLISTED = (
    "You are screening a referral blind. What goes out about it is not listed here, and a colleague prints and posts "
    "it: it would tell you what was decided."
)


def post_page(by: Membership) -> dict[str, Any]:
    """Everything on the page; the number of queries does not depend on how much waits."""
    blind = blind_to(by)
    mine = Dispatch.objects.filter(service_id=by.service_id).exclude(referral_id__in=blind)
    batches = (
        PrintBatch.objects.filter(service_id=by.service_id, posted_at__isnull=True).exclude(pdf=b"").defer("pdf")
    )  # fmt: skip
    batches = batches.select_related("made_by__user").annotate(count=Count("dispatches")).order_by("pk")
    held, failed = mine.filter(state=DispatchState.HELD), mine.filter(state=DispatchState.FAILED)
    lists = [
        _list(
            "email", "On their way by email, text, MESH or GOV.UK Notify",
            mine.filter(state=DispatchState.QUEUED, channel__in=CARRIED).order_by("made_at", "pk"),
        ),
        _list(
            "ers", "To paste into e-RS",
            mine.filter(state=DispatchState.QUEUED, channel="ers").order_by("made_at", "pk"),
        ),
        _list(
            "sent", "Sent in the last seven days",
            mine.filter(state=DispatchState.SENT, sent_at__gt=clock.now() - LATELY).order_by("-sent_at", "-pk"),
        ),
    ]  # fmt: skip
    return {
        "blind": UNLISTED if blind else "",
        "waits": [
            _list("held", "Somebody must look first", held.order_by("made_at", "pk")),
            _list("failed", "Could not be sent", failed.order_by("changed_at", "pk")),
        ],
        "to_print": _list("print", "To print", waiting(by).order_by("made_at", "pk")),
        "batches": [
            {
                "id": batch.pk, "made": f"{moment(batch.made_at)}, {person(batch.made_by)}",
                "count": plural(batch.count, "letter"), "href": reverse("triage:batch", args=[batch.pk]),
            }
            for batch in batches[:MOST]
        ],
        "batch_count": batches.count(),
        "lists": lists,
    }  # fmt: skip


def shown(page: dict[str, Any]) -> list[int]:
    """The dispatches whose names stand on the page, for the audit."""
    return [one.pk for part in [*page["waits"], page["to_print"], *page["lists"]] for one in part["rows"]]


def batch_page(batch: PrintBatch) -> dict[str, Any]:
    """One batch: recipients and references, as in its posting list; and what must be taken out of the pile."""
    rows = batch.dispatches.select_related("referral").order_by("pk")
    return {
        "batch": batch,
        "made": f"{moment(batch.made_at)}, {person(batch.made_by)}",
        "posted": f"{moment(batch.posted_at)}, {person(batch.posted_by)}" if batch.posted_at else "",
        "rows": sorted((row(one) for one in rows), key=lambda one: (one.name.casefold(), one.pk)),
        "out": [
            {"id": one.pk, "name": one.name, "what": what(one), "why": why} for one, why in to_take_out(batch)
        ] if not batch.posted_at else [],
        "open": bool(batch.pdf),
    }  # fmt: skip


def _list(name: str, heading: str, found: "QuerySet[Dispatch]") -> dict[str, Any]:
    rows: list[Row] = [row(one) for one in found.select_related("referral")[:MOST]]
    count = len(rows) if len(rows) < MOST else found.count()
    return {"id": name, "heading": heading, "count": count, "rows": rows}
