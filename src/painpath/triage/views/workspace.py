"""The workspace of one referral beyond its criteria: words that clinicians mark, and earlier referrals."""

from typing import Literal, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from painpath.referrals import pathways
from painpath.referrals.models import AddedEvidence, Transcript
from painpath.referrals.refusal import Refused
from painpath.referrals.sheet import adding_evidence
from painpath.referrals.sheet.earlier import look_at_earlier
from painpath.triage.presenters.earlier import earlier_views
from painpath.triage.presenters.page import frame, screening_page
from painpath.triage.views.base import member, opened, to_referral
from painpath.triage.workspace_forms import MarkWords
from painpath.web.forms import render_form


@require_POST
def add_evidence(request: HttpRequest, reference: str) -> HttpResponse:
    """Mark words of a letter; the page comes back at the criterion, or with the sentence that says what to mend."""
    found = opened(request, reference)
    by = member(request)
    adding_evidence.check_mark(found, by=by)
    form = MarkWords(request.POST, pathway=pathways.of(found.pathway_version))
    if form.is_valid():
        given = form.cleaned_data
        try:
            place = adding_evidence.find_words(found, given["words"], form.where())
            text = Transcript.objects.get(pk=place.transcript).text
            adding_evidence.add_evidence(
                referral=found, by=by, criterion=given["criterion"], place=place, quote=text[place.start : place.end],
                speaks=cast(Literal["for", "against"], given["speaks"]),
            )  # fmt: skip
        except Refused as refused:
            form.add_error("words", refused.sentence)
        else:
            return to_referral(found, f"criterion-{given['criterion']}")
    context = screening_page(found, by)
    context["mark_form"] = form
    return render_form(request, "triage/referral.jinja", form, **context)


@require_POST
def take_back_evidence(request: HttpRequest, reference: str, evidence: int) -> HttpResponse:
    """Take back words that one has marked."""
    found = opened(request, reference)
    row = get_object_or_404(AddedEvidence.objects.select_related("referral"), pk=evidence, referral=found)
    adding_evidence.take_back_evidence(evidence=row, by=member(request))
    return to_referral(found, f"criterion-{row.criterion}")


@require_safe
def earlier(request: HttpRequest, reference: str) -> HttpResponse:
    """Earlier referrals of the same person, beside this one."""
    found = opened(request, reference)
    by = member(request)
    now, rows = look_at_earlier(found, by=by)
    views = earlier_views(now, rows, pathways.of(found.pathway_version))
    return render(request, "triage/earlier.jinja", frame(found, by) | {"earlier": views})
