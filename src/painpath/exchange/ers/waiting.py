"""While another server thinks: how long that may be, nobody knows, so that nothing of ours is held meanwhile."""

from django.db import connection


def release() -> None:
    """Give the connection with our database back, for others to use. It is there again when it is needed.

    Inside a transaction nothing happens: no code of ours asks e-RS there, except under the tests.
    """
    if not connection.in_atomic_block:
        connection.close()
