"""`$process-message` over HTTP: who calls, what comes, and the answer, all in the words of the standard."""

import logging
from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from psycopg import errors

from painpath.accounts.models import Service
from painpath.accounts.scope import scope
from painpath.exchange import tokens
from painpath.exchange.authorising import Denied, Grant, authorise
from painpath.exchange.bars import reading, receiving
from painpath.exchange.bars.answers import BarsFault, outcome
from painpath.exchange.inbound import acting_for
from painpath.exchange.statements import BadStatement
from painpath.postgres.failing import what_fails

log = logging.getLogger(__name__)

FHIR_JSON = "application/fhir+json"
READ = frozenset({FHIR_JSON, "application/json", "application/json+fhir", "text/json", "text/plain", ""})
"""What is read as JSON. Anything else is kept, and refused."""
ANSWERED = frozenset({FHIR_JSON, "application/json", "application/json+fhir", "application/*", "*/*"})
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})
WAIT = "60"
"""Seconds after which it may be tried again."""
BEGINNING = 64 * 1024
"""Bytes that are kept of a message that is too long to be kept whole."""
ECHOED = ("X-Request-Id", "X-Correlation-Id")


@csrf_exempt
def process_message(request: HttpRequest, service: str) -> HttpResponse:
    """A message of another program."""
    headers: dict[str, str] = {}
    try:
        status, body = 200, _take(request, service)
    except BarsFault as fault:
        status, body = fault.status, outcome(fault.status, fault.sentence)
    except Denied as no:
        status, body = no.status, outcome(no.status, no.sentence)
        headers["WWW-Authenticate"] = no.challenge
    except OperationalError as error:
        log.error("the database did not answer: %s", type(error).__name__)
        status, body = unavailable(error)
        headers["Retry-After"] = WAIT
    except (SuspiciousOperation, UnreadablePostError):
        status, body = 400, outcome(400, "What was sent could not be read. Send it again.")
    except Exception as error:
        log.error("a message could not be answered: %s", type(error).__name__)
        if what_fails(error):
            status, body = unavailable(error)
            headers["Retry-After"] = WAIT
        else:
            status, body = 500, outcome(500, "Something went wrong here, not with you. Send it again later.")
    if status == 405:
        headers["Allow"] = "POST"
    if status == 429:
        headers["Retry-After"] = WAIT
    for name in ECHOED:
        value = request.headers.get(name, "")
        if 0 < len(value) <= 200 and value.isascii() and value.isprintable():
            headers[name] = value
    return JsonResponse(body, status=status, content_type=FHIR_JSON, headers=headers | {"Cache-Control": "no-store"})


def unavailable(error: Exception) -> tuple[int, dict[str, Any]]:
    """The answer where our database did not do what it was asked: in time, or at all. The cause is psycopg's."""
    if isinstance(error.__cause__, errors.QueryCanceled | errors.LockNotAvailable):
        return 408, outcome(408, "This took too long here. Send it again: the same message is taken once.")
    return 503, outcome(503, "This is not available now. Send it again: the same message is taken once.")


def _take(request: HttpRequest, slug: str) -> dict[str, Any]:
    try:
        service, on = tokens.switches(slug)
    except Http404:
        raise BarsFault(404, "There is no such service.") from None
    if on.bars == "off":
        raise BarsFault(404, "This service has not switched this on.")
    if request.method not in METHODS:  # RFC 9110, section 15.6.2: what nobody here knows as a method
        raise BarsFault(501, "This is no method that is known here. Send a message by POST.")
    if request.method != "POST":
        raise BarsFault(405, "Send a message by POST.")
    address = tokens.address(request, "exchange:process-message", service)
    grant = _who(request, service, address)
    grant.need("ServiceRequest", "c")
    if not ratelimit.consume(request, action="program_message", key=f"{service.pk} {grant.client.pk}"):
        raise BarsFault(429, "That is too often. Nothing of it was kept: send it again in a minute.")
    said, notes = reading.said_by_headers(request.headers)
    try:
        content = request.read(settings.MAX_UPLOAD_BYTES + 1)
    except (RawPostDataException, UnreadablePostError) as error:
        raise BarsFault(400, "What was sent could not be read whole. Send it again.") from error
    if len(content) > settings.MAX_UPLOAD_BYTES:
        fault = BarsFault(413, f"A message may have {settings.MAX_UPLOAD_BYTES // 1024**2} MB.")
        raise receiving.refuse(grant, content[:BEGINNING], said, fault, kept=receiving.BEGINNING_KEPT)
    if not content.strip():
        raise BarsFault(400, f"There is nothing in this message. Send {FHIR_JSON}.")
    if (request.content_type or "").lower() not in READ:
        fault = BarsFault(422, f"Only {FHIR_JSON} is read here.")
        raise receiving.refuse(grant, content, said, fault)
    if not _can_be_answered(request):
        raise receiving.refuse(grant, content, said, BarsFault(406, f"The answer is {FHIR_JSON}: accept that."))
    return receiving.process(grant, content, said, notes, address=address)


def _who(request: HttpRequest, service: Service, address: str) -> Grant:
    """By a token, or by a statement that the program has signed for this address."""
    kind, _, shown = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or shown.count(".") != 2:
        with scope(service):
            return authorise(request, service)
    try:
        with scope(service):
            client = tokens.proved(service, shown.strip(), audience=address)
    except BadStatement as error:
        said = f'Bearer realm="painpath", error="invalid_token", error_description="{error.sentence}"'
        raise Denied(401, error.sentence, said) from error
    return Grant(client, tuple(client.scopes), acting_for(client))


def _can_be_answered(request: HttpRequest) -> bool:
    wanted = [one.partition(";")[0].strip().lower() for one in request.headers.get("Accept", "").split(",")]
    return not any(wanted) or bool(ANSWERED & set(wanted))
