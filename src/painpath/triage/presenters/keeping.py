"""How long a record is kept, for people: the list of what is due, one record's page, the certificates."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from painpath import clock
from painpath.accounts.models import Membership
from painpath.pathway import Pathway
from painpath.referrals.models import DestructionCertificate, Referral, RetentionHold, RetentionReview
from painpath.referrals.refusal import Refused
from painpath.referrals.restricting import HIDDEN, closed_to
from painpath.referrals.retention import destroying
from painpath.referrals.retention.listing import Page
from painpath.referrals.transitions import LABELS, State
from painpath.triage.presenters.words import day, moment, person


@dataclass(frozen=True)
class Row:
    """One record that is due."""

    reference: str
    patient: str
    href: str
    ended: str
    since: str
    kept_as: str
    why: tuple[str, ...]
    on_hold: bool
    asked: bool


def class_names(pathway: Pathway) -> dict[str, str]:
    """Class -> its name in the schedule."""
    return {one.id: one.name for one in pathway.retention.classes} if pathway.retention else {}


def rows(page: Page, pathway: Pathway, by: Membership) -> list[Row]:
    """The rows of the list; a restricted record without the name. One query."""
    names, closed = class_names(pathway), closed_to(by)
    return [
        Row(
            row.referral.reference, _name(row.referral, closed),
            reverse("triage:keeping", args=[row.referral.reference]),
            f"{row.referral.state_label}, {day(row.referral.state_since)}", day(row.due_on),
            names.get(row.retention_class, row.retention_class), tuple(row.words), row.referral_id in page.on_hold,
            row.referral_id in page.asked,
        )
        for row in page.rows
    ]  # fmt: skip


def _name(referral: Referral, closed: frozenset[int]) -> str:
    if referral.pk in closed:
        return HIDDEN
    return referral.patient.name if referral.patient else "Not registered"


def asked_rows(by: Membership) -> list[dict[str, Any]]:
    """What somebody has asked to destroy, for somebody else to agree to."""
    found = []
    for request in destroying.open_requests(by):
        members = [row.referral.reference for row in request.members.all()]
        found.append({
            "references": members, "href": reverse("triage:keeping", args=[members[0]]), "by": request.asked_by.name,
            "at": day(request.asked_at), "reason": request.reason, "mine": request.asked_by.user_id == by.user_id,
        })  # fmt: skip
    return found


def one(referral: Referral, row: RetentionReview, by: Membership, pathway: Pathway) -> dict[str, Any]:
    """Everything on the page of one record."""
    request = destroying.open_request(referral)
    group = [other for other in destroying.group_of(referral) if other.pk != referral.pk]
    return {
        "kept_as": class_names(pathway).get(row.retention_class, ""),
        "words": row.words,
        "due": day(row.due_on),
        "is_due": row.due_on is not None and row.due_on <= clock.today(),
        "is_open": referral.is_open,
        "together": [
            {"reference": other.reference, "href": reverse("triage:keeping", args=[other.reference])}
            for other in group
        ],
        "holds": [_hold(hold) for hold in RetentionHold.objects.filter(referral=referral).select_related(
            "by__user", "ended_by__user")],
        "longer": [
            {"until": day(kept.until), "reason": kept.reason, "by": person(kept.by), "at": moment(kept.at)}
            for kept in referral.kept_longer.select_related("by__user")
        ],
        "asked": {
            "by": person(request.asked_by), "at": moment(request.asked_at), "reason": request.reason,
            "mine": request.asked_by.user_id == by.user_id,
        } if request else None,
        "may_not": "" if request else _why_not(referral, by),
    }  # fmt: skip


def _hold(hold: RetentionHold) -> dict[str, Any]:
    over = hold.ended_at is not None or (hold.until is not None and hold.until < clock.today())
    ended = f"Ended by {person(hold.ended_by)}, {moment(hold.ended_at)}: {hold.ended_reason}" if hold.ended_at else ""
    return {
        "pk": hold.pk, "reason": hold.reason, "by": person(hold.by), "at": moment(hold.at),
        "until": f"Until {day(hold.until)}" if hold.until else "Until somebody ends it", "is_on": not over,
        "ended": ended,
    }  # fmt: skip


def _why_not(referral: Referral, by: Membership) -> str:
    try:
        destroying.check_ask(referral, by=by)
    except Refused as refused:
        return refused.sentence
    return ""


def certificate(row: DestructionCertificate, names: dict[str, str]) -> dict[str, Any]:
    """One certificate: what was destroyed, by whom, and how much."""
    return {
        "number": row.pk,
        "records": [
            {
                "reference": one["reference"], "kept_as": names.get(one["class"], one["class"]),
                "state": LABELS[State(one["state"])],
                "dates": [
                    (label, day(date.fromisoformat(one[key])))
                    for label, key in (("Received", "received"), ("Ended", "ended"), ("Due for review", "due"))
                ],
            }
            for one in row.records
        ],
        "asked": f"{person(row.asked_by)}, {moment(row.asked_at)}",
        "agreed": f"{person(row.agreed_by)}, {moment(row.agreed_at)}",
        "rows": sum(row.counts.values()),
        "counts": sorted((table, count) for table, count in row.counts.items() if count),
    }  # fmt: skip
