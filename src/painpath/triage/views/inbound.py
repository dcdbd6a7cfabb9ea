"""What came to our mailbox and no program understands: read, downloaded, settled with words."""

import re

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from painpath.accounts import audit
from painpath.letters import receiving
from painpath.letters.models import InboundMessage
from painpath.referrals import looking
from painpath.referrals.arriving import scanning
from painpath.referrals.refusal import Refused
from painpath.triage.post_forms import Settle
from painpath.triage.presenters import held
from painpath.triage.presenters.inbound import inbound_page
from painpath.triage.views.base import member
from painpath.web.files import file_answer
from painpath.web.forms import render_form


def inbound(request: HttpRequest, message: int) -> HttpResponse:
    """One message: what it says it is, and what somebody did about it."""
    found = _opened(request, message)
    form = Settle(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            receiving.settle(message=found, by=member(request), words=form.cleaned_data["words"])
        except Refused as refused:
            form.add_error("words", refused.sentence)
        else:
            messages.success(request, "Recorded. It is off the list.")
            return redirect("triage:post")
    return render_form(request, "triage/inbound.jinja", form, **inbound_page(found))


@require_http_methods(["GET", "HEAD", "POST"])
def inbound_file(request: HttpRequest, message: int) -> HttpResponse:
    """The bytes as they came, only ever to be saved: what a stranger has sent is not shown in a browser."""
    found = _opened(request, message)
    name = _plain_name(str(found.headers.get("mex-filename") or "")) or f"message-{found.pk}.dat"
    verdict, by = scanning.verdict(bytes(found.content)), member(request)
    if verdict != scanning.Verdict.NOTHING_AGAINST:
        saves = request.method == "POST" and held.may_save(verdict, by)
        audit.record(by, "inbound.open_held" if saves else "inbound.held", found, verdict=verdict.value)
        if not saves:
            back = reverse("triage:inbound", args=[message])
            return render(request, "triage/held.jinja", held.page(verdict, name, back, by), status=409)
    return file_answer(bytes(found.content), "application/octet-stream", name, download=True)


def _plain_name(name: str) -> str:
    """What a stranger calls a file, without folders and without signs that mean something to a computer."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return re.sub(r"[^\w.\- ]", "_", last).strip(" .")[:100]


def _opened(request: HttpRequest, message: int) -> InboundMessage:
    by = member(request)
    try:
        found = receiving.open_message(message, by=by)
    except InboundMessage.DoesNotExist:
        raise Http404 from None
    if found.dispatch is not None:
        looking.check_not_blind(found.dispatch.referral, by=by)
    return found
