"""Work for the queue: the counts are kept up to date. Arguments are ids only; a task may run twice."""

from contextlib import suppress

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued


@app.periodic(cron="*/5 * * * *")
@app.task(name="measuring.count_all", queueing_lock="measuring.count_all", pass_context=False)
def count_all(timestamp: int) -> None:
    """Every five minutes: queue the counting of each service that is here."""
    from painpath.accounts.scope import service_at, slugs

    for slug in slugs():
        if (service := service_at(slug)) is not None:
            name = f"measuring.count/{service.pk}"
            with suppress(AlreadyEnqueued), transaction.atomic():
                count.configure(lock=name, queueing_lock=name).defer(service=service.pk)


@app.task(name="measuring.count", retry=RetryStrategy(max_attempts=3, exponential_wait=5), pass_context=False)
def count(service: int) -> None:
    """Count what is stale."""
    from painpath.accounts.models import Service
    from painpath.accounts.scope import scope
    from painpath.measuring.counting import count_up

    with scope(service):
        found = Service.objects.get(pk=service)
    count_up(found)
