"""Whether the program is alive, and whether it is ready for people: for a monitor and a load balancer. No patient, no
secret and no words of an error stand in either answer."""

import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.loader import MigrationLoader
from procrastinate.contrib.django.models import ProcrastinateWorker

from painpath import clock
from painpath.postgres import PostgresError

OK = "ok"
HEARTBEAT = timedelta(minutes=1)
"""The worker says every ten seconds that it lives, and counts as dead for procrastinate after thirty."""
STALLED = timedelta(minutes=10)
"""What waits as long although its time has come: longer than any pause between two tries of something short."""
FREE = 1024**3
"""Bytes free below which the folder of the data counts as full: some forty of the largest files that may come."""
STOPPING = "PAINPATH_RUN"
"""The folder of one `painpath serve`; a file `stopping` in it says that it has been told to stop."""

_OLDEST = """
SELECT extract(epoch FROM now() - min(coalesce(j.scheduled_at, (
    SELECT max(e.at) FROM procrastinate_events e WHERE e.job_id = j.id AND e.type::text LIKE 'deferred%'
))))
FROM procrastinate_jobs j WHERE j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at <= now())
"""


def ready() -> dict[str, str]:
    """Part -> `ok`, or a plain word for what is wrong. Without a database the parts that lie in it are not named."""
    found = {"program": "stopping" if is_stopping() else OK, "disk": _disk()}
    parts: dict[str, Callable[[], str]] = {"tables": _tables, "worker": _worker, "queue": _queue}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = '5s'")
            try:
                found |= {"database": OK} | {name: look() for name, look in parts.items()}
            finally:
                cursor.execute("RESET statement_timeout")
    except (Error, PostgresError, OSError):
        found["database"] = "not reached"
    return found


def is_stopping() -> bool:
    """Whether this server has been told to stop, and only finishes what is under way."""
    folder = os.environ.get(STOPPING)
    return folder is not None and Path(folder, "stopping").exists()


def _disk() -> str:
    try:
        return OK if shutil.disk_usage(settings.HOME).free >= FREE else "nearly full"
    except OSError:
        return "not there"


@cache
def _migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def _tables() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations")
        return OK if _migrations() <= set(cursor.fetchall()) else "not up to date"


def _worker() -> str:
    alive = ProcrastinateWorker.objects.filter(last_heartbeat__gt=clock.now() - HEARTBEAT)
    return OK if alive.exists() else "silent"


def _queue() -> str:
    return OK if oldest() < STALLED.total_seconds() else "stalled"


def oldest() -> float:
    """Seconds for which the job has waited whose time came first; 0 when none waits."""
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST)
        (waited,) = cursor.fetchone()
    return float(waited or 0)
