"""Second factors that are lost: taken away by somebody who knows for sure whom they are talking to."""

from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from django.db import transaction

from painpath.accounts import audit
from painpath.accounts.audit import Process
from painpath.accounts.changing import ChangeError
from painpath.accounts.models import Membership
from painpath.accounts.roles import ADMINISTRATOR
from painpath.accounts.sessions import end_sessions
from painpath.accounts.telling import tell

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What counts as a second factor; recovery codes stand for one of these."""


def has_factor(user_id: int | None) -> bool:
    """Whether signing in asks this person for something besides the password."""
    return bool(Authenticator.objects.filter(user=user_id, type__in=FACTORS).exists())


def with_factor(user_ids: Iterable[int]) -> set[int]:
    """Those of these people who have one. One query."""
    rows = Authenticator.objects.filter(user__in=list(user_ids), type__in=FACTORS)
    return set(rows.values_list("user", flat=True))


@transaction.atomic
def remove_factor(*, member: Membership, reason: str, known_by: str, by: Membership | Process) -> None:
    """Somebody has lost their phone and their recovery codes: every factor of theirs is removed, they are signed out
    everywhere, and set up a new one when they next sign in. They are told. Done twice it is one.

    `reason` says why, `known_by` how the person was known: whoever calls and sounds right is not enough (NIST SP
    800-63B, 4.2). Raises ChangeError.
    """
    if isinstance(by, Membership) and (by.role != ADMINISTRATOR or by.ended_at is not None):
        raise ChangeError("Only an administrator can remove somebody's second factor.")
    if member.service_id != by.service_id or member.ended_at:
        raise ChangeError("This person does not work here any more.")
    if isinstance(by, Membership) and by.user_id == member.user_id:
        raise ChangeError("You cannot remove your own second factor here. Use the page of your second factor.")
    reason, known_by = " ".join(reason.split()), " ".join(known_by.split())
    if not reason or not known_by:
        raise ChangeError("Say why the second factor is removed, and how you know that it is this person.")
    if not has_factor(member.user_id):
        return
    Authenticator.objects.filter(user=member.user_id).delete()
    end_sessions(member.user_id)
    audit.record(by, "membership.remove_factor", member, reason=reason, known_by=known_by)
    who = by.name if isinstance(by, Membership) else "Whoever runs this site"
    tell(member.user, "Your second factor was removed", f"{who} removed the second factor of your account.")
