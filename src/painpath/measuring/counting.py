"""The counts are kept up to date: what is stale is gathered again, and the difference is added to the cells.

A referral that cannot be counted is set aside, and the others are counted: what stands of it in the cells stays, and it
is tried again when it changes or when everything is counted anew.

One transaction for each part, under the lock of the service's `CountState`: cut short, it has done nothing; run twice,
the second finds no difference; a second worker sees the lock and leaves. What has changed while a part was gathered is
marked by whoever changed it, and is stale again. Why differences and not days: docs/decisions/0018.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import date

import msgspec
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Exists, OuterRef, Q

from painpath import clock
from painpath.accounts.models import Service
from painpath.accounts.scope import scope
from painpath.measuring import cells, standing
from painpath.measuring.cells import Cell
from painpath.measuring.gathering import gather
from painpath.measuring.models import CountState, Stale
from painpath.postgres.among import among
from painpath.referrals.models import Referral

log = logging.getLogger(__name__)

AT_ONCE = 2000
"""So many referrals are counted in one transaction."""

_ADD = """
INSERT INTO measuring_count AS kept (service_id, grain, figure, split, day, "group", value, n)
SELECT %s, one->>0, one->>1, one->>2, (one->>3)::date, one->>4, (one->>5)::int, (one->>6)::int
FROM jsonb_array_elements(%s::jsonb) one
ON CONFLICT (service_id, grain, figure, split, day, "group", value) DO UPDATE SET n = kept.n + EXCLUDED.n
"""
_BEFORE = "SELECT referral_id, facts::text FROM measuring_countedreferral WHERE referral_id = ANY(%s::bigint[])"
_KEEP = """
INSERT INTO measuring_countedreferral (service_id, referral_id, facts)
SELECT %s, (one->>0)::bigint, one->1 FROM jsonb_array_elements(%s::jsonb) one
ON CONFLICT (referral_id) DO UPDATE SET facts = EXCLUDED.facts
"""
# As JSON, for so many values one by one cost more than all else that is done with them.


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
        ids = _taken(service, today)
        if ids:
            _count_each(service, ids, today)
        else:
            Stale.objects.filter(~_there(), ~Q(problem=""), service=service).delete()
            standing.take(service, moment)
            state.as_of = moment
            state.save(update_fields=["as_of"])
        return len(ids)


def _taken(service: Service, today: date) -> list[int]:
    """Some of the referrals that are to be counted, and all their marks taken away, before anything of them is read.

    A mark that is gone is of a change that is seen from here on; one that comes later stays. All marks of a referral go
    at once: an import leaves many, and each would have it counted again.
    """
    due = Stale.objects.filter(Q(since__isnull=True) | Q(since__lte=today), service=service)
    marked = due.filter(problem="").order_by("referral")
    ids = list(marked.values_list("referral", flat=True).distinct()[:AT_ONCE])
    due.filter(referral__in=among(ids)).delete()
    return ids


def _there() -> Exists:
    """Whether the referral of a mark is on record still."""
    return Exists(Referral.objects.filter(pk=OuterRef("referral")))


def set_aside(service: Service) -> int:
    """How many referrals could not be counted, and wait until they change."""
    marks = Stale.objects.filter(_there(), ~Q(problem=""), service=service)
    return marks.values("referral").distinct().count()


def _count_each(service: Service, ids: Sequence[int], today: date) -> None:
    """Count these; where that fails, each half by itself, until the one is found that it fails for.

    Raises what the database itself raises, a lost connection or a lock that is not given: no referral is to blame.
    """
    try:
        with transaction.atomic():
            count(service, ids, today=today)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        if len(ids) > 1:
            middle = len(ids) // 2
            _count_each(service, ids[:middle], today)
            _count_each(service, ids[middle:], today)
        else:
            # Its words may be of the record. Where it happened stands in the log.
            log.error("A referral could not be counted and is set aside.", exc_info=error)
            Stale.objects.create(service=service, referral=ids[0], problem=type(error).__name__[:60])


def count(service: Service, ids: Sequence[int], *, today: date) -> None:
    """Gather these referrals, and bring the cells to what they are now. Under the lock, in the caller's transaction.

    What is not on record any more stays in the cells as it was counted: a count is about nobody.
    """
    asked = sorted(ids)
    facts, later = gather(service.pk, asked, today=today)
    with connection.cursor() as cursor:
        cursor.execute(_BEFORE, [asked])
        before = {pk: msgspec.json.decode(kept) for pk, kept in cursor}
    added: Counter[Cell] = Counter()
    changed = []
    for pk, found in facts.items():
        kept, now = before.get(pk), cells.dump(found)
        if kept == now:
            continue
        added.update(cells.cells(now))
        if kept is not None:
            added.subtract(cells.cells(kept))
        changed.append((pk, now))
    if changed:
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, [service.pk, msgspec.json.encode(changed).decode()])
    add(service.pk, added)
    Stale.objects.filter(service=service, since__gt=today, referral__in=among(asked)).delete()
    Stale.objects.bulk_create([Stale(service=service, referral=pk, since=on) for pk, on in sorted(later.items())])


def add(service: int, added: Counter[Cell]) -> None:
    """Add these differences to the cells."""
    rows = sorted((*cell, n) for cell, n in added.items() if n)
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_ADD, [service, msgspec.json.encode(rows).decode()])
