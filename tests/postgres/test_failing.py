"""Which errors are no fault of what was asked: each as Django and psycopg raise it."""

import errno

import psycopg
import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError
from psycopg_pool import PoolTimeout

from painpath import postgres
from painpath.postgres import PostgresError
from painpath.postgres.failing import what_fails


def raised(outer: Exception, cause: Exception | None = None) -> Exception:
    """As Django raises its own kind from the driver's."""
    outer.__cause__ = cause
    return outer


@pytest.mark.parametrize(
    ("error", "found"),
    [
        (raised(OperationalError(), psycopg.errors.AdminShutdown()), "away"),
        (raised(OperationalError(), psycopg.errors.CannotConnectNow()), "away"),
        (raised(OperationalError(), psycopg.errors.TooManyConnections()), "away"),
        (raised(OperationalError(), psycopg.OperationalError("the connection is lost")), "away"),
        (raised(OperationalError(), PoolTimeout()), "away"),
        (raised(InterfaceError(), psycopg.InterfaceError("the connection is closed")), "away"),
        (PostgresError("did not start"), "away"),
        (raised(OperationalError(), psycopg.errors.DiskFull()), "full"),
        (raised(ValueError(), OSError(errno.ENOSPC, "No space left on device")), "full"),
        (raised(OperationalError(), psycopg.errors.DeadlockDetected()), None),
        (raised(OperationalError(), psycopg.errors.QueryCanceled()), None),
        (raised(ProgrammingError(), psycopg.errors.UndefinedTable()), None),
        (OSError(errno.EACCES, "not allowed"), None),
        (None, None),
    ],
)
def test_what_fails(error: Exception | None, found: str | None) -> None:
    assert what_fails(error) == found


def test_a_chain_without_an_end_is_looked_at_all_the_same() -> None:
    error = ValueError()
    error.__cause__ = error
    assert what_fails(error) is None


def test_dead_connections_are_replaced_and_tries_end_with_who_waits_for_them() -> None:
    found = postgres.databases({"DATABASE_URL": "postgresql://owner@db/clinic"})["default"]
    assert found["CONN_HEALTH_CHECKS"] is True
    pool = found["OPTIONS"]["pool"]
    assert pool["reconnect_timeout"] <= pool["timeout"] <= 5
