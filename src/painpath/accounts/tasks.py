"""Work for the queue: the audit is sealed each ten minutes; e-mails about accounts. Arguments are ids only; a task may
run twice."""

import logging
from contextlib import suppress

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

logger = logging.getLogger(__name__)


@app.periodic(cron="*/10 * * * *")
@app.task(name="accounts.seal_every_audit", queueing_lock="accounts.seal_every_audit", pass_context=False)
def seal_every_audit(timestamp: int) -> None:
    """Queue the sealing of each service that is here."""
    from painpath.accounts.scope import service_at, slugs

    for slug in slugs():
        if (service := service_at(slug)) is not None:
            name = f"accounts.seal_audit/{service.pk}"
            with suppress(AlreadyEnqueued), transaction.atomic():
                seal_audit.configure(lock=name, queueing_lock=name).defer(service=service.pk)


@app.task(name="accounts.seal_audit", pass_context=False)
def seal_audit(service: int) -> None:
    """Seal what one service wrote. The head goes to the log: kept elsewhere, it shows if seals are taken away."""
    from painpath.accounts.audit_sealing import seal
    from painpath.accounts.models import Service
    from painpath.accounts.scope import scope

    with scope(service):
        found = Service.objects.get(pk=service)
        made = seal(found)
    for one in made:
        logger.info("audit sealed: %s %d %s", found.slug, one.number, one.digest)


@app.task(name="accounts.tell", retry=RetryStrategy(max_attempts=5, exponential_wait=4), pass_context=False)
def tell(notice: int) -> None:
    """Send one notice by e-mail. What a dead mail server does not take is tried again, and else read at the sign-in."""
    from painpath.accounts import telling

    telling.send(notice)
