"""Tests run as the program's role, which row-level security binds: as the owner they would prove nothing.

`painpath.postgres.backend` makes the test database as its owner and hands it to the program's role. Only emptying it
after a transactional test (TRUNCATE, which the program may not) needs the owner again, here.
"""

from typing import Any

from django.test import TransactionTestCase

from painpath.postgres.owner import as_owner

_empty_the_tables = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]


def _empty_the_tables_as_owner(case: Any) -> None:
    with as_owner():
        _empty_the_tables(case)


TransactionTestCase._fixture_teardown = _empty_the_tables_as_owner  # type: ignore[attr-defined]
