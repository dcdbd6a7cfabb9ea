"""What goes out: printed, posted, held, released."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from painpath.accounts import audit
from painpath.letters import holding, printing
from painpath.letters.channels import BY_POST, recipient
from painpath.letters.models import Dispatch, DispatchState, PrintBatch
from painpath.referrals.refusal import Refused
from painpath.triage.post_forms import Posted, Release
from painpath.triage.presenters.dispatches import what
from painpath.triage.presenters.needs import banner
from painpath.triage.presenters.post import batch_page, post_page, shown
from painpath.triage.views.base import member, sent_or_waiting
from painpath.web.files import file_answer
from painpath.web.forms import render_form


@require_safe
def post(request: HttpRequest) -> HttpResponse:
    """Everything that waits, and what has left lately."""
    by = member(request)
    page = post_page(by)
    inbound = [one["pk"] for one in page["inbound"]["rows"]]
    audit.record(by, "post.look", by.service, dispatches=shown(page), inbound=inbound)
    return render(request, "triage/post.jinja", page)


@require_POST
def print_these(request: HttpRequest) -> HttpResponse:
    """Make one PDF of what waits to be printed; of many letters several, by the worker."""
    by = member(request)
    if printing.waiting(by).count() > printing.AT_ONCE:
        printing.print_in_parts(by=by)
        return redirect("triage:post")
    made = printing.print_batch(by=by)
    if made is None:
        messages.warning(request, "Nothing was printed: somebody must look at each of these first. See below why.")
        return redirect("triage:post")
    return redirect("triage:batch", batch=made.pk)


def batch(request: HttpRequest, batch: int) -> HttpResponse:
    """One batch: download it, print it, say that it was posted."""
    by, found = member(request), _batch(request, batch)
    printing.check_sees(found, by=by)
    page = batch_page(found, by)
    form = Posted(request.POST if request.method == "POST" else None, out=page["out"])
    if request.method == "POST" and form.is_valid():
        taken = [int(one) for one in form.cleaned_data.get("taken_out") or []]
        try:
            printing.mark_posted(batch=found, by=by, taken_out=taken)
        except Refused as refused:
            form.add_error("taken_out" if page["out"] else None, refused.sentence)
        else:
            messages.success(request, "Recorded as posted.")
            return redirect("triage:post")
    audit.record(by, "batch.look", found)
    return render_form(request, "triage/batch.jinja", form, **page)


@require_safe
def batch_pdf(request: HttpRequest, batch: int) -> HttpResponse:
    """The batch as one PDF."""
    try:
        _, content = printing.open_batch(batch, by=member(request))
    except PrintBatch.DoesNotExist:
        raise Http404 from None
    return file_answer(content, "application/pdf", f"letters-{batch}.pdf", download=True)


@require_POST
def put_back(request: HttpRequest, batch: int) -> HttpResponse:
    """The batch was not posted: print its letters again later."""
    printing.put_back(batch=_batch(request, batch), by=member(request))
    messages.success(request, "Put back. These letters wait to be printed again. Throw away what was printed.")
    return redirect("triage:post")


def dispatch(request: HttpRequest, dispatch: int) -> HttpResponse:
    """Something that is held or could not be sent: why, and what a person decides about it."""
    by, found = member(request), sent_or_waiting(request, dispatch)
    holding.check_release(found, by=by)
    reasons = holding.to_read(found)
    digest, ways = holding.digest(reasons), holding.ways(found)
    form = Release(
        request.POST if request.method == "POST" else None, ways=ways,
        initial={"read": digest, "address": _postal(found)},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            after = holding.release(
                dispatch=found, by=by, how=given["how"], words=given["words"], read=given["read"],
                address=given.get("address", ""),
            )  # fmt: skip
        except Refused as refused:
            # The page shows the reasons as they are now: those are what the next press accepts.
            data = request.POST.copy()
            data["read"] = digest
            form = Release(data, ways=ways)
            form.add_error(None, refused.sentence)
        else:
            if after.state == DispatchState.HELD:
                messages.warning(request, "It waits again: this way brings up something to read before it goes.")
                return redirect("triage:dispatch", dispatch=found.pk)
            messages.success(request, f"Recorded: {holding.HOWS[given['how']].lower()}.")
            return redirect("triage:post")
    audit.record(by, "dispatch.look", found)
    context = {
        "dispatch": found,
        "what": what(found),
        "reasons": reasons,
        "held": found.state == DispatchState.HELD,
        "text": "" if found.kind == "code" else found.text,
        "letter": reverse("triage:letter-page", args=[found.referral.reference, found.letter_id])
        if found.letter_id
        else "",
        "reference": found.referral.reference,
        "needs": banner(found.referral, by),
    }
    return render_form(request, "triage/dispatch.jinja", form, **context)


def _batch(request: HttpRequest, batch: int) -> PrintBatch:
    rows = PrintBatch.objects.select_related("made_by__user", "posted_by__user")
    try:
        return rows.get(service_id=member(request).service_id, pk=batch)
    except PrintBatch.DoesNotExist:
        raise Http404 from None


def _postal(found: Dispatch) -> str:
    """The address that somebody has just entered, when it waits again for that; else the one on record."""
    standing = found.address if found.channel in BY_POST else ""
    entered = any(one.get("held_again") for one in found.facts.get("released", [])[-1:])
    return (standing if entered else "") or recipient(found).address or standing
