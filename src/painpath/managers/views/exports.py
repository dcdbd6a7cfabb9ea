"""The record taken away as files that name nobody: asked for here, made by the queue, fetched here within days."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from painpath.accounts.models import Membership
from painpath.managers.export_forms import Ask
from painpath.managers.presenters import exports as present
from painpath.managers.presenters.labels import quoted
from painpath.measuring.export import asking
from painpath.measuring.models import RecordExport
from painpath.referrals.refusal import Refused
from painpath.web.forms import render_form

ROWS = 30
"""As many as the page lists: older ones have no file any more, and stand in the audit."""


def _member(request: HttpRequest) -> Membership:
    membership: Membership = request.membership  # type: ignore[attr-defined]
    return membership


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """What was exported, and the form for another one."""
    by = _member(request)
    form = Ask(request.POST) if request.method == "POST" else Ask.fresh()
    if request.method == "POST" and form.is_valid():
        try:
            asking.ask(by=by, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, "The export is being made. Open this page again in a few minutes.")
            return redirect("managers:exports")
    found = RecordExport.objects.filter(service_id=by.service_id).select_related("asked_by__user")
    refusal = quoted(asking.refusal(by))
    return render_form(
        request, "managers/exports.jinja", form, title="Export the record", refusal=refusal, days=asking.KEPT_DAYS,
        rows=[present.row(one) for one in found.order_by("-asked_at", "-pk")[:ROWS]],
    )  # fmt: skip


@require_safe
def file(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """The file of one export, piece by piece. Each download is on record."""
    by = _member(request)
    found = RecordExport.objects.filter(service_id=by.service_id, key=key).select_related("service").first()
    if found is None:
        raise Http404
    name = f"{found.service.slug}-{found.manifest.get('made_on', '')}.zip"
    response = StreamingHttpResponse(asking.fetch(by=by, export=found), content_type="application/zip")
    response["Content-Length"] = str(found.size)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "no-store"
    return response
