"""What every page of e-RS stands in: where it is switched on, signed in or not yet, and every trouble as a sentence.

These views ask another server, so that they run outside any transaction (`opens_scopes`) and open the scope themselves.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from painpath.accounts.models import Membership
from painpath.accounts.scope import scope
from painpath.exchange.ers import connection
from painpath.exchange.ers.client import Client
from painpath.exchange.ers.connection import Connection
from painpath.exchange.ers.errors import Trouble
from painpath.exchange.ers.operations import NotAllowed
from painpath.exchange.ers.site import Site, site_of
from painpath.exchange.ers.waiting import in_turn
from painpath.referrals import pathways
from painpath.triage.views.base import member
from painpath.web import errors
from painpath.web.access import opens_scopes

View = Callable[..., HttpResponse]
NEXT = "ers_next"
NOTHING_CHANGED = "Nothing has changed here or in e-RS, and nothing is lost."
WAITS_HERE = "The reply waits here with all that was written, and nothing is lost."
KEPT = {
    "ers-take": "Nothing was taken in. The request stays in e-RS as it is, and nothing is lost.",
    "ers-send": f"{WAITS_HERE} It can be sent by hand too.",
}
"""What is kept when something goes wrong, by the name of the page."""


def in_ers(view: View) -> View:
    """Only where the service has switched it on; every trouble is a page with its sentence."""

    @wraps(view)
    def inner(request: HttpRequest, **path: Any) -> HttpResponse:
        by = member(request)
        with scope(by.service_id, by.user_id):
            site = site_of(pathways.in_force(by.service)[0])
        try:
            if site is None:
                raise Http404
            with in_turn():
                return view(request, site, by, **path)
        except Http404 as error:
            return errors.not_found(request, error)
        except Trouble as said:
            if said.then == "sign_in":
                connection.forget(request)
            kept = WAITS_HERE if said.unsure else ""
            return trouble(request, by, said.sentence, sign_in=said.then == "sign_in", kept=kept)
        except NotAllowed as said:
            return trouble(request, by, said.sentence)

    return opens_scopes(inner)


def page(request: HttpRequest, by: Membership, template: str, status: int = 200, **context: Any) -> HttpResponse:
    with scope(by.service_id, by.user_id):
        return render(request, f"exchange/{template}.jinja", context, status=status)


def trouble(
    request: HttpRequest, by: Membership, sentence: str, *, sign_in: bool = False, kept: str = ""
) -> HttpResponse:
    sign_in = sign_in or request.path == reverse("exchange:ers-back")  # a code is used once: it cannot be tried again
    # No 5xx: with one, Django would not keep what has been forgotten of the session.
    kept = kept or KEPT.get((request.resolver_match and request.resolver_match.url_name) or "", NOTHING_CHANGED)
    back = request.path if request.method == "GET" else ""
    context = {"sentence": sentence, "kept": kept, "sign_in": sign_in, "back": back}
    return page(request, by, "ers_trouble", 409, **context)


def connected(request: HttpRequest, site: Site, by: Membership) -> tuple[Connection, Client] | None:
    """The connection of this person, ready to work; None where they have to sign in or choose first."""
    found = connection.connection(request, by, site)
    if found is None or not found.acting.role:
        return None
    return found, connection.client(site, found)


def first(request: HttpRequest, site: Site, by: Membership) -> HttpResponse:
    """What has to come first: signing in, or choosing the role. Then it goes on where somebody wanted to go."""
    if request.method == "GET":
        request.session[NEXT] = request.path
    if connection.connection(request, by, site) is None:
        return page(request, by, "ers_sign_in")
    return redirect("exchange:ers-role")
