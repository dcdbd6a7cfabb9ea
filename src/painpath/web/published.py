"""What a service publishes, for pages that see nothing of the record."""

from django.http import Http404

from painpath.accounts.models import Service
from painpath.accounts.scope import service_at
from painpath.pathway import Pathway, PathwayError
from painpath.referrals import pathways
from painpath.web.language import translated


def public_pathway(slug: str) -> tuple[Service, Pathway]:
    """The service that a public address names, and what it publishes, in the language of the page; 404 when none."""
    service = service_at(slug)
    if service is None:
        raise Http404
    try:
        return service, translated(pathways.published(slug))
    except PathwayError:
        raise Http404 from None
