"""OpenID Connect, stricter than allauth's own: nonce, signature, issuer and audience are always checked, and nobody
comes in who has not been invited. allauth finds `provider_classes` here because this is an app's `provider` module."""

from typing import Any, cast

import jwt
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from painpath.accounts.models import User
from painpath.accounts.oidc import Oidc

PENDING = "oidc_pending"
"""In the session: who proved themselves to the provider and is not linked to an account yet."""
PROVED = "provider_asked_for_factor"
"""On the request in which the provider said so, and nowhere else."""
_ALGORITHMS = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"}


def _given() -> Oidc:
    """The provider of this site: asked only where there is one."""
    return cast(Oidc, settings.OIDC)


class Connection(OpenIDConnectOAuth2Adapter):
    """The way to the provider and back. Every fault is an OAuth2Error: the person reads one sentence."""

    nonce = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        found: dict[str, Any] = super().openid_config
        if str(found.get("issuer", "")).rstrip("/") != _given().issuer:
            raise OAuth2Error("The provider calls itself by another name.")  # OpenID Connect Discovery, 4.3
        return found

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(reverse("oidc-callback"))

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any) -> SocialLogin:
        try:
            claims = self._claims(app, str(kwargs["response"]["id_token"]))
            theirs = self._fetch_user_info(token.token)
            if theirs.get("sub") != claims["sub"]:
                raise OAuth2Error("The provider speaks of two people.")  # OpenID Connect Core, 5.3.2
        except (KeyError, ValueError, TypeError, AttributeError, jwt.PyJWTError) as error:
            raise OAuth2Error("The provider's answer cannot be read.") from error
        login = self.get_provider().sociallogin_from_response(request, claims)
        login.account.extra_data = {}  # what they say of a person is not kept
        login.claims = {name: theirs.get(name) for name in ("email", "email_verified")} | claims
        login.asked_for_factor = bool(_given().factors & {claims.get("acr"), *_list(claims.get("amr"))})
        return login

    def _claims(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        """What the signed ID token says (OpenID Connect Core, 3.1.3.7)."""
        header = jwt.get_unverified_header(id_token)
        if header.get("alg") not in _ALGORITHMS:
            raise OAuth2Error("The ID token is not signed with a key of the provider.")
        claims: dict[str, Any] = jwt.decode(
            id_token, key=self._key(header.get("kid")), algorithms=[header["alg"]], audience=app.client_id,
            issuer=self.openid_config["issuer"], leeway=60, options={"require": ["exp", "iat", "aud", "iss", "sub"]},
        )  # fmt: skip
        if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != app.client_id:
            raise OAuth2Error("The ID token is for another program.")
        if not self.nonce or not constant_time_compare(str(claims.get("nonce", "")), self.nonce):
            raise OAuth2Error("The ID token is for another sign-in.")
        return claims

    def _key(self, kid: str | None) -> jwt.PyJWK:
        """The provider's key of this name; a token may leave the name out where there is only one."""
        with get_adapter().get_requests_session() as web:
            answer = web.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        keys = [one for one in answer.json()["keys"] if one.get("use", "sig") == "sig"]
        fitting = [one for one in keys if kid is None or one.get("kid") == kid]
        if len(fitting) != 1:
            raise OAuth2Error("The provider has no such key.")
        return jwt.PyJWK(fitting[0])


def _list(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []


class Provider(OpenIDConnectProvider):
    """Takes nothing of what it asks for from the address of the request."""

    oauth2_adapter_class = Connection

    def get_oauth2_adapter(self, request: HttpRequest) -> Connection:
        return Connection(request, self.app.provider_id)


provider_classes = [Provider]


class OnlyInvited(DefaultSocialAccountAdapter):
    """SOCIALACCOUNT_ADAPTER: the one provider of the settings, and for whom it opens the door."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        given = settings.OIDC
        if given is None or provider not in (None, given.provider_id, Provider.id):
            return []
        how = {"server_url": given.issuer, "oauth_pkce_enabled": True, "fetch_userinfo": True}
        return [
            SocialApp(
                provider=Provider.id, provider_id=given.provider_id, name=given.name, client_id=given.client_id,
                secret=given.secret, settings=how,
            )
        ]  # fmt: skip

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def on_authentication_error(self, request: HttpRequest, provider: Any, **_: Any) -> None:
        raise ImmediateHttpResponse(render(request, "account/oidc_failed.jinja", {"name": provider.name}, status=403))

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Somebody has proved who they are there. Known by subject, or by an address that the site trusts, they go on;
        anybody else signs in with their password once, which links the two."""
        claims = sociallogin.claims
        setattr(request, PROVED, sociallogin.asked_for_factor)
        if sociallogin.is_existing:
            return
        if _given().trusts_email and claims.get("email_verified") is True and claims.get("email"):
            user = User.objects.filter(email=str(claims["email"]).lower(), is_active=True).first()
            # Organisations give an address to somebody new when its owner has left: whoever is linked already comes in
            # by their subject, and nobody else by their address (OpenID Connect Core, 5.7).
            if user is not None and not _is_linked(user):
                link(user, str(sociallogin.account.uid))
                sociallogin.lookup()
                return
        request.session[PENDING] = {"uid": sociallogin.account.uid, "email": str(claims.get("email") or "")}
        raise ImmediateHttpResponse(redirect("oidc-unknown"))


def link(user: User, uid: str) -> None:
    """From now on this subject of the provider is this person."""
    SocialAccount.objects.create(user=user, provider=_given().provider_id, uid=uid)


def _is_linked(user: User) -> bool:
    return bool(SocialAccount.objects.filter(user=user, provider=_given().provider_id).exists())


class AskFactor(AuthenticateStage):
    """The second factor is asked for, unless the provider has just said that it did."""

    def _should_handle(self, request: HttpRequest) -> bool:
        return not getattr(request, PROVED, False) and bool(super()._should_handle(request))
