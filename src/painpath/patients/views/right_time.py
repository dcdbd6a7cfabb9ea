"""“Is it the right time?” Nothing is stored: the answers stand in the form that the browser sends, and in what it gets
back, and nowhere else. No session and no cookie is used, so the forms carry no token: there is nothing to forge."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.core import ratelimit
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from painpath.letters.pdf import UnprintableError
from painpath.pathway import Pathway
from painpath.patients import card
from painpath.patients.presenters import right_time as presenter
from painpath.patients.presenters.frame import frame
from painpath.patients.right_time_forms import RightTimeForm
from painpath.web import errors
from painpath.web.forms import render_form
from painpath.web.forms.base import INVALID
from painpath.web.published import public_pathway

View = Callable[..., HttpResponse]
PDF = "application/pdf"
_ALLOWED = ["GET", "HEAD", "POST"]


def _unkept(view: View) -> View:
    """A view whose answers no browser and no proxy keeps. The empty questions hold nobody's answers: the browser may
    come back to them, with what was typed still there, when somebody presses Back."""

    @csrf_exempt
    @require_http_methods(_ALLOWED)
    @wraps(view)
    def wrapped(request: HttpRequest, service: str) -> HttpResponse:
        response = view(request, service)
        response["Cache-Control"] = "no-store" if request.method == "POST" else "private, no-cache"
        return response

    return wrapped


@_unkept
def right_time(request: HttpRequest, service: str) -> HttpResponse:
    """The questions; when they are sent, the card; when somebody goes back from there, the questions as answered."""
    found, pathway = public_pathway(service)
    context = frame(found, pathway) | presenter.addresses(pathway)
    if request.method != "POST":
        return _questions(request, context, pathway, RightTimeForm(pathway=pathway))
    form = RightTimeForm(request.POST, pathway=pathway)
    if not form.is_valid() or "change" in request.POST:
        return _questions(request, context, pathway, form)
    return render(request, "patients/right_time/card.jinja", context | presenter.card_page(pathway, form))


@_unkept
def text(request: HttpRequest, service: str) -> HttpResponse:
    """The card as a text file."""
    return _file(request, service, lambda made: card.as_text(made).encode(), "text/plain; charset=utf-8", "txt")


@_unkept
def pdf(request: HttpRequest, service: str) -> HttpResponse:
    """The card as a PDF, on one page where it fits."""
    return _file(request, service, card.as_pdf, PDF, "pdf")


@_unkept
def large(request: HttpRequest, service: str) -> HttpResponse:
    """The card as a PDF in large print."""
    return _file(request, service, lambda made: card.as_pdf(made, large=True), PDF, "pdf")


def _questions(request: HttpRequest, context: dict[str, Any], pathway: Pathway, form: RightTimeForm) -> HttpResponse:
    context |= presenter.steps(pathway, form, begun=form.is_bound)
    return render_form(request, "patients/right_time/questions.jinja", context.pop("form"), **context)


def _file(
    request: HttpRequest, slug: str, make: Callable[[card.Card], bytes], media_type: str, ending: str
) -> HttpResponse:
    if request.method != "POST":
        return redirect("patients:right_time", slug)
    found, pathway = public_pathway(slug)
    form = RightTimeForm(request.POST, pathway=pathway)
    context = frame(found, pathway) | presenter.addresses(pathway)
    if not form.is_valid():
        return _questions(request, context, pathway, form)
    if media_type == PDF and not _in_time(request):
        return errors.answer(request, errors.TOO_OFTEN)
    try:
        content = make(presenter.card(pathway, form))
    except UnprintableError:
        sorry = _("We cannot make a PDF with the letters that you use. Print this page, or save your card as text.")
        context |= presenter.card_page(pathway, form) | {"sorry": sorry}
        return render(request, "patients/right_time/card.jinja", context, status=INVALID)
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="my-card.{ending}"'
    return response


def _in_time(request: HttpRequest) -> bool:
    """Whether this address has not asked for too many PDFs: each costs a tenth of a second. Where a proxy does not say
    who asks, nobody is counted."""
    try:
        return bool(ratelimit.consume(request, action="pdf"))
    except PermissionDenied:
        return True
