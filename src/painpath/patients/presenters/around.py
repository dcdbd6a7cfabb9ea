"""What stands around every page of one's own referral: the frame of all pages, who looks, and until when."""

from typing import Any

from django.utils.formats import date_format

from painpath import clock
from painpath.patients.presenters.frame import frame
from painpath.patients.seen import Seen


def behind_code(seen: Seen) -> dict[str, Any]:
    """The context of the frame for a page of one referral, with until when it stays open."""
    until = date_format(seen.until.astimezone(clock.LONDON), "H:i")
    return frame(seen.service, seen.pathway, seen.referral.locality) | {"seen": seen, "until": until}
