"""Signing in to e-RS: by the NHS sign-in, then for which organisation and in which role; and out again."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.accounts.scope import scope
from painpath.exchange.ers import connection, signin
from painpath.exchange.ers.errors import Trouble
from painpath.exchange.ers.operations import SPCA, Acting
from painpath.exchange.ers.site import Site
from painpath.exchange.ers_forms import Choose, ForWhom, usable
from painpath.exchange.views.ers_frame import NEXT, first, in_ers, page


@require_safe
@in_ers
def sign_in(request: HttpRequest, site: Site, by: Membership) -> HttpResponse:
    """Off to the NHS sign-in."""
    begun = signin.begin(site, back_to=_back_to(request))
    connection.keep_begun(request, begun)
    return redirect(begun.address)


@require_safe
@in_ers
def back(request: HttpRequest, site: Site, by: Membership) -> HttpResponse:
    """Somebody comes back from the NHS sign-in."""
    begun = connection.take_begun(request)
    if begun is None:
        raise Trouble(signin.NOT_BEGUN, "sign_in")
    if "error" in request.GET:
        raise signin.refused(request.GET["error"])
    found = signin.finish(
        site, begun, state=request.GET.get("state", ""), code=request.GET.get("code", ""), back_to=_back_to(request)
    )
    connection.keep(request, by, found, Acting("user"))
    with scope(by.service_id, by.user_id):
        audit.record(by, "ers.sign_in", by)
    return redirect("exchange:ers-role")


def _back_to(request: HttpRequest) -> str:
    path = reverse("exchange:ers-back")
    return f"{settings.SITE_URL}{path}" if settings.SITE_URL else request.build_absolute_uri(path)


@in_ers
def role(request: HttpRequest, site: Site, by: Membership) -> HttpResponse:
    """For which organisation and in which role; an administrator says for which clinician too."""
    found = connection.connection(request, by, site)
    if found is None:
        return first(request, site, by)
    if "again" in request.GET and request.method != "POST":
        connection.keep(request, by, found.tokens, Acting("user"))
        return redirect("exchange:ers-role")
    client = connection.client(site, found)
    if found.acting.role == SPCA and not found.acting.on_behalf_of:
        able = client.on_behalf_of()
        whom = ForWhom(request.POST if "whom" in request.POST or "for" in request.POST else None, whom=able)
        if whom.is_bound and whom.is_valid():
            acting = Acting("user", found.acting.organisation, SPCA, whom.cleaned_data["whom"])
            connection.keep(request, by, found.tokens, acting)
            return _go_on(request)
        return page(request, by, "ers_role", 422 if whom.errors else 200, form=whom, asks="for", empty=not able)
    roles = client.roles()
    form = Choose(request.POST if request.method == "POST" else None, roles=roles)
    if form.is_bound and form.is_valid():
        organisation, _, code = form.cleaned_data["role"].partition(" ")
        connection.keep(request, by, found.tokens, Acting("user", organisation, code))
        return redirect("exchange:ers-role") if code == SPCA else _go_on(request)
    return page(request, by, "ers_role", 422 if form.errors else 200, form=form, asks="role", empty=not usable(roles))


def _go_on(request: HttpRequest) -> HttpResponse:
    return redirect(request.session.pop(NEXT, "") or reverse("exchange:ers"))


@require_POST
@in_ers
def sign_out(request: HttpRequest, site: Site, by: Membership) -> HttpResponse:
    """The connection with e-RS ends; here they stay signed in."""
    connection.forget(request)
    messages.success(request, "You are signed out of e-RS.")
    return redirect("exchange:ers")
