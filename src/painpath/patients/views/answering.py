"""Answering what we ask, one thing at a time. Saved after every page, on any device that has a code.

Every answer about safety is met with help before anything else, in the answer to the very press that saved it: no
address, and nothing in the session, tells that there was one.
"""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from painpath.patients.answering_forms import AnswerPage, WhoAnswers
from painpath.patients.presenters import answering as present
from painpath.patients.seen import Seen, seen
from painpath.questionnaires import alarming, closed_page, first_open_page, next_page
from painpath.questionnaires import page as page_of
from painpath.referrals.looking import look
from painpath.referrals.models import Answering
from painpath.referrals.questionnaires import answering as verb
from painpath.referrals.questionnaires import library, safety
from painpath.referrals.refusal import Refused
from painpath.web.answer_fields import OWN_WORDS
from painpath.web.forms import render_form

GET_AND_POST = ["GET", "HEAD", "POST"]
CONFLICT = 409
_OURS = frozenset({"csrfmiddlewaretoken", "do", "check", "shown"})


@require_http_methods(GET_AND_POST)
@seen
def start(request: HttpRequest, seen: Seen) -> HttpResponse:
    """What it is for, who reads it and when; then who answers."""
    asked = verb.asked_of_patient(seen.referral)
    if asked is None:
        return _over(request, seen)
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
            return _over(request, seen)
        row = next((one for one in rows if one.sent_at is None), rows[-1])
        return redirect(seen.to("answering", key=row.key))
    return render_form(request, "patients/answering/start.jinja", form, **context)


@require_safe
@seen
def go_on(request: HttpRequest, seen: Seen, key: uuid.UUID) -> HttpResponse:
    """The first page on which nothing was answered; the check when there is none."""
    row = _row(seen, key)
    if not row.is_open:
        return _closed(request, seen, row)
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
        return _closed(request, seen, row)
    questionnaire, answers = present.parsed(row.questionnaire), verb.answers_of(row)
    found = page_of(questionnaire, answers, page)
    if found is None:  # another answer has closed it, here or on another device
        return _said_late(request, seen, row, page) or _gone(request, seen, row)
    if request.POST.get("do") == "remove":
        return _take_out(request, seen, row, present.instance_of(found))
    given = (request.POST,) if request.method == "POST" else ()
    form = AnswerPage(*given, page=found, answers=answers)
    if request.method == "POST" and (form.is_valid() or _has_alarm(questionnaire, form)):
        return _save(request, seen, row, form)
    context = present.one(seen, row, questionnaire, answers, found) | {"checks": _checks(request)}
    return render_form(request, "patients/answering/page.jinja", form, **context)


def _take_out(request: HttpRequest, seen: Seen, row: Answering, instance: str) -> HttpResponse:
    """Take this one out, once, of as many as the page showed: then what is left, on the page to check."""
    before, given = row.saved_at, request.POST.get("shown", "")
    shown = int(given) if given.isdecimal() and len(given) <= 3 else 0
    try:
        row = verb.remove(answering=row, instance=instance, shown=shown, by=seen.by)
    except Refused:
        return _closed(request, seen, _row(seen, row.key))
    if row.saved_at != before:
        messages.success(request, _("Removed."))
    else:
        messages.info(request, _("Nothing was removed just now. Look at what is here."))
    return redirect(seen.to("answering-check", key=row.key))


def _has_alarm(questionnaire: Any, form: AnswerPage) -> bool:
    """An answer about safety is saved even when another answer of its page needs another look."""
    return bool(alarming(questionnaire, form.given))


def _said_late(request: HttpRequest, seen: Seen, row: Answering, page: str) -> HttpResponse | None:
    """An answer about safety to a question that is no longer asked: a clinician reads it, and help comes at once."""
    questionnaire = present.parsed(row.questionnaire)
    found = closed_page(questionnaire, page) if request.method == "POST" else None
    if found is None:
        return None
    form = AnswerPage(request.POST, page=found, answers={})
    form.is_valid()
    alarms = list(alarming(questionnaire, form.given))
    if not alarms:
        return None
    _tell(seen, row, form.given)
    context = present.at_once(seen, row, alarms, seen.to("answering", key=row.key))
    return render(request, "patients/answering/at_once.jinja", context)


def _save(request: HttpRequest, seen: Seen, row: Answering, form: AnswerPage) -> HttpResponse:
    questionnaire, given = present.parsed(row.questionnaire), form.sound()
    alarms = list(alarming(questionnaire, form.given))
    here = seen.to("answering-page", key=row.key, page=form.page.key)
    try:
        row = verb.save(answering=row, given=given, by=seen.by).answering
        if request.POST.get("do") == "again" and form.is_valid() and form.page.again:
            row = verb.add(answering=row, again=form.page.again, by=seen.by)
    except Refused:
        if alarms:
            _tell(seen, row, form.given)
            context = present.at_once(seen, row, alarms, seen.to("questions"))
            return render(request, "patients/answering/at_once.jinja", context)
        return _closed(request, seen, _row(seen, row.key))
    if unsaved := {place: form.given[place] for place in alarms if place in form.wrong}:
        _tell(seen, row, unsaved)  # it cannot stand as it is, and was said all the same
    on = _next(request, seen, row, form.page.key) if form.is_valid() else here
    if alarms:
        return render(request, "patients/answering/at_once.jinja", present.at_once(seen, row, alarms, on))
    return redirect(on)


def _tell(seen: Seen, row: Answering, given: dict[str, Any]) -> None:
    try:
        safety.tell(answering=row, given=given, by=seen.by)
    except Refused:  # nobody reads about this referral: then no page promises it
        return


def _next(request: HttpRequest, seen: Seen, row: Answering, key: str) -> str:
    """Where to go after a page: what comes next with these answers, or back to the check that it came from."""
    if request.POST.get("do") == "later":
        return seen.to("answering-later", key=row.key)
    found = next_page(present.parsed(row.questionnaire), verb.answers_of(row), key)
    if found is None or (_checks(request) and request.POST.get("do") != "again"):
        return seen.to("answering-check", key=row.key)
    return seen.to("answering-page", key=row.key, page=found.key)


@require_safe
@seen
def later(request: HttpRequest, seen: Seen, key: uuid.UUID) -> HttpResponse:
    """It is saved: how to come back, here or on another device."""
    row = _row(seen, key)
    if not row.is_open:
        return _closed(request, seen, row)
    return render(request, "patients/answering/later.jinja", present.around(seen) | {"row": row})


@require_http_methods(GET_AND_POST)
@seen
def check(request: HttpRequest, seen: Seen, key: uuid.UUID) -> HttpResponse:
    """Every answer, each to be changed; then send."""
    row = _row(seen, key)
    if row.stopped_at is not None:
        return _closed(request, seen, row)
    faults: Any = ()
    if request.method == "POST":
        try:
            verb.send(answering=row, by=seen.by)
        except verb.NotRight as wrong:
            faults = wrong.faults
        except Refused:
            return _closed(request, seen, _row(seen, key))
        else:
            return redirect(seen.to("answering-sent", key=key))
    elif not row.is_open:
        return _closed(request, seen, row)
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
    row = rows.filter(referral=seen.referral, key=key).first()
    if row is None:
        raise Http404
    row.referral = seen.referral
    return row


def _checks(request: HttpRequest) -> bool:
    """Whether the page was opened from the check, to change one answer."""
    return "check" in request.GET or "check" in request.POST


def _gone(request: HttpRequest, seen: Seen, row: Answering) -> HttpResponse:
    """A page to which the answers do not lead: what was typed is shown, and the way on."""
    if typed := _typed(request, row):
        context = present.over(seen, typed) | {"on": seen.to("answering", key=row.key)}
        return render(request, "patients/answering/gone.jinja", context, status=CONFLICT)
    messages.info(request, _("We do not need to ask this question any more."))
    return redirect(seen.to("answering", key=row.key))


def _closed(request: HttpRequest, seen: Seen, row: Answering) -> HttpResponse:
    """Sent, perhaps on another device, or nobody waits any more."""
    typed = _typed(request, row)
    if row.sent_at is not None and not typed:
        return redirect(seen.to("answering-sent", key=row.key))
    return _over(request, seen, typed)


def _over(request: HttpRequest, seen: Seen, typed: tuple[str, ...] = ()) -> HttpResponse:
    status = CONFLICT if request.method == "POST" else 200
    return render(request, "patients/answering/over.jinja", present.over(seen, typed), status=status)


def _typed(request: HttpRequest, row: Answering) -> tuple[str, ...]:
    """What somebody has written, to be copied. Choices are left out: their codes say nothing to people."""
    if request.method != "POST":
        return ()
    items = present.parsed(row.questionnaire).walk()
    codes = {OWN_WORDS, "true", "false"} | {option.key for item in items for option in item.options}
    given = [text.strip() for name in request.POST if name not in _OURS for text in request.POST.getlist(name)]
    return tuple(text for text in given if text and text not in codes)
