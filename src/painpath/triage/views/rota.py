"""The rota: who is on duty on which day; adding to it and ending an entry."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from painpath import clock
from painpath.accounts.roles import CLINICIAN
from painpath.referrals import pathways
from painpath.referrals.models import RotaEntry
from painpath.referrals.refusal import Refused
from painpath.referrals.worklist import assigning
from painpath.referrals.worklist import rota as verbs
from painpath.triage.presenters.rota import days, nobody_reads
from painpath.triage.team_forms import AddToRota, EndDuty
from painpath.triage.views.base import member
from painpath.web.forms import render_form


@require_http_methods(["GET", "HEAD", "POST"])
def rota(request: HttpRequest) -> HttpResponse:
    """The week, and the form to add to it: all the days that were chosen, or none."""
    by = member(request)
    pathway, _ = pathways.in_force(by.service)
    form = AddToRota(
        request.POST or None,
        members=[one for one in assigning.who(by) if one.role == CLINICIAN],
        pathway=pathway,
        initial={"starts_on": clock.today()},
    )
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        weekdays = given.pop("weekdays")
        try:
            with transaction.atomic():
                for weekday in weekdays:
                    verbs.add_to_rota(by=by, weekday=int(weekday), **given)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, f"{given['membership'].name} is on the rota.")
            return redirect("triage:rota")
    return render_form(
        request, "triage/rota.jinja", form, title="Rota", button="Add to the rota",
        days=days(verbs.entries(by), pathway), nobody_reads=nobody_reads(by.service),
    )  # fmt: skip


@require_POST
def end(request: HttpRequest, entry: int) -> HttpResponse:
    """Take an entry off the rota. Where nobody would read answers about safety, it says so first, and asks who does."""
    by = member(request)
    form = EndDuty(request.POST if "reader" in request.POST else None)
    try:
        verbs.end_rota_entry(entry=RotaEntry(pk=entry), by=by, reader=request.POST.get("reader", ""))
    except verbs.NobodyReads as refused:
        return render_form(
            request, "triage/rota_end.jinja", form, title="Nobody would read answers about safety",
            sentence=refused.sentence, button="Take off the rota all the same", back=reverse("triage:rota"),
        )  # fmt: skip
    except RotaEntry.DoesNotExist:
        raise Http404 from None
    messages.success(request, "Taken off the rota. What was assigned stays assigned.")
    return redirect("triage:rota")
