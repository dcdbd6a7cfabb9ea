"""The smaller verbs: a hand-over, a return. One form each; `act` is what they share."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from painpath.accounts.models import Membership
from painpath.referrals import verbs
from painpath.referrals.decisions.accepting import check_may_be_booked
from painpath.referrals.models import Referral
from painpath.referrals.refusal import Refused
from painpath.triage import forms
from painpath.triage.presenters.page import frame
from painpath.triage.views.base import member, opened, to_referral
from painpath.web.forms import Form, render_form


def act(
    request: HttpRequest,
    reference: str,
    form_class: Callable[..., Form],
    verb: Callable[[Referral, Membership, dict[str, Any]], object],
    *,
    heading: str,
    intro: str,
    button: str,
    done: str,
    to: str = "",
) -> HttpResponse:
    """A form, and the verb that it is for: what the verb refuses is said on the form, and nothing typed is lost.
    Afterwards to the referral, or to its page `to`."""
    referral = opened(request, reference)
    by = member(request)
    form = form_class(request.POST, request.FILES) if request.method == "POST" else form_class()
    if request.method == "POST" and form.is_valid():
        try:
            verb(referral, by, form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, done)
            return redirect(to, reference=referral.reference) if to else to_referral(referral)
    context = frame(referral, by) | {"heading": heading, "intro": intro, "button": button}
    return render_form(request, "triage/act.jinja", form, **context)


def return_to_screening(request: HttpRequest, reference: str) -> HttpResponse:
    """An accepted referral needs another look."""
    return act(
        request, reference, forms.Reason,
        lambda referral, by, given: verbs.return_to_screening(referral=referral, by=by, reason=given["reason"]),
        heading="Return to screening", intro="The referral goes back to the worklist. The decision stays on record.",
        button="Return it to screening", done="Back on the screening worklist.",
    )  # fmt: skip


def hand_over(request: HttpRequest, reference: str) -> HttpResponse:
    """The accepted patient stands in the booking system."""
    if request.method != "POST":
        check_may_be_booked(opened(request, reference))
    return act(
        request, reference, forms.HandOver,
        lambda referral, by, given: verbs.hand_over(referral=referral, by=by, **given),
        heading="Record the hand-over", intro="Until this is recorded the referral stays open and owned.",
        button="Record the hand-over", done="Handed over.",
    )  # fmt: skip


def take_back(request: HttpRequest, reference: str) -> HttpResponse:
    """An ended referral comes back."""
    return act(
        request, reference, forms.Reason,
        lambda referral, by, given: verbs.take_back(referral=referral, by=by, reason=given["reason"]),
        heading="Take this referral back", intro="It goes back to the screening worklist with everything it holds.",
        button="Take it back", done="Taken back.",
    )  # fmt: skip
