"""The library of advice: what was written well once, until it expires."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from painpath import clock
from painpath.accounts.models import Membership
from painpath.referrals import pathways
from painpath.referrals.guidance import advice as verbs
from painpath.referrals.models import AdviceParagraph
from painpath.referrals.refusal import Refused
from painpath.triage.advice_forms import Paragraph, Renew
from painpath.triage.presenters.following import paged
from painpath.triage.presenters.words import day, person
from painpath.triage.views.base import member
from painpath.web.forms import render_form

ROWS = 50


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """Every paragraph: to be reviewed by oneself first, then what is offered, then what waits for its owner."""
    by = member(request)
    pathway, _ = pathways.in_force(by.service)
    names = {criterion.id: criterion.name for criterion in pathway.criteria}
    today = clock.today()
    groups: dict[str, list[dict[str, object]]] = {"review": [], "offered": [], "expired": []}
    standing = verbs.in_groups(by, today)
    page = Paginator(standing, ROWS).get_page(request.GET.get("page"))
    for one in page.object_list:
        mine = verbs.can_own(one, by=by)
        group = "offered" if one.expires_on >= today else "review" if mine else "expired"
        groups[group].append({
            "id": one.pk, "title": one.title, "paragraphs": one.text.split("\n\n"), "owner": person(one.owner),
            "left": one.owner.ended_at is not None, "until": day(one.expires_on), "mine": mine,
            "criteria": [names.get(name, name) for name in one.criteria],
        })  # fmt: skip
    return render(
        request,
        "triage/advice.jinja",
        {"groups": groups, "counts": verbs.group_counts(by, today), "paged": paged(page)},
    )


def _one(paragraph: int, by: Membership) -> AdviceParagraph:
    found = AdviceParagraph.objects.filter(service_id=by.service_id, pk=paragraph).select_related("owner__user").first()
    if found is None:
        raise Http404
    return found


def _write(request: HttpRequest, before: AdviceParagraph | None) -> HttpResponse:
    by = member(request)
    pathway, _ = pathways.in_force(by.service)
    initial = {name: getattr(before, name) for name in ("title", "text", "criteria", "expires_on")} if before else {}
    form = Paragraph(request.POST or None, initial=initial, pathway=pathway)
    if request.method == "POST" and form.is_valid():
        try:
            if before is None:
                verbs.add(by=by, **form.cleaned_data)
            else:
                verbs.change(paragraph=before, by=by, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, "Kept. It is offered to every clinician who decides.")
            return redirect("triage:advice")
    heading = "Change this advice" if before else "Add advice to use again"
    return render_form(
        request, "triage/advice_form.jinja", form, heading=heading, before=before, button="Keep this advice"
    )


def add(request: HttpRequest) -> HttpResponse:
    """Write a new paragraph."""
    return _write(request, None)


def change(request: HttpRequest, paragraph: int) -> HttpResponse:
    """Put new words in the place of a paragraph."""
    return _write(request, _one(paragraph, member(request)))


def renew(request: HttpRequest, paragraph: int) -> HttpResponse:
    """The owner finds it right until another day."""
    by, before = member(request), _one(paragraph, member(request))
    verbs.check_own(before, by=by)
    form = Renew(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.renew(paragraph=before, by=by, expires_on=form.cleaned_data["expires_on"])
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, "Renewed.")
            return redirect("triage:advice")
    return render_form(
        request, "triage/advice_form.jinja", form, heading="Read it again, then renew it", before=before,
        shown=before.text.split("\n\n"), button="Renew this advice",
    )  # fmt: skip


@require_POST
def retire(request: HttpRequest, paragraph: int) -> HttpResponse:
    """It is offered no more."""
    verbs.retire(paragraph=_one(paragraph, member(request)), by=member(request))
    messages.success(request, "Retired. Where it was used, it stands as it was.")
    return redirect("triage:advice")
