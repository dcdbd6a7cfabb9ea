"""Once a day: what its clock has left behind.

Every clock is a job of its own, and a job that has raised a few times, or was lost with its queue, does not come again.
So each day everything is looked for that a clock should have seen to. It ends in what the job would have done, or in a
task for a person; what is looked at twice is seen to once.
"""

import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from painpath import clock
from painpath.accounts.audit import Process
from painpath.accounts.models import Service
from painpath.accounts.roles import ADMINISTRATOR
from painpath.accounts.scope import scope
from painpath.letters import arrival, ending, online, outbox, tasks
from painpath.letters.carriers.finding import CARRIED
from painpath.letters.models import KINDS, Dispatch, DispatchState
from painpath.letters.reaching import delivery_of
from painpath.referrals.todo import give_task
from painpath.referrals.transitions import add_working_days

log = logging.getLogger(__name__)

DAY = timedelta(days=1)
NOT_SENT = "It has waited for more than a day, and nothing has sent it."


def sweep(*, by: Process) -> None:
    """See to everything of a service that was left behind. To be called outside any transaction."""
    for found, see_to in ((_unopened, _post), (_unconfirmed, _ask), (_not_sent, _send)):
        with scope(by.service):
            rows = list(found(by.service).order_by("pk").values_list("pk", flat=True))
        for pk in rows:
            _one(pk, see_to, by)


def _one(pk: int, see_to: Callable[[Dispatch, Process], object], by: Process) -> None:
    """See to one of them. What goes wrong is for a person, once, and stops nothing else."""
    try:
        see_to(Dispatch(pk=pk, service=by.service), by)
    except Exception as error:  # whatever has stopped its own job, too
        log.error("what was left behind, dispatch %s, raised %s", pk, type(error).__name__)
        with scope(by.service):
            dispatch = outbox.lock(Dispatch(pk=pk))
            if not dispatch.referral.tasks.filter(facts__dispatch=pk, facts__left_behind=True).exists():
                give_task(
                    dispatch.referral, "contact",
                    f"This was left behind, and the program cannot see to it: {KINDS[dispatch.kind].lower()} "
                    f"{dispatch.get_to_display().lower()}, {dispatch.get_channel_display()}. See whether it arrived, "
                    "and get in touch in another way if not. Tell whoever runs this site.",
                    by=by, role=ADMINISTRATOR, due_on=clock.today(), dispatch=pk, left_behind=True,
                )  # fmt: skip


def _unopened(service: Service) -> QuerySet[Dispatch]:
    """Letters online whose day to be opened has passed, and that do not go by post yet."""
    waits = (DispatchState.QUEUED, DispatchState.SENT)
    rows = Dispatch.objects.filter(channel="link", state__in=waits, facts__open_by__lt=clock.today().isoformat())
    return rows.exclude(facts__has_key="posted")


def _post(dispatch: Dispatch, by: Process) -> None:
    with scope(by.service):
        online.post_unopened(dispatch=dispatch, by=by)


def _unconfirmed(service: Service) -> QuerySet[Dispatch]:
    """What a carrier took and should have been asked about until now, without a last word."""
    days = delivery_of(service).unconfirmed_days
    rows = Dispatch.objects.filter(channel__in=CARRIED, state=DispatchState.SENT, sent_at__lt=clock.now() - days * DAY)
    rows = rows.exclude(provider_id="").exclude(facts__has_key="not_asked")
    late = [pk for pk, at in rows.values_list("pk", "sent_at") if at and clock.today() > _until(at, days)]
    return Dispatch.objects.filter(pk__in=late)


def _until(sent_at: datetime, days: int) -> date:
    return add_working_days(sent_at.astimezone(clock.LONDON).date(), days)


def _ask(dispatch: Dispatch, by: Process) -> None:
    arrival.ask(dispatch=dispatch, by=by)


def _not_sent(service: Service) -> QuerySet[Dispatch]:
    """What waits for a carrier, and nobody has tried to send for a day: tries come closer together."""
    rows = Dispatch.objects.filter(channel__in=CARRIED, state=DispatchState.QUEUED)
    return rows.filter(changed_at__lt=clock.now() - DAY)


def _send(dispatch: Dispatch, by: Process) -> None:
    """Queued anew once; when that has not helped by the next day, a person has it."""
    with scope(by.service):
        dispatch = outbox.lock(dispatch)
        if dispatch.state != DispatchState.QUEUED:
            return
        queued_anew = dispatch.facts.get("queued_anew", "")
        if not queued_anew or datetime.fromisoformat(queued_anew) < dispatch.changed_at:
            dispatch.facts["queued_anew"] = clock.now().isoformat()
            dispatch.save(update_fields=["facts"])
            tasks.send_later(dispatch)
        elif clock.now() - datetime.fromisoformat(queued_anew) > DAY / 2:
            perhaps = dispatch.began_at is not None or "perhaps_taken" in dispatch.facts
            ending.fail(dispatch, f"{NOT_SENT} {ending.PERHAPS}" if perhaps else NOT_SENT, by=by)
