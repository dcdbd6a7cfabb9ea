"""Who may open which address. What is not listed is refused to everybody: a new view works only once it is listed.

Each door lists its own views in an `ACCESS` table (view name -> who). The middleware opens the scope of the person's
service for the request, in one transaction, and keeps it open while the page is rendered, because pages read lazily.
"""

from collections.abc import Callable
from functools import cache
from importlib import import_module

from allauth.core.exceptions import ReauthenticationRequired
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.translation import gettext

from painpath.accounts.models import Membership
from painpath.accounts.roles import AUDITOR, PRACTICE, REFERRER, TEAM_ROLES
from painpath.accounts.scope import narrow, scope, service_at
from painpath.referrals.refusal import Refused
from painpath.web import errors, kept, restricted, second_factor

PUBLIC = frozenset({"public"})
"""Anybody, signed in or not. No scope is opened: such a page sees no patient and no service's records."""
VISITOR = frozenset({"visitor"})
"""Anybody, inside the scope of the service that the address names (`<slug:service>`): for those who come with a code,
or ask for an account. Such a page shows nothing of a patient before a code was right."""
PROGRAM = frozenset({"program"})
"""Another program. Its view asks who it is, answers in the words of its standard, and opens the scope of the service
itself: what it sent must be kept in a transaction of its own before anything is made of it."""
SIGNED_IN = frozenset({"signed in"})
"""Anybody who has signed in, whatever their role."""
EVERY_ROLE = TEAM_ROLES
"""Everybody who works with the referrals of the service; never a referrer, a practice or an auditor."""
REFERRERS = frozenset({REFERRER})
PRACTICES = frozenset({PRACTICE})
REFERRERS_AND_PRACTICES = REFERRERS | PRACTICES
AUDITORS = frozenset({AUDITOR})

DOORS = (
    "painpath.web.urls",
    "painpath.triage.urls",
    "painpath.referrers.urls",
    "painpath.patients.urls",
    "painpath.managers.urls",
    "painpath.exchange.urls",
    "painpath.keeping.urls",
)

ABOUT_RESTRICTING = frozenset({"triage:break-glass", "triage:restrict"})
"""What a restricted record answers with itself; every other address of a record that is closed leads to the first."""
CHOSEN = "service"
"""In the session: the number of the service that somebody of several has chosen."""
HOME = "triage:worklist"
HOMES = {REFERRER: "referrers:mine", PRACTICE: "referrers:practice", AUDITOR: "triage:audit"}
"""Where somebody begins: the team at the worklist, others elsewhere."""


def opens_scopes(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Mark a view that asks another server on the way, or keeps something whatever fails afterwards: who may open it
    is settled as always, and it runs outside any transaction and opens the scope of the service itself."""
    view.opens_scopes = True  # type: ignore[attr-defined]
    return view


@cache
def access_table() -> dict[str, frozenset[str]]:
    """View name -> who may open it, from the tables of all doors."""
    table: dict[str, frozenset[str]] = {}
    for door in DOORS:
        for name, who in import_module(door).ACCESS.items():
            if name in table:
                raise ValueError(f"{name} is listed twice")
            table[name] = who
    return table


class ScopeMiddleware:
    """Denies what is not listed, and lets the rest of the request live inside the scope of one service."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "TRACE":  # many views would answer it as GET, and nobody needs it (OWASP ASVS 13.4.4)
            return HttpResponseNotAllowed(["GET", "HEAD", "OPTIONS", "POST", "PUT"])
        try:
            match = resolve(request.path_info)
        except Resolver404:
            return self.get_response(request)
        who = access_table().get(match.view_name, frozenset())
        if who in (PUBLIC, PROGRAM):
            return self.get_response(request)
        if who == VISITOR:
            return self._visit(request, match)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        with scope(None, request.user.pk):
            membership = _membership(request)
            if membership is not None and membership.role in HOMES and match.view_name == HOME:
                return redirect(HOMES[membership.role])
            if membership is None or (who != SIGNED_IN and not membership.roles & who):
                request.refused_to = membership  # type: ignore[attr-defined]
                return _denied(request)
            narrow(membership.service_id)
            request.membership = membership  # type: ignore[attr-defined]
            if (before := second_factor.first(request, match.view_name)) is not None:
                return before
            if membership.role in TEAM_ROLES and match.view_name not in ABOUT_RESTRICTING:
                closed = restricted.closed_at(request, match.kwargs, membership)
                if closed is not None:
                    return _to_the_glass(request, closed)
            if not getattr(match.func, "opens_scopes", False):
                return _private(self.get_response(request))
        return _private(self.get_response(request))

    def _visit(self, request: HttpRequest, match: ResolverMatch) -> HttpResponse:
        service = service_at(match.kwargs["service"])
        if service is None:
            return errors.not_found(request, Http404())
        with scope(service):
            request.visited = service  # type: ignore[attr-defined]
            return _private(self.get_response(request))

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A verb that said no has changed nothing: its sentence is the page. Anything else undoes the request."""
        if isinstance(error, Refused):
            sentence = gettext(error.sentence)
            said = {
                "sentence": sentence, "in_english": sentence == error.sentence, "shown": kept.written_now(request),
            }  # fmt: skip
            return render(request, "refused.jinja", said, status=409)
        if isinstance(error, ReauthenticationRequired):  # allauth asks for the password, and then comes back here
            return None
        if transaction.get_connection().in_atomic_block:
            transaction.set_rollback(True)
        return None


def _private(response: HttpResponse) -> HttpResponse:
    """On a shared desk the Back button must not show the patient of whoever has signed out."""
    response.headers.setdefault("Cache-Control", "private, no-cache")
    return response


def _to_the_glass(request: HttpRequest, reference: str) -> HttpResponse:
    """A form that was sent waits until the record is open: the hours of an open one may end while somebody writes."""
    answer = redirect("triage:break-glass", reference=reference)
    if request.method == "POST" and (key := kept.wait(request)) is not None:
        answer["Location"] += f"?{kept.KEPT}={key}"
    return answer


def _membership(request: HttpRequest) -> Membership | None:
    """The current membership. Somebody who works in several services has chosen one, else it is the oldest."""
    found = Membership.objects.current().filter(user=request.user.pk).select_related("service", "user")
    mine = list(found.order_by("pk"))
    request.works_in_several = len(mine) > 1  # type: ignore[attr-defined]
    chosen = request.session.get(CHOSEN) if request.works_in_several else None  # type: ignore[attr-defined]
    return next((one for one in mine if one.service_id == chosen), mine[0] if mine else None)


def _denied(request: HttpRequest) -> HttpResponse:
    return errors.permission_denied(request, PermissionDenied())
