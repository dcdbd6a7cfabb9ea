"""What follows a sign-in, a sign-out and a change of password or second factor: written down, and told."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.account import signals as passwords
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa import signals as factors
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from painpath import clock
from painpath.accounts import audit, browsers, sessions, telling
from painpath.accounts.models import Membership, User
from painpath.accounts.provider import PROVED
from painpath.accounts.scope import scope
from painpath.accounts.signing_in import SignedIn
from painpath.web.second_factor import HAS_FACTOR

_WORDS = {Authenticator.Type.TOTP: "An app for codes", Authenticator.Type.WEBAUTHN: "A passkey"}
_GUESSES, _A_DAY = 5, 24 * 3600
"""After so many wrong codes in a day somebody is told: a setting of ours."""
_ROW = "signed_in"
"""In the session: which sign-in it is of."""
_COUNTED = 90 * 24 * 3600
"""For how long wrong passwords are remembered, to be told at the next sign-in."""


class SignInsMiddleware:
    """Gives a browser that has signed in the cookie by which it is known again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        browsers.give(request, response)
        return response


def record(user: User, action: str, **detail: Any) -> None:
    """One entry in the audit of every service where this person works."""
    with scope(None, user):
        theirs = list(Membership.objects.current().filter(user=user))
    for one in theirs:
        with scope(one.service_id, user):
            audit.record(one, action, one, **detail)


def living(user: User) -> list[SignedIn]:
    """The sign-ins of this person whose session has not ended, the last seen first."""
    alive = Session.objects.filter(expire_date__gt=clock.now()).values("pk")
    theirs = SignedIn.objects.filter(user=user, seen_at__gt=clock.now() - timedelta(minutes=settings.IDLE_MINUTES))
    return list(theirs.filter(session__in=alive).order_by("-seen_at"))


def seen(request: HttpRequest) -> None:
    """The session of this request is in use."""
    SignedIn.objects.filter(session=request.session.session_key).update(seen_at=clock.now())


def _is_a_browser(request: HttpRequest | None) -> bool:
    return request is not None and "REMOTE_ADDR" in request.META


def _count(key: str, seconds: int) -> int:
    """How many it are now, this one with them."""
    if cache.add(key, 1, seconds):
        return 1
    try:
        return cache.incr(key)
    except ValueError:  # it ran out just now
        cache.set(key, 1, seconds)
        return 1


def _failed_key(email: str) -> str:
    return f"failed sign-ins {email.strip().lower()}"


@receiver(user_login_failed, dispatch_uid="painpath.sign_in_failed")
def _failed(credentials: dict[str, Any], **_: Any) -> None:
    """A count, whether there is such an account or not."""
    _count(_failed_key(str(credentials.get("email", ""))), _COUNTED)


@receiver(factors.authentication_failed, dispatch_uid="painpath.wrong_code")
def _wrong_code(user: User, reauthentication: bool = False, **_: Any) -> None:
    """Whoever gives wrong codes at the sign-in has the right password: the owner learns of it while they guess."""
    if reauthentication:
        return
    record(user, "signin.wrong_code")
    if _count(f"wrong codes {user.pk}", _A_DAY) == _GUESSES:
        telling.tell(
            user, "Wrong codes at the sign-in to your account",
            f"Somebody gave your password and then {_GUESSES} wrong codes. If it was not you, they know your password.",
        )  # fmt: skip


@receiver(user_logged_in, dispatch_uid="painpath.signed_in")
def _signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    if not _is_a_browser(request):
        return
    browser, words = browsers.mark(request), browsers.called(request)
    try:
        network = browsers.network(get_adapter(request).get_client_ip(request))
    except PermissionDenied:  # a proxy that does not say
        network = ""
    if getattr(request, PROVED, False):
        request.session[HAS_FACTOR] = True
    theirs = SignedIn.objects.filter(user=user)
    theirs.filter(seen_at__lt=clock.now() - SignedIn.LASTS).delete()
    first, known = not theirs.exists(), theirs.filter(browser=browser).exists()
    failed = cache.get(_failed_key(user.email), 0)
    if known or first:  # not to a stranger with the password
        for said in telling.told(user):
            messages.warning(request, said)
        if failed:
            tries = "was 1 try" if failed == 1 else f"were {failed} tries"
            messages.warning(request, f"Since you last signed in there {tries} with a wrong password.")
        cache.delete(_failed_key(user.email))
    row = SignedIn.objects.create(
        user=user, session=str(request.session.session_key), browser=browser, words=words, network=network
    )
    request.session[_ROW] = row.pk
    methods = [str(one.get("type", one["method"])) for one in get_authentication_records(request, user)]
    record(user, "signin", browser=words, new_browser=not known, failed_before=failed, methods=methods)
    if not (known or first):
        where = f" It came from the network {network}." if network else ""
        telling.tell(
            user, "A new sign-in to your account",
            f"Your account was signed in to with {words}, which has not been used for it before.{where}",
        )  # fmt: skip


@receiver(user_logged_out, dispatch_uid="painpath.signed_out")
def _signed_out(request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is not None and _is_a_browser(request):
        record(user, "signout", idle=bool(getattr(request, "ended_idle", False)))


@receiver(passwords.password_changed, dispatch_uid="painpath.password_changed")
@receiver(passwords.password_set, dispatch_uid="painpath.password_set")
@receiver(passwords.password_reset, dispatch_uid="painpath.password_reset")
def _new_password(request: HttpRequest, user: User, **_: Any) -> None:
    mine = request.session.session_key if request.user.is_authenticated else None
    if mine:  # a new password gives the session a new key
        SignedIn.objects.filter(user=user, pk=request.session.get(_ROW, 0)).update(session=mine)
    sessions.end_sessions(user.pk, but=mine)
    record(user, "password.change")
    telling.tell(user, "Your password was changed", "The password of your account was changed.")


@receiver(factors.authenticator_added, dispatch_uid="painpath.factor_is_new")
def _factor_added(user: User, authenticator: Authenticator, **_: Any) -> None:
    """Recovery codes that are made with the first factor go without saying."""
    _factor(user, authenticator, "add", "added to")


@receiver(factors.authenticator_reset, dispatch_uid="painpath.factor_is_reset")
def _factor_reset(user: User, authenticator: Authenticator, **_: Any) -> None:
    record(user, "factor.reset", type=authenticator.type)
    telling.tell(user, "Your recovery codes were changed", "New recovery codes were made for your account.")


@receiver(factors.authenticator_removed, dispatch_uid="painpath.factor_is_gone")
def _factor_removed(user: User, authenticator: Authenticator, **_: Any) -> None:
    _factor(user, authenticator, "remove", "removed from")


def _factor(user: User, authenticator: Authenticator, action: str, done: str) -> None:
    kind = Authenticator.Type(authenticator.type)
    record(user, f"factor.{action}", type=str(kind.value))
    if words := _WORDS.get(kind):
        telling.tell(user, "Your second factor was changed", f"{words} was {done} your account.")
