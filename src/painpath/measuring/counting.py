"""The counts are kept up to date: what is stale is gathered again, and the difference is added to the cells.

One transaction for each part, under the lock of the service's `CountState`: cut short, it has done nothing; run twice,
the second finds no difference; a second worker sees the lock and leaves. What has changed while a part was gathered is
marked by whoever changed it, and is stale again. Why differences and not days: docs/decisions/0018.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from django.db import connection
from django.db.models import Q

from painpath import clock
from painpath.accounts.models import Service
from painpath.accounts.scope import scope
from painpath.measuring import cells, standing
from painpath.measuring.cells import Cell
from painpath.measuring.gathering import gather
from painpath.measuring.models import CountedReferral, CountState, Stale

AT_ONCE = 2000
"""So many referrals are counted in one transaction."""

_ADD = """
INSERT INTO measuring_count AS kept (service_id, grain, figure, split, day, "group", value, n)
SELECT %s, * FROM unnest(%s::text[], %s::text[], %s::text[], %s::date[], %s::text[], %s::int[], %s::int[])
ON CONFLICT (service_id, grain, figure, split, day, "group", value) DO UPDATE SET n = kept.n + EXCLUDED.n
"""


def count_up(service: Service) -> int:
    """Count everything that is stale, part by part; then how things stand now. Gives how many referrals were counted.

    0 also when somebody else is counting: they do it.
    """
    done = 0
    while (part := _count_part(service)) is not None:
        done += part
        if not part:
            break
    return done


def _count_part(service: Service) -> int | None:
    """One part in one transaction: how many referrals; 0 with nothing left; None when somebody else is counting."""
    with scope(service):
        CountState.objects.get_or_create(service=service)
        state = CountState.objects.select_for_update(skip_locked=True).filter(service=service).first()
        if state is None:
            return None
        moment, today = clock.now(), clock.today()
        due = Q(since__isnull=True) | Q(since__lte=today)
        stale = list(Stale.objects.filter(due, service=service).order_by("id").values_list("id", "referral")[:5000])
        ids: list[int] = list(dict.fromkeys(referral for _, referral in stale))[:AT_ONCE]
        if ids:
            count(service, ids, today=today)
            taken = set(ids)
            Stale.objects.filter(pk__in=[pk for pk, referral in stale if referral in taken]).delete()
        else:
            standing.take(service, moment)
            state.as_of = moment
            state.save(update_fields=["as_of"])
        return len(ids)


def count(service: Service, ids: Iterable[int], *, today: date) -> None:
    """Gather these referrals, and bring the cells to what they are now. Under the lock, in the caller's transaction.

    What is not on record any more stays in the cells as it was counted: a count is about nobody.
    """
    asked = sorted(ids)
    facts, later = gather(service.pk, asked, today=today)
    before = {row.referral_id: row for row in CountedReferral.objects.filter(referral__in=asked)}
    added: Counter[Cell] = Counter()
    changed = []
    for pk, found in facts.items():
        kept, now = before.get(pk), cells.dump(found)
        if kept is not None and kept.facts == now:
            continue
        added.update(cells.cells(now))
        if kept is not None:
            added.subtract(cells.cells(kept.facts))
        changed.append(CountedReferral(service=service, referral_id=pk, facts=now))
    CountedReferral.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["referral"], update_fields=["facts"]
    )
    add(service.pk, added)
    Stale.objects.filter(service=service, since__gt=today, referral__in=asked).delete()
    Stale.objects.bulk_create([Stale(service=service, referral=pk, since=on) for pk, on in sorted(later.items())])


def add(service: int, added: Counter[Cell]) -> None:
    """Add these differences to the cells."""
    rows = sorted((*cell, n) for cell, n in added.items() if n)
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_ADD, [service, *(list(column) for column in zip(*rows, strict=True))])
