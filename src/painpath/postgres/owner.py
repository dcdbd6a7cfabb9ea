"""Work on the database as the owner of its tables: migrations, and making and emptying test databases."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections


@contextmanager
def as_owner(alias: str = "default") -> Iterator[None]:
    """Within the block this thread's connection `alias` belongs to the owner, without a pool.

    Row-level security does not bind the owner: nothing that serves a request may use it. Raises RuntimeError inside a
    transaction, which could not go on as somebody else.
    """
    connection = connections[alias]
    if connection.in_atomic_block:
        raise RuntimeError("The connection is in a transaction: become the owner before it begins.")
    app = connection.settings_dict
    connection.close()
    connection.settings_dict = {**app, **app["OWNER"], "NAME": app["NAME"]}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = app
