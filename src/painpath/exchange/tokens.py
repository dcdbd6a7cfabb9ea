"""Access tokens: OAuth 2.0 client credentials with a signed statement (SMART Backend Services), and their discovery.

https://hl7.org/fhir/smart-app-launch/backend-services.html; errors by RFC 6749, section 5.2. A token is a random name
for a row, good for five minutes; only its hash is kept.
"""

import logging
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt
from allauth.core import ratelimit
from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.models import Service
from painpath.accounts.scope import scope, service_at
from painpath.exchange import scopes
from painpath.exchange.authorising import digest
from painpath.exchange.inbound import acting_for
from painpath.exchange.models import AccessToken, Client
from painpath.exchange.offers import SUPPORTED
from painpath.exchange.statements import BadStatement, use_once, verify
from painpath.pathway import PathwayError
from painpath.pathway.exchange import Exchange
from painpath.postgres.failing import what_fails
from painpath.referrals import pathways
from painpath.web.errors import WAIT

log = logging.getLogger(__name__)

ALGORITHMS = frozenset({"RS384", "ES384"})
LASTS = timedelta(minutes=5)
"""SMART: at most five minutes, for the statement and for the token."""
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ONCE = ("grant_type", "client_assertion_type", "client_assertion", "client_id", "scope")
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class OAuthError(Exception):
    """An error of RFC 6749: its code, and a sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code, self.sentence = code, sentence


@dataclass(frozen=True)
class Asked:
    """What a request for a token says, once each part is known to be there."""

    statement: str
    client_id: str
    scope: str


def switches(slug: str) -> tuple[Service, Exchange]:
    """The service of an address, and what it has switched on. Raises Http404 where there is none."""
    service = service_at(slug)
    if service is None:
        raise Http404
    try:
        with scope(service):
            return service, pathways.in_force(service)[0].exchange
    except PathwayError:
        raise Http404 from None


def address(request: HttpRequest, view: str, service: Service) -> str:
    """The whole address of a view, as other programs know it."""
    path = reverse(view, args=[service.slug])
    return f"{settings.SITE_URL}{path}" if settings.SITE_URL else request.build_absolute_uri(path)


@csrf_exempt
def token(request: HttpRequest, service: str) -> HttpResponse:
    """`/oauth/token`: a token for a program that proves who it is. Whatever goes wrong is said in JSON too."""
    try:
        return _token(request, service)
    except (SuspiciousOperation, UnreadablePostError):
        return _answer(400, "invalid_request", "What was sent could not be read. Send it again.")
    except Exception as error:
        log.exception("a token could not be given: %s", type(error).__name__)
        if what_fails(error):
            sentence = "This cannot be done at the moment. Ask again later."
            return _answer(503, "server_error", sentence, **{"Retry-After": WAIT})
        return _answer(500, "server_error", "Something went wrong here, not with you. Ask again later.")


def _token(request: HttpRequest, service: str) -> HttpResponse:
    try:
        here, on = switches(service)
    except Http404:
        return _answer(404, "invalid_request", "There is no such service.")
    if on.fhir == "off" and on.bars == "off":
        return _answer(404, "invalid_request", "This service has not switched this on.")
    if request.method != "POST":
        return _answer(405, "invalid_request", "Ask by POST.", Allow="POST")
    if not _in_time(request):
        return _answer(
            429, "invalid_request", "That is too often. Use a token until it runs out.", **{"Retry-After": "60"}
        )
    try:
        asked = _read(request)
        with scope(here):
            given = _issue(here, asked, audience=address(request, "exchange:token", here))
    except OAuthError as error:
        return _answer(400, error.code, error.sentence)
    return JsonResponse(given, headers=NO_STORE)


def _in_time(request: HttpRequest) -> bool:
    """Whether this address has not asked too often. Behind a proxy that does not say from where a call comes, nobody
    can tell, and everybody counts as one who has not: what is asked has to be proved anyway."""
    try:
        return bool(ratelimit.consume(request, action="program_token"))
    except PermissionDenied:
        return True


def _read(request: HttpRequest) -> Asked:
    if request.content_type != "application/x-www-form-urlencoded":
        raise OAuthError("invalid_request", "Send application/x-www-form-urlencoded.")
    given = {name: request.POST.getlist(name) for name in ONCE}
    if twice := [name for name, values in given.items() if len(values) > 1]:
        raise OAuthError("invalid_request", f"{twice[0]} is there more than once.")
    one = {name: values[0] if values else "" for name, values in given.items()}
    if not one["grant_type"]:
        raise OAuthError("invalid_request", "grant_type is missing.")
    if one["grant_type"] != "client_credentials":
        raise OAuthError("unsupported_grant_type", "Only client_credentials is known here.")
    if one["client_assertion_type"] != ASSERTION or not one["client_assertion"]:
        raise OAuthError("invalid_client", f"Prove who you are by client_assertion, of the type {ASSERTION}.")
    return Asked(one["client_assertion"], one["client_id"], one["scope"])


def _issue(service: Service, asked: Asked, *, audience: str) -> dict[str, Any]:
    """Inside the scope of the service: a new token, or an OAuthError."""
    try:
        client = proved(service, asked.statement, audience=audience, named=asked.client_id)
    except BadStatement as error:
        raise OAuthError("invalid_client", error.sentence) from error
    # as it is registered now: held until this is committed, so that a change of it ends this token as the others
    current = Client.objects.select_for_update().filter(pk=client.pk, keys=client.keys, ended_at=None).first()
    if current is None:
        raise OAuthError("invalid_client", "This program's registration was changed just now. Ask again.")
    granted = scopes.granted(asked.scope.split(), current.scopes)
    if not granted:
        raise OAuthError("invalid_scope", "Nothing of what was asked for is registered for this program.")
    now, secret = clock.now(), secrets.token_urlsafe(32)
    AccessToken.objects.filter(client=client, expires_at__lt=now).delete()
    AccessToken.objects.create(
        service_id=service.pk, client=client, digest=digest(secret), scopes=granted, expires_at=now + LASTS
    )
    audit.record(acting_for(client), "client.token", client, scopes=granted)
    return {
        "access_token": secret, "token_type": "Bearer", "expires_in": int(LASTS.total_seconds()),
        "scope": " ".join(granted),
    }  # fmt: skip


def proved(service: Service, statement: str, *, audience: str, named: str = "") -> Client:
    """The program that has signed a statement about itself for `audience`, which is used up by this; raises
    BadStatement. Inside the scope of the service. `named` is who it says it is elsewhere, where it does."""
    try:
        said = jwt.decode(statement, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise BadStatement("This is not a signed statement (JWT).") from error
    name = said.get("iss")
    if not isinstance(name, str) or not name.isprintable() or named not in ("", name):
        raise BadStatement("The statement does not say who made it (iss), or somebody else is named.")
    client = Client.objects.filter(service_id=service.pk, client_id=name, ended_at=None).first()
    if client is None:
        raise BadStatement("No program of this name (iss) is registered with this service.")
    client.service = service
    claims = verify(
        statement, keys=client.keys, algorithms=ALGORITHMS, audience=audience, issuer=client.client_id, longest=LASTS
    )
    if claims.get("sub") != client.client_id:
        raise BadStatement("The statement must be about whoever made it: sub must be the same as iss.")
    use_once(client, claims)
    return client


def _answer(status: int, code: str, sentence: str, **headers: str) -> HttpResponse:
    return JsonResponse({"error": code, "error_description": sentence}, status=status, headers=NO_STORE | headers)


@csrf_exempt
def smart_configuration(request: HttpRequest, service: str) -> HttpResponse:
    """`.well-known/smart-configuration`: what works here, and nothing else."""
    try:
        here, on = switches(service)
    except Http404:
        return JsonResponse({"error": "There is no such service."}, status=404)
    if on.fhir == "off":
        return JsonResponse({"error": "This service has not switched this on."}, status=404)
    if request.method not in ("GET", "HEAD"):
        return JsonResponse({"error": "Ask by GET."}, status=405, headers={"Allow": "GET, HEAD"})
    return JsonResponse(
        {
            "token_endpoint": address(request, "exchange:token", here),
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": sorted(ALGORITHMS),
            "grant_types_supported": ["client_credentials"],
            "scopes_supported": SUPPORTED,
            "capabilities": ["client-confidential-asymmetric", "permission-v1", "permission-v2"],
        },
        headers={"Access-Control-Allow-Origin": "*"},
    )
