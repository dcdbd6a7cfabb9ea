"""What every view of the patients' door starts with."""

from django.http import HttpRequest

from painpath.accounts.models import Service
from painpath.pathway import Pathway
from painpath.web import published
from painpath.web.language import translated


def visited(request: HttpRequest) -> Service:
    """The service of the address, for pages behind a code: set by the scope middleware (VISITOR)."""
    service: Service = request.visited  # type: ignore[attr-defined]
    return service


def public_pathway(slug: str) -> tuple[Service, Pathway]:
    """The service that a public address names, and what it publishes, in the reader's language; 404 for none."""
    service, pathway = published.public_pathway(slug)
    return service, translated(pathway)
