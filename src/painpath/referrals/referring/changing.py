"""Something has changed: whoever referred tells the team, and a clinician reads it the same working day.

Until then the referral stands first on the worklist, also one that has ended, and nothing takes it from there. It
closes only with what a clinician did. Unread when its time has come, it goes further (`going_further`): time alone
never closes it.
"""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Actor
from painpath.accounts.holding import held
from painpath.accounts.models import Membership
from painpath.accounts.roles import CLINICIAN
from painpath.pathway import Pathway
from painpath.referrals import pathways
from painpath.referrals.models import Referral, ReportedChange
from painpath.referrals.moves import check_current, check_move, lock, move
from painpath.referrals.referring.clocks import due_moment
from painpath.referrals.referring.going_further import tell_owner, watch
from painpath.referrals.refusal import Refused
from painpath.referrals.unsettled import mark_first
from painpath.referrals.worklist.rota import on_duty


def check_report(referral: Referral, *, by: Actor) -> None:
    """Raise `Refused` unless `by` may report a change of this referral, in whatever state it is."""
    check_move("report_change", referral, by=by)


def can_report(referral: Referral, *, by: Actor) -> bool:
    """Whether `check_report` would pass."""
    try:
        check_report(referral, by=by)
    except Refused:
        return False
    return True


@transaction.atomic
def report_change(
    *, referral: Referral, by: Actor, kind: str, words: str, key: uuid.UUID, side: str = "referrer"
) -> ReportedChange:
    """Record that something has changed: `kind` is one of the pathway's for this side, `words` say what.

    `key` is the form's: the same form sent twice with the same words is one report; other words are another, for
    nothing that somebody wrote is dropped. Raises `Refused`, and then nothing has changed.
    """
    referral = lock(referral)
    words = words.strip()
    key = once(referral, key, kind, words)
    if (before := said_before(referral, key)) is not None:
        return before
    check_report(referral, by=by)
    known = kinds(pathways.of(referral.pathway_version), side)
    if kind not in known:
        raise Refused("Choose what has changed.")
    if not words:
        raise Refused("Say what has changed: a clinician reads your words.")
    return report(referral, by=by, side=side, kind=kind, label=known[kind], words=words, key=key)


def kinds(pathway: Pathway, side: str) -> dict[str, str]:
    """What may have changed, for `referrer` or `patient`: id -> words."""
    if side == "patient":
        return {one.id: one.plain for one in pathway.patient_status.changes}
    return {one.id: one.words for one in pathway.referring.changes.kinds}


def once(referral: Referral, key: uuid.UUID, kind: str, words: str) -> uuid.UUID:
    """The key of a report: the same form with the same words gives the same."""
    return uuid.uuid5(key, f"{referral.pk} {kind} {words}")


def said_before(referral: Referral, key: uuid.UUID) -> ReportedChange | None:
    """The report that this very form has made already."""
    return ReportedChange.objects.filter(service_id=referral.service_id, key=key).first()


def report(
    referral: Referral, *, by: Actor, side: str, kind: str, label: str, words: str, key: uuid.UUID,
    facts: dict[str, Any] | None = None,
) -> ReportedChange:  # fmt: skip
    """A report with a step of its own, about a locked referral, inside the caller's transaction; `key` is of `once`.

    The report has its own clock, and brings the referral to the first place. The day by which the referral itself is
    looked at, or the review of a delay, stays as everybody was told: to read a report is not to decide.
    """
    move("report_change", referral, by=by, reason=f"{label}: {words}", facts={"kind": kind})
    if referral.is_open:
        referral.came_back = "changed"
        referral.save(update_fields=["came_back"])
    return note(referral, by=by, side=side, kind=kind, words=words, key=key, facts=facts)


def due(referral: Referral) -> datetime:
    """By when a clinician reads what comes now."""
    return due_moment(clock.now(), pathways.of(referral.pathway_version).referring.changes.read_by)


def note(
    referral: Referral, *, by: Actor, side: str, kind: str, words: str, key: uuid.UUID,
    facts: dict[str, Any] | None = None,
) -> ReportedChange:  # fmt: skip
    """Something that a clinician reads the same working day, beside a step that has just been taken: with its owner,
    who is on duty, and its clock."""
    due_at = due(referral)
    change = ReportedChange.objects.create(
        service_id=referral.service_id, referral=referral, side=side, by=audit.person(by), key=key, kind=kind,
        words=words, facts=facts or {}, at=clock.now(), due_at=due_at,
        owner=on_duty(referral, due_at.astimezone(clock.LONDON).date(), to_read=True),
    )  # fmt: skip
    mark_first(referral)
    watch(change)
    audit.record(by, "change.report", change, kind=kind)
    return change


def give_to_read(*, change: ReportedChange, leaver: Membership, to: Membership, by: Membership) -> None:
    """What `leaver` had to read is `to`'s, who is told now; its clock stays. Nothing when it was read, or given on,
    meanwhile. Inside the caller's transaction, which has checked who may."""
    lock(change.referral)
    change = ReportedChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
    if change.read_at is not None or change.owner_id != leaver.pk:
        return
    change.owner = to
    change.save(update_fields=["owner"])
    tell_owner(change)
    audit.record(by, "reportedchange.assign", change, to=to.pk)


def check_read(change: ReportedChange, *, by: Membership) -> None:
    """Raise `Refused` unless `by` may say what was done about a reported change."""
    if by.role != CLINICIAN:
        raise Refused("Only a clinician can record what was done about this.")
    check_current(by)


@transaction.atomic
def read_change(*, change: ReportedChange, by: Membership, action: str) -> ReportedChange:
    """A clinician has read it, and says what was done, which closes it. The same words twice are one.

    Raises `Refused` without words, and when somebody else has closed it.
    """
    referral = lock(change.referral)
    change = held(ReportedChange.objects.select_related("read_by__user").filter(pk=change.pk)).get()
    check_read(change, by=by)
    action = action.strip()
    if not action:
        raise Refused("Say what you did about it: whom you told, and when.")
    if change.read_by is not None:
        if change.read_by_id == by.pk and change.action == action:
            return change
        raise Refused(f"{change.read_by.name} has already recorded what was done about this: “{change.action}”")
    change.read_at, change.read_by, change.action = clock.now(), by, action
    change.save(update_fields=["read_at", "read_by", "action"])
    mark_first(referral)
    audit.record(by, "change.read", change)
    return change


def unread(by: Membership) -> "QuerySet[ReportedChange]":
    """What nobody of the service of `by` has read yet, the most urgent first."""
    found = ReportedChange.objects.filter(service_id=by.service_id, read_at__isnull=True)
    people = ("referral__patient", "referral__pathway_version", "by__user", "owner__user")
    return found.select_related(*people).defer("referral__pathway_version__content")
