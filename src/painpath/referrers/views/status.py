"""Where is it? The page of one referral, its letters, and a file for the record."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from painpath.letters.models import Letter
from painpath.letters.signing import open_their_letter
from painpath.referrals.looking import look
from painpath.referrers.presenters import record as file_of
from painpath.referrers.presenters import status as present
from painpath.referrers.seen import Seen, seen
from painpath.referrers.status_forms import OnAdvice

PDF, TEXT = "application/pdf", "text/plain; charset=utf-8"


@require_safe
@seen
def status(request: HttpRequest, seen: Seen) -> HttpResponse:
    """Where it stands, what is awaited, what was decided and said."""
    look(seen.referral, by=seen.by)
    return render(request, "referrers/status.jinja", present.page(seen) | {"form": OnAdvice()})


@require_safe
@seen
def letter(request: HttpRequest, seen: Seen, letter: int) -> HttpResponse:
    """The signed letter to the GP, as PDF."""
    found = _letter(seen, letter)
    return _file(bytes(found.pdf), PDF, f"{seen.referral.reference}-decision.pdf")


@require_safe
@seen
def letter_text(request: HttpRequest, seen: Seen, letter: int) -> HttpResponse:
    """The same letter as plain text."""
    return _file(_letter(seen, letter).text.encode(), TEXT, f"{seen.referral.reference}-decision.txt")


@require_safe
@seen
def record(request: HttpRequest, seen: Seen) -> HttpResponse:
    """Status, decision and conversation as one text file."""
    if not seen.full:
        raise Http404
    look(seen.referral, by=seen.by, action="referral.download")
    return _file(file_of.record(seen).encode(), TEXT, f"{seen.referral.reference}.txt")


def _letter(seen: Seen, pk: int) -> Letter:
    try:
        return open_their_letter(seen.referral, pk, by=seen.by)
    except Letter.DoesNotExist:
        raise Http404 from None


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "no-store"
    return response
