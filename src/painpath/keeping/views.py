"""The addresses for monitors. They stand outside every scope, and each asks for itself who may read it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe

from painpath.keeping import health


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """This process answers. Asks nothing and nobody: while it does, restarting the program would not help."""
    return JsonResponse({"program": health.OK})


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Whether people can be sent here: 200, or 503 and which part is not."""
    parts = health.ready()
    return JsonResponse(parts, status=200 if set(parts.values()) == {health.OK} else 503)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For Prometheus, with the token of the site; not there where the site has set none."""
    if not settings.METRICS_TOKEN:
        return HttpResponse(status=404)
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    from prometheus_client import CONTENT_TYPE_LATEST

    from painpath.keeping.metrics import written

    return HttpResponse(written(), content_type=CONTENT_TYPE_LATEST)
