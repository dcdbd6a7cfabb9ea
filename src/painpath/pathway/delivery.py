"""How what leaves reaches people: which carriers a service uses, and how long it waits before a person looks.

Every carrier is an accelerator with a manual way round; a service that names none prints and posts. What opens a
carrier (keys, mailboxes, addresses of servers) is no pathway data: it stands in the environment of the site.
"""

from typing import Annotated, Literal

import msgspec

from painpath.pathway.base import Data, Words

Days = Annotated[int, msgspec.Meta(ge=1, le=60)]


class Delivery(Data, frozen=True, kw_only=True):
    """The carriers, and the clocks in working days."""

    post: Literal["print", "notify"]
    """Who prints: the team (`print`), or GOV.UK Notify."""
    email: Literal["off", "smtp", "notify"]
    sms: Literal["off", "notify"]
    """Text messages hold no clinical word: a code and where it is used."""
    practices: Literal["print", "mesh"]
    """How a practice with a MESH mailbox gets its copies."""
    unopened_days: Days
    """A letter online that nobody has opened after so many working days goes by post as well."""
    unconfirmed_days: Days
    """What a carrier took and has not confirmed after so many working days comes to a person."""
    source: Words
