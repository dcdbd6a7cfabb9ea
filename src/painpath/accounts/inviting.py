"""Membership by invitation: a person is added to a service in one role, and sets their own password."""

from django.db import transaction

from painpath.accounts import audit
from painpath.accounts.audit import Process
from painpath.accounts.models import Membership, Service, User
from painpath.accounts.roles import CLINICIAN, ROLES


class InvitationError(Exception):
    """An invitation that cannot be made; the sentence says why."""


@transaction.atomic
def add_member(
    *, by: Membership | Process, email: str, name: str, role: str, grade: str = "", job_title: str = "",
    registration: str = "", contact: str = "",
) -> Membership:  # fmt: skip
    """Give a person a role in the service of `by`. A new person has no password until they set one by their link.

    Raises InvitationError when the role is unknown, a clinician has no grade, or the person already has a role here.
    """
    if role not in ROLES:
        raise InvitationError(f"{role} is no role. Roles: {', '.join(ROLES)}.")
    if role == CLINICIAN and not grade:
        raise InvitationError("A clinician needs a grade, because routes say which grades decide.")
    service: Service = by.service
    email = email.strip().lower()
    user = User.objects.filter(email=email).first() or User.objects.create_user(email, name)
    if Membership.objects.current().filter(service=service, user=user).exists():
        raise InvitationError(f"{email} already works in this service. End that membership first.")
    member = Membership.objects.create(
        service=service, user=user, role=role, grade=grade, job_title=job_title, registration=registration,
        contact=contact,
    )  # fmt: skip
    audit.record(by, "membership.add", member, role=role, grade=grade)
    return member
