"""The pages of signing in by an organisation's identity provider."""

import secrets
from typing import Any, cast

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods
from requests import RequestException

from painpath.accounts import telling
from painpath.accounts.models import User
from painpath.accounts.provider import PENDING, Connection, link
from painpath.web import sign_ins


def _provider(request: HttpRequest) -> Any:
    if settings.OIDC is None:
        raise Http404
    return get_adapter(request).get_provider(request, settings.OIDC.provider_id)


@require_GET
def begin(request: HttpRequest) -> HttpResponse:
    """To the provider, with state, PKCE and a nonce; where the person wanted to go is kept in the session."""
    provider = _provider(request)
    nonce = secrets.token_urlsafe(32)
    try:
        away: HttpResponse = provider.redirect(
            request, process=AuthProcess.LOGIN, next_url=get_next_redirect_url(request), scope=provider.get_scope(),
            auth_params={"nonce": nonce}, nonce=nonce,
        )  # fmt: skip
    except (RequestException, OAuth2Error, ValueError, KeyError):
        return render(request, "account/oidc_failed.jinja", {"name": provider.name}, status=503)
    return away


class _Back(OAuth2CallbackView):
    def _get_state(self, request: HttpRequest, provider: Any) -> Any:
        state, refused = super()._get_state(request, provider)
        if state is not None:
            cast(Connection, self.adapter).nonce = str(state.get("nonce", ""))
            named = request.GET.get("iss")
            if named is not None and named.rstrip("/") != provider.app.settings["server_url"]:  # RFC 9207
                raise PermissionDenied
        return state, refused


@require_GET
def callback(request: HttpRequest) -> HttpResponse:
    """Back from the provider."""
    provider = _provider(request)
    back: HttpResponse = _Back.adapter_view(Connection(request, provider.app.provider_id))(request)
    return back


@require_GET
def unknown(request: HttpRequest) -> HttpResponse:
    """The provider knows this person, and nobody here does yet."""
    if settings.OIDC is None or PENDING not in request.session:
        return redirect("account_login")
    return render(request, "account/oidc_unknown.jinja", {"name": settings.OIDC.name}, status=403)


@require_http_methods(["GET", "HEAD", "POST"])
def connect(request: HttpRequest) -> HttpResponse:
    """Signed in with their own password, somebody says that the account there is theirs too."""
    pending = request.session.get(PENDING)
    if settings.OIDC is None or pending is None:
        return redirect("/")
    if request.method != "POST":
        return render(
            request, "account/oidc_link.jinja", {"name": settings.OIDC.name, "theirs": pending["email"]}
        )  # fmt: skip
    del request.session[PENDING]
    if "link" in request.POST:
        user = cast(User, request.user)
        try:
            with transaction.atomic():
                link(user, pending["uid"])
        except IntegrityError:
            messages.warning(request, "That account is linked to somebody already.")
            return redirect("/")
        sign_ins.record(user, "oidc.link")
        sentence = f"You can sign in with {settings.OIDC.name} from now on."
        telling.tell(user, "A new way to sign in", sentence)
        messages.success(request, sentence)
    return redirect("/")
