"""What every view of the patients' door starts with."""

from django.http import Http404, HttpRequest

from painpath.accounts.models import Service
from painpath.accounts.scope import service_at
from painpath.pathway import Pathway, PathwayError
from painpath.referrals import pathways
from painpath.web.language import translated


def visited(request: HttpRequest) -> Service:
    """The service of the address, for pages behind a code: set by the scope middleware (VISITOR)."""
    service: Service = request.visited  # type: ignore[attr-defined]
    return service


def public_pathway(slug: str) -> tuple[Service, Pathway]:
    """The service that a public address names, and what it publishes; 404 when there is none."""
    service = service_at(slug)
    if service is None:
        raise Http404
    try:
        return service, translated(pathways.published(slug))
    except PathwayError:
        raise Http404 from None
