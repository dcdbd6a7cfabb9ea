"""Restricted records: marking one and ending that, breaking the glass, and reviewing who did."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from painpath.accounts import audit
from painpath.accounts.roles import MANAGER
from painpath.referrals import restricting
from painpath.referrals.models import Referral
from painpath.referrals.models.restricting import WHY_OPENED, WHY_RESTRICTED, BrokenGlass
from painpath.referrals.refusal import Refused
from painpath.triage import restricting_forms as forms
from painpath.triage.presenters.words import moment, person
from painpath.triage.views.base import member
from painpath.web import kept
from painpath.web.forms import render_form

ROWS = 200
"""As many as one page lists; a service with more has to look at why it restricts so much."""


def _referral(request: HttpRequest, reference: str) -> Referral:
    found = Referral.objects.filter(service_id=member(request).service_id, reference=reference).first()
    if found is None:
        raise Http404
    return found


def _hours() -> int:
    return int(restricting.LASTS.total_seconds() // 3600)


def restrict(request: HttpRequest, reference: str) -> HttpResponse:
    """Restrict a record, or end that. The page says nothing of whom it is about."""
    by, referral = member(request), _referral(request, reference)
    restricting.check_restricts(by=by)
    ends = referral.restricted
    form = (forms.EndRestriction if ends else forms.Restrict)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if ends:
                restricting.end_restriction(referral=referral, by=by, **form.cleaned_data)
            else:
                restricting.restrict(referral=referral, by=by, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            said = "is not restricted any more" if ends else "is restricted now"
            messages.success(request, f"Record {reference} {said}.")
            return redirect("triage:worklist")
    title = f"End the restriction of {reference}" if ends else f"Restrict record {reference}"
    intro = "The whole team can open it again." if ends else (
        "It then opens only to whoever it is assigned to and to leads. Others see its reference, state, due day, owner "
        "and alerts. They can still open it with a reason, and a lead reviews that."
    )  # fmt: skip
    return render_form(
        request, "triage/change.jinja", form, title=title, button="End the restriction" if ends else "Restrict it",
        intro=intro, back=reverse("triage:worklist"),
    )  # fmt: skip


def break_glass(request: HttpRequest, reference: str) -> HttpResponse:
    """What a closed record answers with: what opening it means, and why somebody needs it."""
    by, referral = member(request), _referral(request, reference)
    if restricting.is_open(referral, by):
        return redirect("triage:referral", reference=reference)
    form = forms.BreakGlass(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            restricting.break_glass(referral=referral, by=by, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            waits = kept.waiting(request)
            return redirect("kept", waits) if waits else redirect("triage:referral", reference=reference)
    answer = render_form(
        request, "triage/break_glass.jinja", form, reference=reference, hours=_hours(), ends=by.role == MANAGER
    )
    if not form.is_bound:
        answer.status_code = 403
    return answer


@require_safe
def restricted(request: HttpRequest) -> HttpResponse:
    """For leads and auditors: what is restricted, whose opening nobody has reviewed, and who ended a restriction."""
    by = member(request)
    audit.record(by, "restriction.look", by.service)
    to = "triage:referral" if by.leads else "triage:audit-record"
    context = {
        "to_review": [
            {
                "pk": one.pk, "reference": one.referral.reference, "who": person(one.by), "when": moment(one.at),
                "why": WHY_OPENED[one.why], "words": one.words, "href": reverse(to, args=[one.referral.reference]),
            }
            for one in restricting.to_review(by)[:ROWS]
        ],
        "restricted": [
            {
                "reference": one.referral.reference, "who": person(one.by), "when": moment(one.at),
                "why": WHY_RESTRICTED[one.why], "href": reverse(to, args=[one.referral.reference]),
            }
            for one in restricting.restricted_now(by)[:ROWS]
        ],
        "ended": [
            {
                "reference": one.referral.reference, "who": person(one.ended_by), "when": moment(one.ended_at),
                "words": one.ended_why,
            }
            for one in restricting.ended_lately(by)[:ROWS] if one.ended_at
        ],
        "reviews": by.leads,
        "hours": _hours(),
    }  # fmt: skip
    return render(request, "triage/restricted.jinja", context)


def review(request: HttpRequest, glass: int) -> HttpResponse:
    """A lead says what they found."""
    by = member(request)
    rows = BrokenGlass.objects.select_related("referral", "by__user")
    one = get_object_or_404(rows, pk=glass, service_id=by.service_id)
    form = forms.Review(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            restricting.review(one=one, by=by, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, "Recorded as reviewed.")
            return redirect("triage:restricted")
    intro = f"{person(one.by)} opened record {one.referral.reference}, {moment(one.at)}: {WHY_OPENED[one.why]}."
    return render_form(
        request, "triage/change.jinja", form, title="Review who opened a restricted record", button="Record it",
        intro=f"{intro} In their words: “{one.words}”", back=reverse("triage:restricted"),
    )  # fmt: skip
