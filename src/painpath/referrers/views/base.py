"""What every view of the referrers' door starts with."""

from django.http import Http404, HttpRequest

from painpath.accounts.models import Membership, Service
from painpath.accounts.scope import service_at
from painpath.pathway import Pathway, PathwayError
from painpath.referrals import pathways
from painpath.referrals.models import Referral
from painpath.referrals.theirs import theirs


def referrer(request: HttpRequest) -> Membership:
    """Who is asking: set by the scope middleware for every listed address."""
    membership: Membership = request.membership  # type: ignore[attr-defined]
    return membership


def public_pathway(slug: str) -> tuple[Service, Pathway]:
    """The service that a public address names, and what it publishes; 404 when there is none."""
    service = service_at(slug)
    if service is None:
        raise Http404
    try:
        return service, pathways.published(slug)
    except PathwayError:
        raise Http404 from None


def own(request: HttpRequest, reference: str) -> Referral:
    """The referral of this reference, when it is theirs; else 404, whether it is somebody else's or nobody's."""
    found = theirs(referrer(request)).select_related("pathway_version", "patient", "referrer", "owner__user")
    referral = found.defer("pathway_version__content").filter(reference=reference).first()
    if referral is None:
        raise Http404
    return referral
