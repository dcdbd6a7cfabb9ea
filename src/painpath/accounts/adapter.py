"""How people come to have an account: by a service's invitation, and in no other way."""

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

log = logging.getLogger(__name__)


class EmailIsDown(PermissionDenied):
    """An e-mail that could not be sent, to somebody who waits for it."""


class InvitationOnly(DefaultAccountAdapter):
    """Nobody can sign themselves up; and mail that cannot be sent is said, not a failure of the page."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        try:
            super().send_mail(template_prefix, email, context)
        except (OSError, SMTPException) as error:
            log.error("mail could not be sent: %s", type(error).__name__)
            raise EmailIsDown from None
