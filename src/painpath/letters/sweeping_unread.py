"""The sweep for the queue (named in the settings): what nobody has read and a lost job did not tell is told after all.

Every ten minutes, one job for each service, so that trouble with one keeps nothing from the others.
"""

from contextlib import suppress

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued


@app.periodic(cron="*/10 * * * *")
@app.task(name="letters.sweep_all_unread", queueing_lock="letters.sweep_all_unread", pass_context=False)
def sweep_all_unread(timestamp: int) -> None:
    """Queue the sweep of each service that is here."""
    from painpath.accounts.scope import service_at, slugs

    for slug in slugs():
        if (service := service_at(slug)) is not None:
            name = f"letters.sweep_unread/{service.pk}"
            with suppress(AlreadyEnqueued), transaction.atomic():
                sweep_unread.configure(lock=name, queueing_lock=name).defer(service=service.pk)


@app.task(name="letters.sweep_unread", pass_context=False)
def sweep_unread(service: int) -> None:
    """Tell what should have been told by now; the next sweep is the retry."""
    from painpath.letters import escalating
    from painpath.letters.acting import acting
    from painpath.referrals.moves import CALENDAR

    with acting(service, CALENDAR) as by:
        escalating.sweep(by)
