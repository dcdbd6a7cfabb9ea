"""Where is it? The page of one referral, its letters, and a file for the record."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from painpath.letters.copies import give_out
from painpath.letters.models import Letter
from painpath.letters.signing import open_their_letter
from painpath.referrals.looking import look
from painpath.referrers.presenters import record as file_of
from painpath.referrers.presenters import status as present
from painpath.referrers.seen import Seen, seen
from painpath.referrers.status_forms import OnAdvice
from painpath.web.files import file_answer

PDF, TEXT = "application/pdf", "text/plain"


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
    return file_answer(bytes(found.pdf), PDF, f"{seen.referral.reference}-decision.pdf", download=True)


@require_safe
@seen
def letter_text(request: HttpRequest, seen: Seen, letter: int) -> HttpResponse:
    """The same letter as plain text."""
    found = _letter(seen, letter, "plain-text")
    return file_answer(give_out(found, "plain-text"), TEXT, f"{seen.referral.reference}-decision.txt", download=True)


@require_safe
@seen
def record(request: HttpRequest, seen: Seen) -> HttpResponse:
    """Status, decision and conversation as one text file."""
    if not seen.full:
        raise Http404
    look(seen.referral, by=seen.by, action="referral.download")
    return file_answer(file_of.record(seen).encode(), TEXT, f"{seen.referral.reference}.txt", download=True)


def _letter(seen: Seen, pk: int, form: str = "standard") -> Letter:
    try:
        return open_their_letter(seen.referral, pk, by=seen.by, form=form)
    except Letter.DoesNotExist:
        raise Http404 from None
