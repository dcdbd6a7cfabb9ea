"""A practice that was entered by mistake: which is the right one, and what moves there."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from painpath import clock
from painpath.directory import finding
from painpath.directory.models import Practice, PracticeQuerySet
from painpath.referrals import pathways
from painpath.referrals.corrections import joining
from painpath.referrals.refusal import Refused
from painpath.triage import directory_forms as forms
from painpath.triage.presenters import joining as present
from painpath.triage.views.base import member
from painpath.web.forms import render_form


def _practices(request: HttpRequest) -> PracticeQuerySet:
    found = Practice.objects.filter(service_id=member(request).service_id)
    return found.select_related("joined_into").prefetch_related("contracts")


def choose(request: HttpRequest, practice: int) -> HttpResponse:
    """Which practice was meant."""
    by = member(request)
    one = get_object_or_404(_practices(request), pk=practice)
    form = forms.RightPractice(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = finding.find(_practices(request).exclude(pk=one.pk), form.cleaned_data["name"], one.locality)
        if found.practice is None:
            form.add_error("name", present.not_found(found))
        else:
            try:
                joining.check_join(one, found.practice, by=by)
            except Refused as refused:
                form.add_error("name", refused.sentence)
            else:
                return redirect("triage:confirm-join", practice=one.pk, into=found.practice.pk)
    intro = f"Everything that names {one.name} will name the right practice instead. You see it before it is done."
    return render_form(
        request, "triage/change.jinja", form, title=f"Join {one.name} with the right practice", intro=intro,
        back=reverse("triage:practice", args=[one.pk]),
    )  # fmt: skip


def confirm(request: HttpRequest, practice: int, into: int) -> HttpResponse:
    """Both beside each other, what would move, and the word of a person that they are one."""
    by = member(request)
    one, right = (get_object_or_404(_practices(request), pk=pk) for pk in (practice, into))
    joining.check_join(one, right, by=by)
    form = forms.Join(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            joining.join_practices(practice=one, into=right, by=by, reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, f"{one.name} is joined with {right.name}.")
            return redirect("triage:practice", practice=right.pk)
    pathway, _ = pathways.in_force(by.service)
    places = {place.id: place.name for place in pathway.localities}
    return render_form(
        request, "triage/join.jinja", form, title="Are these two one practice?", button="Join these two practices",
        sides=present.join_sides(one, right, places, clock.today()),
        sentences=present.join_sentences(one, right, joining.moving(one, right)),
        back=reverse("triage:join-practice", args=[one.pk]),
    )  # fmt: skip
