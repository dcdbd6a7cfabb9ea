"""Where am I? One's own referral, and its letters."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from painpath.patients.presenters import mine as present
from painpath.patients.seen import Seen, seen
from painpath.referrals.looking import look


@require_safe
@seen
def status(request: HttpRequest, seen: Seen) -> HttpResponse:
    """Where it stands, what is awaited, what was decided, what somebody can do."""
    look(seen.referral, by=seen.by)
    return render(request, "patients/mine.jinja", present.page(seen))
