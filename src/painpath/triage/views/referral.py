"""One referral: letter and criteria side by side, its timeline, its files."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from painpath.referrals import looking, pathways
from painpath.referrals.models import Document, Referral
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


@require_safe
def original(request: HttpRequest, reference: str, document: int) -> HttpResponse:
    """The file exactly as it came; opening it is audited."""
    try:
        found = looking.open_document(reference, document, by=member(request))
    except (Document.DoesNotExist, Referral.DoesNotExist):
        raise Http404 from None
    transcript = found.transcripts.last()
    media_type = transcript.media_type if transcript else ""
    return file_answer(bytes(found.content), media_type, found.name, download="download" in request.GET)
