"""What the service knows of somebody who works here, changed by an administrator. Role and e-mail address stay."""

from dataclasses import asdict, dataclass

from django.db import transaction

from painpath.accounts import audit
from painpath.accounts.audit import Process
from painpath.accounts.models import Membership
from painpath.accounts.roles import ADMINISTRATOR, CLINICIAN, LEADS_MAY_BE, ON_TEAM_PAGE


class ChangeError(Exception):
    """A change that cannot be made; the sentence says why."""


@dataclass(frozen=True, kw_only=True)
class MemberDetails:
    """What routes and letters go by."""

    grade: str = ""
    job_title: str = ""
    registration: str = ""
    contact: str = ""


@transaction.atomic
def change_member(*, member: Membership, details: MemberDetails, by: Membership) -> list[str]:
    """Change a member of the team; gives the names of what changed. The same details twice change nothing.

    Letters that are signed keep what stood there then; a draft stays, and its letters have to be read again with the
    new details before they are signed. Raises ChangeError.
    """
    if by.role != ADMINISTRATOR or by.ended_at is not None:
        raise ChangeError("Only an administrator can change who works here.")
    member = (
        Membership.objects.select_for_update(of=("self",), no_key=True).get(pk=member.pk, service_id=by.service_id)
    )  # fmt: skip
    if member.ended_at is not None or member.role not in ON_TEAM_PAGE:
        raise ChangeError("This person does not work here any more. What was known of them stays as it was.")
    values = {name: " ".join(value.split()) for name, value in asdict(details).items()}
    if member.role == CLINICIAN and not values["grade"]:
        raise ChangeError("A clinician needs a grade, because routes say which grades decide.")
    if member.role != CLINICIAN and values["grade"]:
        raise ChangeError("Only a clinician has a grade.")
    changed = sorted(name for name, value in values.items() if getattr(member, name) != value)
    if changed:
        before = member.grade
        for name in changed:
            setattr(member, name, values[name])
        member.save(update_fields=changed)
        grades = {"grade": [before, member.grade]} if "grade" in changed else {}
        audit.record(by, "membership.update", member, fields=changed, **grades)
    return changed


def check_lead(member: Membership, *, leads: bool, by: Membership | Process) -> None:
    """Raise ChangeError unless `by` may make this member a lead, or end that."""
    if isinstance(by, Membership) and (by.role != ADMINISTRATOR or by.ended_at is not None):
        raise ChangeError("Only an administrator can say who leads the service.")
    if member.ended_at is not None:
        raise ChangeError("This person does not work here any more.")
    if leads and member.role not in LEADS_MAY_BE:
        raise ChangeError("Only a clinician or a manager can lead the service.")


@transaction.atomic
def set_lead(*, member: Membership, leads: bool, by: Membership | Process) -> bool:
    """Say that a member leads the service, and so may publish criteria, or does not any more; gives whether that is
    news. There may be several, or none. Raises ChangeError."""
    rows = Membership.objects.select_for_update(of=("self",), no_key=True).select_related("user")
    found = rows.filter(pk=member.pk, service_id=by.service_id).first()
    if found is None:
        raise ChangeError("This person does not work here.")
    check_lead(found, leads=leads, by=by)
    if found.leads == leads:
        return False
    found.leads = leads
    found.save(update_fields=["leads"])
    audit.record(by, "membership.lead" if leads else "membership.lead_end", found)
    return True
