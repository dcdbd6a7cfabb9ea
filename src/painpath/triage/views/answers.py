"""What came back in questionnaires: read by the team, each look on record."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from painpath.referrals.questionnaires import looking
from painpath.triage.presenters import answers as present
from painpath.triage.presenters.page import frame
from painpath.triage.views.base import member, opened


@require_safe
def answers(request: HttpRequest, reference: str) -> HttpResponse:
    """Every questionnaire of this referral, with every answer in order."""
    referral, by = opened(request, reference), member(request)
    rows = looking.look_at_answers(referral, by=by)
    context = frame(referral, by) | present.page(referral, rows, by)
    return render(request, "triage/answers.jinja", context)
