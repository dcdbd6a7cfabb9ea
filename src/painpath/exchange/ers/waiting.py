"""While another server thinks: how long that may be, nobody knows, so that nothing of ours is held meanwhile, and most
of the threads that answer people stay free for others."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from django.db import connection

from painpath.exchange.ers.errors import Trouble

AT_ONCE = 2
"""Pages of one web process that wait for e-RS: half of its threads (`serve.BLOCKING_THREADS`)."""
PATIENCE = 2.0
"""Seconds that one more page waits for its turn. e-RS as it should be answers sooner."""
SLOW = (
    "e-RS answers slowly just now, and colleagues are waiting for it already. Nothing was asked or sent. Try again in "
    "a few minutes. If it stays so, use e-RS by hand, and tell whoever runs this site."
)
_turns = BoundedSemaphore(AT_ONCE)


@contextmanager
def in_turn() -> Iterator[None]:
    """Ask e-RS within the block. Raises Trouble where too many pages wait for it already: the worklist goes on."""
    release()
    if not _turns.acquire(timeout=PATIENCE):
        raise Trouble(SLOW, "later")
    try:
        yield
    finally:
        _turns.release()


def release() -> None:
    """Give the connection with our database back, for others to use. It is there again when it is needed.

    Inside a transaction nothing happens: no code of ours asks e-RS there, except under the tests.
    """
    if not connection.in_atomic_block:
        connection.close()
