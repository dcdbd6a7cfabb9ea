"""What every view of the referrers' door starts with."""

from django.http import Http404, HttpRequest

from painpath.accounts.models import Membership
from painpath.referrals.models import Referral
from painpath.referrals.theirs import theirs


def referrer(request: HttpRequest) -> Membership:
    """Who is asking: set by the scope middleware for every listed address."""
    membership: Membership = request.membership  # type: ignore[attr-defined]
    return membership


def own(request: HttpRequest, reference: str) -> Referral:
    """The referral of this reference, when it is theirs; else 404, whether it is somebody else's or nobody's."""
    found = theirs(referrer(request)).select_related("pathway_version", "patient", "referrer", "owner__user")
    referral = found.defer("pathway_version__content").filter(reference=reference).first()
    if referral is None:
        raise Http404
    return referral
