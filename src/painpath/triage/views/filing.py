"""Two referrals of one person, and documents of somebody else: a person says where they belong."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from painpath.letters import refiling
from painpath.referrals.corrections import merging, misfiling
from painpath.referrals.models import Document, Merge, Referral
from painpath.referrals.moves import check_move
from painpath.referrals.refusal import Refused
from painpath.referrals.unsettled import merged_into
from painpath.triage import filing_forms, forms
from painpath.triage.filing_forms import APART, INTO_OTHER, INTO_THIS
from painpath.triage.presenters.filing import sides
from painpath.triage.presenters.page import frame
from painpath.triage.views.base import member, opened, to_referral
from painpath.web.forms import render_form


def _possible(this: Referral, other: Referral, by: object) -> tuple[str, ...]:
    """What can be said of these two now. That they are two can always be said."""
    found = []
    for what, duplicate, into in ((INTO_OTHER, this, other), (INTO_THIS, other, this)):
        try:
            merging.check_merge(duplicate, into, by=by)  # type: ignore[arg-type]
        except Refused:
            continue
        found.append(what)
    return (*found, APART)


def duplicate(request: HttpRequest, reference: str, other: str) -> HttpResponse:
    """Two referrals side by side: one and the same, or two."""
    this, that = opened(request, reference), opened(request, other)
    by = member(request)
    if this.pk == that.pk:
        raise Http404
    check_move("move_document", this, by=by)
    form = filing_forms.Duplicate(
        request.POST or None, this=this.reference, other=that.reference, possible=_possible(this, that, by)
    )
    if request.method == "POST" and form.is_valid():
        what, reason = form.cleaned_data["what"], form.cleaned_data["reason"]
        try:
            if what == APART:
                merging.tell_apart(one=this, other=that, by=by, reason=reason)
                messages.success(request, f"{this.reference} and {that.reference} stay two referrals.")
                return to_referral(this)
            gone, into = (this, that) if what == INTO_OTHER else (that, this)
            merging.merge(duplicate=gone, into=into, by=by, reason=reason)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, f"{gone.reference} is merged into this referral. It was screened anew.")
            return to_referral(into)
    context = frame(this, by) | {"sides": sides([this, that]), "buttons": []}
    return render_form(request, "triage/duplicate.jinja", form, **context)


def unmerge(request: HttpRequest, reference: str) -> HttpResponse:
    """The two were not one after all."""
    this = opened(request, reference)
    by = member(request)
    merge = merged_into(this) or Merge.objects.filter(duplicate=this).order_by("pk").last()
    if merge is None:
        raise Refused("This referral has not been merged into another one.")
    merge = Merge.objects.select_related("into", "duplicate").get(pk=merge.pk)
    form = forms.Reason(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            decisions = refiling.unmerge(merge=merge, by=by, reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, "The merge was taken back. Both referrals were screened anew.")
            if decisions:
                messages.warning(request, f"A decision of {merge.into.reference} has to be looked at by a clinician.")
            return to_referral(this)
    context = frame(this, by) | {
        "heading": "Take the merge back", "button": "Take the merge back", "buttons": [],
        "intro": f"Its documents leave {merge.into.reference}, and this referral goes back to the screening worklist.",
    }  # fmt: skip
    return render_form(request, "triage/act.jinja", form, **context)


def move(request: HttpRequest, reference: str, document: int) -> HttpResponse:
    """A document was filed under the wrong person."""
    this = opened(request, reference)
    by = member(request)
    found = Document.objects.defer("content").filter(pk=document, referral=this).first()
    if found is None:
        raise Http404
    found.referral = this
    form = filing_forms.MoveDocument(request.POST or None, last=this.is_open and misfiling.is_the_last(found))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        to = None
        if given["where"] == "existing":
            to = Referral.objects.filter(service_id=by.service_id, reference=given["reference"]).first()
            if to is None:
                form.add_error("reference", "There is no referral with this reference. Check it for a slip.")
        if not form.errors:
            try:
                moved = refiling.move_document(
                    document=found, to=to, by=by, reason=given["reason"], close_source=given.get("close", False)
                )
            except Refused as refused:
                form.add_error(None, refused.sentence)
            else:
                messages.success(
                    request, f"Moved from {this.reference} to {moved.to.reference}. Both were screened anew."
                )
                if moved.decisions:
                    messages.warning(
                        request, f"A decision of {this.reference} has to be looked at by a clinician: it has a task."
                    )
                name = "triage:referral" if moved.to.is_registered else "triage:register"
                return redirect(name, reference=moved.to.reference)
    context = frame(this, by) | {
        "document": found, "buttons": [], "parts": [part.name for part in misfiling.whole(found)[1:]],
        "part_of": found.part_of,
    }  # fmt: skip
    return render_form(request, "triage/move.jinja", form, **context)
