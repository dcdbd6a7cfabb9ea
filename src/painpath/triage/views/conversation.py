"""The conversation with the referrer, and their word on the advice."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from painpath import clock
from painpath.referrals.arriving.filing import File
from painpath.referrals.guidance import conversation as verbs
from painpath.referrals.models import Referral
from painpath.referrals.moves import can_move, check_move
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import State
from painpath.triage.advice_forms import Message, Verdict
from painpath.triage.presenters.conversation import conversation as present
from painpath.triage.presenters.page import frame
from painpath.triage.views.base import member, opened, to_referral
from painpath.web.forms import render_form


@require_safe
def conversation(request: HttpRequest, reference: str) -> HttpResponse:
    """Everything that was asked and answered."""
    referral = opened(request, reference)
    by = member(request)
    return render(request, "triage/conversation.jinja", frame(referral, by) | {
        "entries": present(referral),
        "can_record": verbs.can_record(referral, by=by),
        "can_judge": can_move("still_refer", referral, by=by),
    })  # fmt: skip


def _given(form: Message | Verdict) -> dict[str, Any]:
    files = [File(file.name or "document", file.read()) for file in form.cleaned_data["documents"]]
    return {"words": form.cleaned_data["words"], "said_on": form.cleaned_data["said_on"], "files": files}


def add(request: HttpRequest, reference: str) -> HttpResponse:
    """Record what the referrer wrote."""
    referral = opened(request, reference)
    by = member(request)
    if request.method != "POST":
        verbs.check_record(referral, by=by)
    form = Message(request.POST or None, request.FILES or None, initial={"said_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            verbs.record_message(referral=referral, by=by, **_given(form))
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, _recorded(referral))
            return redirect("triage:conversation", reference=reference)
    context = frame(referral, by) | {
        "heading": "Record what the referrer wrote", "button": "Record this", "buttons": [],
        "intro": "The words and files are read against the criteria like the referral itself.",
    }  # fmt: skip
    return render_form(request, "triage/act.jinja", form, **context)


def _recorded(referral: Referral) -> str:
    if referral.state == State.AWAITING_REFERRER:
        return (
            "Recorded. If this answers what was asked, record the reply too: that puts the referral back to screening."
        )
    return "Recorded. It is being read."


def verdict(request: HttpRequest, reference: str) -> HttpResponse:
    """Answered, not answered, or "I still wish to refer"."""
    referral = opened(request, reference)
    by = member(request)
    if request.method != "POST":
        check_move("still_refer", referral, by=by)
    form = Verdict(request.POST or None, request.FILES or None, initial={"said_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["verdict"]
        if chosen != "answered" and not form.cleaned_data["words"].strip():
            form.add_error("words", "Copy the referrer's own words: the clinician who looks next rests on them")
        else:
            try:
                verbs.record_verdict(referral=referral, by=by, verdict=chosen, **_given(form))
            except Refused as refused:
                form.add_error(None, refused.sentence)
            else:
                messages.success(request, _judged(chosen))
                return to_referral(referral)
    context = frame(referral, by) | {
        "heading": "Record what the referrer says of the advice", "button": "Record this", "buttons": [],
        "intro": "Whatever they say, the referral is not closed to them.",
    }  # fmt: skip
    return render_form(request, "triage/act.jinja", form, **context)


def _judged(chosen: str) -> str:
    if chosen == "answered":
        return "Recorded: the advice answers the question."
    return "Recorded. The referral is back on the worklist, for another clinician than the one who gave the advice."
