"""Whether staff can be told by e-mail of what cannot wait, and the words for where they cannot.

An alert never depends on it: it is on record, and first on the worklist and on To do, before any e-mail is tried. But
nothing may say that somebody was told where no e-mail can leave.
"""

from typing import Literal

from django.conf import settings

from painpath.accounts.models import Service
from painpath.accounts.notify_keys import has_all_for
from painpath.referrals import pathways

NOBODY = "Nobody could be told by email: it stands first on the worklist and on To do."


def way(service: Service) -> Literal["smtp", "notify", ""]:
    """How e-mail reaches staff of this service: the site's mail server, else GOV.UK Notify where the pathway chooses it
    and its keys are there; empty where it reaches nobody, as in the demonstration."""
    if settings.SENDS_EMAIL:
        return "smtp"
    if has_all_for(service, "email") and pathways.in_force(service)[0].delivery.email == "notify":
        return "notify"
    return ""
