"""Screening: starting and stopping, confirming or correcting one criterion at a time, acting on an alert."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from painpath.referrals import verbs
from painpath.referrals.models import Alert
from painpath.referrals.refusal import Refused
from painpath.referrals.sheet import judging
from painpath.triage.forms import ActOnAlert
from painpath.triage.presenters.page import judge_form, screening_page
from painpath.triage.views.base import member, opened, to_referral
from painpath.web.forms import render_form

STEPS = {"start": verbs.start_screening, "take-over": verbs.take_over, "stop": verbs.stop_screening}


@require_POST
def step(request: HttpRequest, reference: str, step: str) -> HttpResponse:
    """Start, take over or stop a screening."""
    if step not in STEPS:
        raise Http404
    found = opened(request, reference)
    by = member(request)
    STEPS[step](referral=found, by=by)
    if step == "start" and found.owner is not None and found.owner_id != by.pk:
        messages.info(request, f"This was assigned to {found.owner.name}. You are screening it now.")
    return to_referral(found)


@require_POST
def judge(request: HttpRequest, reference: str, criterion: str) -> HttpResponse:
    """Confirm or correct one criterion; the page comes back at the same place, with the sentence if it was refused."""
    found = opened(request, reference)
    by = member(request)
    judging.check_judge(found, by=by)
    context = screening_page(found, by)
    form = judge_form(context, criterion, request.POST)
    if form is None:
        raise Http404
    if form.is_valid():
        try:
            judging.judge(
                referral=found, by=by, criterion=criterion, seen_run=_number(request.POST.get("run", "")),
                **form.cleaned_data,
            )  # fmt: skip
        except Refused as refused:
            form.add_error("reason", refused.sentence)
        else:
            return to_referral(found, f"criterion-{criterion}")
    context["judge_forms"][criterion] = form
    return render_form(request, "triage/referral.jinja", form, **context)


def _number(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 18 else None


@require_POST
def alert(request: HttpRequest, reference: str, alert: int) -> HttpResponse:
    """Record what was done about an alert."""
    found = opened(request, reference)
    by = member(request)
    row = get_object_or_404(Alert, pk=alert, referral=found)
    form = ActOnAlert(request.POST, prefix=f"alert-{alert}")
    if form.is_valid():
        try:
            judging.act_on_alert(alert=row, by=by, action=form.cleaned_data["action"])
        except Refused as refused:
            form.add_error("action", refused.sentence)
        else:
            return to_referral(found, f"alert-{alert}")
    context = screening_page(found, by)
    context["alert_forms"][alert] = form
    return render_form(request, "triage/referral.jinja", form, **context)
