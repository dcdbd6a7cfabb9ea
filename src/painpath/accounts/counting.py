"""Counts that hold for all processes: Django's cache, in the database. Rate limits are counted in it, and codes of
second factors that have been used.

Django's own `DatabaseCache` is not enough. Its `add` is a look and then a write, so that several processes take a row
that has expired: with six at once that was so in 27 of 40 tries, and allauth counts by such a row as its lock. Its
`incr` is a look and a write too: wrong in 40 of 40. Here each step is one statement.
"""

import json
from typing import Any

from django.conf import settings
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection
from django.utils.crypto import salted_hmac

TABLE = "accounts_counted"
_NEVER = "'infinity'::timestamptz"
_KEEP = 20
"""One write in so many takes out what has expired."""


class Counts(BaseCache):
    """CACHES: few and small values, JSON. A row's key is a keyed hash, so that the table tells nobody whose it is."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._writes = 0

    def _row(self, key: str, version: int | None) -> str:
        said = self.make_key(key, version)
        return salted_hmac(__name__, said, secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Write it where nothing stands that has not expired; False for all but one who does so at the same time."""
        return self._write("WHERE {table}.until <= clock_timestamp()", key, value, timeout, version)

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._write("", key, value, timeout, version)

    def _write(self, where: str, key: str, value: Any, timeout: Any, version: int | None) -> bool:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        until = _NEVER if seconds is None else "clock_timestamp() + %s * interval '1 second'"
        found = self._ask(
            f"INSERT INTO {{table}} (key, value, until) VALUES (%s, %s, {until}) ON CONFLICT (key) DO UPDATE"  # noqa: S608
            f" SET value = excluded.value, until = excluded.until {where} RETURNING key",
            [self._row(key, version), json.dumps(value), *([] if seconds is None else [seconds])],
        )
        self._writes += 1
        if self._writes % _KEEP == 0:
            self._ask(
                "DELETE FROM {table} WHERE key IN (SELECT key FROM {table} WHERE until <= clock_timestamp()"
                " LIMIT 1000 FOR UPDATE SKIP LOCKED) RETURNING 1",
                [],
            )
        return bool(found)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        found = self._ask(
            "SELECT value FROM {table} WHERE key = %s AND until > clock_timestamp()", [self._row(key, version)]
        )
        return json.loads(found[0][0]) if found else default

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Count on, in one statement: no two processes get the same number. ValueError where nothing stands."""
        found = self._ask(
            "UPDATE {table} SET value = (value::bigint + %s)::text WHERE key = %s AND until > clock_timestamp()"
            " RETURNING value",
            [delta, self._row(key, version)],
        )
        if not found:
            raise ValueError("Nothing stands there to count on.")
        return int(found[0][0])

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        there = self.get(key, self, version)
        if there is not self:
            self.set(key, there, timeout, version)
        return there is not self

    def delete(self, key: str, version: int | None = None) -> bool:
        return bool(self._ask("DELETE FROM {table} WHERE key = %s RETURNING 1", [self._row(key, version)]))

    def has_key(self, key: str, version: int | None = None) -> bool:
        return self.get(key, self, version) is not self

    def clear(self) -> None:
        self._ask("DELETE FROM {table} RETURNING 1", [])

    @staticmethod
    def _ask(statement: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(statement.replace("{table}", TABLE), parameters)
            return list(cursor.fetchall())
