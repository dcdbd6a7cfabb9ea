"""The way in to one's own referral: reference and date of birth, a one-time code, then that one referral.

What was typed is kept in the session as a keyed hash (`patients_door.proof`) until the code has been typed too; the
date of birth itself is kept nowhere.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from painpath.letters import codes, door, patients_door
from painpath.letters.reaching import sends_texts
from painpath.patients import seen
from painpath.patients.code_forms import Code, WhoseReferral
from painpath.patients.presenters.frame import frame
from painpath.patients.views.base import visited
from painpath.referrals import pathways
from painpath.web import by_code
from painpath.web.forms import render_form
from painpath.web.language import translated

GET_AND_POST = ["GET", "HEAD", "POST"]
ASKED = "patient_asked"
"""The session's entry: which referral somebody has named, and the proof of the date of birth that they typed."""


def _too_often() -> str:
    return _("There have been many tries from where you are. Wait an hour, then try again.")


@require_http_methods(GET_AND_POST)
def ask(request: HttpRequest, service: str) -> HttpResponse:
    """Which referral, and a date of birth. Whatever they are, the same answer: if this is right, a code is coming."""
    if request.method != "POST":
        linked = {"reference": by_code.reference(request.GET.get("reference", "")[:40])}
        return render(request, "patients/code.jinja", {"form": WhoseReferral(initial=linked), **_about(request)})
    form = WhoseReferral(request.POST)
    if form.is_valid():
        at, reference = visited(request), form.cleaned_data["reference"]
        proof = patients_door.proof(at, reference, form.cleaned_data["born"])
        request.session[ASKED] = {"service": at.pk, "reference": reference, "proof": proof}
        if "have" in request.POST:
            return redirect("patients:code-enter", service=service)
        try:
            patients_door.ask_for_code(service=at, reference=reference, proof=proof, address=by_code.address(request))
        except door.TooOften:
            form.add_error(None, _too_often())
        else:
            messages.info(
                request,
                _(
                    "If this is right, a code is on its way to you. It comes by email or text in a few minutes if we "
                    "have checked your email address or phone number. If not, it comes by post."
                )
                if sends_texts(at)
                else _(
                    "If this is right, a code is on its way to you. It comes by email in a few minutes if we have "
                    "checked your email address. If not, it comes by post."
                ),
            )
            return redirect("patients:code-enter", service=service)
    return render_form(request, "patients/code.jinja", form, **_about(request))


@require_http_methods(GET_AND_POST)
def enter(request: HttpRequest, service: str) -> HttpResponse:
    """The code. One sentence for everything that is not right."""
    asked = request.session.get(ASKED)
    if not asked or asked["service"] != visited(request).pk:
        return redirect("patients:code", service=service)
    form = Code(request.POST) if request.method == "POST" else Code()
    if request.method == "POST" and form.is_valid():
        try:
            referral = patients_door.try_code(
                service=visited(request), reference=asked["reference"], proof=asked["proof"],
                code=form.cleaned_data["code"], address=by_code.address(request),
            )  # fmt: skip
        except door.TooOften:
            form.add_error(None, _too_often())
        else:
            if referral is not None:
                request.session.pop(ASKED)
                seen.open_by_code(request, visited(request), referral)
                return redirect("patients:status", service=service)
            form.add_error("code", _(codes.NOT_RIGHT))
    return render_form(request, "patients/code_enter.jinja", form, reference=asked["reference"], **_about(request))


@require_POST
def leave(request: HttpRequest, service: str) -> HttpResponse:
    """End looking at what a code opened, on this machine."""
    seen.leave(request)
    request.session.pop(ASKED, None)
    return render(request, "patients/code_left.jinja", _about(request))


def _about(request: HttpRequest) -> dict[str, Any]:
    service = visited(request)
    return frame(service, translated(pathways.published(service.slug))) | {"texts": sends_texts(service)}
