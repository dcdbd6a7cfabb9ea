"""Accounts of those who work in a practice and do not refer: given and ended by the team, for one practice each.

They see where the practice's referrals stand and what is asked (`referrals.theirs`). Nobody asks for such an account
online: there is no register to compare with, so whoever gives it says how the team knows that they work there.
"""

from django.db import transaction
from django.db.models import QuerySet

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.inviting import InvitationError, add_member
from painpath.accounts.models import Membership
from painpath.accounts.roles import PRACTICE
from painpath.accounts.sessions import end_sessions
from painpath.directory.models import Practice, PracticeMember
from painpath.referrals.corrections.joining import right_one
from painpath.referrals.referring.referrer_accounts import check_looks_after
from painpath.referrals.refusal import Refused


def staff_of(practice: Practice) -> QuerySet[PracticeMember]:
    """Who has, or had, an account for this practice: those who have one now first, by name."""
    rows = practice.staff.select_related("member__user", "given_by__user")
    return rows.order_by("-member__ended_at", "member__user__name", "pk")


@transaction.atomic
def give_account(
    *, practice: Practice, by: Membership, email: str, name: str, job_title: str, how_known: str
) -> PracticeMember:
    """Somebody of a practice may see where its referrals stand. Raises `Refused`, also for who has a place here."""
    check_looks_after(by=by)
    meant = right_one(practice, by.service_id)
    if meant is None or meant.service_id != by.service_id:
        raise Refused("Choose a practice of this service.")
    name, how_known = " ".join(name.split()), " ".join(how_known.split())
    if not name:
        raise Refused("Enter their name.")
    if not how_known:
        raise Refused("Say how you know that they work in this practice.")
    try:
        member = add_member(by=by, email=email, name=name, role=PRACTICE, job_title=" ".join(job_title.split()))
    except InvitationError as error:
        raise Refused(str(error)) from None
    made = PracticeMember.objects.create(
        service_id=by.service_id, practice=meant, member=member, given_by=by, how_known=how_known
    )
    audit.record(by, "practicemember.create", made, practice=meant.pk)
    return made


@transaction.atomic
def end_account(*, one: PracticeMember, by: Membership) -> None:
    """Their access ends at once, sessions and all. Done twice, it is done once. Raises `Refused`."""
    check_looks_after(by=by)
    member = Membership.objects.select_for_update(of=("self",)).filter(
        service_id=by.service_id, pk=one.member_id, role=PRACTICE
    ).first()  # fmt: skip
    if member is None:
        raise Refused("This is no account of this service.")
    if member.ended_at is not None:
        return
    member.ended_at = clock.now()
    member.save(update_fields=["ended_at"])
    end_sessions(member.user_id)
    audit.record(by, "practicemember.end", one, practice=one.practice_id)
