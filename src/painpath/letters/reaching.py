"""By which ways a service reaches anybody: what its pathway wants, as far as this site has what opens it."""

import re

from django.conf import settings

from painpath.accounts.models import Service
from painpath.accounts.notify_keys import has_all_for
from painpath.pathway.delivery import Delivery
from painpath.referrals import pathways

_UK_MOBILE = re.compile(r"(?:(?:\+44|0044)0?|0)?(7[1-57-9][0-9]{8})")
"""Ofcom's plan of numbers: 071 to 075 and 077 to 079 are mobiles; 070 and 076 cost the caller money, or are pagers."""


def delivery_of(service: Service) -> Delivery:
    """The delivery of the pathway that is in force."""
    return pathways.in_force(service)[0].delivery


def sends_email(service: Service) -> bool:
    """Whether e-mail leaves this site for people of this service."""
    can = {"smtp": settings.SENDS_EMAIL, "notify": has_all_for(service, "email"), "off": False}
    return any(can.values()) and can[delivery_of(service).email]


def sends_texts(service: Service) -> bool:
    """Whether text messages leave this site for people of this service."""
    return has_all_for(service, "sms") and delivery_of(service).sms == "notify"


def posts_by_notify(service: Service) -> bool:
    """Whether GOV.UK Notify prints and posts what this service writes."""
    return has_all_for(service, "notify") and delivery_of(service).post == "notify"


def uk_mobile(phone: str) -> str:
    """A number on record as `07123456789`; empty for what is no UK mobile, or more than one number."""
    found = _UK_MOBILE.fullmatch(re.sub(r"[\s().-]", "", phone))
    return f"0{found[1]}" if found else ""
