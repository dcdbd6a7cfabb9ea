"""The smaller verbs: a reply, a hand-over, an end without a decision, a return. One form each."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from painpath.accounts.models import Membership
from painpath.referrals import verbs
from painpath.referrals.models import Referral
from painpath.referrals.refusal import Refused
from painpath.triage import forms
from painpath.triage.presenters.page import frame
from painpath.triage.views.base import member, opened, to_referral
from painpath.web.forms import Form, render_form


def _act(
    request: HttpRequest,
    reference: str,
    form_class: type[Form],
    verb: Callable[[Referral, Membership, dict[str, Any]], object],
    *,
    heading: str,
    intro: str,
    button: str,
    done: str,
) -> HttpResponse:
    referral = opened(request, reference)
    by = member(request)
    form = form_class(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            verb(referral, by, form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, done)
            return to_referral(referral)
    context = frame(referral, by) | {"heading": heading, "intro": intro, "button": button}
    return render_form(request, "triage/act.jinja", form, **context)


def reply(request: HttpRequest, reference: str) -> HttpResponse:
    """The referrer or the patient has answered, or the patient is ready: back to the worklist."""
    return _act(
        request, reference, forms.Reason,
        lambda referral, by, given: verbs.record_reply(referral=referral, by=by, reason=given["reason"]),
        heading="Record a reply",
        intro="The referral goes back to the screening worklist. If the reply is a document, add the document first.",
        button="Put it back on the worklist", done="Back on the screening worklist.",
    )  # fmt: skip


def return_to_screening(request: HttpRequest, reference: str) -> HttpResponse:
    """An accepted referral needs another look."""
    return _act(
        request, reference, forms.Reason,
        lambda referral, by, given: verbs.return_to_screening(referral=referral, by=by, reason=given["reason"]),
        heading="Return to screening", intro="The referral goes back to the worklist. The decision stays on record.",
        button="Return it to screening", done="Back on the screening worklist.",
    )  # fmt: skip


def hand_over(request: HttpRequest, reference: str) -> HttpResponse:
    """The accepted patient stands in the booking system."""
    return _act(
        request, reference, forms.HandOver,
        lambda referral, by, given: verbs.hand_over(referral=referral, by=by, **given),
        heading="Record the hand-over", intro="Until this is recorded the referral stays open and owned.",
        button="Record the hand-over", done="Handed over.",
    )  # fmt: skip


def close(request: HttpRequest, reference: str) -> HttpResponse:
    """An end without a decision of the team."""
    return _act(
        request, reference, forms.Close,
        lambda referral, by, given: verbs.close(referral=referral, by=by, how=given["how"], reason=given["reason"]),
        heading="Close or withdraw",
        intro="This ends the referral without a decision of the team. No letter goes out. It can be taken back.",
        button="End this referral", done="Ended.",
    )  # fmt: skip


def take_back(request: HttpRequest, reference: str) -> HttpResponse:
    """An ended referral comes back."""
    return _act(
        request, reference, forms.Reason,
        lambda referral, by, given: verbs.take_back(referral=referral, by=by, reason=given["reason"]),
        heading="Take this referral back", intro="It goes back to the screening worklist with everything it holds.",
        button="Take it back", done="Taken back.",
    )  # fmt: skip
