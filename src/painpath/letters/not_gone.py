"""Nothing is destroyed while a letter or a message about it waits to be sent."""

from typing import Any

from painpath.letters.models import Dispatch, DispatchState
from painpath.referrals.models import Referral
from painpath.referrals.refusal import Refused

_ON_THE_WAY = [DispatchState.HELD, DispatchState.QUEUED]


def check_nothing_waits(sender: type[Referral], referral: Referral, **_: Any) -> None:
    """Raise `Refused` while something about this referral is in the outbox, or in a batch that was not posted."""
    if Dispatch.objects.filter(referral=referral, state__in=_ON_THE_WAY).exists():
        raise Refused(f"Something about referral {referral.reference} waits to be sent. See to it on its own page.")
