"""A draft, or another version, is tried on the referrals of a period. Nothing about a referral changes by it.

| verb | simulation is | who |
|---|---|---|
| start | - | clinician, manager, lead |
| stop | running | clinician, manager, lead |

The same that runs already, or was finished today, is not begun again: its row is what `start` gives.
"""

from datetime import date
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from painpath import clock, pathway
from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.accounts.roles import CLINICIAN, MANAGER
from painpath.pathway import Pathway
from painpath.pathway.draft_files import compile_draft
from painpath.referrals import pathways, tasks
from painpath.referrals.models import PathwayDraft, PathwayVersion, Simulation
from painpath.referrals.publishing.trying import received_between
from painpath.referrals.refusal import Refused


class Pair(NamedTuple):
    """Two versions that are on record, the present one first."""

    before: PathwayVersion
    after: PathwayVersion


def check_simulate(*, by: Membership) -> None:
    """Raise `Refused` unless `by` may try a draft, and see what came of it: a clinician, a manager or a lead."""
    if by.ended_at is not None or not (by.leads or by.role in (CLINICIAN, MANAGER)):
        raise Refused("Only clinicians, managers and leads can try a draft on past referrals.")


def can_simulate(*, by: Membership) -> bool:
    """Whether `check_simulate` would pass."""
    return by.ended_at is None and (by.leads or by.role in (CLINICIAN, MANAGER))


def check_stop(simulation: Simulation, *, by: Membership) -> None:
    """Raise `Refused` unless `by` may stop this simulation."""
    check_simulate(by=by)
    if simulation.service_id != by.service_id:
        raise Refused("This belongs to another service.")


@transaction.atomic
def start(*, what: PathwayDraft | Pair, since: date, until: date, by: Membership) -> Simulation:
    """Begin to try a draft against the version in force, or one version against another.

    Raises `Refused` for who may not, a period that is none or holds no referral, and a draft that is no pathway yet or
    says the same as what it is compared with.
    """
    check_simulate(by=by)
    _check_period(since, until)
    before, after = _sides(what, by)
    if before.digest == after.digest:
        raise Refused("Both say the same: no clause could change. Change the draft first, then try it.")
    with_same = Simulation.objects.filter(
        service_id=by.service_id, before=before, after_digest=after.digest, since=since, until=until
    )
    if (same := _running_or_of_today(with_same)) is not None:
        return same
    total = received_between(by.service_id, since, until).count()
    if not total:
        raise Refused("No referral was received in this period. Choose other days.")
    draft = what if isinstance(what, PathwayDraft) else None
    try:
        with transaction.atomic():
            made = Simulation.objects.create(
                service_id=by.service_id, draft=draft, draft_revision=draft.revision if draft else None, before=before,
                after_digest=after.digest, after_label=after.version[:40], after_content=pathway.encode(after),
                names={"before": _names(pathways.of(before)), "after": _names(after)}, since=since, until=until,
                started_by=by, total=total,
            )  # fmt: skip
    except IntegrityError:  # somebody else began the same at this moment
        return with_same.get(state="running")
    audit.record(
        by, "simulation.start", made, draft=draft.pk if draft else None, since=since.isoformat(),
        until=until.isoformat(), referrals=total,
    )  # fmt: skip
    tasks.simulate_later(made)
    return made


@transaction.atomic
def stop(*, simulation: Simulation, by: Membership) -> Simulation:
    """End it where it is; what it has found stays. Ended already, nothing happens. Raises `Refused`."""
    check_stop(simulation, by=by)
    run = Simulation.objects.select_for_update().defer("after_content").get(pk=simulation.pk)
    if run.state != "running":
        return run
    run.state, run.ended_at, run.stopped_by, run.after_content = "stopped", clock.now(), by, b""
    run.save(update_fields=["state", "ended_at", "stopped_by", "after_content"])
    audit.record(by, "simulation.stop", run, referrals=run.done)
    return run


def _check_period(since: date, until: date) -> None:
    if since > until:
        raise Refused("The first day has to be before the last day, or the same.")
    if until > clock.today():
        raise Refused("The last day has to be today or in the past.")


def _sides(what: PathwayDraft | Pair, by: Membership) -> tuple[PathwayVersion, Pathway]:
    if isinstance(what, Pair):
        if {what.before.service_id, what.after.service_id} != {by.service_id}:
            raise Refused("These versions belong to another service.")
        return what.before, pathways.of(what.after)
    if what.service_id != by.service_id:
        raise Refused("This draft belongs to another service.")
    compiled = compile_draft(what.name, what.files)
    # What an author has not settled yet may well be what they want to try.
    mistakes = [one for one in compiled.problems if not one.field.startswith("unsettled")]
    if compiled.pathway is None or mistakes:
        raise Refused("The draft has mistakes, so that letters cannot be read with it. Its page lists them.")
    return pathways.in_force(by.service)[1], compiled.pathway


def _names(pathway: Pathway) -> dict[str, list[str]]:
    """Of each criterion and combination what pages need to speak of it: its name, group and what it counts for."""
    criteria = {one.id: [one.name, one.group, pathway.bears_on(one)] for one in pathway.criteria}
    return criteria | {one.id: [one.name, "", "referral"] for one in pathway.combinations}


def _running_or_of_today(rows: QuerySet[Simulation]) -> Simulation | None:
    rows = rows.defer("after_content").order_by("-started_at")
    today = clock.midnight(clock.today())
    return rows.filter(state="running").first() or rows.filter(state="done", ended_at__gte=today).first()
