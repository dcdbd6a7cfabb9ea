"""What every view of the team door starts with."""

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect

from painpath.accounts.models import Membership
from painpath.letters import outbox
from painpath.letters.models import Dispatch
from painpath.referrals import looking
from painpath.referrals.models import Referral


def member(request: HttpRequest) -> Membership:
    """Who is asking: set by the scope middleware for every listed address."""
    membership: Membership = request.membership  # type: ignore[attr-defined]
    return membership


def opened(request: HttpRequest, reference: str) -> Referral:
    """The referral of this address, the look audited. 404 when this service has none of that reference."""
    try:
        return looking.open_referral(reference, by=member(request), to_show=request.method in ("GET", "HEAD"))
    except Referral.DoesNotExist:
        raise Http404 from None


def sent_or_waiting(request: HttpRequest, dispatch: int) -> Dispatch:
    """What this address says is on its way. 404 when this service has none; not for whoever screens it blind."""
    by = member(request)
    try:
        found = outbox.whole(service_id=by.service_id, pk=dispatch).get()
    except Dispatch.DoesNotExist:
        raise Http404 from None
    looking.check_not_blind(found.referral, by=by)
    return found


def to_referral(referral: Referral, anchor: str = "") -> HttpResponseRedirect:
    """Back to the referral's page, at `anchor`."""
    answer = redirect("triage:referral", reference=referral.reference)
    return HttpResponseRedirect(f"{answer.url}#{anchor}" if anchor else answer.url)
