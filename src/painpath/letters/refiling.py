"""Moving a document, or taking a merge back, with what it means for letters: what has not left, or has not been opened
online, is stopped. What would go again is held while a clinician has the correction to write (`channels`)."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q

from painpath.accounts.models import Membership
from painpath.letters import outbox
from painpath.letters.models import Dispatch
from painpath.referrals.corrections import merging, misfiling
from painpath.referrals.corrections.refiling import correct_what_was_sent
from painpath.referrals.models import Decision, Document, Merge, Referral

WHY = "A document of somebody else was filed here when this was written. A clinician has to look at it first."


def _stop(referral: Referral, decisions: Sequence[Decision], by: Membership) -> None:
    if decisions:
        theirs = Q(letter__decision__in=decisions) | Q(kind="documents")
        outbox.stop(Dispatch.objects.filter(theirs, referral=referral), by=by, why=WHY, withdraw=True)


@transaction.atomic
def move_document(
    *, document: Document, to: Referral | None, by: Membership, reason: str, close_source: bool = False
) -> misfiling.Moved:
    """`misfiling.move_document`, and letters that were signed with the document are stopped: those that have not left,
    and those online that nobody has opened."""
    moved = misfiling.move_document(document=document, to=to, by=by, reason=reason, close_source=close_source)
    _stop(document.referral, moved.decisions, by)
    return moved


@transaction.atomic
def unmerge(*, merge: Merge, by: Membership, reason: str) -> list[Decision]:
    """`merging.unmerge`; decisions that were signed with the duplicate's documents come to a clinician.

    Gives those decisions; their letters are stopped as by `move_document`.
    """
    copies = merging.unmerge(merge=merge, by=by, reason=reason)
    decisions = correct_what_was_sent(merge.into, copies, by=by) if copies else []
    _stop(merge.into, decisions, by)
    return decisions
