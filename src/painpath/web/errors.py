"""Error pages: what happened, whether anything was lost, what to do. None of them needs the database."""

import re
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template import engines
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from painpath.accounts.adapter import EmailIsDown
from painpath.postgres.failing import what_fails
from painpath.web import crisis, frame, kept
from painpath.web.forms.base import INVALID
from painpath.web.forms.look import Words


@dataclass(frozen=True)
class Problem:
    """What an error page says."""

    status: int
    title: Words
    sentences: tuple[Words, ...]


BAD_REQUEST = Problem(
    400,
    _("That could not be understood"),
    (_("Your browser sent something that this service cannot read. Nothing was changed."), _("Go back and try again.")),
)
FORBIDDEN = Problem(
    403,
    _("You cannot open this page"),
    (
        _("Your role in this service does not include it. Nothing was changed."),
        _("If you need it for your work, ask the administrator of your service."),
    ),
)
NOT_FOUND = Problem(
    404,
    _("Page not found"),
    (
        _("If you typed the web address, check that it is correct. If you pasted it, check that you copied all of it."),
        _("A referral of another service, or one that you may not see, is not found either."),
    ),
)
WRONG_METHOD = Problem(
    405,
    _("This page cannot be opened like that"),
    (
        _("The address belongs to a button on another page. Nothing was changed."),
        _("Go back and use the button there."),
    ),
)
TOO_LARGE = Problem(
    413,
    _("That is too large to send at once"),
    (_("Nothing was received."), _("Go back and send fewer files at a time, or ask the sender for smaller ones.")),
)
TOO_OFTEN = Problem(
    429,
    _("Too many people ask for this at once"),
    (_("Nothing is wrong with what you did. Wait a minute, then go back and try again."),),
)
NO_MAIL = Problem(
    503,
    _("Email cannot be sent at the moment"),
    (
        _("Nothing was changed."),
        _("Ask the administrator of your service for a new link, or try again later."),
    ),
)
_RISK = _("If a patient may be at risk, do not wait for this service: act now and write it down.")
FAILED = Problem(
    500,
    _("Sorry, there is a problem with the service"),
    (
        _("What you did last may not have been saved. Go back, check, and try again."),
        _("If it happens again, tell the person who runs this service the time and what you were doing."),
        _RISK,
    ),
)
AWAY = Problem(
    503,
    _("Sorry, this service cannot be used at the moment"),
    (
        _("What you sent last may not have been saved. What was received before is safe."),
        _("Keep this page open, and reload it in a minute. When your browser asks whether to send it again, say yes."),
        _("If it goes on, tell the person who runs this service."),
        _RISK,
    ),
)
FULL = Problem(
    503,
    _("Sorry, what you sent could not be kept"),
    (
        _("There is no room left on the disk of this service. Nothing was changed. What was received before is safe."),
        _("Tell the person who runs this service now. They have to make room."),
        _("Keep this page open. When they have made room, reload it, and let your browser send it again."),
        _RISK,
    ),
)
_BLOCK = 64 * 1024
WAIT = "30"
"""Seconds after which a program may try again what could not be done for the moment."""
PAGE_TOO_OLD = Problem(
    403,
    _("Your page was open too long"),
    (
        _("For safety a page stops working after a while, or when you sign in again in another tab."),
        _("Nothing was changed. Go back with your browser: what you wrote is still there."),
        _("Copy anything long, reload the page and send it again."),
    ),
)


_FOR_PATIENTS: dict[Problem, tuple[Words, ...]] = {
    FORBIDDEN: (_("This page is not for you. Nothing was changed."),),
    NOT_FOUND: (
        _("If you typed the web address, check that it is right. Some pages close after a while."),
        _("To see your referral again, ask for a new code."),
    ),
    FAILED: (
        _("This is our fault, not yours. What you did last may not have been saved."),
        _("Go back and try again. If it does not work, phone us or ask your GP. The number is on our letters."),
    ),
}
_FOR_PATIENTS[AWAY] = _FOR_PATIENTS[FULL] = (
    _("This is our fault, not yours. What you did last may not have been saved."),
    _("Keep this page open, and reload it in a minute. When your browser asks whether to send it again, say yes."),
    _("If it does not work, phone us or ask your GP. The number is on our letters."),
)
"""What patients read instead, at addresses of their door: nothing of roles, and nothing about somebody else."""
_PATIENTS = re.compile(r"^/services/[^/]+/(?:patients|my-referral)/")


_PROGRAMS = re.compile(r"^/services/[^/]+/(?:fhir/R4|cds-services|bars|oauth)(?:/|$)")
_READS_ITSELF = re.compile(r"^/services/[^/]+/bars/")
"""Takes no more of a body than it may, and keeps the beginning of one that is too long (`exchange.bars.views`)."""
_TOKENS = re.compile(r"^/services/[^/]+/oauth/token$")
_FOR_PROGRAMS = {
    400: ("invalid", "This cannot be read here: a null character stands in it, or the address is not well formed."),
    404: ("not-found", "There is nothing at this address."),
    405: ("not-supported", "This method cannot be used here."),
    413: ("too-long", "This is too large. Nothing of it was kept. Send fewer files at once."),
    503: ("transient", "This cannot be done at the moment. Send it again later."),
}
"""Code (value set `issue-type` of FHIR) and sentence by status; any other is a fault of ours."""


def _for_a_program(request: HttpRequest, problem: Problem) -> HttpResponse:
    """An OperationOutcome, or an error of RFC 6749 (section 5.2) where tokens are given: no program reads a page."""
    code, sentence = _FOR_PROGRAMS.get(problem.status, ("exception", "This is our fault. Try again later."))
    if _TOKENS.match(request.path):
        error = {"error": "invalid_request" if problem.status < 500 else "server_error", "error_description": sentence}
        return JsonResponse(error, status=problem.status, headers={"Cache-Control": "no-store", "Pragma": "no-cache"})
    issue = {"severity": "error", "code": code, "diagnostics": sentence}
    return JsonResponse(
        {"resourceType": "OperationOutcome", "issue": [issue]}, status=problem.status,
        content_type="application/fhir+json; charset=utf-8",
    )  # fmt: skip


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The page of this problem. Rendered without the request, so that no session or database is asked."""
    if _PROGRAMS.match(request.path):
        return _for_a_program(request, problem)
    theirs = _PATIENTS.match(request.path)
    context = {
        "problem": problem,
        "sentences": _FOR_PATIENTS.get(problem, problem.sentences) if theirs else problem.sentences,
        "start": theirs[0].replace("my-referral", "patients") if theirs and crisis.help_at(request.path) else "/",
        **frame.context(request),
    }
    page = engines["jinja"].get_template("errors/problem.jinja").render(context)
    return HttpResponse(page, status=problem.status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return answer(request, TOO_LARGE)
    return answer(request, BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403."""
    if isinstance(exception, EmailIsDown):
        return answer(request, NO_MAIL)
    return answer(request, FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404."""
    return answer(request, NOT_FOUND)


def failed(request: HttpRequest) -> HttpResponse:
    """handler500, called while the error is handled. What will pass by itself, or when room is made, says so."""
    problem = {"away": AWAY, "full": FULL}.get(what_fails(sys.exception()) or "", FAILED)
    response = answer(request, problem)
    if problem.status == AWAY.status:
        response["Retry-After"] = WAIT
    _let_it_end(request)
    return response


def _let_it_end(request: HttpRequest) -> None:
    """Let what is still coming come, and throw it away: a browser whose upload is cut off shows no page of ours."""
    left = settings.MAX_UPLOAD_BYTES
    with suppress(OSError, ValueError):
        while left > 0 and (block := request.read(min(_BLOCK, left))):  # which knows how much is still to come
            left -= len(block)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW. A form that somebody of ours wrote is kept, and shown to them to send."""
    request.is_forged = True  # type: ignore[attr-defined]
    if (key := kept.keep_own(request)) is not None:
        return redirect("kept", key)
    return answer(request, PAGE_TOO_OLD)


def _has_nul(request: HttpRequest) -> bool:
    """A null character, which no person types and PostgreSQL cannot keep."""
    if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
        return True
    if request.method != "POST":
        return False
    return any("\x00" in text for name, texts in request.POST.lists() for text in (name, *texts))


class AnswersMiddleware:
    """Gives the answers a page or a status that Django leaves out. Stands right after the CSP middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length, most = int(request.META.get("CONTENT_LENGTH") or 0), settings.MAX_UPLOAD_BYTES
        by_part = _READS_ITSELF.match(request.path) and request.content_type != "multipart/form-data"
        if length > most + settings.DATA_UPLOAD_MAX_MEMORY_SIZE and not by_part:
            return answer(request, TOO_LARGE)  # before a byte of it is read
        if _has_nul(request):
            return answer(request, BAD_REQUEST)
        response = self.get_response(request)
        if response.status_code == WRONG_METHOD.status and not response.content:
            page = answer(request, WRONG_METHOD)
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        """Class-based views answer an invalid form with 200."""
        context: dict[str, Any] = response.context_data or {}
        form = context.get("form")
        if response.status_code == 200 and isinstance(form, BaseForm) and form.is_bound and form.errors:
            response.status_code = INVALID
        return response
