"""Tests run as the program's role, which row-level security binds: as the owner they would prove nothing.

`painpath.postgres.backend` makes the test database as its owner and hands it to the program's role. Only emptying it
after a transactional test (TRUNCATE, which the program may not) needs the owner again, here.
"""

from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase

from painpath.postgres.owner import as_owner

SERVICE = "southampton-portsmouth"

_empty_the_tables = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]


def _empty_the_tables_as_owner(case: Any) -> None:
    with as_owner():
        _empty_the_tables(case)
        with connection.cursor() as cursor:  # the queue's tables are not Django's to empty
            cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
    _make_the_service()


_service: list[int] = []


def _make_the_service() -> None:
    """Services are made by the owner, which no test in a transaction can become: so it stands there before them all."""
    from painpath.accounts.models import Service

    with as_owner():
        made, _ = Service.objects.get_or_create(slug=SERVICE, defaults={"name": "Persistent pain service"})
    _service[:] = [made.pk]


@pytest.fixture
def service_id(django_db_setup: None) -> int:
    """The service of the tests. Nothing of it can be seen without its scope."""
    return _service[0]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """The test database, with the service in it."""
    with django_db_blocker.unblock():
        _make_the_service()


TransactionTestCase._fixture_teardown = _empty_the_tables_as_owner  # type: ignore[attr-defined]


@pytest.fixture(autouse=True, scope="session")
def _quick_passwords() -> None:
    """Hashing a password costs a third of a second by design, and every test has five people."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _nobody_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """No referral of a test is drawn for a second screening by chance: a test that wants one draws it."""
    monkeypatch.setattr("painpath.referrals.together.drawing.lot", lambda below: below)
