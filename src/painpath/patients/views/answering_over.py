"""Answers that cannot be taken any more: what was typed is shown, to be copied, with the way on."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from painpath.patients.presenters import answering as present
from painpath.patients.seen import Seen
from painpath.referrals.models import Answering
from painpath.web.answer_fields import OWN_WORDS

CONFLICT = 409
OURS = frozenset({"csrfmiddlewaretoken", "do", "check", "instance", "helped", "how_many"})
"""Fields of a page of questions that are no answers."""


def gone(request: HttpRequest, seen: Seen, row: Answering) -> HttpResponse:
    """A page to which the answers do not lead: what was typed is shown, and the way on."""
    if typed := written(request, row):
        context = present.over(seen, typed) | {"on": seen.to("answering", key=row.key)}
        return render(request, "patients/answering/gone.jinja", context, status=CONFLICT)
    messages.info(request, _("We do not need to ask this question any more."))
    return redirect(seen.to("answering", key=row.key))


def closed(request: HttpRequest, seen: Seen, row: Answering) -> HttpResponse:
    """Sent, perhaps on another device, or nobody waits any more."""
    typed = written(request, row)
    if row.sent_at is not None and not typed:
        return redirect(seen.to("answering-sent", key=row.key))
    return over(request, seen, typed)


def over(request: HttpRequest, seen: Seen, typed: tuple[str, ...] = ()) -> HttpResponse:
    """Nobody waits for answers now; what was typed is not lost."""
    status = CONFLICT if request.method == "POST" else 200
    return render(request, "patients/answering/over.jinja", present.over(seen, typed), status=status)


def written(request: HttpRequest, row: Answering) -> tuple[str, ...]:
    """What somebody has written, to be copied. Choices are left out: their codes say nothing to people."""
    if request.method != "POST":
        return ()
    items = present.parsed(row.questionnaire).walk()
    codes = {OWN_WORDS, "true", "false"} | {option.key for item in items for option in item.options}
    given = [
        text.strip() for name in request.POST if name not in OURS | {"shown"} for text in request.POST.getlist(name)
    ]
    return tuple(text for text in given if text and text not in codes)
