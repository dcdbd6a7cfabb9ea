"""Sessions end when nobody works, and once a day in any case. What was typed is not lost: `web.kept` has it."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from painpath.web import sign_ins

BEGAN, SEEN, ENDED = "began_at", "seen_at", "session_ended"
_EXACT = 60
"""How many seconds may pass before an activity is written down again: not every page writes its session."""


@receiver(user_logged_in, dispatch_uid="painpath.session_began")
def _began(request: HttpRequest, **_: Any) -> None:
    request.session[BEGAN] = request.session[SEEN] = time.time()


class IdleMiddleware:
    """Ends a session after `IDLE_MINUTES` without a page or a press, and `LONGEST_HOURS` after its sign-in (OWASP ASVS
    5, 7.3.1 and 7.3.2). Stands before `KeepFormsMiddleware`, which then keeps the form that came too late.

    What a page asks in the background is no activity: a screen that was left on would never end.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now, session = time.time(), request.session
            began, seen = session.setdefault(BEGAN, now), session.setdefault(SEEN, now)
            if now - seen >= 60 * settings.IDLE_MINUTES or now - began >= 3600 * settings.LONGEST_HOURS:
                request.ended_idle = True  # type: ignore[attr-defined]
                logout(request)
                request.session[ENDED] = True  # the sign-in page says why it is there
            elif now - seen >= _EXACT and _by_a_person(request):
                session[SEEN] = now
                sign_ins.seen(request)
        return self.get_response(request)


def _by_a_person(request: HttpRequest) -> bool:
    """Whether somebody opened a page or pressed something, as the browser says; one that does not say is believed."""
    return bool(request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate")
