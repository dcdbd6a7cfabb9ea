"""Which referrals a second clinician screens too, blind: drawn by lot, so that nobody chooses them."""

import secrets
from collections.abc import Callable

from painpath.accounts import audit
from painpath.accounts.audit import Process
from painpath.referrals import pathways
from painpath.referrals.models import Referral, SecondScreening

Lot = Callable[[int], int]
"""A number below the given one, each as likely as the others."""

lot: Lot = secrets.randbelow


def draw(referral: Referral, *, by: Process, lot: Lot | None = None) -> SecondScreening | None:
    """Draw whether a referral that has just become ready is screened twice; inside the caller's transaction.

    Once for each referral, and never after a decision: a second word would not be blind to it. The share is the
    pathway's `team.second_screening_percent`.
    """
    percent = pathways.of(referral.pathway_version).team.second_screening_percent
    if (lot or globals()["lot"])(100) >= percent or referral.decisions.exists():
        return None
    second, new = SecondScreening.objects.get_or_create(service_id=referral.service_id, referral=referral)
    if not new:
        return None
    audit.record(by, "second.draw", second)
    return second
