"""When a person looks at a record that has ended: the facts, the schedule of the service, what goes together.

A fixed number of queries, however many referrals are reckoned at once.
"""

import hashlib
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

import msgspec
from django.db import connection, transaction
from django.db.models import Exists, F, Max, OuterRef, Q, Subquery

from painpath import clock
from painpath.accounts.models import Service
from painpath.pathway.retention import Facts, Retention, Review, review
from painpath.referrals import pathways
from painpath.referrals.models import (
    Alert,
    Answering,
    ConversationEntry,
    Decision,
    Document,
    Referral,
    ReportedChange,
    RetentionReview,
    Transition,
)
from painpath.referrals.transitions import ENDED, Outcome, State

AT_ONCE = 500
"""So many are reckoned in one transaction at night."""
_ENDED = sorted(state.value for state in ENDED)
_LINKED = """
WITH RECURSIVE linked(start, id) AS (
    SELECT id, id FROM referrals_referral WHERE id = ANY(%s)
    UNION
    SELECT l.start, n.id FROM linked l JOIN LATERAL (
        SELECT follows_id AS id FROM referrals_referral WHERE id = l.id AND follows_id IS NOT NULL
        UNION ALL SELECT id FROM referrals_referral WHERE follows_id = l.id
        UNION ALL SELECT into_id FROM referrals_merge WHERE duplicate_id = l.id
        UNION ALL SELECT duplicate_id FROM referrals_merge WHERE into_id = l.id
    ) n ON true
) SELECT start, id FROM linked
"""


def schedule_of(service: Service) -> tuple[Retention | None, str]:
    """The schedule in force, and what its content is known by: also old referrals are kept by the schedule of today."""
    found = pathways.in_force(service)[0].retention
    return found, hashlib.sha256(msgspec.json.encode(found)).hexdigest()


def linked(ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Of each referral, all that go together with it, itself among them: what it follows or is followed by, and what
    was ever merged with it. One query."""
    found: dict[int, set[int]] = {pk: {pk} for pk in ids}
    with connection.cursor() as cursor:
        cursor.execute(_LINKED, [list(ids)])
        for start, other in cursor.fetchall():
            found[start].add(other)
    return {start: frozenset(others) for start, others in found.items()}


def _latest(of: Any, field: str) -> Subquery:
    rows = of.objects.filter(referral=OuterRef("pk")).order_by()
    return Subquery(rows.values("referral").annotate(latest=Max(field)).values("latest"))


def facts_of(ids: Collection[int]) -> dict[int, Facts]:
    """What is reckoned with of each of these referrals. Three queries."""
    whose = Referral.objects.filter(pk__in=ids, patient__isnull=False).values("patient")
    rows = list(
        Referral.objects.filter(Q(pk__in=ids) | Q(patient__in=whose)).annotate(
            moved=_latest(Transition, "at"), filed=_latest(Document, "received_at"),
            said=_latest(ConversationEntry, "recorded_at"), changed=_latest(ReportedChange, "at"),
            answered=_latest(Answering, "saved_at"),
            was_accepted=Exists(Decision.objects.filter(referral=OuterRef("pk"), outcome=Outcome.ACCEPT)),
        ).values(
            "pk", "patient", "patient__date_of_birth", "state", "state_since", "received_at", "moved", "filed", "said",
            "changed", "answered", "was_accepted",
        )
    )  # fmt: skip
    alerts: dict[int, set[str]] = {}
    current = Alert.objects.filter(referral__in=ids, transcript__document__quarantine__isnull=True)
    for pk, kind in current.values_list("referral", "kind").distinct():
        alerts.setdefault(pk, set()).add(kind)
    persons: dict[int, list[Any]] = {}
    for row in rows:
        persons.setdefault(row["patient"] or -row["pk"], []).append(row)
    found = {}
    for row in rows:
        if row["pk"] not in ids:
            continue
        same = persons[row["patient"] or -row["pk"]]
        is_open = any(one["state"] not in _ENDED for one in same)
        died = [one["state_since"] for one in same if one["state"] == State.DECEASED]
        found[row["pk"]] = Facts(
            state=row["state"],
            accepted=row["was_accepted"] or row["state"] == State.HANDED_OVER,
            ended_on=None if is_open else max(_day(one["state_since"]) for one in same),
            last_contact=max(_contact(one) for one in same),
            born=row["patient__date_of_birth"],
            died=_day(min(died)) if died else None,
            alerts=frozenset(alerts.get(row["pk"], ())),
        )
    return found


def _contact(row: Any) -> date:
    moments = ("received_at", "state_since", "moved", "filed", "said", "changed", "answered")
    return _day(max(row[name] for name in moments if row[name] is not None))


def _day(moment: datetime) -> date:
    return moment.astimezone(clock.LONDON).date()


@transaction.atomic
def reckon(service: Service, ids: Iterable[int]) -> dict[int, RetentionReview]:
    """Reckon these referrals, and whatever goes together with them, anew; gives their rows. Together they are due when
    the last of them is."""
    asked = sorted(set(ids))
    schedule, digest = schedule_of(service)
    groups = linked(asked)
    everything = {pk for group in groups.values() for pk in group}
    facts = facts_of(everything)
    reviews = {pk: review(one, schedule.classes if schedule else ()) for pk, one in facts.items()}
    before = {row.referral_id: row for row in RetentionReview.objects.filter(referral__in=everything)}
    rows = {pk: _row(service, pk, reviews, groups[pk], before, digest) for pk in asked}
    RetentionReview.objects.bulk_create(
        rows.values(), update_conflicts=True, unique_fields=["referral"],
        update_fields=["due_on", "reckoned_on", "retention_class", "words", "schedule", "reckoned_at"],
    )  # fmt: skip
    return {row.referral_id: row for row in RetentionReview.objects.filter(referral__in=asked)}


def _row(
    service: Service, pk: int, reviews: dict[int, Review | None], group: frozenset[int],
    before: dict[int, RetentionReview], digest: str,
) -> RetentionReview:  # fmt: skip
    own = reviews.get(pk)
    together = [reviews.get(other) for other in group]
    kept = [before[other].keep_until for other in group if other in before]
    days = [one.on for one in together if one is not None] + [day for day in kept if day is not None]
    words = list(own.words) if own else []
    latest = max((one for one in together if one is not None), key=lambda one: one.on, default=None)
    if own is not None and latest is not None and latest.on > own.on:
        words.append(f"A referral that goes together with it is kept longer. {latest.words[0]}")
    return RetentionReview(
        service_id=service.pk, referral_id=pk, due_on=None if None in together else max(days, default=None),
        reckoned_on=own.on if own else None, retention_class=own.of.id if own else "", words=words, schedule=digest,
        reckoned_at=clock.now(), keep_until=before[pk].keep_until if pk in before else None,
    )  # fmt: skip


def reckon_all(service: Service) -> int:
    """Every night: reckon what has ended, or moved, since it was reckoned last, and everything when the schedule has
    changed. Gives how many. Nothing else happens: a day that is reached is for a person to see.

    Each part in a scope and a transaction of its own, so that it may be cut short at any moment.
    """
    from painpath.accounts.scope import scope

    done, last = 0, 0
    while True:
        with scope(service):
            digest = schedule_of(service)[1]
            stale = Q(retention__isnull=True) | ~Q(retention__schedule=digest)
            stale |= Q(retention__reckoned_at__lt=F("state_since"))
            rows = Referral.objects.filter(stale, service=service, state__in=_ENDED, pk__gt=last).order_by("pk")
            part = list(rows.values_list("pk", flat=True)[:AT_ONCE])
            reckon(service, part)
        if not part:
            return done
        done, last = done + len(part), part[-1]
