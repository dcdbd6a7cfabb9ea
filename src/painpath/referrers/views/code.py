"""The door for practitioners without an account: a reference, a one-time code, then that one referral."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from painpath.accounts.models import Service
from painpath.letters import codes, door
from painpath.referrals import pathways
from painpath.referrers import seen
from painpath.referrers.status_forms import Code, Reference
from painpath.web import by_code
from painpath.web.forms import render_form

GET_AND_POST = ["GET", "HEAD", "POST"]
TOO_OFTEN = "There have been many tries from where you are. Wait an hour, then try again, or phone the team."


def _visited(request: HttpRequest) -> Service:
    service: Service = request.visited  # type: ignore[attr-defined]  # by the scope middleware
    return service


@require_http_methods(GET_AND_POST)
def ask(request: HttpRequest, service: str) -> HttpResponse:
    """Enter the reference. Whatever it is, the same answer: if this is right, a code is on its way."""
    form = Reference(request.POST) if request.method == "POST" else Reference()
    if request.method == "POST" and form.is_valid():
        reference = by_code.reference(form.cleaned_data["reference"])
        if not reference:
            form.add_error("reference", "A reference has 8 letters and numbers, like 2BCD-FGHJ. Check your receipt")
        elif "have" in request.POST:
            return redirect("referrers:code-enter", service=service, reference=reference)
        else:
            try:
                door.ask_for_code(service=_visited(request), reference=reference, address=by_code.address(request))
            except door.TooOften:
                form.add_error(None, TOO_OFTEN)
                return render_form(request, "referrers/code_ask.jinja", form, **_about(service))
            messages.info(
                request,
                f"If {reference} is right, a code is on its way: by email within minutes if we have a work email "
                "address for the referrer, else by post.",
            )
            return redirect("referrers:code-enter", service=service, reference=reference)
    return render_form(request, "referrers/code_ask.jinja", form, **_about(service))


@require_http_methods(GET_AND_POST)
def enter(request: HttpRequest, service: str, reference: str) -> HttpResponse:
    """Enter the code. One sentence for everything that is not right."""
    form = Code(request.POST) if request.method == "POST" else Code()
    if request.method == "POST" and form.is_valid():
        try:
            referral = door.try_code(
                service=_visited(request), reference=reference, code=form.cleaned_data["code"],
                address=by_code.address(request),
            )  # fmt: skip
        except door.TooOften:
            form.add_error(None, TOO_OFTEN)
        else:
            if referral is not None:
                seen.open_by_code(request, _visited(request), referral)
                return redirect("referrers:code-status", service=service, reference=reference)
            form.add_error("code", codes.NOT_RIGHT)
    return render_form(request, "referrers/code_enter.jinja", form, reference=reference, **_about(service))


@require_POST
def leave(request: HttpRequest, service: str) -> HttpResponse:
    """End looking at what a code opened, on this machine."""
    seen.leave(request)
    return render(request, "referrers/code_left.jinja", _about(service))


def _about(service: str) -> dict[str, object]:
    pathway = pathways.published(service)
    contacts = [(one.label, one.value) for one in pathway.contacts if one.everyone]
    return {"slug": service, "service_name": pathway.service, "contacts": contacts}
