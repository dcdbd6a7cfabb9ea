"""The reply in e-RS, by hand: pasted by a person, and ticked when it is there."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from painpath.accounts.models import Membership
from painpath.letters.ers import KIND, mark_sent
from painpath.letters.models import Dispatch
from painpath.referrals import pathways
from painpath.referrals.models import Referral
from painpath.referrals.refusal import Refused
from painpath.triage.advice_forms import Sent
from painpath.triage.presenters.ers import ers_page
from painpath.triage.presenters.page import frame
from painpath.triage.views.base import member, opened
from painpath.web.forms import render_form


@require_safe
def ers(request: HttpRequest, reference: str) -> HttpResponse:
    """What to choose and paste in e-RS, and whether it has been sent."""
    return _page(request, opened(request, reference), member(request), Sent())


@require_POST
def sent(request: HttpRequest, reference: str, dispatch: int) -> HttpResponse:
    """Somebody says that they have sent it."""
    referral = opened(request, reference)
    by = member(request)
    row = Dispatch.objects.filter(referral=referral, kind=KIND, pk=dispatch).select_related("referral").first()
    if row is None:
        raise Http404
    form = Sent(request.POST)
    if form.is_valid():
        try:
            mark_sent(dispatch=row, by=by)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, "Recorded: the reply stands in e-RS.")
            return redirect("triage:ers", reference=reference)
    return _page(request, referral, by, form)


def _page(request: HttpRequest, referral: Referral, by: Membership, form: Sent) -> HttpResponse:
    pathway = pathways.of(referral.pathway_version)
    return render_form(request, "triage/ers.jinja", form, **frame(referral, by), ers=ers_page(referral, pathway, by))
