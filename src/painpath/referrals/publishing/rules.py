"""Who may do what to a draft, in which state: `check_x` raises a sentence, `can_x` is its boolean."""

from collections.abc import Callable

from painpath.accounts.models import Membership
from painpath.accounts.roles import CLINICIAN, MANAGER
from painpath.referrals.models import PathwayDraft
from painpath.referrals.refusal import Refused


def check_see(*, by: Membership) -> None:
    """Raise `Refused` unless `by` may read drafts: a clinician, a manager or a lead."""
    if by.ended_at is not None or not (by.leads or by.role in (CLINICIAN, MANAGER)):
        raise Refused("Only clinicians, managers and leads can see drafts of the pathway.")


def check_start(*, by: Membership) -> None:
    """Raise `Refused` unless `by` may work on drafts: a manager or a lead."""
    if by.ended_at is not None or not (by.leads or by.role == MANAGER):
        raise Refused("Only a manager or a lead can change a draft of the pathway.")


def check_change(draft: PathwayDraft, *, by: Membership) -> None:
    """Raise `Refused` unless `by` may change this draft as it is now."""
    check_start(by=by)
    _check_in(draft, by, "open")


def check_drop(draft: PathwayDraft, *, by: Membership) -> None:
    """Raise `Refused` unless `by` may drop this draft as it is now."""
    check_start(by=by)
    _check_in(draft, by, "open", "submitted")


def check_submit(draft: PathwayDraft, *, by: Membership) -> None:
    """Raise `Refused` unless `by` may ask for approval of this draft as it is now: who and when, not what is in it."""
    if by.ended_at is not None or not by.leads:
        raise Refused("Only a lead can ask for approval of a draft.")
    _check_in(draft, by, "open")


def check_send_back(draft: PathwayDraft, *, by: Membership) -> None:
    """Raise `Refused` unless `by` may send this draft back as it is now."""
    check_see(by=by)
    _check_in(draft, by, "submitted")


def check_approve(draft: PathwayDraft, *, by: Membership) -> None:
    """Raise `Refused` unless `by` may approve this draft as it is now: not whoever asked for approval, and a clinician
    where they are none (hazard H14: what is published is read by one who judges by it)."""
    check_see(by=by)
    _check_in(draft, by, "submitted")
    if draft.submitted_by is not None and draft.submitted_by.user_id == by.user_id:
        raise Refused("You asked for approval of this draft yourself: another person approves it.")
    if draft.submitted_by is not None and (draft.submitted_by.ended_at is not None or not draft.submitted_by.leads):
        raise Refused(
            f"{draft.submitted_by.name}, who asked for approval, does not lead this service any more. Send the draft "
            "back, so that another lead can ask."
        )
    if needs_clinician(draft.submitted_by) and by.role != CLINICIAN:
        raise Refused("A clinician has to approve this, because whoever asked for approval is not one.")


def needs_clinician(asks: Membership | None) -> bool:
    """Whether only a clinician may approve what this person asks for: one of the two has to be one."""
    return asks is not None and asks.role != CLINICIAN


def can_change(draft: PathwayDraft, *, by: Membership) -> bool:
    """Whether `check_change` would pass."""
    return _passes(check_change, draft, by)


def can_drop(draft: PathwayDraft, *, by: Membership) -> bool:
    """Whether `check_drop` would pass."""
    return _passes(check_drop, draft, by)


def can_submit(draft: PathwayDraft, *, by: Membership) -> bool:
    """Whether `check_submit` would pass."""
    return _passes(check_submit, draft, by)


def can_send_back(draft: PathwayDraft, *, by: Membership) -> bool:
    """Whether `check_send_back` would pass."""
    return _passes(check_send_back, draft, by)


def can_approve(draft: PathwayDraft, *, by: Membership) -> bool:
    """Whether `check_approve` would pass."""
    return _passes(check_approve, draft, by)


def can_start(*, by: Membership) -> bool:
    """Whether `check_start` would pass."""
    return by.ended_at is None and (by.leads or by.role == MANAGER)


def _passes(check: Callable[..., None], draft: PathwayDraft, by: Membership) -> bool:
    try:
        check(draft, by=by)
    except Refused:
        return False
    return True


def _check_in(draft: PathwayDraft, by: Membership, *states: str) -> None:
    if draft.service_id != by.service_id:
        raise Refused("This draft belongs to another service.")
    if draft.state not in states:
        raise Refused(f"This draft is {_WHERE[draft.state]}, so this is not possible. Open it again to see it.")


_WHERE = {
    "open": "open for changes", "submitted": "waiting for approval", "published": "published", "dropped": "dropped",
}  # fmt: skip
