"""What every view of the team door starts with."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
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


def inline_safe(content: bytes, media_type: str, name: str, *, download: bool) -> HttpResponse:
    """A file from the record. Never as anything that a browser would run: only PDF and plain pictures are shown."""
    shown = media_type in ("application/pdf", "image/png", "image/jpeg", "text/plain")
    response = HttpResponse(content, content_type=media_type if shown else "application/octet-stream")
    if media_type == "text/plain":
        response["Content-Type"] = "text/plain; charset=utf-8"
    kind = "attachment" if download or not shown else "inline"
    ascii_name = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
    response["Content-Disposition"] = f'{kind}; filename="{ascii_name}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response
