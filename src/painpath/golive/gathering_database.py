"""What PostgreSQL says of itself, of the program's role, of the queue."""

import time
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from painpath.golive.facts import Database
from painpath.postgres import PostgresError

LOCAL = frozenset({"", "localhost", "127.0.0.1", "::1"})
"""Hosts to which nothing leaves this machine."""
_BYPASSES = """
SELECT rolsuper OR rolbypassrls OR EXISTS (
  SELECT FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relowner = pg_roles.oid)
FROM pg_roles WHERE rolname = current_user
"""
_OWNER = """
SELECT EXISTS (SELECT FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
               AND pg_has_role(session_user, relowner, 'member'))
"""
_UNPROTECTED = """
SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attname = 'service_id'
WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND NOT relrowsecurity ORDER BY relname
"""
_WORKERS = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '1 minute'"
_LATE = """
SELECT count(*) FROM procrastinate_jobs
WHERE status = 'todo' AND scheduled_at < now() - interval '15 minutes'
"""
_INVENTED = r"SELECT count(*) FROM accounts_user WHERE email ~* '@(.*\.)?example(\.(com|net|org|nhs\.uk))?$'"


def database_facts() -> Database | None:
    """The facts; None when it does not answer."""
    try:
        return _facts()
    except (OperationalError, PostgresError):
        return None


def _facts() -> Database:
    said: dict[str, Any] = settings.DATABASES["default"]
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    unapplied = tuple(f"{migration.app_label}.{migration.name}" for migration, _ in plan)
    host = str(said.get("HOST", ""))
    before = time.time()
    there = float(_one("SELECT extract(epoch FROM clock_timestamp())"))
    here = (before + time.time()) / 2
    return Database(
        embedded="EMBEDDED" in said,
        local=host.startswith("/") or host in LOCAL,
        encrypted=bool(_one("SELECT coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false)")),
        checks_certificate=said.get("OPTIONS", {}).get("sslmode") == "verify-full",
        version=int(_one("SHOW server_version_num")),
        role=str(_one("SELECT current_user")),
        bypasses=bool(_one(_BYPASSES)),
        can_become_owner=bool(_one(_OWNER)),
        unprotected=_column(_UNPROTECTED),
        unapplied=unapplied,
        clock_off=there - here,
        worker_alive=not unapplied and bool(_one(_WORKERS)),
        overdue_jobs=0 if unapplied else int(_one(_LATE)),
        connections=int(_one("SHOW max_connections")),
        invented_people=0 if unapplied else int(_one(_INVENTED)),
    )


def _one(query: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query)
        row = cursor.fetchone()
    return row[0] if row else None


def _column(query: str) -> tuple[str, ...]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return tuple(str(row[0]) for row in cursor.fetchall())
