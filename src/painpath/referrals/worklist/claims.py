"""Claims: a screening is somebody's only while they work on it. What nobody works on is free for others again."""

from django.db import transaction

from painpath import clock
from painpath.accounts.audit import Process
from painpath.referrals import tasks
from painpath.referrals.models import Referral
from painpath.referrals.moves import lock, move
from painpath.referrals.transitions import State


@transaction.atomic
def lapse(*, referral: Referral, by: Process, since: int) -> bool:
    """Put back a screening that nobody has worked on until its claim ended; tells whether it was time.

    `since` is the transition that began it. May be called twice, too early, or for a screening that has ended: then
    nothing is done, but a claim that was prolonged is looked at again when it ends. The draft is kept.
    """
    referral = lock(referral)
    if referral.state != State.SCREENING or referral.claimed_until is None:
        return False
    began = referral.transitions.filter(to_state=State.SCREENING, verb__in=("start_screening", "take_over")).last()
    if began is None or began.pk != since:
        return False  # somebody has taken it since: their claim has a job of its own
    if referral.claimed_until > clock.now():
        tasks.lapse_at(referral, began, referral.claimed_until)
        return False
    move("lapse", referral, by=by)
    return True
