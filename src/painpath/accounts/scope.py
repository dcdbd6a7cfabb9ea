"""The scope of the work being done: one service, one person, for one transaction.

PostgreSQL reads `painpath.service` and `painpath.person` in every row-level policy. They are set with
`set_config(..., is_local => true)`, so they end with the transaction and cannot leak through the connection pool.
Inside a transaction that was open before, they would outlive the savepoint: there the earlier values are restored.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from painpath import pathway
from painpath.accounts.models import Service, User


def _get() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(current_setting('painpath.service', true), ''),"
            " coalesce(current_setting('painpath.person', true), '')"
        )
        row = cursor.fetchone()
    return str(row[0]), str(row[1])


def _set(service: str, person: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('painpath.service', %s, true), set_config('painpath.person', %s, true)",
            [service, person],
        )


def narrow(service_id: int) -> None:
    """Inside a scope that was opened for a person: from here on, rows of this service exist too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('painpath.service', %s, true)", [str(service_id)])


def service_at(slug: str) -> Service | None:
    """The service that a public address names, before any scope is open; None when there is none. No other is seen."""
    inside = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('painpath.address', %s, true)", [slug])
        found = Service.objects.filter(slug=slug).first()
        if inside:
            cursor.execute("SELECT set_config('painpath.address', '', true)")
    return found


def slugs() -> list[str]:
    """Where a service may be: the pathways that are installed, and the services that have published in the browser."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT painpath_published_slugs()")  # made by a migration of `referrals`; no scope is needed
        published = {str(row[0]) for row in cursor.fetchall()}
    return sorted(published | pathway.folders().keys())


@contextmanager
def scope(service: Service | int | None, person: User | int | None = None) -> Iterator[None]:
    """Open a transaction in which only rows of `service` exist; `person` may see their own memberships.

    Without a service nothing of any service can be seen. Nested use restores the outer scope.
    """
    service_id = service.pk if isinstance(service, Service) else service
    person_id = person.pk if isinstance(person, User) else person
    inside = connection.in_atomic_block
    with transaction.atomic():
        before = _get() if inside else ("", "")
        _set(str(service_id or ""), str(person_id or ""))
        yield
        # The end of the transaction, the rollback of a savepoint, or an exception here restores them by itself.
        if inside and not connection.needs_rollback:
            _set(*before)
