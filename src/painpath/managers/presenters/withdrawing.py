"""The page on which an approved version is withdrawn, and what other pages say of it then."""

from typing import Any

from django.urls import reverse

from painpath import clock
from painpath.accounts.models import Membership
from painpath.managers.presenters.days import day, moment
from painpath.referrals import pathways
from painpath.referrals.models import PathwayDraft, PathwayPublication, PathwayWithdrawal
from painpath.referrals.publishing.withdrawing import can_withdraw

NEXT = (
    "It was approved, and withdrawn before its day. Whoever works on drafts can take it up again, on the page Pathway."
)

STATE = {"state": "Withdrawn", "colour": "grey", "from": ""}
"""In the place of “Approved”, of a draft that was approved and withdrawn: it is in force from no day."""


def withdrawing(one: PathwayPublication) -> dict[str, Any]:
    """Before it is withdrawn: what is in force then."""
    after = pathways.to_come(one.service_id, without=one.pk)
    then = (
        f"What was approved before it comes into force on {day(after[0].from_date)}."
        if after else "What is in force today stays in force then."
    )  # fmt: skip
    return {
        "heading": "Withdraw this version before its day", "draft_href": "", "button": "Withdraw it", "is_final": True,
        "heading_of": f"Version {one.version.label}, approved for {day(one.from_date)}",
        "intro": f"It will not come into force. {then} It can still be read, and a draft can be started with it again.",
    }  # fmt: skip


def of(one: PathwayPublication) -> PathwayWithdrawal | None:
    """That it was withdrawn."""
    return getattr(one, "withdrawal", None)


def told(one: PathwayWithdrawal) -> str:
    """Who, when and why."""
    return f"Withdrawn before its day, on {moment(one.at)}, by {one.by.name}: “{one.words}”"


def offered(one: PathwayPublication, by: Membership) -> dict[str, str]:
    """Where it is withdrawn, for whoever may."""
    return {"withdraw": reverse("managers:publication-withdraw", args=[one.pk]) if can_withdraw(one, by=by) else ""}


def never(one: PathwayPublication, published: list[PathwayPublication]) -> dict[str, str]:
    """What to say of a publication that was withdrawn, or that another one took the place of before its day."""
    if (withdrawal := of(one)) is not None:
        return {"never": told(withdrawal), "again": reverse("managers:publication-again", args=[one.pk])}
    instead = [
        other for other in published
        if of(other) is None and other.pk > one.pk and other.from_date <= one.from_date
        and other.at.astimezone(clock.LONDON).date() < one.from_date
    ]  # fmt: skip
    return (
        {"never": "It was never in force: what was approved after it took its place before its day."} if instead else {}
    )


def of_draft(one: PathwayDraft) -> PathwayWithdrawal | None:
    """That what was published of this draft was withdrawn."""
    found = PathwayWithdrawal.objects.filter(publication__draft=one)
    return found.select_related("by__user").first()
