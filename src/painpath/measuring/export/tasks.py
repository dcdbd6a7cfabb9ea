"""Work for the queue: exports are made, and their files let go. Arguments are ids only; a task may run twice."""

from contextlib import suppress
from typing import TYPE_CHECKING

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

if TYPE_CHECKING:
    from painpath.measuring.models import RecordExport


@app.task(name="measuring.export", pass_context=False)
def make(service: int, export: int) -> None:
    """Make the file of one export."""
    from painpath.measuring.export import asking

    asking.carry_out(service, export)


def make_later(export: "RecordExport") -> None:
    """Queue that, in the transaction that asked for it."""
    make.configure(lock=f"measuring.export/{export.service_id}").defer(service=export.service_id, export=export.pk)


@app.periodic(cron="20 4 * * *")
@app.task(name="measuring.let_exports_go", queueing_lock="measuring.let_exports_go", pass_context=False)
def let_every_export_go(timestamp: int) -> None:
    """Queue that for each service that is here."""
    from painpath.accounts.scope import service_at, slugs

    for slug in slugs():
        if (service := service_at(slug)) is not None:
            with suppress(AlreadyEnqueued), transaction.atomic():
                name = f"measuring.let_go/{service.pk}"
                let_go.configure(lock=name, queueing_lock=name).defer(service=service.pk)


@app.task(name="measuring.let_go", pass_context=False)
def let_go(service: int) -> None:
    """Take away files of exports that were kept long enough."""
    from painpath.accounts.models import Service
    from painpath.accounts.scope import scope
    from painpath.measuring.export import asking

    with scope(service):
        asking.let_go(Service.objects.get(pk=service))
