"""Blind second screening: the list, the blind workspace, the two side by side; and the page of agreement."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from painpath.referrals import pathways
from painpath.referrals.looking import seen_blind
from painpath.referrals.models import Alert, SecondScreening
from painpath.referrals.refusal import Refused
from painpath.referrals.sheet import judging
from painpath.referrals.together import comparing
from painpath.referrals.together import second as verbs
from painpath.triage.forms import ActOnAlert
from painpath.triage.presenters import second as present
from painpath.triage.presenters.needs import banner
from painpath.triage.second_forms import Blind, Resolve
from painpath.triage.views.base import member
from painpath.web.forms import render_form
from painpath.web.numbers import whole_number


def _found(request: HttpRequest, reference: str) -> SecondScreening:
    try:
        return verbs.open_blind(reference, by=member(request))
    except SecondScreening.DoesNotExist:
        raise Http404 from None


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """What can be screened blind by this clinician, and what they have to talk about."""
    return render(request, "triage/second_list.jinja", present.second_list(member(request)))


@require_POST
def start(request: HttpRequest, reference: str) -> HttpResponse:
    """Take one."""
    found, instead = _found(request, reference), whole_number(request.POST.get("instead_of", ""))
    verbs.start_second(second=found, by=member(request), instead_of=instead)
    return redirect("triage:second", reference=reference)


@require_POST
def give_back(request: HttpRequest, reference: str) -> HttpResponse:
    """Put it back undone."""
    verbs.give_back(second=_found(request, reference), by=member(request))
    messages.success(request, "Given back, for a colleague.")
    return redirect("triage:second-list")


def one(request: HttpRequest, reference: str) -> HttpResponse:
    """The blind workspace; and once both are done, where the two differ."""
    second, by = _found(request, reference), member(request)
    if second.finished_at is not None:
        return _compare(request, second)
    verbs.check_mine(second, by=by)
    pathway = pathways.of(second.referral.pathway_version)
    context = present.blind_page(second)
    form = Blind(request.POST or None, pathway=pathway, initial={"run": context["run"]})
    if request.method == "POST" and form.is_valid():
        try:
            verbs.finish(
                second=second, by=by, states=form.states(), outcome=form.cleaned_data["outcome"],
                note=form.cleaned_data["note"], run=form.seen_run(),
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, refused.sentence)
            form.data = {**request.POST.dict(), "run": str(context["run"])}  # what the page shows from now on
        else:
            messages.success(request, "Your second screening is finished.")
            return redirect("triage:second", reference=reference)
    return render_form(request, "triage/blind.jinja", form, **context)


@require_POST
def alert(request: HttpRequest, reference: str, alert: int) -> HttpResponse:
    """An alert is acted on by whoever sees it, blind or not."""
    second, by = _found(request, reference), member(request)
    verbs.check_mine(second, by=by)
    row = get_object_or_404(Alert, pk=alert, transcript__document__in=seen_blind(second))
    form = ActOnAlert(request.POST, prefix=f"alert-{alert}")
    if form.is_valid():
        try:
            judging.act_on_alert(alert=row, by=by, action=form.cleaned_data["action"])
        except Refused as refused:
            form.add_error("action", refused.sentence)
        else:
            messages.success(request, "What you did about the alert is on record.")
            return redirect("triage:second", reference=reference)
    context = present.blind_page(second)
    context["alert_forms"][alert] = form
    blind = Blind(pathway=context["pathway"], initial={"run": context["run"]})
    status = 422
    return render(request, "triage/blind.jinja", {**context, "form": blind, "forms": [form]}, status=status)


def _compare(request: HttpRequest, second: SecondScreening) -> HttpResponse:
    by = member(request)
    found = comparing.compare(second)
    if found is None:
        if by.pk != second.by_id:
            raise Refused("The first clinician decides first. Then the two of you see where you differ.")
        return render(request, "triage/second_done.jinja", {"reference": second.referral.reference})
    if not comparing.may_see(found, by):
        raise Refused("What two clinicians said of one referral is for the two of them to compare.")
    context = present.comparison(found, by) | {"needs": banner(second.referral, by)}
    form = Resolve(request.POST or None, other=context["other"])
    if request.method == "POST" and form.is_valid():
        try:
            comparing.resolve(second=second, by=by, words=form.cleaned_data["words"])
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, "What the two of you agreed on is on record.")
            return redirect("triage:second", reference=second.referral.reference)
    return render_form(request, "triage/second_compare.jinja", form, **context)


@require_safe
def agreement(request: HttpRequest) -> HttpResponse:
    """Cohen's kappa, clause by clause, with the counts behind it."""
    return render(request, "triage/agreement.jinja", present.agreement_page(member(request)))
