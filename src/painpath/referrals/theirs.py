"""What somebody who refers may see and do: what they sent, or what was sent from their practice; nothing else."""

from django.db.models import Q, QuerySet

from painpath.accounts.audit import Actor, Process
from painpath.accounts.models import Membership
from painpath.accounts.roles import PATIENT, REFERRER
from painpath.directory.models import Referrer
from painpath.referrals.models import Referral
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import State

NOT_THEIRS = "There is no referral of yours with this reference. Check the reference on your receipt."
"""The one sentence for a reference that is wrong and for somebody else's: it tells nothing to a stranger."""


def themselves(by: Membership) -> Referrer | None:
    """The row of the directory that this account belongs to."""
    return Referrer.objects.select_related("practice").filter(service_id=by.service_id, member=by).first()


def theirs(by: Membership) -> QuerySet[Referral]:
    """The referrals that this referrer may see.

    The practice's count once somebody of the team has compared the registration with the register, and not before:
    until then anybody might say that they work there.
    """
    own = Q(sent_by=by) | Q(referrer__member=by)
    me = themselves(by)
    if me is not None and me.verified_at is not None and me.practice_id is not None:
        own |= Q(referrer__practice_id=me.practice_id)
    return Referral.objects.filter(own, service_id=by.service_id)


def is_verified(by: Membership) -> bool:
    """Whether they may read what the team wrote, and speak for their practice."""
    me = themselves(by)
    return me is not None and me.verified_at is not None


def may_read(referral: Referral, *, by: Actor) -> bool:
    """Whether `by` may read what the team wrote about this referral, and answer it; it is theirs, as the caller knows.

    A code says no more than an account: whoever asked for an account is checked first, and one that has ended is over.
    """
    if by.role != REFERRER:
        return True
    if isinstance(by, Membership):
        return is_verified(by)
    return may_have_code(referral.referrer)


def may_have_code(referrer: Referrer | None) -> bool:
    """Whether a code may go to this practitioner: somebody without an account, or with one that is verified and on."""
    if referrer is None:
        return False
    member = referrer.member
    return member is None or (referrer.verified_at is not None and member.ended_at is None)


def patient_may_open(referral: Referral, *, died: bool) -> bool:
    """Whether the patient, or who acts for them, may look at this referral at all; `died` is whether any referral of
    the person says so. One that was closed in error shows nothing: it may be somebody else's, or stands elsewhere."""
    return referral.patient_id is not None and not died and referral.state != State.CLOSED_IN_ERROR


def check_may_read(referral: Referral, *, by: Actor) -> None:
    """Raise `Refused` for a referrer who is not of this referral, or whose registration has not been checked yet."""
    check_theirs(referral, by=by)
    if not may_read(referral, by=by):
        raise Refused(
            "We are still checking your registration. If something has changed, tell us with “Something has changed”; "
            "for anything else, phone the team."
        )


def check_theirs(referral: Referral, *, by: Actor) -> None:
    """Raise `Refused` for a referrer or a patient who is not of this referral; the team and the program pass."""
    if by.role not in (REFERRER, PATIENT):
        return
    if isinstance(by, Process):
        if by.only != referral.pk:
            raise Refused(NOT_THEIRS)
    elif by.ended_at is not None or not theirs(by).filter(pk=referral.pk).exists():
        raise Refused(NOT_THEIRS)
