"""What a one-time code has opened, in the session: one referral, for one kind of visitor, for a while."""

import re
from datetime import datetime, timedelta
from typing import NamedTuple

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from painpath import clock
from painpath.accounts.models import Service
from painpath.referrals.models import Referral

LASTS = timedelta(minutes=30)
"""A setting of ours: time to read and to answer; on a shared desk nobody finds it after lunch."""
AT_MOST = timedelta(hours=3)
"""For whom the time runs anew with each page: then a new code all the same."""


_SHAPE = re.compile(r"[2-9A-Z]{8}")


def address(request: HttpRequest) -> str:
    """The network address, behind as many proxies as the settings trust (`ALLAUTH_TRUSTED_PROXY_COUNT`)."""
    return str(get_adapter(request).get_client_ip(request))


def reference(typed: str) -> str:
    """A reference as it stands on a letter, however it was typed; empty for what cannot be one."""
    letters = re.sub(r"[^A-Z0-9]", "", typed.upper())
    return f"{letters[:4]}-{letters[4:]}" if _SHAPE.fullmatch(letters) else ""


class Opened(NamedTuple):
    """What is open: the referral's key, and until when."""

    referral: int
    until: datetime


def open_for(
    request: HttpRequest, whom: str, service: Service, referral: Referral, *, anew: bool = False
) -> None:  # fmt: skip
    """A code was right: this session may look at this referral for a while, under a new session key.

    `whom` is the session's entry: what one kind of visitor opened, another has not. `anew`: the time runs anew with
    each page, for people who answer slowly.
    """
    request.session.cycle_key()
    now = clock.now()
    made = {"referral": referral.pk, "service": service.pk, "until": (now + LASTS).isoformat()}
    request.session[whom] = made | ({"at_most": (now + AT_MOST).isoformat()} if anew else {})


def opened(request: HttpRequest, whom: str, service: Service) -> Opened | None:
    """What is open for `whom` in this service; None when nothing is, or no longer."""
    found = request.session.get(whom)
    if not found or found["service"] != service.pk:
        return None
    until = datetime.fromisoformat(found["until"])
    if until <= clock.now():
        close(request, whom)
        return None
    if "at_most" in found:
        until = min(clock.now() + LASTS, datetime.fromisoformat(found["at_most"]))
        request.session[whom] = found | {"until": until.isoformat()}
    return Opened(found["referral"], until)


def close(request: HttpRequest, whom: str) -> None:
    """Forget what a code opened."""
    request.session.pop(whom, None)
