"""The post page: what waits, what is held and why, what could not be sent, what was sent lately."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from painpath import clock
from painpath.accounts.models import Membership
from painpath.letters.carriers.finding import CARRIED
from painpath.letters.models import Dispatch, DispatchState, PrintBatch
from painpath.letters.outbox import LEFT
from painpath.letters.printing import being_made, to_take_out, waiting
from painpath.letters.receiving import trouble_with
from painpath.referrals.restricting import closed_to
from painpath.referrals.together.second import blind_to
from painpath.triage.presenters.dispatches import Row, row, what
from painpath.triage.presenters.inbound import inbound_list
from painpath.triage.presenters.words import moment, person, plural

MOST = 100
"""Rows of one list; the heading says how many there are."""
LATELY = timedelta(days=7)
LATE = timedelta(minutes=15)
"""A file of 200 letters takes seconds."""
UNLISTED = (
    "You are screening a referral blind. What goes out about it is not listed here, and a colleague prints and posts "
    "it: it would tell you what was decided."
)


def post_page(by: Membership) -> dict[str, Any]:
    """Everything on the page; the number of queries does not depend on how much waits."""
    blind, closed = blind_to(by), closed_to(by)
    mine = Dispatch.objects.filter(service_id=by.service_id).exclude(referral_id__in=blind)
    batches = (
        PrintBatch.objects.filter(service_id=by.service_id, posted_at__isnull=True).exclude(pdf=b"").defer("pdf")
    )  # fmt: skip
    batches = batches.select_related("made_by__user").annotate(count=Count("dispatches")).order_by("pk")
    held, failed = mine.filter(state=DispatchState.HELD), mine.filter(state=DispatchState.FAILED)
    lists = [
        _list(
            "carried", "On their way by a carrier",
            mine.filter(state=DispatchState.QUEUED, channel__in=CARRIED).order_by("made_at", "pk"), closed,
        ),
        _list(
            "ers", "To paste into e-RS",
            mine.filter(state=DispatchState.QUEUED, channel="ers").order_by("made_at", "pk"), closed,
        ),
        _list(
            "returned", "Came back in the last seven days",
            mine.filter(state=DispatchState.RETURNED, returned_at__gt=clock.now() - LATELY)
            .order_by("-returned_at", "-pk"), closed,
        ),
        _list(
            "sent", "Sent in the last seven days",
            mine.filter(state__in=LEFT, sent_at__gt=clock.now() - LATELY).order_by("-sent_at", "-pk"), closed,
        ),
    ]  # fmt: skip
    return {
        "blind": UNLISTED if blind else "",
        "inbound": inbound_list(by, closed),
        "trouble": trouble_with(by.service),
        "waits": [
            _list("held", "Somebody must look first", held.order_by("made_at", "pk"), closed),
            _list("failed", "Could not be sent", failed.order_by("changed_at", "pk"), closed),
        ],
        "to_print": _list("print", "To print", waiting(by).order_by("made_at", "pk"), closed),
        "batches": [
            {
                "id": batch.pk, "made": f"{moment(batch.made_at)}, {person(batch.made_by)}",
                "count": plural(batch.count, "letter"), "href": reverse("triage:batch", args=[batch.pk]),
            }
            for batch in batches[:MOST]
        ],
        "batch_count": batches.count(),
        "making": _making(by),
        "lists": lists,
    }  # fmt: skip


def _making(by: Membership) -> list[dict[str, str]]:
    """The batches that the worker has still to make, and how far it is with those of the same press of the button."""
    begun = {batch.made_at for batch in being_made(by)}
    if not begun:
        return []
    rows = PrintBatch.objects.filter(service_id=by.service_id, made_at__in=begun).defer("pdf")
    rows = rows.annotate(count=Count("dispatches"), ready=~Q(pdf=b"")).select_related("made_by__user").order_by("pk")
    found = []
    for made_at in sorted(begun):
        parts = [one for one in rows if one.made_at == made_at]
        done = [one for one in parts if one.ready]
        letters, ready = sum(one.count for one in parts), sum(one.count for one in done)
        late = clock.now() - made_at > LATE
        waits = next(one for one in parts if not one.ready and one.count)
        found.append({
            "words": f"{ready:,} of {plural(letters, 'letter')} are ready, {len(done)} of "
                     f"{plural(len(parts), 'file')}. Printed by {person(parts[0].made_by)}, {moment(made_at)}.",
            "late": "This takes too long. Put the files that are not ready back, and print again." if late else "",
            "href": reverse("triage:batch", args=[waits.pk]),
        })  # fmt: skip
    return found


def shown(page: dict[str, Any]) -> list[int]:
    """The dispatches whose names stand on the page, for the audit."""
    return [one.pk for part in [*page["waits"], page["to_print"], *page["lists"]] for one in part["rows"]]


def batch_page(batch: PrintBatch, by: Membership) -> dict[str, Any]:
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
        "making": being_made(by).filter(pk=batch.pk).exists(),
    }  # fmt: skip


def _list(name: str, heading: str, found: "QuerySet[Dispatch]", closed: frozenset[int]) -> dict[str, Any]:
    rows: list[Row] = [row(one, closed) for one in found.select_related("referral")[:MOST]]
    count = len(rows) if len(rows) < MOST else found.count()
    return {"id": name, "heading": heading, "count": count, "rows": rows}
