"""The one place where an address of a restricted record is closed: before any view, whatever the view is.

An address says which record it is about by its reference, or by the number of something that hangs on one.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.formats import date_format

from painpath import clock
from painpath.accounts.models import Membership
from painpath.letters.models import Dispatch, InboundMessage
from painpath.referrals.models import MeetingItem, Referral
from painpath.referrals.restricting import glass, named

REFERENCES = ("reference", "other")
NUMBERED: Mapping[str, Any] = {
    "dispatch": Dispatch.objects.values("referral"),
    "item": MeetingItem.objects.values("referral"),
    "message": InboundMessage.objects.annotate(about=Coalesce("referral", "dispatch__referral")).values("about"),
}
"""Parts of addresses without a reference that lead to one referral."""


def closed_at(request: HttpRequest, given: Mapping[str, Any], by: Membership) -> str | None:
    """The reference of a restricted record that this address is about and that is closed to `by`; None for none.

    One query where the address is about a referral. Where `by` has broken the glass, the request keeps until when.
    """
    rows = Referral.objects.filter(service_id=by.service_id, restricted=True)
    references = [str(given[name]) for name in REFERENCES if name in given]
    if references:
        rows = rows.filter(reference__in=references)
    elif (name := next((one for one in NUMBERED if one in given), None)) is not None:
        rows = rows.filter(pk__in=NUMBERED[name].filter(pk=given[name]))
    else:
        return None
    for referral in rows.only("pk", "reference", "restricted", "owner", "service"):
        if named(referral, by):
            continue
        broken = glass(referral, by)
        if broken is None:
            return referral.reference
        until = date_format(broken.until.astimezone(clock.LONDON), r"H:i \o\n j F Y")
        request.open_until = until  # type: ignore[attr-defined]
    return None
