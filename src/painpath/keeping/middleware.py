"""Answers monitors, and counts what everybody else was answered."""

import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import resolve

ADDRESSES = frozenset({"/health/live", "/health/ready", "/metrics"})


class KeepingMiddleware:
    """Stands before whatever looks at the host. A monitor asks by address, such as 10.0.0.7, and http: it is answered
    all the same, for nothing in the answer depends on the host, and no other address is answered here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in ADDRESSES:
            request.resolver_match = resolve(request.path_info)
            response: HttpResponse = request.resolver_match.func(request)
            response.headers["Cache-Control"] = "no-store"
            response._has_been_logged = True  # type: ignore[attr-defined] # what is not ready is an answer, not an error of ours
            return response
        if not settings.METRICS_TOKEN:
            return self.get_response(request)
        from painpath.keeping.metrics import count

        began = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        count(match.view_name if match else "none", response.status_code, time.perf_counter() - began)
        return response
