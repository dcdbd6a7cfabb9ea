"""One batch of a simulation: referrals are read from the record, screened twice, and what differs is written.

Only text that was read before is used; nothing is parsed or scanned again. Reading, screening and writing are apart, so
that no transaction lasts longer than its queries.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from painpath import clock, pathway, screening
from painpath.accounts import audit
from painpath.accounts.audit import Process
from painpath.accounts.models import Service
from painpath.accounts.scope import scope
from painpath.pathway import Pathway
from painpath.referrals import moves, pathways
from painpath.referrals.arriving.reading_in import Joined, join
from painpath.referrals.models import (
    Document,
    PathwayVersion,
    Referral,
    Simulation,
    SimulationAlert,
    SimulationChange,
    SimulationQuote,
)
from painpath.referrals.publishing import tally
from painpath.referrals.publishing.grouping import groups_of
from painpath.referrals.transitions import State
from painpath.screening import Evidence
from painpath.screening.comparing import AlertDifference, Difference, alert_differences, differences

log = logging.getLogger(__name__)

AT_ONCE = 50
"""Referrals in a batch: half a second's work or so, lost at most when the worker is killed."""


def received_between(service_id: int, since: date, until: date) -> "QuerySet[Referral]":
    """Whom a simulation is about: received on these days, and not closed as received in error or twice."""
    first, end = clock.midnight(since), clock.midnight(until + timedelta(days=1))
    rows = Referral.objects.filter(service_id=service_id, received_at__gte=first, received_at__lt=end)
    return rows.exclude(state=State.CLOSED_IN_ERROR)


@dataclass(frozen=True)
class _Case:
    """A referral as it is screened: the text of all its documents, or None where there is none."""

    pk: int
    restricted: bool
    received: date
    text: Joined | None
    partly: bool
    groups: dict[str, str]


@dataclass(frozen=True)
class _Found:
    """What came of it; no differences where the program broke down."""

    case: _Case
    differences: tuple[Difference, ...] | None
    alerts: tuple[AlertDifference, ...] = ()


def step(service_id: int, simulation_id: int) -> bool:
    """Do the next batch of a simulation that runs. Whether there may be more to do."""
    with scope(service_id):
        run = Simulation.objects.get(pk=simulation_id)
        if run.state != "running":
            return False
        cases = _cases(run)
        before = pathways.of(PathwayVersion.objects.defer("content").get(pk=run.before_id))
        after = _decoded(run.after_digest, bytes(run.after_content))
    found = [_compared(case, before, after) for case in cases]
    with scope(service_id):
        return _keep(run, found)


_last_decoded: list[Pathway] = []


def _decoded(digest: str, content: bytes) -> Pathway:
    """What is tried, decoded once for all batches."""
    for known in _last_decoded:
        if known.digest == digest:
            return known
    _last_decoded[:] = [pathway.decode(content)]
    return _last_decoded[0]


def _cases(run: Simulation) -> list[_Case]:
    rows = received_between(run.service_id, run.since, run.until).filter(pk__gt=run.last).order_by("pk")
    referrals = list(rows.values_list("pk", "restricted", "received_at")[:AT_ONCE])
    ids = [pk for pk, *_ in referrals]
    files: dict[int, list[Document]] = {pk: [] for pk in ids}
    documents = Document.objects.current().filter(referral__in=ids).defer("content")
    for document in documents.prefetch_related("transcripts").order_by("id"):
        files[document.referral_id].append(document)
    groups = groups_of(run.service_id, ids)
    return [
        _case(pk, restricted, received.astimezone(clock.LONDON).date(), files[pk], groups[pk])
        for pk, restricted, received in referrals
    ]


def _case(pk: int, restricted: bool, received: date, documents: Sequence[Document], groups: dict[str, str]) -> _Case:
    latest = [max(one.transcripts.all(), key=lambda row: row.pk) for one in documents if one.transcripts.all()]
    text = join(latest) if any(one.text.strip() for one in latest) else None
    partly = len(latest) < len(documents) or not all(one.is_whole for one in latest)
    return _Case(pk, restricted, received, text, partly, groups)


def _compared(case: _Case, before: Pathway, after: Pathway) -> _Found:
    if case.text is None:
        return _Found(case, ())
    try:
        # As a referral is screened when it arrives: on the letter's own date, else on the day of receipt.
        was, will = screening.screen_each(case.text.text, (before, after), today=case.received)
        return _Found(case, differences(was, will), alert_differences(was, will))
    except Exception as error:  # one odd letter must not end the whole
        log.error("referral %s: a simulation broke down with %s", case.pk, type(error).__name__)
        return _Found(case, None)


def _keep(seen: Simulation, found: list[_Found]) -> bool:
    """Write a batch, unless somebody stopped the simulation, or another worker wrote it. Whether there is more."""
    run = Simulation.objects.select_for_update().defer("after_content").get(pk=seen.pk)
    if run.state != "running" or run.last != seen.last:
        return run.state == "running"
    counts = {which: tally.read(run.results.get(which, {})) for which in ("open", "restricted")}
    if not found:
        _finish(run, counts)
        return False
    run.last = found[-1].case.pk
    there = set(Referral.objects.filter(pk__in=[one.case.pk for one in found]).values_list("pk", flat=True))
    found = [one for one in found if one.case.pk in there]  # one may have been destroyed meanwhile
    for one in found:
        _count(counts["restricted" if one.case.restricted else "open"], one)
    _write(run, found)
    run.results = {which: tally.written(one) for which, one in counts.items()}
    run.done += len(found)
    run.save(update_fields=["results", "done", "last"])
    return True


def _count(into: tally.Tally, one: _Found) -> None:
    if one.differences is None:
        into.broke += 1
    elif one.case.text is None:
        into.no_text += 1
    else:
        moves = [*map(_alert_move, one.alerts), *map(_move, one.differences)]
        into.add(moves, one.case.groups, partly=one.case.partly)


def _move(difference: Difference) -> tally.Move:
    return difference.criterion, difference.before or "", difference.after or ""


def _alert_move(alert: AlertDifference) -> tally.Move:
    before, after = alert.certainties
    return f"{tally.ALERT}{alert.kind.value}", before or "", after or ""


def _write(run: Simulation, found: list[_Found]) -> None:
    service = {"service_id": run.service_id}
    changes: list[SimulationChange] = []
    quoted: list[tuple[Joined, Difference]] = []
    for one in found:
        for item in one.differences or ():
            criterion, before, after = _move(item)
            changes.append(
                SimulationChange(
                    **service, simulation=run, referral_id=one.case.pk, criterion=criterion, before=before, after=after
                )
            )
            if one.case.text is not None:
                quoted.append((one.case.text, item))
    made = SimulationChange.objects.bulk_create(changes)
    SimulationQuote.objects.bulk_create(
        _quote(run.service_id, change, side, words, text)
        for change, (text, item) in zip(made, quoted, strict=True)
        for side, evidence in (("before", item.quotes.before), ("after", item.quotes.after))
        for words in evidence
    )
    SimulationAlert.objects.bulk_create(
        _alert(run, one.case.pk, alert, one.case.text)
        for one in found
        for alert in one.alerts
        if one.case.text is not None
    )


def _alert(run: Simulation, referral: int, alert: AlertDifference, text: Joined) -> SimulationAlert:
    (before, after), words = alert.certainties, alert.words
    transcript, start, end, page = text.place(words.start, words.end)
    return SimulationAlert(
        service_id=run.service_id, simulation=run, referral_id=referral, kind=alert.kind, before=before or "",
        after=after or "", transcript=transcript, quote=words.quote, start=start, end=end, page=page,
    )  # fmt: skip


def _quote(service_id: int, change: SimulationChange, side: str, words: Evidence, text: Joined) -> SimulationQuote:
    transcript, start, end, page = text.place(words.start, words.end)
    return SimulationQuote(
        service_id=service_id, change=change, side=side, transcript=transcript, quote=words.quote, start=start, end=end,
        page=page, speaks=words.speaks, why=words.why,
    )  # fmt: skip


def _finish(run: Simulation, counts: dict[str, tally.Tally]) -> None:
    run.state, run.ended_at, run.after_content = "done", clock.now(), b""
    run.save(update_fields=["state", "ended_at", "after_content"])
    by = Process(Service.objects.get(pk=run.service_id), moves.READER)
    changed = sum(one.whole.changed for one in counts.values())
    audit.record(by, "simulation.finish", run, referrals=run.done, changed=changed)
