"""Who looks at which referral: an account at what is theirs, or somebody who came with a code at that one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from painpath.accounts.audit import Actor
from painpath.accounts.models import Service
from painpath.letters import door
from painpath.referrals.models import Referral
from painpath.referrals.theirs import may_read, sees_standing
from painpath.referrers.views.base import own, referrer
from painpath.web import by_code

OPENED = "opened_by_code"
"""The session's entry for what a code opened."""


@dataclass(frozen=True)
class Seen:
    """One referral, and who looks at it. `full`: whether they may see where it stands; a member of
    a practice sees that alone (`theirs.may_read` says who reads what the team wrote)."""

    referral: Referral
    by: Actor
    full: bool
    service: Service | None = None
    """Of the address, for who came with a code."""
    until: datetime | None = None
    """Until when a code lets them look."""

    def to(self, name: str, **more: int) -> str:
        """The address of a page of this referral, for whoever is looking."""
        arguments: dict[str, Any] = {"reference": self.referral.reference, **more}
        if self.service is None:
            return reverse(f"referrers:{name}", kwargs=arguments)
        return reverse(f"referrers:code-{name}", kwargs={"service": self.service.slug, **arguments})


def open_by_code(request: HttpRequest, service: Service, referral: Referral) -> None:
    """A code was right: this session may look at this referral for a while."""
    by_code.open_for(request, OPENED, service, referral)


def leave(request: HttpRequest) -> None:
    """Forget what a code opened."""
    by_code.close(request, OPENED)


def _by_code(request: HttpRequest, reference: str) -> Seen | None:
    service: Service = request.visited  # type: ignore[attr-defined]  # by the scope middleware
    opened = by_code.opened(request, OPENED, service)
    if opened is None:
        return None
    people = ("pathway_version", "patient", "referrer__member", "owner__user")
    found = Referral.objects.select_related(*people).defer("pathway_version__content")
    referral = found.filter(service_id=service.pk, pk=opened.referral, reference=reference).first()
    if referral is None:
        return None
    by = door.holder(service, referral.pk)
    return Seen(referral, by, may_read(referral, by=by), service, opened.until) if may_read(referral, by=by) else None


View = Callable[..., HttpResponse]


def seen(view: View) -> View:
    """A view of one referral, `view(request, seen, ...)`, for both: 404 for what is not theirs; who came with a code
    and has stayed too long is asked for a new one, and what they had typed is shown to them to copy."""

    @wraps(view)
    def wrapped(request: HttpRequest, reference: str, service: str | None = None, **more: Any) -> HttpResponse:
        if service is None:
            referral, by = own(request, reference), referrer(request)
            return view(request, Seen(referral, by, sees_standing(referral, by=by)), **more)
        looking = _by_code(request, reference)
        if looking is not None:
            return view(request, looking, **more)
        typed = [text for name in request.POST if name not in _OURS for text in request.POST.getlist(name) if text]
        if request.method == "POST" and any(typed):
            again = reverse("referrers:code", args=[service])
            return render(request, "referrers/too_long.jinja", {"typed": typed, "again": again}, status=409)
        messages.info(request, "For safety this page closes after 30 minutes. Ask for a new code to go on.")
        return redirect("referrers:code", service=service)

    return wrapped


_OURS = frozenset({"csrfmiddlewaretoken", "key", "verdict", "kind", "rest"})
