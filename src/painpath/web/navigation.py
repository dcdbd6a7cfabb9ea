"""The menu: each door lists its entries in `NAVIGATION` (label, view); a person sees those that their role may open.

A third member says for whom a label is, where one page is called differently by different people.
"""

from functools import cache
from importlib import import_module

from django.http import HttpRequest
from django.urls import get_script_prefix, reverse

from painpath.web import access


def fixed(view: str) -> str:
    """The address of a view that takes no arguments: the same for as long as the process lives."""
    return _under(get_script_prefix(), view)


@cache
def _under(prefix: str, view: str) -> str:
    return reverse(view)


def navigation(request: HttpRequest) -> list[dict[str, str | bool]]:
    """The entries for this person, the current one marked; none for somebody who is not signed in to a service."""
    membership = getattr(request, "membership", None)
    if membership is None:
        return []
    table = access.access_table()
    match = request.resolver_match
    return [
        {"text": label, "href": fixed(view), "current": match is not None and match.view_name == view}
        for door in access.DOORS
        for label, view, *whose in getattr(import_module(door), "NAVIGATION", ())
        if table.get(view) == access.SIGNED_IN
        or membership.roles & (whose[0] if whose else table.get(view, frozenset()))
    ]
