"""A clinician has read that something has changed, and says what was done."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from painpath.referrals.models import ReportedChange
from painpath.referrals.referring import changing
from painpath.referrals.refusal import Refused
from painpath.triage.presenters.changes import form_of, on_referral
from painpath.triage.presenters.page import screening_page
from painpath.triage.views.base import member, opened, to_referral
from painpath.web.forms import render_form


@require_POST
def read(request: HttpRequest, reference: str, change: int) -> HttpResponse:
    """Record what was done, which closes the report."""
    referral = opened(request, reference)
    by = member(request)
    row = ReportedChange.objects.select_related("referral").filter(referral=referral, pk=change).first()
    if row is None:
        raise Http404
    form = form_of(row.pk, request.POST)
    if form.is_valid():
        try:
            changing.read_change(change=row, by=by, action=form.cleaned_data["action"])
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, "Recorded.")
            return to_referral(referral)
    context = screening_page(referral, by) | {"changes": on_referral(referral, by, (row.pk, form))}
    return render_form(request, "triage/referral.jinja", form, **context)
