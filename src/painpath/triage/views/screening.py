"""Screening: starting and stopping, confirming or correcting one criterion at a time, acting on an alert."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from painpath.referrals import judging, moves
from painpath.referrals.models import Alert
from painpath.triage.views.base import member, opened, to_referral

STEPS = {"start": moves.start_screening, "take-over": moves.take_over, "stop": moves.stop_screening}


@require_POST
def step(request: HttpRequest, reference: str, step: str) -> HttpResponse:
    """Start, take over or stop a screening."""
    if step not in STEPS:
        raise Http404
    found = opened(request, reference)
    STEPS[step](referral=found, by=member(request))
    return to_referral(found)


@require_POST
def judge(request: HttpRequest, reference: str, criterion: str) -> HttpResponse:
    """Confirm or correct one criterion; the page comes back at the same place."""
    found = opened(request, reference)
    judging.judge(
        referral=found, by=member(request), criterion=criterion, state=request.POST.get("state", ""),
        reason=request.POST.get("reason", ""),
    )  # fmt: skip
    return to_referral(found, f"criterion-{criterion}")


@require_POST
def alert(request: HttpRequest, reference: str, alert: int) -> HttpResponse:
    """Record what was done about an alert."""
    found = opened(request, reference)
    row = get_object_or_404(Alert, pk=alert, referral=found)
    judging.act_on_alert(alert=row, by=member(request), action=request.POST.get("action", ""))
    return to_referral(found, f"alert-{alert}")
