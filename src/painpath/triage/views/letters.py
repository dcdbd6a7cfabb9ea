"""A signed letter: to read, and in every form that it can be had in; and samples of every letter of the service."""

from typing import get_args

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from painpath.letters.copies import file_name, give_out
from painpath.letters.models import Letter
from painpath.letters.rendering import FOR, FORMS
from painpath.letters.sample import sample
from painpath.letters.signing import open_letter
from painpath.pathway.letters import Audience
from painpath.referrals import pathways
from painpath.triage.presenters import letter_forms as present
from painpath.triage.views.base import member
from painpath.web.files import file_answer


@require_safe
def signed(request: HttpRequest, reference: str, letter: int) -> HttpResponse:
    """A signed letter as PDF."""
    found = _letter(request, reference, letter)
    return file_answer(bytes(found.pdf), "application/pdf", f"{reference}-{found.audience}.pdf", download=True)


@require_safe
def page(request: HttpRequest, reference: str, letter: int) -> HttpResponse:
    """A signed letter to read, with every form that it can be had in."""
    found = _letter(request, reference, letter, "page")
    return render(request, "triage/letter.jinja", present.page(found, member(request)))


@require_safe
def in_form(request: HttpRequest, reference: str, letter: int, form: str) -> HttpResponse:
    """A signed letter in one of its forms."""
    if form not in FORMS:
        raise Http404
    found = _letter(request, reference, letter, form)
    if form not in present.forms_of(found):
        raise Http404
    return file_answer(give_out(found, form), FORMS[form].media_type, file_name(found, reference, form), download=True)


@require_safe
def samples(request: HttpRequest) -> HttpResponse:
    """Every letter of the pathway in force, with sample data."""
    pathway = pathways.published(member(request).service.slug)
    return render(request, "triage/letter_samples.jinja", present.samples(pathway))


@require_safe
def sample_letter(request: HttpRequest, outcome: str, audience: str, form: str) -> HttpResponse:
    """One of them. No record is read."""
    pathway = pathways.published(member(request).service.slug)
    to = next((one for one in get_args(Audience) if one == audience), None)
    if to is None or form not in FOR[to] or outcome not in {one.id for one in pathway.outcomes}:
        raise Http404
    name = f"sample-{outcome}-{audience}-{form}.{FORMS[form].extension}"
    return file_answer(sample(pathway, outcome, to, form), FORMS[form].media_type, name)


def _letter(request: HttpRequest, reference: str, pk: int, form: str = "") -> Letter:
    try:
        return open_letter(reference, pk, by=member(request), form=form)
    except Letter.DoesNotExist:
        raise Http404 from None
