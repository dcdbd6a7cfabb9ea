"""Answering what we ask, one thing at a time. Saved after every page, on any device that has a code.

Every answer about safety is met with help before anything else, in the answer to the very press that saved it: no
address, and nothing in the session, tells that there was one.
"""

import logging
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from painpath.patients.answering_forms import AnswerPage, WhoAnswers
from painpath.patients.presenters import answering as present
from painpath.patients.seen import Seen, seen
from painpath.patients.views.answering_over import OURS, closed, gone, over, written
from painpath.questionnaires import (
    Answers,
    Page,
    Questionnaire,
    alarming,
    enabled,
    first_open_page,
    next_page,
    pages,
    whole_page,
)
from painpath.questionnaires import page as page_of
from painpath.referrals.looking import look
from painpath.referrals.models import Answering
from painpath.referrals.questionnaires import answering as verb
from painpath.referrals.questionnaires import library, safety
from painpath.referrals.refusal import Refused
from painpath.web.errors import answer
from painpath.web.forms import render_form

GET_AND_POST = ["GET", "HEAD", "POST"]
logger = logging.getLogger(__name__)


@require_http_methods(GET_AND_POST)
@seen
def start(request: HttpRequest, seen: Seen) -> HttpResponse:
    """What it is for, who reads it and when; then who answers."""
    asked = verb.asked_of_patient(seen.referral)
    if asked is None:
        return over(request, seen)
    look(seen.referral, by=seen.by)
    context = present.start(seen, asked)
    forms = library.forms_of(asked)
    if not forms:
        return render(request, "patients/answering/on_paper.jinja", context)
    before = asked.answerings.order_by("pk").last()
    form = WhoAnswers(*((request.POST,) if request.method == "POST" else ()), before=before)
    if request.method == "POST" and form.is_valid():
        try:
            rows = [verb.begin(referral=seen.referral, request=asked, form=one, by=seen.by, **form.cleaned_data)
                    for one in forms]  # fmt: skip
        except Refused:
            return over(request, seen)
        row = next((one for one in rows if one.sent_at is None), rows[-1])
        return redirect(seen.to("answering", key=row.key))
    return render_form(request, "patients/answering/start.jinja", form, **context)


@require_safe
@seen
def go_on(request: HttpRequest, seen: Seen, key: uuid.UUID) -> HttpResponse:
    """The first page on which nothing was answered; the check when there is none."""
    row = _row(seen, key)
    if not row.is_open:
        return closed(request, seen, row)
    found = first_open_page(present.parsed(row.questionnaire), verb.answers_of(row))
    if found is None:
        return redirect(seen.to("answering-check", key=key))
    return redirect(seen.to("answering-page", key=key, page=found.key))


@require_http_methods(GET_AND_POST)
@seen
def one(request: HttpRequest, seen: Seen, key: uuid.UUID, page: str) -> HttpResponse:
    """One page of questions: saved when it is sent, then the next one."""
    row = _row(seen, key)
    if request.method != "POST" and not row.is_open:
        return closed(request, seen, row)
    questionnaire, answers = present.parsed(row.questionnaire), verb.answers_of(row)
    found = page_of(questionnaire, answers, page)
    if request.method == "POST":
        whole = whole_page(questionnaire, answers, page)
        if found is None:  # another answer has closed it, here or on another device
            return _said_late(request, seen, row, whole) or gone(request, seen, row)
        return _posted(request, seen, row, AnswerPage(request.POST, page=found, answers=answers, whole=whole))
    if found is None:
        return gone(request, seen, row)
    return _page(request, seen, row, AnswerPage(page=found, answers=answers))


def _page(request: HttpRequest, seen: Seen, row: Answering, form: AnswerPage) -> HttpResponse:
    context = present.one(seen, row, present.parsed(row.questionnaire), form.answers, form.page)
    return render_form(request, "patients/answering/page.jinja", form, **context, checks=_checks(request))


def _posted(request: HttpRequest, seen: Seen, row: Answering, form: AnswerPage) -> HttpResponse:
    form.is_valid()
    alarms = list(alarming(present.parsed(row.questionnaire), form.given))
    if request.POST.get("do") == "remove":
        return _remove(request, seen, row, form, alarms)
    # An answer about safety is saved even when another answer of its page needs another look.
    if form.is_valid() or alarms:
        return _save(request, seen, row, form, alarms)
    return _page(request, seen, row, form)


def _remove(request: HttpRequest, seen: Seen, row: Answering, form: AnswerPage, alarms: list[str]) -> HttpResponse:
    """Take this one out, once, of as many as the page showed: then what is left, on the page to check."""
    before, given = row.saved_at, request.POST.get("how_many", "")
    shown = int(given) if given.isdecimal() and len(given) <= 3 else 0
    try:
        row = verb.remove(answering=row, instance=present.instance_of(form.page), shown=shown, by=seen.by)
    except Refused:
        if not alarms:
            return closed(request, seen, _row(seen, row.key))
    if alarms:
        _tell(seen, row, form.given)
        return _help(request, seen, row, alarms, lambda: seen.to("answering-check", key=row.key))
    if row.saved_at != before:
        messages.success(request, _("Removed."))
    else:
        messages.info(request, _("Nothing was removed just now. Look at what is here."))
    return redirect(seen.to("answering-check", key=row.key))


def _said_late(request: HttpRequest, seen: Seen, row: Answering, whole: Page | None) -> HttpResponse | None:
    """An answer about safety on a page that is no longer asked: a clinician reads it, and help comes at once."""
    if whole is None:
        return None
    form = AnswerPage(request.POST, page=whole, answers={}, whole=whole)
    form.is_valid()
    alarms = list(alarming(present.parsed(row.questionnaire), form.given))
    if not alarms:
        return None
    _tell(seen, row, form.given)
    return _help(
        request, seen, row, alarms, lambda: seen.to("answering", key=row.key), typed=written(request, row)
    )  # fmt: skip


def _save(request: HttpRequest, seen: Seen, row: Answering, form: AnswerPage, alarms: list[str]) -> HttpResponse:
    given = form.sound()
    here = seen.to("answering-page", key=row.key, page=form.page.key)
    try:
        row = verb.save(answering=row, given=given, by=seen.by).answering
        if request.POST.get("do") == "again" and form.is_valid() and form.page.again:
            row = verb.add(answering=row, again=form.page.again, by=seen.by)
    except Refused:
        if alarms:
            _tell(seen, row, form.given)
            return _help(request, seen, row, alarms, lambda: seen.to("questions"), typed=written(request, row))
        return closed(request, seen, _row(seen, row.key))
    if unsaved := {place: form.given[place] for place in alarms if place in form.wrong}:
        _tell(seen, row, unsaved)  # it cannot stand as it is, and was said all the same
    if not form.is_valid():
        if request.POST.get("helped"):  # they have seen help, and go on to what needs another look
            return _page(request, seen, row, form)
        mend = [(name, text) for name in request.POST if name not in OURS for text in request.POST.getlist(name)]
        return _help(request, seen, row, alarms, lambda: here, mend=mend, checks=_checks(request))
    if alarms:
        return _help(request, seen, row, alarms, lambda: _next(request, seen, row, form))
    return redirect(_next(request, seen, row, form))


def _help(
    request: HttpRequest, seen: Seen, row: Answering, places: list[str], on: Callable[[], str], **more: Any
) -> HttpResponse:  # fmt: skip
    """Help at once. Whatever fails in making its page, the alert is kept and there is help: the request is one
    transaction, so the failure is undone by itself, and plain words are shown."""
    try:
        with transaction.atomic():
            context = present.at_once(seen, row, places, on()) | more
            return render(request, "patients/answering/at_once.jinja", context)
    except Exception as error:  # of any kind, in code, data or database
        logger.error("The page of help could not be made: %s. Plain help was shown.", type(error).__name__)
        return answer(request, present.plain_help(seen))


def _tell(seen: Seen, row: Answering, given: dict[str, Any]) -> None:
    try:
        safety.tell(answering=row, given=given, by=seen.by)
    except Refused:  # nobody reads about this referral: then no page promises it
        return


def _next(request: HttpRequest, seen: Seen, row: Answering, form: AnswerPage) -> str:
    """Where to go after a page: what it has opened before it or on it, what comes next, or back to the check."""
    if request.POST.get("do") == "later":
        return seen.to("answering-later", key=row.key)
    questionnaire, answers = present.parsed(row.questionnaire), verb.answers_of(row)
    again, checks = request.POST.get("do") == "again", _checks(request)
    found = _opened(questionnaire, answers, form, anywhere=checks)
    if found is not None:
        if found.key == form.page.key and not again:
            messages.info(request, _("Because of your answer, there is something more to answer on this page."))
        return seen.to("answering-page", key=row.key, page=found.key) + ("?check=1" if checks and not again else "")
    found = next_page(questionnaire, answers, form.page.key)
    if found is None or (checks and not again):
        return seen.to("answering-check", key=row.key)
    return seen.to("answering-page", key=row.key, page=found.key)


def _opened(questionnaire: Questionnaire, answers: Answers, form: AnswerPage, *, anywhere: bool) -> Page | None:
    """The first page up to this one (or `anywhere`) with a question that nobody has seen yet: these answers ask it."""
    known = (set(enabled(questionnaire, form.answers)) - form.asked) | set(form.page.places)
    for page in pages(questionnaire, answers):
        if any(place not in known and not answers.get(place) for place in page.places):
            return page
        if page.key == form.page.key and not anywhere:
            return None
    return None


@require_safe
@seen
def later(request: HttpRequest, seen: Seen, key: uuid.UUID) -> HttpResponse:
    """It is saved: how to come back, here or on another device."""
    row = _row(seen, key)
    if not row.is_open:
        return closed(request, seen, row)
    return render(request, "patients/answering/later.jinja", present.around(seen) | {"row": row})


@require_http_methods(GET_AND_POST)
@seen
def check(request: HttpRequest, seen: Seen, key: uuid.UUID) -> HttpResponse:
    """Every answer, each to be changed; then send."""
    row = _row(seen, key)
    if row.stopped_at is not None:
        return closed(request, seen, row)
    faults: Any = ()
    if request.method == "POST":
        try:
            verb.send(answering=row, by=seen.by)
        except verb.NotRight as wrong:
            faults = wrong.faults
        except Refused:
            return closed(request, seen, _row(seen, key))
        else:
            return redirect(seen.to("answering-sent", key=key))
    elif not row.is_open:
        return closed(request, seen, row)
    look(seen.referral, by=seen.by, action="answering.look")
    context = present.check(seen, row, present.parsed(row.questionnaire), verb.answers_of(row), faults)
    return render(request, "patients/answering/check.jinja", context, status=422 if faults else 200)


@require_safe
@seen
def sent(request: HttpRequest, seen: Seen, key: uuid.UUID) -> HttpResponse:
    """It has come: what happens next, and by when."""
    row = _row(seen, key)
    if row.sent_at is None:
        return redirect(seen.to("answering", key=key))
    return render(request, "patients/answering/sent.jinja", present.sent(seen, row))


def _row(seen: Seen, key: uuid.UUID) -> Answering:
    rows = Answering.objects.select_related("questionnaire", "request__service", "request__referral__pathway_version")
    rows = rows.defer("request__referral__pathway_version__content")
    row = rows.filter(referral=seen.referral, key=key).first()
    if row is None:
        raise Http404
    row.referral = seen.referral
    return row


def _checks(request: HttpRequest) -> bool:
    """Whether the page was opened from the check, to change one answer."""
    return "check" in request.GET or "check" in request.POST
