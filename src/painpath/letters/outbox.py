"""The outbox: what leaves is written down in the transaction of what it tells of, and sent after the commit."""

import uuid
from collections.abc import Iterable
from typing import Any

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Actor
from painpath.letters.models import Dispatch, DispatchState, Letter
from painpath.referrals.models import Referral

NOT_SENT = frozenset({DispatchState.HELD, DispatchState.QUEUED, DispatchState.FAILED})


def queue(
    referral: Referral, *, by: Actor, kind: str, to: str, channel: str, name: str, address: str = "",
    letter: Letter | None = None, subject: str = "", text: str = "", facts: dict[str, Any] | None = None,
    key: uuid.UUID | None = None, held: str = "",
) -> Dispatch:  # fmt: skip
    """Put one thing for one recipient into the outbox, inside the caller's transaction; `held` says why it must wait.

    `kind`, `to` and `channel` are those of `letters.models`. The same `key` again gives the dispatch that is there.
    """
    dispatch, new = Dispatch.objects.get_or_create(
        service_id=referral.service_id, key=key or uuid.uuid4(),
        defaults={
            "referral": referral, "letter": letter, "kind": kind, "to": to, "channel": channel, "name": name,
            "address": address, "subject": subject, "text": text, "facts": facts or {}, "why": held,
            "state": DispatchState.HELD if held else DispatchState.QUEUED,
            "made_at": clock.now(), "changed_at": clock.now(),
        },
    )  # fmt: skip
    if new:
        audit.record(by, "dispatch.queue", dispatch, kind=kind, channel=channel)
    return dispatch


def stop(dispatches: Iterable[Dispatch], *, by: Actor, why: str) -> list[Dispatch]:
    """Stop what has not left yet, inside the caller's transaction; gives those that were stopped."""
    stopped = []
    for dispatch in Dispatch.objects.select_for_update().filter(pk__in=[one.pk for one in dispatches]):
        if dispatch.state in NOT_SENT:
            dispatch.state, dispatch.why, dispatch.changed_at = DispatchState.CANCELLED, why, clock.now()
            dispatch.save(update_fields=["state", "why", "changed_at"])
            audit.record(by, "dispatch.stop", dispatch)
            stopped.append(dispatch)
    return stopped
