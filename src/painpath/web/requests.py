"""One line for each request, with nothing in it of what was asked or by whom; and a line for what security has to see.

A line has the view's name instead of its address, because addresses hold references. A membership is a number that only
the database knows whose it is.
"""

import logging
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest, HttpResponse

from painpath.logs import request_id

log = logging.getLogger("painpath.requests")
security = logging.getLogger("painpath.security")

EVENTS = {401: "not proved", 403: "denied", 413: "too large", 429: "too often"}
"""What an answer's status says to whoever watches over the site."""


class RequestsMiddleware:
    """Gives each request an id, which stands on every line about it and in the answer, and says how it ended."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token, began = request_id.set(uuid.uuid4().hex[:16]), time.perf_counter()
        try:
            response = self.get_response(request)
            response.headers.setdefault("X-Request-Id", request_id.get())
            about: dict[str, Any] = {"view": _view(request), "method": _method(request), "status": response.status_code}
            about["member"] = _member(request)
            event = "forged or old form" if getattr(request, "is_forged", False) else EVENTS.get(response.status_code)
            if event:
                security.warning("a request was refused", extra={**about, "event": event})
            log.info("answered", extra={**about, "ms": round((time.perf_counter() - began) * 1000)})
            return response
        finally:
            request_id.reset(token)


def _view(request: HttpRequest) -> str:
    return (request.resolver_match.view_name if request.resolver_match else "") or "-"


def _method(request: HttpRequest) -> str:
    """A method that is none of HTTP's can be any word."""
    method = str(request.method)
    return method if method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS") else "other"


def _member(request: HttpRequest) -> int | None:
    """The membership that opened the page, or was refused it."""
    member = getattr(request, "membership", None) or getattr(request, "refused_to", None)
    return member.pk if member else None


def _said(event: str) -> Callable[..., None]:
    def say(**_: Any) -> None:
        security.info("at the door", extra={"event": event})

    return say


IN, OUT, FAILED = _said("signed in"), _said("signed out"), _said("sign-in failed")


def watch() -> None:
    """Say when somebody signs in or out, or fails to. Who it was stands in the audit."""
    user_logged_in.connect(IN, dispatch_uid="painpath.requests.in")
    user_logged_out.connect(OUT, dispatch_uid="painpath.requests.out")
    user_login_failed.connect(FAILED, dispatch_uid="painpath.requests.failed")
