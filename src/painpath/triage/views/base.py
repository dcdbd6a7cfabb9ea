"""What every view of the team door starts with."""

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect

from painpath.accounts.models import Membership
from painpath.referrals import looking
from painpath.referrals.models import Referral


def member(request: HttpRequest) -> Membership:
    """Who is asking: set by the scope middleware for every listed address."""
    membership: Membership = request.membership  # type: ignore[attr-defined]
    return membership


def opened(request: HttpRequest, reference: str) -> Referral:
    """The referral of this address, the look audited. 404 when this service has none of that reference."""
    try:
        return looking.open_referral(reference, by=member(request))
    except Referral.DoesNotExist:
        raise Http404 from None


def to_referral(referral: Referral, anchor: str = "") -> HttpResponseRedirect:
    """Back to the referral's page, at `anchor`."""
    answer = redirect("triage:referral", reference=referral.reference)
    return HttpResponseRedirect(f"{answer.url}#{anchor}" if anchor else answer.url)
