"""Why something could not be done, when it was no fault of what was asked: the database is away, or a disk is full."""

import errno
from collections.abc import Iterator
from typing import Literal

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_DISK_FULL = "53100"
"""PostgreSQL's code (appendix A of its manual, class 53: insufficient resources)."""
_AWAY = ("08", "53", "57P", "58")
"""Beginnings of its codes: no connection, too many of them, shut down or starting, its own disk."""


def what_fails(error: BaseException | None) -> Literal["away", "full"] | None:
    """`full` when a disk is full, the database's or our own; `away` when the database cannot be had at the moment; None
    for any other error. Looks at what the error was raised from, too. Nothing is asked or changed."""
    from django.db import InterfaceError, OperationalError

    from painpath.postgres.programs import PostgresError

    found: Literal["away"] | None = None
    for one in _chain(error):
        state = getattr(one, "sqlstate", None)
        if state == _DISK_FULL or (isinstance(one, OSError) and one.errno in FULL):
            return "full"
        if isinstance(one, InterfaceError | PostgresError):
            found = "away"
        if isinstance(one, OperationalError) and _is_away(getattr(one.__cause__, "sqlstate", None)):
            found = "away"
    return found


def _is_away(state: str | None) -> bool:
    """An error without a code is the client library's own: the connection broke, or none could be made in time."""
    return state is None or state.startswith(_AWAY)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen = 0
    while error is not None and seen < 20:
        yield error
        seen += 1
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
