"""What a carrier brought us, as the post page and its own page show it."""

from typing import Any

from django.urls import reverse

from painpath.accounts.models import Membership
from painpath.letters import receiving
from painpath.letters.models import InboundMessage
from painpath.referrals.restricting import HIDDEN
from painpath.triage.presenters.words import moment, plural

MOST = 100
_NAMES = {
    "client": "Sent by the program",
    "mex-from": "From mailbox",
    "mex-workflowid": "Workflow",
    "mex-subject": "Subject",
    "mex-filename": "File name",
    "content-type": "Kind of file",
    "mex-localid": "Their number for it",
    "mex-statusdescription": "What MESH says",
    "mex-statuscode": "Code",
    "mex-linkedmsgid": "About message",
}
"""The headers that help somebody to see what it is; all of them are kept."""


def inbound_list(by: Membership, closed: frozenset[int]) -> dict[str, Any]:
    """What waits for a person, for the post page; of what is about a record that is `closed` only that it is there."""
    found, hidden = receiving.unsettled(by), receiving.closed_among(closed)
    rows = [
        {
            "pk": one.pk, "when": moment(one.received_at), "what": HIDDEN if one.pk in hidden else what(one),
            "why": "" if one.pk in hidden else one.why, "href": reverse("triage:inbound", args=[one.pk]),
        }
        for one in found[:MOST]
    ]  # fmt: skip
    return {"rows": rows, "count": len(rows) if len(rows) < MOST else found.count()}


def what(message: InboundMessage) -> str:
    """What it calls itself, else from where it came."""
    said = message.headers
    return next(filter(None, (said.get("mex-subject"), said.get("mex-filename"))), "") or (
        f"{message.get_source_display()} message"
    )


def inbound_page(message: InboundMessage) -> dict[str, Any]:
    """One message: its headers, how large it is, and what is known of it."""
    dispatch = message.dispatch
    said = [(name, str(message.headers[key])) for key, name in _NAMES.items() if message.headers.get(key)]
    size = len(message.content)
    return {
        "message": message,
        "what": what(message),
        "facts": [("Came", moment(message.received_at)), *said, ("Size", plural(size, "byte"))],
        "reference": dispatch.referral.reference if dispatch else "",
        "why": message.why.split("\n\n"),
        "has_content": size > 0,
    }
