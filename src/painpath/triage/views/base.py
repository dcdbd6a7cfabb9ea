"""What every view of the team door starts with."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.http import content_disposition_header

from painpath.accounts.models import Membership
from painpath.referrals import looking
from painpath.referrals.models import Referral

SHOWN = {kind: kind for kind in ("application/pdf", "image/png", "image/jpeg")} | {
    "text/plain": "text/plain; charset=utf-8"
}
"""What a browser may show from the record, and how it is named to the browser."""


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


def file_answer(content: bytes, media_type: str, name: str, *, download: bool = False) -> HttpResponse:
    """A file from the record. Never as anything that a browser would run: only what is in `SHOWN` is shown."""
    shown = media_type in SHOWN
    response = HttpResponse(content, content_type=SHOWN.get(media_type, "application/octet-stream"))
    response["Content-Disposition"] = content_disposition_header(download or not shown, name) or "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "no-store"
    return response
