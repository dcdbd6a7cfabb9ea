"""What somebody who refers, or works in a practice, may see: what they or their practice sent; no more."""

from django.db.models import Q, QuerySet

from painpath.accounts.audit import Actor, Process
from painpath.accounts.models import Membership
from painpath.accounts.roles import PATIENT, PRACTICE, REFERRER
from painpath.directory.models import Practice, PracticeMember, Referrer
from painpath.referrals.models import Referral
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import State

NOT_THEIRS = "There is no referral of yours with this reference. Check the reference on your receipt."
"""The one sentence for a reference that is wrong and for somebody else's: it tells nothing to a stranger."""


def themselves(by: Membership) -> Referrer | None:
    """The row of the directory that this account belongs to."""
    return Referrer.objects.select_related("practice").filter(service_id=by.service_id, member=by).first()


def practice_of(by: Membership) -> Practice | None:
    """The practice that a member of a practice works in."""
    row = PracticeMember.objects.select_related("practice").filter(service_id=by.service_id, member=by).first()
    return row.practice if row else None


def theirs(by: Membership) -> QuerySet[Referral]:
    """The referrals that this referrer, or this member of a practice, may see.

    The practice's count once somebody of the team has compared the registration with the register, and not before:
    until then anybody might say that they work there.
    """
    if by.role == PRACTICE:
        return Referral.objects.filter(referrer__practice__staff__member=by, service_id=by.service_id)
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
    A member of a practice sees where it stands and what is asked (`sees_standing`), not what clinicians wrote.
    """
    if by.role == PRACTICE:
        return False
    if by.role != REFERRER:
        return True
    if isinstance(by, Membership):
        return is_verified(by)
    return may_have_code(referral.referrer)


def sees_standing(referral: Referral, *, by: Actor) -> bool:
    """Whether `by` may see where this referral stands and what is asked; it is theirs, as the caller knows."""
    return by.role == PRACTICE or may_read(referral, by=by)


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
    """Raise `Refused` for a referrer, practice or patient whose this is not; the team and the program pass."""
    if by.role not in (REFERRER, PRACTICE, PATIENT):
        return
    if isinstance(by, Process):
        if by.only != referral.pk:
            raise Refused(NOT_THEIRS)
    elif by.ended_at is not None or not theirs(by).filter(pk=referral.pk).exists():
        raise Refused(NOT_THEIRS)
