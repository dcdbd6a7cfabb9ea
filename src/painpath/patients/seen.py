"""The one referral that somebody has opened with a code: their own, or that of the person for whom they act."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from painpath.accounts.audit import Process
from painpath.accounts.models import Service
from painpath.accounts.roles import PATIENT
from painpath.letters import door
from painpath.pathway import Pathway
from painpath.patients.presenters.frame import frame
from painpath.patients.views.base import visited
from painpath.referrals import pathways
from painpath.referrals.arriving.contacts import has_died
from painpath.referrals.kinds import with_kinds
from painpath.referrals.models import Referral
from painpath.referrals.theirs import patient_may_open
from painpath.referrals.transitions import State
from painpath.web import by_code
from painpath.web.language import translated
from painpath.web.published import public_pathway

OPENED = "patient_opened_by_code"
"""The session's entry for what a patient's code opened."""
ACTS_FOR = "patient_acts_for"
"""The session's entry: the report by which somebody has said that they act for the patient."""
CODE_PAGE = "patients:code"
"""Where a new code is asked for."""
_CHOSEN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+|true|false")
"""What a chosen option sends: nobody typed it, and nobody needs to copy it."""
_OURS = frozenset({"csrfmiddlewaretoken", "key", "do", "check", "who", "shown", "helped"})

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Seen:
    """One referral, its pathway, who acts, and until when the code lets them."""

    referral: Referral
    pathway: Pathway
    by: Process
    service: Service
    until: datetime

    def to(self, name: str, **more: Any) -> str:
        """The address of a page of this referral: `seen.to("status")`."""
        return reverse(f"patients:{name}", kwargs={"service": self.service.slug, **more})


def open_by_code(request: HttpRequest, service: Service, referral: Referral) -> None:
    """A code was right: this session may look at this referral for a while. Who came before says nothing any more."""
    request.session.pop(ACTS_FOR, None)
    by_code.open_for(request, OPENED, service, referral, anew=True)


def leave(request: HttpRequest) -> None:
    """Forget what a code opened, and who it was."""
    request.session.pop(ACTS_FOR, None)
    by_code.close(request, OPENED)


def look(request: HttpRequest) -> Seen | None:
    """What this session has opened; None when nothing is open, or no longer."""
    service = visited(request)
    opened = by_code.opened(request, OPENED, service)
    if opened is None:
        return None
    found = Referral.objects.select_related("pathway_version", "patient", "owner__user")
    if request.method in ("GET", "HEAD"):
        found = with_kinds(found)
    referral = found.defer("pathway_version__content").filter(service_id=service.pk, pk=opened.referral).first()
    if referral is None or referral.patient is None:
        return None
    died = referral.state == State.DECEASED if referral.lacks("other_referral") else has_died(referral.patient)
    if not patient_may_open(referral, died=died):
        leave(request)
        return None
    by = door.holder(service, referral.pk, PATIENT)
    return Seen(referral, translated(pathways.of(referral.pathway_version)), by, service, opened.until)


def seen(view: View) -> View:
    """A view of one referral, `view(request, seen, ...)`. Whoever has no code, or stayed too long, is asked for a new
    one; what they had typed is shown to them to copy."""

    @wraps(view)
    def wrapped(request: HttpRequest, service: str, **more: Any) -> HttpResponse:
        looking = look(request)
        if looking is not None:
            answer = view(request, looking, **more)
            answer.headers["Cache-Control"] = "no-store"  # Back must not show it after somebody has left
            return answer
        given = [text for name in request.POST if name not in _OURS for text in request.POST.getlist(name)]
        typed = [text for text in given if text and not _CHOSEN.fullmatch(text)]
        again = reverse(CODE_PAGE, args=[service])
        if request.method == "POST" and any(given):
            return render(
                request,
                "patients/too_long.jinja",
                frame(*public_pathway(service)) | {"typed": typed, "again": again},
                status=409,
            )
        closed = _("For your safety this page closes when it is not used for 30 minutes. Ask for a new code to go on.")
        messages.info(request, closed)
        return redirect(again)

    return wrapped
