"""The reply in e-RS, by hand: pasted by a person, and ticked when it is there."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from painpath.accounts.models import Membership
from painpath.letters.ers import KIND, check_take_back_sent, mark_sent, take_back_sent
from painpath.letters.models import Dispatch
from painpath.referrals import pathways
from painpath.referrals.guidance import attaching
from painpath.referrals.models import Referral
from painpath.referrals.refusal import Refused
from painpath.triage.advice_forms import Sent
from painpath.triage.attachment_forms import NotSent
from painpath.triage.presenters.ers import ers_page
from painpath.triage.presenters.page import frame
from painpath.triage.views.base import member, opened
from painpath.web.forms import render_form


@require_safe
def ers(request: HttpRequest, reference: str) -> HttpResponse:
    """What to choose and paste in e-RS, and whether it has been sent."""
    referral = opened(request, reference)
    return _page(request, referral, member(request), _form(referral))


@require_POST
def sent(request: HttpRequest, reference: str, dispatch: int) -> HttpResponse:
    """Somebody says that they have sent it."""
    referral = opened(request, reference)
    by = member(request)
    row = _reply(referral, dispatch)
    form = _form(referral, request.POST)
    if form.is_valid():
        try:
            mark_sent(dispatch=row, by=by)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, "Recorded: the reply stands in e-RS.")
            return redirect("triage:ers", reference=reference)
    return _page(request, referral, by, form)


def not_sent(request: HttpRequest, reference: str, dispatch: int) -> HttpResponse:
    """Somebody ticked a reply that was not sent: why, in words; then it waits to be sent again."""
    referral = opened(request, reference)
    by = member(request)
    row = _reply(referral, dispatch)
    if request.method != "POST":
        check_take_back_sent(row, by=by)
    form = NotSent(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            take_back_sent(dispatch=row, by=by, words=form.cleaned_data["words"])
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, "Recorded: the reply does not stand in e-RS yet. It waits to be sent.")
            return redirect("triage:ers", reference=reference)
    context = frame(referral, by) | {
        "heading": "Not sent in e-RS after all", "button": "Record that it was not sent",
        "intro": "The reply waits to be sent again. Who had ticked it, and when, stays on the timeline.",
    }  # fmt: skip
    return render_form(request, "triage/act.jinja", form, **context)


def _form(referral: Referral, data: QueryDict | None = None) -> Sent:
    """The tick. Where files go with the reply it says so: they are sent too, or the reply is not whole."""
    form = Sent(data)
    decision = referral.decisions.last()
    if decision is not None and attaching.enclosed(decision):
        form.fields["sent"].label = "I have sent this in e-RS, with its files"
    return form


def _reply(referral: Referral, dispatch: int) -> Dispatch:
    row = Dispatch.objects.filter(referral=referral, kind=KIND, pk=dispatch).select_related("referral").first()
    if row is None:
        raise Http404
    return row


def _page(request: HttpRequest, referral: Referral, by: Membership, form: Sent) -> HttpResponse:
    pathway = pathways.of(referral.pathway_version)
    return render_form(request, "triage/ers.jinja", form, **frame(referral, by), ers=ers_page(referral, pathway, by))
