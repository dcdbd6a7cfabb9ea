"""What goes out, in words: on the timeline of a referral, and in the lists of the post page."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.urls import reverse

from painpath.accounts.models import AuditEntry
from painpath.letters.arrival import can_tell
from painpath.letters.channels import came_back_because
from painpath.letters.ending import TWICE
from painpath.letters.holding import HOWS, WAITING
from painpath.letters.models import KINDS, Dispatch, DispatchState
from painpath.letters.outbox import LEFT, what_became
from painpath.referrals.models import Referral
from painpath.referrals.restricting import HIDDEN
from painpath.triage.presenters.events import Event
from painpath.triage.presenters.words import moment, person

_BY = {
    "print": "by post", "notify": "by post, printed by GOV.UK Notify", "email": "by email", "sms": "by text message",
    "link": "online, with a code", "mesh": "by MESH", "ers": "in e-RS",
}  # fmt: skip
_STATES = {
    DispatchState.HELD: ("Held", "orange"),
    DispatchState.QUEUED: ("Waiting to go", "blue"),
    DispatchState.SENT: ("Sent", "green"),
    DispatchState.DELIVERED: ("Arrived", "green"),
    DispatchState.RETURNED: ("Came back", "red"),
    DispatchState.FAILED: ("Could not be sent", "red"),
    DispatchState.CANCELLED: ("Stopped", "grey"),
}
_HAPPENED = {
    "dispatch.queue": "Put into the outbox",
    "dispatch.hold": "Held until somebody has looked",
    "dispatch.release": "Released",
    "dispatch.print": "Printed",
    "dispatch.send": "Sent",
    "dispatch.unopened": "Goes by post as well",
    "dispatch.take_back": "Not sent after all",
    "dispatch.deliver": "Arrived",
    "dispatch.return": "Came back",
    "dispatch.take_back_return": "Had not come back after all",
    "dispatch.perhaps_taken": "May have left",
    "dispatch.fail": "Could not be sent",
    "dispatch.stop": "Stopped before it was sent",
}


_ONLINE = {
    "dispatch.send": "The patient was told of it",
    "dispatch.deliver": "Opened with the code",
    "dispatch.stop": "Not online any more",
}
"""The same of a letter online."""


@dataclass(frozen=True)
class Row:
    """One dispatch in a list. `href` leads to where a person says what happens to it; empty when nobody has to."""

    pk: int
    name: str
    reference: str
    referral: str
    what: str
    state: str
    colour: str
    why: str
    when: str
    href: str
    became: str
    """Where a person says whether it arrived or came back; empty while nobody can, or a carrier says it."""


def what(dispatch: Dispatch) -> str:
    """`Letter to the patient, by post`."""
    to = dispatch.get_to_display().replace("To", "to", 1)
    return f"{KINDS[dispatch.kind]} {to}, {_BY[dispatch.channel]}"


def row(dispatch: Dispatch, closed: frozenset[int] = frozenset()) -> Row:
    """A dispatch whose referral has been fetched with it; of what is `closed` not for whom it is, nor why it waits."""
    if dispatch.referral_id in closed:
        return replace(row(dispatch), name=HIDDEN, why="")
    state = DispatchState(dispatch.state)
    printed = state == DispatchState.QUEUED and dispatch.batch_id is not None
    words, colour = ("Printed", "purple") if printed else _STATES[state]
    reference = dispatch.referral.reference
    return Row(
        dispatch.pk, dispatch.name, reference, reverse("triage:referral", args=[reference]), what(dispatch), words,
        colour, what_became(dispatch, dispatch.why), moment(_latest(dispatch)),
        _settled_at(dispatch, state), _became(dispatch, state),
    )  # fmt: skip


def _latest(dispatch: Dispatch) -> datetime:
    return dispatch.returned_at or dispatch.delivered_at or dispatch.sent_at or dispatch.changed_at


def _became(dispatch: Dispatch, state: DispatchState) -> str:
    tells = can_tell(dispatch) and state in LEFT | {DispatchState.RETURNED}
    return reverse("triage:became", args=[dispatch.pk]) if tells else ""


def _settled_at(dispatch: Dispatch, state: DispatchState) -> str:
    if state in WAITING:
        return reverse("triage:dispatch", args=[dispatch.pk])
    if state == DispatchState.QUEUED and dispatch.channel == "ers":
        return reverse("triage:ers", args=[dispatch.referral.reference])
    return ""


def dispatch_events(referral: Referral) -> list[Event]:
    """The life of everything that went out about a referral, from the audit: two queries."""
    dispatches = {str(one.pk): one for one in Dispatch.objects.filter(referral=referral)}
    rows = AuditEntry.objects.filter(
        service_id=referral.service_id, subject_type="dispatch", subject_id__in=dispatches, action__in=_HAPPENED
    ).select_related("by__user")
    return [_event(entry, dispatches[entry.subject_id]) for entry in rows]


def _event(entry: AuditEntry, dispatch: Dispatch) -> Event:
    happened = _ONLINE.get(entry.action, "") if dispatch.channel == "link" else ""
    title = f"{happened or _HAPPENED[entry.action]}: {_lower(what(dispatch))}"
    return Event(entry.at, title, person(entry.by, entry.process), tuple(_lines(entry, dispatch)))


def _lines(entry: AuditEntry, dispatch: Dispatch) -> list[str]:
    released: list[dict[str, Any]] = dispatch.facts.get("released", [])
    said = [one for one in released if abs((datetime.fromisoformat(one["at"]) - entry.at).total_seconds()) < 1]
    if said and entry.action in ("dispatch.release", "dispatch.send", "dispatch.stop"):
        return [HOWS[said[0]["how"]], said[0]["words"]]
    if entry.action == "dispatch.take_back":
        number = entry.detail.get("number", 0)
        return [one["words"] for one in dispatch.facts.get("taken_back", [])[number - 1 : number]]
    if entry.action in ("dispatch.return", "dispatch.take_back_return"):
        number = entry.detail.get("number", 0)
        return [line for one in dispatch.facts.get("returned", [])[number - 1 : number] for line in _return(one, entry)]
    if entry.detail.get("perhaps_twice"):
        return [TWICE]
    if entry.action == "dispatch.hold":
        return [what_became(dispatch, one) for one in dispatch.facts.get("held", [])]
    if entry.action == "dispatch.unopened":
        return [dispatch.why]
    ends = {
        "dispatch.fail": DispatchState.FAILED, "dispatch.stop": DispatchState.CANCELLED,
        "dispatch.send": DispatchState.SENT, "dispatch.deliver": DispatchState.DELIVERED,
    }  # fmt: skip
    ended = ends.get(entry.action) == dispatch.state and dispatch.why
    return [what_became(dispatch, dispatch.why)] if ended else []


def _return(said: dict[str, Any], entry: AuditEntry) -> list[str]:
    if entry.action == "dispatch.take_back_return":
        return [said["taken_back"]["words"]] if "taken_back" in said else []
    return came_back_because(said["reason"], said["words"])


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:] if not words.startswith("“") else words
