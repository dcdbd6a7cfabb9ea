"""What nobody has read yet goes further: who is told at once, by the steps after that, when its time has passed, and on
every working morning from then on.

An answer about safety, and a report of a kind that the pathway calls urgent, go by the steps of `safety.unread`. Each
step is a job of the calendar of its own. A sweep (`missed`) finds what a lost job would have told, so nothing hangs on
one job; told twice, it is told once.
"""

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from django.db import transaction

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Process
from painpath.accounts.holding import held
from painpath.accounts.models import Membership, Service
from painpath.accounts.roles import CLINICIAN, MANAGER
from painpath.referrals import pathways, staff_mail, tasks
from painpath.referrals.models import ReportedChange
from painpath.referrals.referring.clocks import working_moment
from painpath.referrals.transitions import is_working_day

TELL = "letters.tell"
"""The task that sends one member an e-mail, without anything clinical, that a report waits."""
ESCALATE = "letters.escalate_change"
"""The task of the calendar that looks whether a change has been read in time."""
REMIND = "letters.remind_unread"
"""The task of the calendar that tells others while nobody has read something urgent."""
SAFETY_ANSWER = "safety_answer"
"""The kind of a change that is an answer in a questionnaire (`questionnaires.safety`): no kind of the pathway's, and
shown to the team alone."""
DAILY = -1
"""The step of each working morning after the time by which it should have been read."""
AT_ONCE, LATE = "at once", "late"
"""Names of the first and the last telling in `facts["unsent"]`, beside those of the steps."""


def is_urgent(change: ReportedChange) -> bool:
    """Whether a danger may be behind it: an answer about safety, or a kind that the pathway calls urgent."""
    if change.kind == SAFETY_ANSWER:
        return True
    pathway = pathways.of(change.referral.pathway_version)
    kinds = pathway.patient_status.changes if change.side == "patient" else pathway.referring.changes.kinds
    return any(one.id == change.kind and one.urgent for one in kinds)


def watch(change: ReportedChange) -> None:
    """Whoever is on duty is told now, everybody when nobody has read it in time; in the caller's transaction.

    With nobody on duty the clinicians have it: what is urgent is told to each of them now. Where no e-mail can leave,
    that is written down instead.
    """
    urgent = is_urgent(change)
    tell_owner(change)
    if change.owner_id is None and urgent:
        clinicians = Membership.objects.current().filter(service_id=change.service_id, role=CLINICIAN)
        for member in clinicians.order_by("pk").values_list("pk", flat=True):
            tasks.at(TELL, clock.now(), service=change.service_id, change=change.pk, member=member)
    if (change.owner_id is not None or urgent) and not staff_mail.way(change.service):
        _not_sent(change, AT_ONCE)
        change.save(update_fields=["facts"])
    for number, moment in enumerate(steps(change) if urgent else ()):
        tasks.at(REMIND, moment, service=change.service_id, change=change.pk, step=number)
    tasks.at(ESCALATE, change.due_at, service=change.service_id, change=change.pk)


def tell_owner(change: ReportedChange) -> None:
    """Queue the e-mail to whoever has it to read, if somebody has."""
    if change.owner_id is not None:
        tasks.at(TELL, clock.now(), service=change.service_id, change=change.pk, member=change.owner_id)


def _not_sent(change: ReportedChange, what: str) -> None:
    change.facts = change.facts | {"unsent": [*change.facts.get("unsent", ()), what]}


def steps(change: ReportedChange) -> list[datetime]:
    """When the steps of the pathway's `safety.unread` come for something urgent."""
    safety = pathways.of(change.referral.pathway_version).safety
    if safety is None:
        return []
    return [working_moment(change.at, step.after_minutes, safety.read_from, safety.read_by) for step in safety.unread]


@transaction.atomic
def remind(*, change: ReportedChange, step: int, by: Process) -> tuple[str, ...]:
    """Which roles are told now that nobody has read this yet, by the pathway's step; noted on it, once a step.

    Early, read, told before, not urgent, or no such step any more: none. `DAILY` is each working morning after the day
    on which its time passed.
    """
    change = _held(change)
    safety = pathways.of(change.referral.pathway_version).safety
    if change.read_at is not None or safety is None or not is_urgent(change):
        return ()
    now = clock.now()
    key = str(step) if step != DAILY else now.astimezone(clock.LONDON).date().isoformat()
    moments = steps(change)
    early = not _morning_passed(change, safety.read_from) if step == DAILY else (
        step >= len(moments) or moments[step] > now
    )  # fmt: skip
    told: list[dict[str, Any]] = list(change.facts.get("told", ()))
    if early or any(one["step"] == key for one in told):
        return ()
    roles = (CLINICIAN, MANAGER) if step == DAILY else safety.unread[step].tell
    change.facts = change.facts | {"told": [*told, {"step": key, "at": now.isoformat(), "roles": list(roles)}]}
    by_email = bool(staff_mail.way(change.service))
    if not by_email:
        _not_sent(change, key)
    change.save(update_fields=["facts"])
    audit.record(by, "change.remind", change, step=key, roles=list(roles), by_email=by_email)
    return roles


def _morning_passed(change: ReportedChange, read_from: str) -> bool:
    """Whether this is a working day, its morning has come, and everybody was told last on a day before it."""
    today = clock.now().astimezone(clock.LONDON).date()
    morning = datetime.combine(today, time.fromisoformat(read_from), clock.LONDON)
    late = change.escalated_at
    told_today = late is not None and late.astimezone(clock.LONDON).date() == today
    return is_working_day(today) and change.due_at < morning <= clock.now() and not told_today


@transaction.atomic
def escalate(*, change: ReportedChange, by: Process) -> bool:
    """Note that nobody read it in time; tells whether it is time for that. Early, read or done before: nothing."""
    change = _held(change)
    if change.read_at is not None or change.escalated_at is not None or change.due_at > clock.now():
        return False
    change.escalated_at = clock.now()
    by_email = bool(staff_mail.way(change.service))
    if not by_email:
        _not_sent(change, LATE)
    change.save(update_fields=["escalated_at", "facts"])
    audit.record(by, "change.escalate", change, by_email=by_email)
    return True


def _held(change: ReportedChange) -> ReportedChange:
    rows = ReportedChange.objects.select_related("service", "referral__pathway_version").filter(pk=change.pk)
    return held(rows.defer("referral__pathway_version__content")).get()


def missed(service: Service) -> Iterator[tuple[ReportedChange, int | None]]:
    """What should have been told by now of what nobody has read: each with its step, or None for the last telling.

    Asked again and again; `remind` and `escalate` do only what has not been done.
    """
    rows = ReportedChange.objects.filter(service_id=service.pk, read_at__isnull=True)
    rows = rows.select_related("referral__pathway_version").defer("referral__pathway_version__content")
    for change in rows.order_by("due_at", "pk"):
        if change.due_at <= clock.now():
            yield change, None
            yield change, DAILY
        elif is_urgent(change):
            for number, moment in enumerate(steps(change)):
                if moment <= clock.now():
                    yield change, number
