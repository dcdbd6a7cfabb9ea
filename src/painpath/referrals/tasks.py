"""Work for the queue. Arguments are ids only; each task opens the scope of its service itself and may run twice."""

from contextlib import suppress
from datetime import date, datetime, time, timedelta
from threading import Lock

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from painpath import clock
from painpath.referrals.models import Referral, ReferralDraft, Simulation, Transition

MORNING = time(5)
"""When a delayed referral comes back on its review date: before anybody opens the worklist."""

_reading = Lock()
"""One at a time in this process, which works on several jobs: a scan takes a core, much memory, and a time that is
limited, so that two at once could each be given up as too slow."""


@app.task(name="referrals.read", retry=RetryStrategy(max_attempts=5, exponential_wait=3), pass_context=False)
def read(service: int, referral: int) -> None:
    """Read every document of a referral that has not been read yet, and screen the whole."""
    from painpath.referrals.arriving.reading_in import read_in

    with _reading:
        read_in(service_id=service, referral_id=referral)


def read_later(referral: Referral) -> None:
    """Queue the reading of a referral, in the transaction that made it necessary."""
    read.defer(service=referral.service_id, referral=referral.pk)


@app.task(name="referrals.fall_due", retry=RetryStrategy(max_attempts=5, exponential_wait=3), pass_context=False)
def fall_due(service: int, referral: int) -> None:
    """Bring a delayed referral back, if it is still delayed and its day has come."""
    from painpath.accounts.audit import Process
    from painpath.accounts.models import Service
    from painpath.accounts.scope import scope
    from painpath.referrals import moves, verbs

    with scope(service):
        by = Process(Service.objects.get(pk=service), moves.CALENDAR)
        verbs.fall_due(referral=Referral(pk=referral), by=by)


def fall_due_on(referral: Referral, day: date) -> None:
    """Put the morning of a review date into the calendar, in the transaction of the delay."""
    morning = datetime.combine(day, MORNING, clock.LONDON)
    fall_due.configure(schedule_at=morning).defer(service=referral.service_id, referral=referral.pk)


def later(task: str, day: date, *, after: bool = False, **arguments: int) -> None:
    """Put a task of an upper layer, by its name, into the calendar: on the morning of `day`, or of the day `after`.

    To be called in the transaction that makes it necessary.
    """
    morning = datetime.combine(day + timedelta(days=after), MORNING, clock.LONDON)
    app.configure_task(task, schedule_at=morning).defer(**arguments)


def at(task: str, moment: datetime, **arguments: int) -> None:
    """Put a task of an upper layer, by its name, into the calendar for this moment; else as `later`."""
    app.configure_task(task, schedule_at=moment).defer(**arguments)


@app.task(name="referrals.lapse", retry=RetryStrategy(max_attempts=5, exponential_wait=3), pass_context=False)
def lapse(service: int, referral: int, transition: int) -> None:
    """Put back a screening that began with this transition, if nobody has worked on it; else look again later."""
    from painpath.accounts.audit import Process
    from painpath.accounts.models import Service
    from painpath.accounts.scope import scope
    from painpath.referrals import moves
    from painpath.referrals.worklist import claims

    with scope(service):
        by = Process(Service.objects.get(pk=service), moves.CALENDAR)
        claims.lapse(referral=Referral(pk=referral), by=by, since=transition)


def lapse_at(referral: Referral, since: Transition, moment: datetime) -> None:
    """Put the end of a claim into the calendar, in the transaction that makes or prolongs it."""
    job = lapse.configure(schedule_at=moment)
    job.defer(service=referral.service_id, referral=referral.pk, transition=since.pk)


@app.task(name="referrals.expire_draft", retry=RetryStrategy(max_attempts=5, exponential_wait=3), pass_context=False)
def expire_draft(service: int, draft: int) -> None:
    """Delete a draft of an online referral that was not sent in time."""
    from painpath.accounts.audit import Process
    from painpath.accounts.models import Service
    from painpath.accounts.scope import scope
    from painpath.referrals import moves
    from painpath.referrals.referring import drafting_online

    with scope(service):
        by = Process(Service.objects.get(pk=service), moves.CALENDAR)
        drafting_online.expire_draft(draft=draft, by=by)


def expire_draft_at(draft: ReferralDraft) -> None:
    """Put the end of a draft into the calendar, in the transaction that makes it."""
    job = expire_draft.configure(schedule_at=draft.expires_at)
    job.defer(service=draft.service_id, draft=draft.pk)


BATCHES = 20
"""Of a simulation, in one job: some seconds, so that a worker can be stopped, and others have their turn."""


@app.task(name="referrals.simulate", retry=RetryStrategy(max_attempts=5, exponential_wait=3), pass_context=False)
def simulate(service: int, simulation: int) -> None:
    """Go on with a simulation where it is. It may be killed at any moment, and run twice."""
    from painpath.accounts.scope import scope
    from painpath.referrals.publishing.trying import step

    for _ in range(BATCHES):
        if not step(service, simulation):
            return
    with scope(service):
        simulate_later(Simulation.objects.defer("after_content").get(pk=simulation))


def simulate_later(simulation: Simulation) -> None:
    """Queue a simulation, behind everything that somebody waits for."""
    job = simulate.configure(priority=-10, lock=f"referrals.simulate/{simulation.pk}")
    job.defer(service=simulation.service_id, simulation=simulation.pk)


@app.periodic(cron="* * * * *")
@app.task(name="referrals.rescue", queueing_lock="referrals.rescue", pass_context=False)
async def rescue(timestamp: int) -> None:
    """Take up again the jobs of a worker that was killed: procrastinate leaves them `doing` for ever."""
    for job in await app.job_manager.get_stalled_jobs():
        await app.job_manager.retry_job(job)


@app.periodic(cron="40 3 * * *")
@app.task(name="referrals.reckon_all", queueing_lock="referrals.reckon_all", pass_context=False)
def reckon_all(timestamp: int) -> None:
    """Every night: queue the reckoning of each service that is here."""
    from painpath.accounts.scope import service_at, slugs

    for slug in slugs():
        if (service := service_at(slug)) is not None:
            name = f"referrals.reckon/{service.pk}"
            with suppress(AlreadyEnqueued), transaction.atomic():
                reckon.configure(lock=name, queueing_lock=name).defer(service=service.pk)


@app.task(name="referrals.reckon", pass_context=False)
def reckon(service: int) -> None:
    """Reckon when a person has to look at each record that has ended. It destroys nothing."""
    from painpath.accounts.models import Service
    from painpath.accounts.scope import scope
    from painpath.referrals.retention import reckoning

    with scope(service):
        found = Service.objects.get(pk=service)
    reckoning.reckon_all(found)
