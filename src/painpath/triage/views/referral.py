"""One referral: letter and criteria side by side, its timeline, its files."""

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from painpath.accounts import audit
from painpath.referrals import looking, pathways
from painpath.referrals.arriving import scanning
from painpath.referrals.models import Document, Referral
from painpath.triage.presenters import held
from painpath.triage.presenters.page import frame, screening_page
from painpath.triage.presenters.timeline import timeline as events
from painpath.triage.views.base import member, opened
from painpath.web.files import file_answer


@require_safe
def referral(request: HttpRequest, reference: str) -> HttpResponse:
    """The screening page; for who may not screen, the same to read."""
    found = opened(request, reference)
    return render(request, "triage/referral.jinja", screening_page(found, member(request)))


@require_safe
def timeline(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything that happened, by whom."""
    found = opened(request, reference)
    context = frame(found, member(request)) | {"events": events(found, pathways.of(found.pathway_version))}
    return render(request, "triage/timeline.jinja", context)


@require_http_methods(["GET", "HEAD", "POST"])
def original(request: HttpRequest, reference: str, document: int) -> HttpResponse:
    """The file exactly as it came; opening it is audited. One that the virus scanner has not cleared is saved only by a
    deliberate press (POST), and only by who may."""
    by = member(request)
    try:
        with transaction.atomic():
            found = looking.open_document(reference, document, by=by)
            verdict = scanning.verdict(bytes(found.content))
            cleared = verdict == scanning.Verdict.NOTHING_AGAINST
            if not cleared and not (request.method == "POST" and held.may_save(verdict, by)):
                transaction.set_rollback(True)  # it was not opened, and does not count as seen
    except (Document.DoesNotExist, Referral.DoesNotExist):
        raise Http404 from None
    if not cleared:
        saves = request.method == "POST" and held.may_save(verdict, by)
        audit.record(by, "document.open_held" if saves else "document.held", found, verdict=verdict.value)
        if not saves:
            back = reverse("triage:referral", args=[reference])
            return render(request, "triage/held.jinja", held.page(verdict, found.name, back, by), status=409)
        return file_answer(bytes(found.content), "", found.name, download=True)
    transcript = found.transcripts.last()
    media_type = transcript.media_type if transcript else ""
    return file_answer(bytes(found.content), media_type, found.name, download="download" in request.GET)
