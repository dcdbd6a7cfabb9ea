"""Rows held until the transaction ends, with what they are joined to as it is once they are held."""

from typing import TypeVar

from django.db.models import Model, QuerySet

_Row = TypeVar("_Row", bound=Model)


def held(rows: QuerySet[_Row], *, no_key: bool = False) -> QuerySet[_Row]:
    """These rows, locked now in their order, to be read: what was joined is asked for once they are held.

    Never lock and join in one query. PostgreSQL reads a row that it waited for again, but not the rows beside it: they
    stay as they were before it waited. A row that points elsewhere since is then missing, or stands beside nothing.
    (PostgreSQL: "Read Committed Isolation Level", and `EvalPlanQual` in its sources.)
    """
    locked = rows.select_related(None).only("pk").select_for_update(of=("self",), no_key=no_key)
    return rows.filter(pk__in=[one.pk for one in locked])
