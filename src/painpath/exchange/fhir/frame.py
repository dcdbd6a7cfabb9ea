"""The one view of the facade: everything below its base comes here, and everything is answered in the words of FHIR.

A fault of ours is an OperationOutcome too, without a trace and without a patient; what was being done is undone.
"""

import logging
from collections.abc import Iterable

from allauth.core import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from painpath.accounts.models import Service
from painpath.accounts.scope import scope, service_at
from painpath.exchange.authorising import Denied, authorise
from painpath.exchange.fhir import bodies
from painpath.exchange.fhir.call import Answer, Call
from painpath.exchange.fhir.handlers import handle, metadata, refuse
from painpath.exchange.fhir.negotiating import FORM, JSON, TYPES, media, takes_json
from painpath.exchange.fhir.outcomes import Fault, Issue, fault, for_now, our_fault, outcome
from painpath.pathway import PathwayError
from painpath.postgres.failing import what_fails
from painpath.referrals import pathways
from painpath.referrals.refusal import Refused
from painpath.web.errors import WAIT

log = logging.getLogger(__name__)

BEGINNING = 64 * 1024
"""Bytes that are kept of a body that is too long to be kept whole."""
LARGEST = 40 * 1024 * 1024
"""Bytes of a body: the largest file that we take (25 MB) is 33 MB as base64."""
NOTHING = "There is nothing at this address."
METHODS = "GET, HEAD, POST, PUT, OPTIONS"
ASKS = "Accept, Authorization, Content-Type, Prefer, If-Match, If-None-Match, If-None-Exist, X-Request-Id"
SHOWS = "ETag, Location, Last-Modified, WWW-Authenticate"


@csrf_exempt
def fhir(request: HttpRequest, service: str, rest: str = "") -> HttpResponse:
    """Everything at and below /services/<service>/fhir/R4."""
    if request.method == "OPTIONS":
        return _cors(request, HttpResponse(status=204))
    try:
        answer = _answer(request, service, rest)
    except Fault as wrong:
        answer = Answer(wrong.status, outcome(wrong.issues), dict(wrong.headers))
    except Denied as denied:
        code = "login" if denied.status == 401 else "forbidden"
        answer = Answer(denied.status, outcome([Issue(code, denied.sentence)]), {"WWW-Authenticate": denied.challenge})
    except Refused as refused:
        answer = Answer(422, outcome([Issue("business-rule", refused.sentence)]))
    except UnreadablePostError:
        answer = Answer(400, outcome([Issue("incomplete", "The body ended before all of it had come.")]))
    except Exception as error:
        log.exception("a call to the FHIR facade failed: %s", type(error).__name__)
        if what_fails(error):
            return _cors(request, _response(request, Answer(503, outcome([for_now()]), {"Retry-After": WAIT})))
        reads = request.method in ("GET", "HEAD") or rest.endswith(("_search", "$document"))
        answer = Answer(500, outcome([our_fault(reads=reads)]))
    return _cors(request, _response(request, answer))


def _answer(request: HttpRequest, slug: str, rest: str) -> Answer:
    service = service_at(slug)
    if service is None:
        raise fault(404, "not-found", NOTHING)
    path = tuple(rest.strip("/").split("/")) if rest.strip("/") else ()
    method = "GET" if request.method == "HEAD" else str(request.method)
    base = base_of(request, slug)
    with scope(service):
        if not _is_on(service):
            raise fault(404, "not-found", NOTHING)
        is_file = path[:1] == ("Binary",)
        wrong: Fault | None = None
        if not is_file and not takes_json(request.headers.get("Accept", ""), request.GET.get("_format")):
            wrong = fault(406, "not-supported", f"We answer in JSON alone: ask for {JSON}.")
            if method not in ("POST", "PUT"):
                raise wrong
        if path == ("metadata",):
            if method != "GET":
                raise fault(405, "not-supported", f"{method} cannot be done here.", Allow="GET")
            return Answer(200, metadata(base=base, service=service.name))
        grant = authorise(request, service)
        if not ratelimit.consume(request, action="program_call", key=f"{service.pk} {grant.client.pk}"):
            raise fault(
                429, "throttled", "That is too often. Nothing was done: ask again in a minute.", Retry_After="60"
            )
    form: tuple[tuple[str, str], ...] = ()
    content = b""
    if method in ("POST", "PUT", "PATCH"):
        kind = media(request.headers.get("Content-Type", ""))
        searches = path[-1:] == ("_search",)
        asks = searches or path[-1:] == ("$document",)
        if searches and kind == FORM:
            form = tuple(_pairs(request.POST.lists()))
        elif method != "PATCH" and kind not in TYPES and not (asks and _is_empty(request)):
            wanted = FORM if searches else JSON
            wrong = wrong or fault(415, "not-supported", f"We cannot take this kind of body here. Send {wanted}.")
        if not searches and method != "PATCH":  # which is 405, whatever came with it
            content = request.read(LARGEST + 1)
            if len(content) > LARGEST:
                content = content[:BEGINNING]
                wrong = fault(413, "too-long", f"This is larger than {LARGEST // 1024**2} MB. Nothing was done about "
                              "it. Send fewer files at once.")  # fmt: skip
    call = Call(
        grant=grant, base=base, method=method, path=path, query=tuple(_pairs(request.GET.lists())),
        headers={name.lower(): value for name, value in request.headers.items()}, content=content, form=form,
    )  # fmt: skip
    return refuse(call, wrong) if wrong else handle(call)


def _is_on(service: Service) -> bool:
    try:
        return pathways.in_force(service)[0].exchange.fhir == "on"
    except PathwayError:
        return False


def base_of(request: HttpRequest, slug: str) -> str:
    """The address of the facade, as programs reach it."""
    path = reverse("exchange:fhir", args=[slug])
    return f"{settings.SITE_URL}{path}" if settings.SITE_URL else request.build_absolute_uri(path)


def _pairs(lists: Iterable[tuple[str, list[str]]]) -> list[tuple[str, str]]:
    return [(name, value) for name, values in lists for value in values]


def _is_empty(request: HttpRequest) -> bool:
    return request.headers.get("Content-Length", "0") in ("", "0")


def _response(request: HttpRequest, answer: Answer) -> HttpResponse:
    if answer.raw is not None:
        content, kind = answer.raw
        response = HttpResponse(content, status=answer.status, content_type=kind)
        response["Content-Disposition"] = "attachment"
    else:
        body = bodies.written(answer.resource) if answer.resource is not None else b""
        response = HttpResponse(body, status=answer.status, content_type=f"{JSON}; charset=utf-8")
    for name, value in answer.headers.items():
        response[name] = value
    response["Cache-Control"] = "private, no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    asked = request.headers.get("X-Request-Id", "")
    if 0 < len(asked) <= 100 and asked.isascii() and asked.isprintable():
        response["X-Request-Id"] = asked
    return response


def _cors(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """For programs that run in a browser, from the addresses that the site allows."""
    response["Vary"] = "Origin, Accept, Authorization"
    if request.headers.get("Origin") in settings.FHIR_ORIGINS:
        response["Access-Control-Allow-Origin"] = request.headers["Origin"]
        response["Access-Control-Expose-Headers"] = SHOWS
        if request.method == "OPTIONS":
            response["Access-Control-Allow-Methods"] = METHODS
            response["Access-Control-Allow-Headers"] = ASKS
            response["Access-Control-Max-Age"] = "600"
    return response
