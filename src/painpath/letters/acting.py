"""Who acts in a job of the queue: the program, in one service."""

from collections.abc import Iterator
from contextlib import contextmanager

from painpath.accounts.audit import Process
from painpath.accounts.models import Service
from painpath.accounts.scope import scope


@contextmanager
def acting(service: int, name: str) -> Iterator[Process]:
    """The scope of the service with this id, and in it the process of this name."""
    with scope(service):
        yield Process(Service.objects.get(pk=service), name)


def process_of(service: int, name: str) -> Process:
    """The same process, for work that opens scopes of its own and calls out between them."""
    with acting(service, name) as by:
        return by
