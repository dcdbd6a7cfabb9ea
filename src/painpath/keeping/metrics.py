"""What Prometheus reads: how the program does, in numbers. Names of views, never an address; counts, never a person.

Requests are counted by each web process in a file of the folder that `serve` makes, and added up when they are asked
for. Everything else is asked of the database at that moment: it is true for all machines together.
"""

import logging
import os
from collections.abc import Iterable, Iterator

from django.db import Error, connection
from django.db.models import Count
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.models import Service
from painpath.accounts.scope import scope, service_at, slugs
from painpath.keeping import health
from painpath.keeping.backing_up import ACTION
from painpath.letters.models import Dispatch, DispatchState
from painpath.postgres import PostgresError
from painpath.referrals.models import Referral

log = logging.getLogger(__name__)

WAITING = (DispatchState.QUEUED, DispatchState.HELD, DispatchState.FAILED)
BUCKETS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

_ours = CollectorRegistry()
_requests = Counter("painpath_requests", "Answers, by view and status", ["view", "status"], registry=_ours)
_seconds = Histogram("painpath_request_seconds", "How long answers took", ["view"], buckets=BUCKETS, registry=_ours)


def count(view: str, status: int, seconds: float) -> None:
    """One answer was given."""
    _requests.labels(view, str(status)).inc()
    _seconds.labels(view).observe(seconds)


def written() -> bytes:
    """Everything, in Prometheus's text format."""
    registry = CollectorRegistry()
    registry.register(_Record())
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
    return generate_latest(registry) + generate_latest(_ours)


class _Record:
    """The numbers that lie in the database."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Without a database `painpath_ready` is 0 and the numbers that lie in it are missing: an answer that failed
        would leave the alarm on it silent."""
        parts = health.ready()
        yield _one("painpath_ready", "1 when every part is ready", float(set(parts.values()) == {health.OK}))
        try:
            yield from list(self._of_the_database()) if parts["database"] == health.OK else ()
        except (Error, PostgresError, OSError) as error:
            log.warning("numbers of the database could not be had: %s", type(error).__name__)

    def _of_the_database(self) -> Iterator[GaugeMetricFamily]:
        yield _one("painpath_queue_oldest_seconds", "How long the next job has waited", health.oldest())
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT task_name, status::text, count(*) FROM procrastinate_jobs"
                " WHERE status IN ('todo', 'doing', 'failed') GROUP BY 1, 2"
            )
            yield _many("painpath_jobs", "Jobs of the queue", ["task", "status"], cursor.fetchall())
            cursor.execute(
                "SELECT coalesce(state, 'not ours'), count(*) FROM pg_stat_activity"
                " WHERE datname = current_database() GROUP BY 1"
            )
            yield _many("painpath_database_connections", "Connections to the database", ["state"], cursor.fetchall())
        yield from _of_services()

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing is asked when it is registered."""
        return []


def _of_services() -> Iterator[GaugeMetricFamily]:
    overdue, letters, backup = [], [], []
    for slug in slugs():
        if (service := service_at(slug)) is None:
            continue
        with scope(service):
            late = Referral.objects.filter(service=service, live=True, due_on__lt=clock.today())
            overdue.append((slug, late.count()))
            states = Dispatch.objects.filter(service=service, state__in=WAITING).values_list("state")
            letters += [(slug, state, number) for state, number in states.annotate(Count("pk")).order_by()]
            if (age := _backup_age(service)) is not None:
                backup.append((slug, age))
    yield _many("painpath_referrals_overdue", "Open referrals past their due date", ["service"], overdue)
    yield _many("painpath_dispatches", "What has not left: queued, held, failed", ["service", "state"], letters)
    yield _many("painpath_backup_age_seconds", "Since the last backup was made", ["service"], backup)


def _backup_age(service: Service) -> float | None:
    last = audit.last_on_record(service.pk, ACTION)
    return None if last is None else (clock.now() - last.at).total_seconds()


def _one(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, words, value=value)


def _many(name: str, words: str, labels: list[str], rows: Iterable[tuple[object, ...]]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=labels)
    for row in rows:
        family.add_metric([str(one) for one in row[:-1]], float(str(row[-1])))
    return family
