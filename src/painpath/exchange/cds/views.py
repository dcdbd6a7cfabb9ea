"""The addresses of CDS Hooks: discovery, a call, feedback. Every answer is JSON, faults are OperationOutcomes.

Only bearer statements open them, no cookie does: so any page may call them (CORS), as the standard asks.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import wraps
from typing import Any

import msgspec
from allauth.core import ratelimit
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from painpath import clock
from painpath.accounts.models import Service
from painpath.accounts.scope import scope, service_at
from painpath.exchange.cds import answering, feedback
from painpath.exchange.cds.cards import Addresses
from painpath.exchange.cds.orders import NotACall, understand
from painpath.exchange.cds.services import SERVICES, services
from painpath.exchange.models import Client
from painpath.exchange.statements import BadStatement
from painpath.pathway import Pathway, PathwayError
from painpath.referrals import pathways

log = logging.getLogger(__name__)

JSON = frozenset({"", "application/json", "application/fhir+json", "application/json+fhir", "text/json"})
_DECODER = msgspec.json.Decoder(float_hook=Decimal)  # what is given back keeps its figures as they were written
_ENCODER = msgspec.json.Encoder(decimal_format="number")
_ISSUES = {400: "invalid", 401: "login", 404: "not-found", 405: "not-supported", 413: "too-long", 415: "not-supported",
           429: "throttled"}  # fmt: skip
_NOT_FOUND = "There is no such service here, or it is switched off."


class _Fault(Exception):
    """An answer that is not 200, with its sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


_View = Callable[..., dict[str, Any]]


def _program(*methods: str) -> Callable[[_View], Callable[..., HttpResponse]]:
    """A view that gives the JSON of its answer, for these methods; whatever fails is said in the same words."""

    def decorate(view: _View) -> Callable[..., HttpResponse]:
        @csrf_exempt
        @wraps(view)
        def answered(request: HttpRequest, **named: str) -> HttpResponse:
            if request.method == "OPTIONS":
                return _open(HttpResponse(status=204), methods)
            try:
                if request.method not in methods:
                    raise _Fault(405, f"This address takes {' and '.join(methods)}.")
                response = _json(view(request, **named), 200)
            except _Fault as fault:
                response = _json(outcome(fault.status, fault.sentence), fault.status)
            except (NotACall, BadStatement) as fault:
                status = 401 if isinstance(fault, BadStatement) else 400
                response = _json(outcome(status, fault.sentence), status)
            except RecursionError:
                response = _json(outcome(400, "The body is nested too deeply."), 400)
            except Exception:
                log.exception("a call of CDS Hooks could not be answered")
                response = _json(outcome(500, "The card could not be made. The order can be sent as it is."), 500)
            if response.status_code == 401:
                response["WWW-Authenticate"] = "Bearer"
            if response.status_code == 405:
                response["Allow"] = ", ".join((*methods, "OPTIONS"))
            return _open(response, methods)

        return answered

    return decorate


@_program("GET", "HEAD")
def discovery(request: HttpRequest, service: str) -> dict[str, Any]:
    """What is here."""
    with _calling(request, service) as (_, pathway):
        return services(pathway)


@_program("POST")
def call(request: HttpRequest, service: str, name: str) -> dict[str, Any]:
    """A card for a draft referral, or none."""
    with _calling(request, service) as (client, pathway):
        _known(name)
        understood = understand(_body(request), pathway.exchange.cards, clock.today())
        to = Addresses(
            check=_whole(request, reverse("referrers:check", args=[service])),
            criteria=_whole(request, reverse("referrers:criteria", args=[service])),
        )
        return {"cards": answering.answer(understood, client, pathway, to)}


@_program("POST")
def told(request: HttpRequest, service: str, name: str) -> dict[str, Any]:
    """What became of cards."""
    with _calling(request, service) as (client, _):
        _known(name)
        said = feedback.told(_body(request))
        if not answering.record(said, client):
            raise _Fault(404, "None of these cards was shown to you.")
        return {}


@contextmanager
def _calling(request: HttpRequest, slug: str) -> Iterator[tuple[Client, Pathway]]:
    """The scope of the service, for the client that has proved who it is.

    The statement is used up in a transaction of its own: what is wrong with the rest of a call does not give it back.
    """
    service = service_at(slug)
    if service is None:
        raise _Fault(404, _NOT_FOUND)
    with scope(service):
        pathway = _switched_on(service)
        client = answering.whose(_token(request), service, _whole(request, request.path))
    if not ratelimit.consume(request, action="program_call", key=f"{service.pk} {client.pk}"):
        raise _Fault(429, "That is too often. The order can be sent as it is.")
    with scope(service):
        yield client, pathway


def _switched_on(service: Service) -> Pathway:
    try:
        pathway, _ = pathways.in_force(service)
    except PathwayError:
        raise _Fault(404, _NOT_FOUND) from None
    if pathway.exchange.cds_hooks != "on":
        raise _Fault(404, _NOT_FOUND)
    return pathway


def _known(name: str) -> None:
    if name not in SERVICES:
        raise _Fault(404, f"The services here are {' and '.join(SERVICES)}.")


def _token(request: HttpRequest) -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise BadStatement("Send a signed statement (JWT) as bearer token.")
    return token.strip()


def _body(request: HttpRequest) -> Any:
    if (request.content_type or "").lower() not in JSON:
        raise _Fault(415, "Send JSON.")
    try:
        return _DECODER.decode(request.body)
    except RequestDataTooBig:
        raise _Fault(413, "The body is too large. Send only what the prefetch templates ask for.") from None
    except (msgspec.MsgspecError, UnreadablePostError, ValueError):
        raise _Fault(400, "The body is not JSON.") from None


def _whole(request: HttpRequest, path: str) -> str:
    """A whole address of ours: what the site says it is called, else what it was called by."""
    return f"{settings.SITE_URL}{path}" if settings.SITE_URL else request.build_absolute_uri(path)


def outcome(status: int, sentence: str) -> dict[str, Any]:
    """A fault in the words of FHIR, which CDS Hooks has taken over in its next version."""
    issue = {"severity": "error", "code": _ISSUES.get(status, "exception"), "diagnostics": sentence}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def _json(content: dict[str, Any], status: int) -> HttpResponse:
    response = HttpResponse(_ENCODER.encode(content), content_type="application/json", status=status)
    response["Cache-Control"] = "no-store"
    return response


def _open(response: HttpResponse, methods: tuple[str, ...]) -> HttpResponse:
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Methods"] = ", ".join((*methods, "OPTIONS"))
    response["Access-Control-Allow-Headers"] = "Authorization, Content-Type, Accept"
    response["Access-Control-Max-Age"] = "86400"
    return response
