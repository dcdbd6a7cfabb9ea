"""E-mails about accounts: the link to set a password, and what somebody who refers has to know about theirs."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ResetPasswordForm, default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from painpath.accounts.adapter import EmailIsDown
from painpath.accounts.models import Membership, User


def send_link(request: HttpRequest, one: Membership) -> str:
    """The link to set a password, sent as to somebody who has forgotten theirs; says what has become of it."""
    form = ResetPasswordForm(data={"email": one.user.email})
    if not form.is_valid():
        return "The link to set a password could not be sent: their account is not active."
    try:
        form.save(request)
    except EmailIsDown:
        return "Email cannot be sent at the moment: send them the link to set a password later, from their page here."
    return f"The link to set a password is on its way to {one.user.email}."


def send_referrer_mail(request: HttpRequest, about: str, one: Membership, **more: Any) -> bool:
    """Send the e-mail `account/email/referrer_<about>` to its owner; False when e-mail cannot be sent."""
    context = {
        "service": one.service,
        "name": one.name,
        "link": _password_link(request, one.user),
        "days": settings.PASSWORD_RESET_TIMEOUT // 86400,
        "sign_in": request.build_absolute_uri(reverse("account_login")),
        "ask": request.build_absolute_uri(reverse("referrers:ask", args=[one.service.slug])),
        **more,
    }
    try:
        get_adapter(request).send_mail(f"account/email/referrer_{about}", one.user.email, context)
    except EmailIsDown:
        return False
    return True


def _password_link(request: HttpRequest, user: User) -> str:
    key = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
    return request.build_absolute_uri(path)
