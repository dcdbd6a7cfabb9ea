"""Tests run as the program's role, which row-level security binds: as the owner they would prove nothing.

`painpath.postgres.backend` makes the test database as its owner and hands it to the program's role. Only emptying it
after a transactional test needs the owner again, here.
"""

import gc
from functools import cache
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.migrations.state import ProjectState
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings

from painpath import pathway
from painpath.postgres.owner import as_owner

SERVICE = "southampton-portsmouth"

settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")  # a busy machine fails no test

KEPT = {"django_migrations", "django_content_type", "auth_permission", "procrastinate_workers"}
"""Tables whose rows belong to the tables themselves, or to nobody's test."""

gc.set_threshold(50_000, 20, 20)
"""Garbage is looked for when there is more of it than Python would wait for: looking was 6% of what the tests did."""


def pytest_collection_finish() -> None:
    """What is loaded now stays to the end: not to be looked through at each collection of garbage, which with all tests
    in memory was a twentieth of what Python did."""
    gc.collect()
    gc.freeze()


def _empty_the_tables_as_owner(case: Any) -> None:
    """Take out the rows that a test has left. Django's own way truncates every table and makes what belongs to it anew:
    with 90 tables that takes seconds, and a test fills a dozen."""
    with as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        tables = sorted({name for (name,) in cursor.fetchall()} - KEPT)
        cursor.execute(" UNION ALL ".join(f"SELECT '{one}' WHERE EXISTS (SELECT FROM {one})" for one in tables))
        for (name,) in cursor.fetchall():  # what points to what is looked at when all are empty
            cursor.execute(f"DELETE FROM {name}")
    _make_the_service()


_service: list[int] = []


def _make_the_service() -> None:
    """Services are made by the owner, which no test in a transaction can become: so it stands there before them all.

    With it the row of its pathway, as if it had been used before: a quarter of a megabyte, to be taken in by the
    database and compressed, which costs as much as all that a referral needs besides, and was done in each test.
    """
    from painpath.accounts.models import Service
    from painpath.referrals.models import PathwayVersion

    with as_owner():
        made, _ = Service.objects.get_or_create(slug=SERVICE, defaults={"name": "Persistent pain service"})
        PathwayVersion.objects.get_or_create(service=made, **_pathway())
    _service[:] = [made.pk]


def take_out_the_service() -> None:
    """For a test that begins with none, or with its own: by the owner, outside a transaction."""
    from painpath.accounts.models import Service

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM referrals_pathwayversion")
    Service.objects.all().delete()


@cache
def _pathway() -> dict[str, Any]:
    """The pathway of the service as its files have it when the tests begin, whatever a test puts in their place."""
    found = pathway.load(pathway.find(SERVICE))
    kept = {"label": found.version, "content": pathway.encode(found)}
    return {"pathway": found.name, "digest": found.digest, "defaults": kept}


@pytest.fixture
def service_id(django_db_setup: None) -> int:
    """The service of the tests. Nothing of it can be seen without its scope."""
    return _service[0]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Let the migrations make the test database quickly. After each change of a table Django draws its model anew, and
    all that are related to it: with ours, nearly all of them, 8,000 times, most of the time that migrations take. To
    change tables it needs the model alone; for a migration of data all are drawn anew first (`is_delayed`)."""

    def only_itself(self: Any, app: str, model: str, delay: bool = False) -> set[tuple[str, str]]:
        self.is_delayed = True
        return {(app, model)}

    ProjectState._find_reload_model = only_itself


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The test database, with the service in it."""
    with django_db_blocker.unblock():
        with as_owner(), connection.cursor() as cursor:
            # No test stops the machine, after which alone it would matter; a commit that waits for the disk takes three
            # times as long, and a journey has hundreds.
            name = connection.ops.quote_name(connection.settings_dict["NAME"])
            cursor.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
        connection.close_pool()
        _make_the_service()


TransactionTestCase._fixture_teardown = _empty_the_tables_as_owner  # type: ignore[attr-defined]


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords() -> None:
    """Hashing a password costs a third of a second by design, and every test has five people."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True, scope="session")
def _no_second_factor() -> None:
    """Setting one up is what the tests of signing in are about; all others begin at the worklist."""
    from django.conf import settings

    settings.STAFF_NEED_FACTOR = False


@pytest.fixture(autouse=True)
def _nobody_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """No referral of a test is drawn for a second screening by chance: a test that wants one draws it."""
    monkeypatch.setattr("painpath.referrals.together.drawing.lot", lambda below: below)
