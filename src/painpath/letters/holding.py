"""A person looks at what was held, or could not be sent, and says what happens to it."""

import hashlib
from typing import Any

from django.db import transaction

from painpath import clock
from painpath.accounts.models import Membership
from painpath.letters import online, outbox, tasks
from painpath.letters.carriers.finding import CARRIED
from painpath.letters.channels import MOVED_ON, is_chosen, reasons_to_hold, recipient
from painpath.letters.codes import has_run_out
from painpath.letters.models import Dispatch, DispatchState
from painpath.letters.reaching import sends_email
from painpath.referrals import moves
from painpath.referrals.arriving.contacts import is_confirmed
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import STAFF

HOWS = {
    "print": "Send it by post",
    "link": "Put it online, with a code",
    "email": "Send it by email",
    "by_hand": "It has been given in another way",
    "stop": "Do not send it",
}
WAITING = frozenset({DispatchState.HELD, DispatchState.FAILED})


def ways(dispatch: Dispatch) -> list[str]:
    """Which of `HOWS` fit this dispatch: a letter does not go by e-mail, an e-mail only to a confirmed address and
    where this service sends any; a notice, which tells of something else by post, not by post."""
    if dispatch.kind == "code" and not dispatch.text:
        return ["stop"]  # forgotten: a new one has to be made
    fits = {
        "print": dispatch.channel != "ers" and dispatch.kind != "notice",
        "link": dispatch.to == "patient" and dispatch.letter_id is not None and online.is_wanted(dispatch.referral),
        "email": dispatch.to == "patient" and dispatch.letter_id is None and _takes_email(dispatch),
        "by_hand": dispatch.kind != "code",
        "stop": True,
    }
    return [way for way in HOWS if fits[way]]


def _takes_email(dispatch: Dispatch) -> bool:
    patient = dispatch.referral.patient
    return patient is not None and is_confirmed(patient, "email") and sends_email(dispatch.service)


def check_release(dispatch: Dispatch, *, by: Membership) -> None:
    """Raise `Refused` unless `by` may release this dispatch in the state it is in now."""
    if by.role not in STAFF or by.ended_at is not None:
        raise Refused("Only an administrator or a clinician can do this.")
    if dispatch.state not in WAITING:
        raise Refused(f"This is not waiting for anybody: {dispatch.get_state_display().lower()}.")
    if outbox.is_under_way(dispatch):
        raise Refused(
            "This was being sent when it was held. Look again in a minute or two: then it says if it has left."
        )


def to_read(dispatch: Dispatch) -> list[str]:
    """What a person must read before they release this: why it waits, and what has come up on the record since."""
    kept = dispatch.facts.get("held", []) if dispatch.state == DispatchState.HELD else []
    kept = [outbox.what_became(dispatch, one) for one in kept or filter(None, [dispatch.why])]
    # It says of each move once, and only of the last.
    kept = [one for one in kept if not one.startswith(MOVED_ON)]
    return list(dict.fromkeys([*kept, *reasons_to_hold(dispatch)]))


def digest(reasons: list[str]) -> str:
    """What somebody has read, as a form carries it: releasing names it, so that nothing is accepted unread."""
    return hashlib.sha256("\0".join(reasons).encode()).hexdigest()


@transaction.atomic
def release(*, dispatch: Dispatch, by: Membership, how: str, words: str, read: str, address: str = "") -> Dispatch:
    """Say what happens to something that is held or could not be sent: `how` is one of `HOWS`, `words` say why.

    `read` is the `digest` of what stood before the person (`to_read`): it counts as accepted by them for this dispatch,
    and a reason that comes up later holds it again. So does what the chosen way itself brings up, such as a letter that
    came back from this address: then the dispatch that it gives is held. `address` is where it goes by post. Raises
    `Refused` when there is more to read by now, when the way does not fit, and when somebody else has settled it.
    """
    moves.lock(dispatch.referral)  # before what goes out about it, as every verb does: else the two could deadlock
    dispatch = outbox.lock(dispatch)
    check_release(dispatch, by=by)
    words, address = words.strip(), "\n".join(filter(None, map(str.strip, address.splitlines())))
    reasons = to_read(dispatch)
    if digest(reasons) != read:
        raise Refused("Something has changed since you opened this page. Read again why this waits, then choose.")
    if how not in ways(dispatch):
        raise Refused("Choose what happens to it: this way does not fit here.")
    if not words:
        raise Refused("Say what you have read or agreed: the timeline rests on it.")
    if how not in ("stop", "by_hand") and has_run_out(dispatch):
        raise Refused("This code has run out and would not work. Stop it, and make a new one.")
    if how == "print" and not address:
        raise Refused("Enter the postal address that it goes to.")
    said: dict[str, Any] = {"by": by.pk, "at": clock.now().isoformat(), "how": how, "words": words}
    dispatch.facts["released"] = [*dispatch.facts.get("released", []), said]
    if how == "stop":
        outbox.change(dispatch, DispatchState.CANCELLED, by=by, why=words)
    elif how == "by_hand":
        if dispatch.channel == "link":  # it is not to be found online, and no clock of that posts it any more
            dispatch.channel = "print"
        outbox.change(dispatch, DispatchState.SENT, by=by, why=words)
    else:
        _send(dispatch, how, address, reasons, by)
    return dispatch


def _send(dispatch: Dispatch, how: str, address: str, reasons: list[str], by: Membership) -> None:
    dispatch.channel, dispatch.attempts = how, 0
    patient = dispatch.referral.patient
    dispatch.address = patient.email if how == "email" and patient is not None else address if how == "print" else ""
    known = recipient(dispatch)
    if how == "print" and dispatch.to in ("gp", "referrer") and address == known.address:
        dispatch.name = known.name  # who is at that address on record
    dispatch.facts["accepted"] = [*dispatch.facts.get("accepted", []), *reasons]
    new = reasons_to_hold(dispatch)
    dispatch.facts["accepted"] += filter(is_chosen, new)
    outbox.change(dispatch, DispatchState.QUEUED, by=by)
    if unread := [reason for reason in new if not is_chosen(reason)]:
        dispatch.facts["released"][-1]["held_again"] = True
        outbox.hold(dispatch, unread, by=by)
    elif how in CARRIED:
        tasks.send_later(dispatch)
    elif how == "link":
        online.announce(dispatch, by=by)
