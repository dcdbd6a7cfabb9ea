"""How people come to have an account: by a service's invitation, and in no other way."""

import logging
import time
from smtplib import SMTPException
from threading import BoundedSemaphore
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import clear_authentication_records, get_authentication_records
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.core.internal.ratelimit import get_ip
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from painpath.accounts import browsers
from painpath.accounts.models import Membership, User
from painpath.accounts.scope import scope

log = logging.getLogger(__name__)


MAILS_AT_ONCE = 2
"""Pages of one web process that wait for the mail server: half of its threads (`serve.BLOCKING_THREADS`)."""
PATIENCE = 2.0
"""Seconds that one more page waits for its turn. A mail server as it should be answers sooner."""
_turns = BoundedSemaphore(MAILS_AT_ONCE)


class EmailIsDown(PermissionDenied):
    """An e-mail that could not be sent, to somebody who waits for it."""


class InvitationOnly(DefaultAccountAdapter):
    """Nobody can sign themselves up; and mail that cannot be sent is said, not a failure of the page."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": "There were too many wrong tries. Wait 5 minutes, then try again. If it goes on for "
        "an hour, somebody else is trying: tell the administrator of your service",
    }

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """An account from one address, so that no stranger locks its owner out; or from a browser that it knows."""
        if browsers.knows(request, _account(credentials)):
            return f"{_account(credentials)} with {browsers.browser(request)}"
        return f"{_account(credentials)} from {get_ip(request)}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a try before it is made; one that succeeds is taken back. Raises ValidationError over the limit."""
        super().pre_authenticate(request, **credentials)
        if browsers.knows(request, _account(credentials)):
            return
        here = self._login_failed_rl_usage
        anywhere = ratelimit.consume(
            request, app="allauth.account", action="login_failed_anywhere", key=_account(credentials)
        )
        if not anywhere:
            here.rollback()
            raise self.validation_error("too_many_login_attempts")
        here.usage += anywhere.usage

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Whoever works nowhere signs in to nothing: said once the password was right, to nobody else."""
        with scope(None, user):
            if not Membership.objects.current().filter(user=user).exists():
                clear_authentication_records(request)
                return redirect("account_inactive")
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return response

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.mfa.stages.AuthenticateStage": "painpath.accounts.provider.AskFactor"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whether the password is asked again: not right after it was given, at sign-in as little as there."""
        request = context.request
        given = get_authentication_records(request, request.user)
        if given and time.time() - given[-1]["at"] < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def send_mail(self, template_prefix: str, email: str, facts: dict[str, Any]) -> None:
        """Send it while somebody waits. While the mail server is silent the other threads go on answering people, also
        when a stranger asks for link after link. Raises EmailIsDown."""
        if not connection.in_atomic_block:
            connection.close()  # back to the pool: nobody else waits for it meanwhile
        if not _turns.acquire(timeout=PATIENCE):
            log.error("mail could not be sent: others wait for the mail server already")
            raise EmailIsDown
        try:
            super().send_mail(template_prefix, email, facts)
        except (OSError, SMTPException) as error:
            log.error("mail could not be sent: %s", type(error).__name__)
            raise EmailIsDown from None
        finally:
            _turns.release()


def _account(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email", "")).strip().lower()
