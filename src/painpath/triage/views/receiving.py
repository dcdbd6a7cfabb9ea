"""Receiving: files first, then the details, which the letter offers and a person confirms."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from painpath.accounts.models import Membership
from painpath.letters import receipts
from painpath.referrals import moves, pathways
from painpath.referrals.arriving import needs, receiving, registering
from painpath.referrals.arriving.filing import File
from painpath.referrals.models import Referral
from painpath.referrals.refusal import Refused
from painpath.referrals.unsettled import is_being_read
from painpath.triage import forms
from painpath.triage.presenters.letter import mark
from painpath.triage.presenters.needs import banner
from painpath.triage.presenters.offers import offers
from painpath.triage.presenters.page import frame
from painpath.triage.views.base import member, opened, to_referral
from painpath.web.forms import render_form
from painpath.web.offered import offered


def _files(form: forms.Receive | forms.AddDocuments) -> list[File]:
    return [File(file.name or "document", file.read()) for file in form.cleaned_data["documents"]]


def receive(request: HttpRequest) -> HttpResponse:
    """Choose files; they are stored and have a reference before anything else is asked."""
    return _receive(request, None)


def follow(request: HttpRequest, reference: str) -> HttpResponse:
    """Receive a new referral of somebody who was discharged: linked to the old one."""
    referral = opened(request, reference)
    receiving.check_follow(referral)
    return _receive(request, referral)


def _receive(request: HttpRequest, follows: Referral | None) -> HttpResponse:
    form = forms.Receive(request.POST, request.FILES) if request.method == "POST" else forms.Receive.fresh()
    if request.method == "POST" and form.is_valid():
        try:
            referral = receiving.receive(
                by=member(request), files=_files(form), key=form.cleaned_data["key"], follows=follows
            )
        except Refused as refused:
            form.add_error("documents", refused.sentence)
        else:
            messages.success(request, f"Received. The reference is {referral.reference}.")
            return redirect("triage:register", reference=referral.reference)
    told = banner(follows, member(request)) if follows else None
    links = offered("triage:receive", by=member(request)) if follows is None else []
    return render_form(
        request, "triage/receive.jinja", form, follows=follows, title="Receive a referral", needs=told, links=links
    )  # fmt: skip


def add_documents(request: HttpRequest, reference: str) -> HttpResponse:
    """File more documents with a referral."""
    referral = opened(request, reference)
    form = forms.AddDocuments(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            new = receiving.add_documents(referral=referral, by=member(request), files=_files(form))
        except Refused as refused:
            form.add_error("documents", refused.sentence)
        else:
            messages.success(request, "Added." if new else "These files were here already. Nothing was added.")
            return to_referral(referral)
    context = frame(referral, member(request)) | {"heading": "Add documents", "button": "Add these documents"}
    return render_form(request, "triage/act.jinja", form, **context)


def _after_registering(reference: str, by: Membership) -> HttpResponse:
    """On to the referral; or to the communication needs, while nobody has asked and the letter speaks of some."""
    referral = Referral.objects.select_related("patient", "online").get(service_id=by.service_id, reference=reference)
    unasked = referral.patient is not None and referral.patient.needs_checked_on is None
    if unasked and needs.can_record(referral, by=by) and needs.suggestions(referral):
        return redirect("triage:needs", reference=reference)
    return to_referral(referral)


def register(request: HttpRequest, reference: str) -> HttpResponse:
    """Confirm whom it is about. The letter stands beside the form, and each offer names the words it comes from."""
    by = member(request)
    referral = opened(request, reference)
    moves.check_move(registering.verb_for(referral), referral, by=by)
    pathway = pathways.of(referral.pathway_version)
    documents = list(referral.documents.current().defer("content").prefetch_related("transcripts"))
    if request.method != "POST" and "now" not in request.GET and documents and is_being_read(referral):
        skip = reverse("triage:register", args=[reference]) + "?now=1"
        return render(request, "triage/reading.jinja", frame(referral, by) | {"skip": skip})
    offered = offers(referral)
    options: dict[str, Any] = {
        "pathway": pathway, "hints": offered.hints, "sent_online": referral.sent_by_id is not None
    }  # fmt: skip
    if request.method == "POST":
        form = forms.Register(request.POST, **options)
        if form.is_valid():
            try:
                receipts.register(referral=referral, by=by, details=form.registration())
            except Refused as refused:
                form.add_error(None, refused.sentence)
            else:
                messages.success(request, "The details are confirmed.")
                return _after_registering(reference, by)
    else:
        form = forms.Register(initial=offered.initial, **options)
    marked = mark(documents, [], [], {})
    context = frame(referral, by) | {"documents": marked.documents, "buttons": []}
    return render_form(request, "triage/register.jinja", form, **context)
