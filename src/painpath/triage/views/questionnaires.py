"""Questionnaires of the service: looked at by everybody, brought in and published by a manager."""

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from painpath import questionnaires
from painpath.accounts import audit
from painpath.accounts.models import Service
from painpath.letters.errors import LetterError
from painpath.letters.facts import Layout
from painpath.letters.formats import MADE
from painpath.letters.paper import paper, words_for
from painpath.pathway import Pathway
from painpath.referrals import pathways
from painpath.referrals.models import QuestionnaireLicence, SiteQuestionnaire
from painpath.referrals.questionnaires import choosing, library, site
from painpath.referrals.refusal import Refused
from painpath.referrals.staff_mail import way
from painpath.triage.presenters import questionnaires as present
from painpath.triage.questionnaire_forms import AsksAboutSafety, Licence, Publish, Upload
from painpath.triage.views.base import member
from painpath.web.files import file_answer
from painpath.web.forms import render_form

SAMPLE = "SAMPLE, not for patients"


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Those that come with the pathway and the site's own."""
    by = member(request)
    pathway, _ = pathways.in_force(by.service)
    return render(request, "triage/questionnaires.jinja", present.overview(by.service, pathway, by))


@require_safe
def shipped(request: HttpRequest, name: str) -> HttpResponse:
    """One that comes with the pathway, as the patient sees it."""
    pathway, _ = pathways.in_force(member(request).service)
    try:
        form = questionnaires.parse(pathway.form(name).text)
    except KeyError:
        raise Http404 from None
    if "paper" in request.GET:
        return _on_paper(request, form, pathway, member(request).service)
    return render(request, "triage/questionnaire.jinja", present.shipped_one(form, pathway))


def _on_paper(
    request: HttpRequest, form: questionnaires.Questionnaire, pathway: Pathway, of: SiteQuestionnaire | Service
) -> HttpResponse:  # fmt: skip
    """A sample, which says so where a referral's reference would stand; `of` is what the audit names."""
    try:
        layout: Layout = next((one for one in MADE if one == request.GET["paper"]), "standard")
        pdf = paper(form, words_for(pathway, form), layout=layout, reference=SAMPLE)
    except LetterError as error:
        raise Refused(error.sentence) from None
    audit.record(member(request), "questionnaire.print_sample", of, name=form.id, layout=layout)
    return file_answer(pdf, "application/pdf", f"{form.id}-sample.pdf", download=True)


def upload(request: HttpRequest) -> HttpResponse:
    """Bring in a FHIR Questionnaire: every fault is listed with its place, or it is stored and shown."""
    form = Upload(*((request.POST, request.FILES) if request.method == "POST" else ()))
    faults: tuple[questionnaires.Fault, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            row = site.upload(
                content=form.cleaned_data["file"][0].read(), by=member(request), rights=form.cleaned_data["rights"]
            )
        except site.NotUsable as wrong:
            form.add_error("file", wrong.sentence)
            faults = wrong.faults
        except Refused as refused:
            form.add_error("rights", refused.sentence)
        else:
            messages.success(request, "Stored. Look it through below, then publish it.")
            return redirect("triage:questionnaire", own=row.pk)
    return render_form(
        request, "triage/questionnaire_upload.jinja", form, faults=faults, title="Upload a questionnaire",
        button="Upload and look it through", back=reverse("triage:questionnaires"),
    )  # fmt: skip


def asks_about_safety(request: HttpRequest) -> HttpResponse:
    """Record whether the service asks about self-harm: a safety decision, with who, when and why."""
    by = member(request)
    form = AsksAboutSafety(
        request.POST if request.method == "POST" else None, by_email=settings.DEMO or bool(way(by.service))
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with transaction.atomic():
            choosing.choose(asks=given["asks"] == "yes", reason=given["reason"], by=by)
            if given.get("looks"):
                choosing.say_who_looks(words=given["looks"], by=by)
        messages.success(request, "The decision is on record.")
        return redirect("triage:questionnaires")
    return render_form(
        request, "layouts/form.jinja", form, title="Do you ask about self-harm?", button="Record the decision",
        intro="What patients have been sent already stays with them, and its answers are read as before.",
        back=reverse("triage:questionnaires"),
    )  # fmt: skip


def _row(request: HttpRequest, own: int) -> SiteQuestionnaire:
    rows = SiteQuestionnaire.objects.select_related(
        "version", "service", "uploaded_by__user", "published_by__user", "ended_by__user"
    )
    return get_object_or_404(rows, service_id=member(request).service_id, pk=own)


@require_safe
def one(request: HttpRequest, own: int) -> HttpResponse:
    """One of the site's own: whose it is, its questions, what stands in the way of publishing it."""
    row = _row(request, own)
    pathway, _ = pathways.in_force(row.service)
    if "paper" in request.GET:
        if site.needs_licence(row):
            raise Refused(
                f"“{row.title}” is restricted: it may be printed only under a licence of this site. A manager records "
                "the licence first: from whom, its reference, and until when."
            )
        return _on_paper(request, library.parsed(row.version), pathway, row)
    return render_form(request, "triage/questionnaire.jinja", Publish(), **present.one(row, pathway, member(request)))


def licence(request: HttpRequest, own: int) -> HttpResponse:
    """Record the licence under which it may be used."""
    row, by = _row(request, own), member(request)
    form = Licence(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        file = given["file"][0] if given["file"] else None
        try:
            site.add_licence(
                name=row.version.name, by=by, holder=given["holder"], words=given["words"],
                valid_until=given["valid_until"], file_name=(file.name or "licence") if file else "",
                content=file.read() if file else b"",
            )  # fmt: skip
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, "The licence is on record.")
            return redirect("triage:questionnaire", own=own)
    return render_form(
        request, "triage/questionnaire_licence.jinja", form, row=row, title="Record a licence",
        button="Record the licence", back=reverse("triage:questionnaire", args=[own]),
    )  # fmt: skip


@require_safe
def licence_file(request: HttpRequest, own: int, licence: int) -> HttpResponse:
    """The licence itself; opening it is on record."""
    row = _row(request, own)
    found = get_object_or_404(QuestionnaireLicence, service_id=row.service_id, name=row.version.name, pk=licence)
    if not found.file_name:
        raise Http404
    audit.record(member(request), "questionnaire.licence_open", found)
    return file_answer(bytes(found.content), "application/octet-stream", found.file_name, download=True)


@require_POST
def publish(request: HttpRequest, own: int) -> HttpResponse:
    """Offer it to clinicians, on the word of whoever looked through its questions."""
    row, by = _row(request, own), member(request)
    pathway, _ = pathways.in_force(row.service)
    site.check_publish(row, pathway, by=by)
    form = Publish(request.POST)
    if not form.is_valid():
        return render_form(request, "triage/questionnaire.jinja", form, **present.one(row, pathway, by))
    site.publish(row=row, pathway=pathway, by=by, looked=True)
    messages.success(request, "Published: clinicians can send it from now on.")
    return redirect("triage:questionnaire", own=own)


@require_POST
def end(request: HttpRequest, own: int) -> HttpResponse:
    """Offer it no more."""
    site.end(row=_row(request, own), by=member(request))
    messages.success(request, "Ended: it is sent to nobody any more. Whoever was asked can still answer.")
    return redirect("triage:questionnaire", own=own)
