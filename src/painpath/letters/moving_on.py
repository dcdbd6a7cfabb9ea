"""A referral has moved on: what an earlier decision has not sent yet waits for a person."""

from typing import Any

from painpath.accounts.audit import Actor
from painpath.letters import outbox
from painpath.letters.channels import GOES_ON_WITH_IT, MOVED_ON
from painpath.letters.holding import to_read
from painpath.letters.models import DispatchState
from painpath.referrals.models import Transition

SEEN_TO = GOES_ON_WITH_IT | {"reverse"}
"""`reversing` stops what has not left of a decision that is taken back, and says what is in the pile."""


def hold_what_waits(*, transition: Transition, by: Actor, **_: Any) -> None:
    """Hold, in the transaction of the move, what has not left and tells of a decision that was signed before it.

    What was held for another reason says this one too, and somebody who released it has not read of this move, for each
    is a reason of its own (`channels`). What is printed already stays with its batch: `printing.to_take_out` names it.
    """
    if transition.from_state == transition.to_state or transition.verb in SEEN_TO:
        return
    states = (DispatchState.QUEUED, DispatchState.HELD)
    waiting = outbox.locked(referral_id=transition.referral_id, state__in=states, batch__isnull=True)
    for dispatch in waiting.order_by("id"):
        reasons = to_read(dispatch)
        if any(one.startswith(MOVED_ON) for one in reasons) and MOVED_ON not in dispatch.why:
            outbox.hold(dispatch, reasons, by=by)
