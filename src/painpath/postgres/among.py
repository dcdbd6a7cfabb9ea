"""Many ids in one query."""

from collections.abc import Collection

from django.db.models.expressions import RawSQL


def among(ids: Collection[int]) -> "RawSQL | tuple[()]":
    """For `filter(field__in=...)`: these ids as one array, written here.

    One parameter each, or one element each for the driver to look at, costs more than the query they are for.

    None at all stays an empty list, for which Django asks nothing.
    """
    return RawSQL("SELECT unnest(%s::bigint[])", [f"{{{','.join(map(str, ids))}}}"]) if ids else ()
