"""The page on which a person says what became of a letter."""

from typing import Any

from django.urls import reverse

from painpath.accounts.models import Membership
from painpath.letters.arrival import can_go_again
from painpath.letters.channels import recipient
from painpath.letters.models import Dispatch, DispatchState
from painpath.triage.presenters.dispatches import what
from painpath.triage.presenters.needs import banner
from painpath.triage.presenters.words import moment


def became_page(dispatch: Dispatch, by: Membership) -> dict[str, Any]:
    """What is known of one letter that was posted, and what can be done about it."""
    reference = dispatch.referral.reference
    returned = dispatch.state == DispatchState.RETURNED
    now = ", ".join(recipient(dispatch).lines) or "none"
    facts = [
        ("Sent", moment(dispatch.sent_at) if dispatch.sent_at else ""),
        ("To the address", ", ".join(dispatch.address.splitlines())),
        ("Arrived", moment(dispatch.delivered_at) if dispatch.delivered_at else ""),
        ("Came back", f"{moment(dispatch.returned_at)}. {dispatch.why}" if returned and dispatch.returned_at else ""),
        ("Address on record now", now if returned else ""),
    ]
    return {
        "dispatch": dispatch,
        "what": what(dispatch),
        "facts": [(label, value) for label, value in facts if value],
        "returned": returned,
        "can_send_again": returned and can_go_again(dispatch),
        "reference": reference,
        "letter": reverse("triage:letter", args=[reference, dispatch.letter_id]) if dispatch.letter_id else "",
        "needs": banner(dispatch.referral, by),
    }
