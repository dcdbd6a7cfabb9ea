"""Where a referral stands, in plain words for the person whose it is."""

from typing import Any

from painpath.patients.presenters.frame import frame
from painpath.patients.seen import Seen


def page(seen: Seen) -> dict[str, Any]:
    """Everything on the page."""
    status = seen.pathway.patient_status.state(seen.referral.state)
    return frame(seen.service, seen.pathway, seen.referral.locality) | {"seen": seen, "status": status}
