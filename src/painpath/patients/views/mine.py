"""Where am I? One's own referral, and its letters."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from painpath.letters.formats import layout_for
from painpath.letters.models import Letter
from painpath.letters.their_letters import open_own_letter, pdf_in
from painpath.patients.presenters import mine as present
from painpath.patients.seen import Seen, seen
from painpath.referrals.looking import look
from painpath.web.files import file_answer

PDF, TEXT = "application/pdf", "text/plain"


@require_safe
@seen
def status(request: HttpRequest, seen: Seen) -> HttpResponse:
    """Where it stands, what is awaited, what was decided, what somebody can do."""
    look(seen.referral, by=seen.by)
    return render(request, "patients/mine.jinja", present.page(seen))


@require_safe
@seen
def letter(request: HttpRequest, seen: Seen, letter: int) -> HttpResponse:
    """A letter as a page: for small screens, and to be read aloud."""
    return render(request, "patients/letter.jinja", present.letter(seen, _letter(seen, letter)))


@require_safe
@seen
def letter_pdf(request: HttpRequest, seen: Seen, letter: int) -> HttpResponse:
    """The same letter to keep or print, in the layout that the person needs by now."""
    found = _letter(seen, letter)
    return file_answer(
        pdf_in(found, layout_for(seen.referral.patient)), PDF, f"{seen.referral.reference}-letter.pdf", download=True
    )


@require_safe
@seen
def letter_text(request: HttpRequest, seen: Seen, letter: int) -> HttpResponse:
    """The same letter as plain text."""
    return file_answer(
        _letter(seen, letter).text.encode(), TEXT, f"{seen.referral.reference}-letter.txt", download=True
    )


def _letter(seen: Seen, pk: int) -> Letter:
    try:
        return open_own_letter(seen.referral, pk, by=seen.by)
    except Letter.DoesNotExist:
        raise Http404 from None
