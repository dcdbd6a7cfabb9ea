"""A referrer's account in words."""

from typing import Any

from django.utils.formats import date_format

from painpath import clock
from painpath.accounts.models import Membership, Service
from painpath.directory.models import Referrer
from painpath.pathway import Pathway


def asking(service: Service, pathway: Pathway) -> dict[str, Any]:
    """What the pages for somebody who asks for an account say, with the ways to refer without one."""
    return {
        "service": service,
        "routes": [(route.name, route.how) for route in pathway.routes],
    }


def details(by: Membership, mine: Referrer | None) -> dict[str, Any]:
    """What is known of somebody's account, and cannot be changed on the page."""
    verified = mine.verified_at if mine else None
    return {
        "facts": [
            ("Name", by.name),
            ("Email address", by.user.email),
            ("Registration", f"Compared with the register on {_day(verified)}" if verified else "Not compared yet"),
        ],
        "verified": verified is not None,
    }


def changed(*, was_verified: bool, is_verified: bool) -> str:
    """What a change has done."""
    if was_verified and not is_verified:
        return "Saved. A person of the team compares your registration again. What you send is received meanwhile."
    return "Saved."


def _day(moment: Any) -> str:
    return date_format(moment.astimezone(clock.LONDON), "j F Y")
