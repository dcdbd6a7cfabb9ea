"""Assigning by hand: one referral on a page of its own, several from the worklist. Nobody decides several at once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from painpath.accounts.models import Membership
from painpath.referrals.models import Referral
from painpath.referrals.refusal import Refused
from painpath.referrals.worklist import assigning
from painpath.triage.presenters.page import frame
from painpath.triage.presenters.words import plural
from painpath.triage.team_forms import Assign, AssignSeveral
from painpath.triage.views.base import member, opened, to_referral
from painpath.triage.views.worklist import last_search, show
from painpath.web.forms import render_form


def assign(request: HttpRequest, reference: str) -> HttpResponse:
    """Whose one referral is: only those who may have it are offered."""
    referral = opened(request, reference)
    by = member(request)
    form = Assign(request.POST or None, members=assigning.who_may_have(referral, by))
    if request.method == "POST" and form.is_valid():
        try:
            assigning.assign(referral=referral, to=form.cleaned_data["to"], by=by)
        except Refused as refused:
            form.add_error("to", refused.sentence)
        else:
            messages.success(request, _done([referral], form.cleaned_data["to"]))
            return to_referral(referral)
    context = frame(referral, by) | {
        "heading": "Assign this referral",
        "intro": f"Now with: {referral.owner_label}. Whoever it is assigned to finds it under “Mine”; "
        "anybody who may screen can still start it.",
        "button": "Assign it",
    }
    return render_form(request, "triage/act.jinja", form, **context)


@require_http_methods(["GET", "HEAD", "POST"])
def assign_several(request: HttpRequest) -> HttpResponse:
    """Assign the referrals that were ticked on the worklist; what cannot be is named with the reason."""
    if request.method != "POST":
        return redirect("triage:worklist")
    by = member(request)
    searched = request.POST.get("list") == "search"
    words = last_search(request) if searched else ""
    here = QueryDict(request.POST.get("here", ""))
    ticked = request.POST.getlist("referrals")
    form = AssignSeveral(request.POST, members=assigning.who(by), shown=ticked)
    if not form.is_valid():
        return show(request, here, words, sent=request.POST)
    to = form.cleaned_data["to"]
    chosen = Referral.objects.filter(service_id=by.service_id, reference__in=ticked)
    outcome = assigning.assign_several(referrals=chosen, to=to, by=by)
    if outcome.done:
        messages.success(request, _done(outcome.done, to))
    for sentence, references in outcome.why().items():
        messages.warning(request, f"Not assigned: {', '.join(references)}. {sentence}")
    if words:
        return redirect("triage:search")
    answer = redirect("triage:worklist")
    answer["Location"] += f"?{here.urlencode()}" if here else ""
    return answer


def _done(referrals: list[Referral], to: Membership | None) -> str:
    count = plural(len(referrals), "referral")
    return f"{count} assigned to {to.name}." if to else f"{count} assigned to nobody: whoever is free takes it."
