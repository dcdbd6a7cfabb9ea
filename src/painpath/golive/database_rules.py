"""Rules about PostgreSQL, the task worker and the clocks."""

from collections.abc import Iterator

from painpath.golive.facts import Database, Facts
from painpath.golive.rule import Rule, of_database

OLDEST = 140000
"""PostgreSQL 14: what Django 5.2 asks for."""
CLOCKS = 2.0
"""Seconds by which two clocks may differ: an audit row and a log line must tell the same story."""


def _answers(facts: Facts) -> Iterator[str]:
    if facts.database is None:
        yield "The database does not answer. Look at DATABASE_URL and DATABASE_APP_URL, and whether PostgreSQL runs."


def _no_service(facts: Facts) -> Iterator[str]:
    if facts.database is not None and not facts.database.unapplied and not facts.services:
        yield "There is no service. Invite its first administrator: `painpath staff invite`."


def _embedded(database: Database) -> str | None:
    if not database.embedded:
        return None
    return "The database is the one that comes along. Use a PostgreSQL server of your own: DATABASE_URL."


def _version(database: Database) -> str | None:
    if database.version >= OLDEST:
        return None
    return f"PostgreSQL {database.version // 10000} is too old. Use {OLDEST // 10000} or later."


def _bound(database: Database) -> str | None:
    if not database.bypasses:
        return None
    return (
        f"Row-level security does not bind the role {database.role}: it is a superuser, bypasses it, or owns the "
        "tables. Set DATABASE_APP_URL to a user of its own (docs/deploying.md)."
    )


def _own_user(database: Database) -> str | None:
    if database.bypasses or not database.can_become_owner:
        return None
    return "The program could become the owner of the tables. Give it a user of its own: DATABASE_APP_URL."


def _tables(database: Database) -> str | None:
    if not database.unprotected:
        return None
    return f"Without row-level security: {', '.join(database.unprotected)}. Run `painpath manage migrate`."


def _migrations(database: Database) -> str | None:
    if not database.unapplied:
        return None
    return f"The tables are not those of this version: {database.unapplied[0]}. Run `painpath manage migrate`."


def _encrypted(database: Database) -> str | None:
    if database.local or (database.encrypted and database.checks_certificate):
        return None
    return "The way to the database is not safe. Write sslmode=verify-full and sslrootcert into its address."


def _clock(database: Database) -> str | None:
    if abs(database.clock_off) <= CLOCKS:
        return None
    off = f"{abs(database.clock_off):.0f} seconds"
    return f"The clocks of program and database differ by {off}. Let both keep time by NTP."


def _worker(database: Database) -> str | None:
    if not database.worker_alive:
        return "No task worker is alive: nothing is read, sent or reminded. Start it (deploy/painpath.service)."
    if database.overdue_jobs:
        return f"{database.overdue_jobs} jobs are late by a quarter of an hour or more. Look at the worker's log."
    return None


def _connections(database: Database) -> str | None:
    if database.connections >= 100:
        return None
    return f"PostgreSQL allows {database.connections} connections. Set max_connections to 100 or more (docs/scale.md)."


def _people(database: Database) -> str | None:
    if not database.invented_people:
        return None
    return (
        f"{database.invented_people} accounts have an address at an example domain: people of the demonstration, whose "
        "password is public. Begin with a new database."
    )


RULES = (
    Rule("database-answers", True, _answers),
    Rule("a-service", True, _no_service),
    of_database("server", _embedded, must=False),
    of_database("version", _version),
    of_database("bound-by-policies", _bound),
    of_database("own-user", _own_user, must=False),
    of_database("row-level-security", _tables),
    of_database("migrations", _migrations),
    of_database("database-encrypted", _encrypted),
    of_database("clock", _clock),
    of_database("worker", _worker),
    of_database("connections", _connections, must=False),
    of_database("no-demonstration-people", _people),
)
