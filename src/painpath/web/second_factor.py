"""A second factor is asked of everybody with a membership: until it is set up, every page leads to setting it up."""

from typing import Any

from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from painpath.accounts import sessions
from painpath.accounts.lost_factor import has_factor
from painpath.accounts.models import User
from painpath.web import kept

SET_UP = frozenset(
    {
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_view_recovery_codes",
        "mfa_reauthenticate",
        "account_reauthenticate",
    }
)
"""Where somebody without a second factor may go: where they set it up."""
HAS_FACTOR, GO_ON = "has_second_factor", "after_second_factor"
"""Kept in the session: that it was seen, so that no page asks the database again; and where the person wanted to go."""


def first(request: HttpRequest, view: str) -> HttpResponse | None:
    """Where this person has to go before `view`, inside the scope of their service; None when they may go on.

    A form that was sent is kept, as one whose session has ended: it waits until the second factor is there.
    """
    if not settings.STAFF_NEED_FACTOR or view in SET_UP:
        return None
    if request.session.get(HAS_FACTOR):
        return None
    if has_factor(request.user.pk):
        request.session[HAS_FACTOR] = True
        request.session.pop(GO_ON, None)
        return None
    if request.method == "POST":
        key = kept.wait(request)
        request.session[GO_ON] = reverse("kept", args=[key]) if key else "/"
    else:
        request.session[GO_ON] = request.get_full_path()
    return redirect("mfa_index")


@receiver(authenticator_removed, dispatch_uid="painpath.factor_removed")
def _removed(request: HttpRequest, **_: Any) -> None:
    request.session.pop(HAS_FACTOR, None)


@receiver(authenticator_added, dispatch_uid="painpath.factor_added")
def _added(request: HttpRequest, user: User, **_: Any) -> None:
    """Other sessions were begun without it (ASVS 5, 7.4.3)."""
    sessions.end_sessions(user.pk, but=request.session.session_key)
