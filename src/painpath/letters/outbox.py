"""The outbox: what leaves is written down in the transaction of what it tells of, and sent after the commit.

queued ─→ sent ─→ delivered    the carrier, or a person, says that it arrived (`arrival`)
   │      ├──┴──→ returned      it came back; said by mistake, it is sent or delivered as before
   │      ├─────→ failed        the carrier took it, and says later that it could not bring it
   │      └─────→ queued        in e-RS only: the word that it was sent was a mistake (`ers.take_back_sent`)
   ├────→ held ─→ queued        a person must look first, then releases it (`holding.release`)
   ├────→ failed ─→ queued      it could not be sent; somebody is told the same day
   └────→ cancelled             stopped before it left

`sent` is what a person says who has posted it, or that a carrier took it (`sending`); of ordinary post nothing more is
known unless somebody says so. What came back is sent again as a dispatch of its own (`arrival.send_again`).
"""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Actor
from painpath.accounts.holding import held
from painpath.accounts.models import Membership
from painpath.letters import tasks
from painpath.letters.carriers.finding import CARRIED
from painpath.letters.channels import addressee, printed_by_notify, reasons_to_hold
from painpath.letters.models import Dispatch, DispatchState, Letter
from painpath.referrals.models import Referral
from painpath.referrals.todo import drop_tasks

UNDER_WAY = "It was being sent at that moment: whether it had left will stand here in a minute or two."
CUT_SHORT = "It may stand in e-RS all the same: look there."
LONGEST = timedelta(minutes=10)
"""After so long an attempt in e-RS counts as cut short, and the reply may be sent again: a setting of ours. Whoever
sends reads what stands in e-RS first, and e-RS takes one change of a version, so that a slower attempt doubles nothing.
"""
NOT_SENT = frozenset({DispatchState.HELD, DispatchState.QUEUED, DispatchState.FAILED})
LEFT = frozenset({DispatchState.SENT, DispatchState.DELIVERED})
"""What somebody has, or will have; what came back is not among it."""

_ACTIONS = {
    DispatchState.HELD: "dispatch.hold",
    DispatchState.QUEUED: "dispatch.release",
    DispatchState.SENT: "dispatch.send",
    DispatchState.DELIVERED: "dispatch.deliver",
    DispatchState.RETURNED: "dispatch.return",
    DispatchState.FAILED: "dispatch.fail",
    DispatchState.CANCELLED: "dispatch.stop",
}


def queue(
    referral: Referral, *, by: Actor, kind: str, to: str, channel: str, name: str, address: str = "",
    letter: Letter | None = None, subject: str = "", text: str = "", facts: dict[str, Any] | None = None,
    key: uuid.UUID | None = None, held: str = "", merged: Referral | None = None,
) -> Dispatch:  # fmt: skip
    """Put one thing for one recipient into the outbox, inside the caller's transaction; `held` says why it must wait.

    `kind`, `to` and `channel` are those of `letters.models`. The same `key` again gives the dispatch that is there.
    A patient is named as on record. By post it goes to a patient's address on record, and to that of others when no
    `address` is given. It is held as well when the record gives a reason: words on safe contact, a format that cannot
    be made here, no address, a patient who has died (`channels`). Post that GOV.UK Notify can print goes there, where
    the service wants it so (`channels.printed_by_notify`). `merged` is a referral that was merged into this one,
    where its referrer or practice is the one to be told.
    """
    known = addressee(merged or referral, to)
    if merged is not None:
        facts = (facts or {}) | {"merged": merged.pk}
    name = known.name if to == "patient" else name or known.name
    if channel == "print" and (to == "patient" or not address.strip()):
        address = known.address
    if channel == "print" and printed_by_notify(referral, kind=kind, to=to, name=name, address=address, letter=letter):
        channel = "notify"
    dispatch, new = Dispatch.objects.get_or_create(
        service_id=referral.service_id, key=key or uuid.uuid4(),
        defaults={
            "referral": referral, "letter": letter, "kind": kind, "to": to, "channel": channel, "name": name,
            "address": address.strip(), "subject": subject, "text": text, "facts": facts or {},
            "made_at": clock.now(), "changed_at": clock.now(),
        },
    )  # fmt: skip
    if new:
        audit.record(by, "dispatch.queue", dispatch, kind=kind, to=to, channel=channel)
        if reasons := [*filter(None, [held.strip()]), *reasons_to_hold(dispatch)]:
            hold(dispatch, reasons, by=by)
        elif channel in CARRIED:
            tasks.send_later(dispatch)
    return dispatch


def is_under_way(dispatch: Dispatch) -> bool:
    """Whether it is being sent at this moment. What carriers take is ended by the next attempt, when its process was
    killed (`sending`); nobody ends an attempt in e-RS, which counts as cut short after `LONGEST`."""
    if dispatch.began_at is None:
        return False
    return dispatch.kind != "ers_reply" or dispatch.began_at > clock.now() - LONGEST


def _of_attempt(dispatch: Dispatch) -> list[str]:
    """What is to be said of an attempt to send it that has begun, if any."""
    if dispatch.began_at is None:
        return []
    return [UNDER_WAY if is_under_way(dispatch) else CUT_SHORT]


def what_became(dispatch: Dispatch, words: str) -> str:
    """The words why it was stopped or is held, as they are true by now: an attempt that was cut short never says what
    it did."""
    if dispatch.began_at is None or is_under_way(dispatch):
        return words
    return words.replace(UNDER_WAY, CUT_SHORT)


def stop(dispatches: Iterable[Dispatch], *, by: Actor, why: str, withdraw: bool = False) -> list[Dispatch]:
    """Stop what has not left yet, inside the caller's transaction; gives those that were stopped.

    With `withdraw` also a letter that is online and that nobody has opened: it is not there any more.

    One that is under way may be leaving at this moment: its words say so, and the end of the attempt says what it did.
    """
    stopped = []
    for dispatch in Dispatch.objects.select_for_update().filter(pk__in=[one.pk for one in dispatches]):
        unopened = dispatch.channel == "link" and dispatch.state == DispatchState.SENT
        if dispatch.state in NOT_SENT or (withdraw and unopened):
            change(dispatch, DispatchState.CANCELLED, by=by, why=" ".join([why, *_of_attempt(dispatch)]))
            stopped.append(dispatch)
    return stopped


def hold(dispatch: Dispatch, reasons: list[str], *, by: Actor) -> None:
    """Keep a locked dispatch until a person has read `reasons` and released it."""
    reasons = [*reasons, *_of_attempt(dispatch)]
    dispatch.facts["held"] = reasons
    change(dispatch, DispatchState.HELD, by=by, why=" ".join(reasons))


def change(
    dispatch: Dispatch,
    state: DispatchState,
    *,
    by: Actor,
    why: str = "",
    action: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    """Bring a locked dispatch into `state`, with its audit row (`action`, where it is not the usual one). What is not
    waiting to be printed is in no batch that has not been posted, except what was stopped: somebody must take that out
    of the pile. A code that has left, or never will, is forgotten."""
    dispatch.state, dispatch.why, dispatch.changed_at = state, why, clock.now()
    if state == DispatchState.SENT and dispatch.sent_at is None:
        dispatch.sent_at, dispatch.sent_by = clock.now(), by if isinstance(by, Membership) else None
    if state in (DispatchState.HELD, DispatchState.QUEUED, DispatchState.FAILED):
        dispatch.batch = dispatch.sent_at = dispatch.sent_by = None
    if dispatch.kind == "code" and state in (DispatchState.SENT, DispatchState.FAILED, DispatchState.CANCELLED):
        dispatch.text = ""
    dispatch.save()
    audit.record(by, action or _ACTIONS[state], dispatch, channel=dispatch.channel, **(detail or {}))
    if dispatch.channel == "link" or "opens" in dispatch.facts:
        from painpath.letters import online  # which puts things into the outbox itself

        online.heed(dispatch, by=by)
    if state in (DispatchState.SENT, DispatchState.CANCELLED) and isinstance(by, Membership) and not action:
        # What somebody was told to send in another way has gone, or must not go any more.
        words = why or "It has left since."
        drop_tasks(Referral(pk=dispatch.referral_id), by=by, words=words, kind="contact", facts__dispatch=dispatch.pk)


def lock(dispatch: Dispatch) -> Dispatch:
    """The dispatch as it stands now, with its referral and patient, held until the transaction ends."""
    return locked(pk=dispatch.pk).get()


def locked(**wanted: Any) -> QuerySet[Dispatch]:
    """The dispatches that fit, held until the transaction ends: locked as soon as this is called."""
    return held(whole(**wanted).order_by("pk"))


def whole(**wanted: Any) -> QuerySet[Dispatch]:
    """The dispatches that fit, with what deciding about them needs: their referral, its people, the signed letter."""
    people = ("referral__patient", "referral__practice", "referral__referrer__practice", "referral__pathway_version")
    rows = Dispatch.objects.select_related(*people, "letter", "service")
    return rows.defer("letter__pdf", "referral__pathway_version__content").filter(**wanted)
