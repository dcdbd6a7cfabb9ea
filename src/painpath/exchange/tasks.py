"""Jobs of the exchange with other programs: twice a day, count what waits for triage in e-RS."""

from contextlib import suppress

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued


@app.periodic(cron="10 6,12 * * *")
@app.task(name="exchange.count_all_waiting", queueing_lock="exchange.count_all_waiting", pass_context=False)
def count_all_waiting(timestamp: int) -> None:
    """Queue the count of each service that is here: in the morning and at noon, since e-RS allows two."""
    from painpath.accounts.scope import service_at, slugs

    for slug in slugs():
        if (service := service_at(slug)) is not None:
            name = f"exchange.count_waiting/{service.pk}"
            with suppress(AlreadyEnqueued), transaction.atomic():
                count_waiting.configure(lock=name, queueing_lock=name).defer(service=service.pk)


@app.task(name="exchange.count_waiting", pass_context=False)
def count_waiting(service: int) -> None:
    """Count what waits in e-RS for one service, where it has switched that on."""
    from painpath.exchange.ers import polling
    from painpath.letters.acting import process_of

    polling.count(process_of(service, polling.READER).service)
