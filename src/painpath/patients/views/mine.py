"""Where am I? One's own referral, and its letters."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from painpath.letters.copies import file_name, give_out
from painpath.letters.models import Letter
from painpath.letters.rendering import FORMS
from painpath.letters.their_letters import open_own_letter
from painpath.patients.presenters import mine as present
from painpath.patients.presenters import who_looked as looked
from painpath.patients.seen import Seen, seen
from painpath.referrals.looking import look
from painpath.web.files import file_answer


@require_safe
@seen
def status(request: HttpRequest, seen: Seen) -> HttpResponse:
    """Where it stands, what is awaited, what was decided, what somebody can do."""
    look(seen.referral, by=seen.by)
    return render(request, "patients/mine.jinja", present.page(seen))


@require_safe
@seen
def letter(request: HttpRequest, seen: Seen, letter: int) -> HttpResponse:
    """A letter as a page: for small screens, and to be read aloud; with every form that it can be had in."""
    return render(request, "patients/letter.jinja", present.letter(seen, _letter(seen, letter)))


@require_safe
@seen
def letter_in(request: HttpRequest, seen: Seen, letter: int, form: str) -> HttpResponse:
    """The same letter to keep, print or hear, in one of its forms."""
    if form not in FORMS:
        raise Http404
    found = _letter(seen, letter, form)
    name = file_name(found, seen.referral.reference, form)
    return file_answer(give_out(found, form), FORMS[form].media_type, name, download=True)


@require_safe
@seen
def who_looked(request: HttpRequest, seen: Seen) -> HttpResponse:
    """Who has looked at one's record, day by day."""
    look(seen.referral, by=seen.by)
    return render(request, "patients/who_looked.jinja", looked.page(seen))


def _letter(seen: Seen, pk: int, form: str = "page") -> Letter:
    try:
        return open_own_letter(seen.referral, pk, by=seen.by, form=form)
    except Letter.DoesNotExist:
        raise Http404 from None
