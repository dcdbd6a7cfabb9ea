"""Work for the queue: to send something and to ask what became of it, to print, to make codes, to tell colleagues, to
empty mailboxes, to sweep. Arguments are ids and references only; a task opens its scope and may run twice."""

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from painpath.letters.acting import process_of
from painpath.referrals.moves import CALENDAR

if TYPE_CHECKING:
    from painpath.accounts.models import Membership, Service
    from painpath.letters.models import Dispatch, PrintBatch
    from painpath.referrals.models import ReportedChange

MAILER = "mailer"
"""The process that gives what leaves to its carriers."""


@app.task(
    name="letters.send", retry=RetryStrategy(max_attempts=20, exponential_wait=4),
    pass_context=False,
)  # fmt: skip
def send(service: int, dispatch: int) -> None:
    """Give one dispatch to its carrier. Raises `Later`, which makes the queue try again after 4, 16, 64, 256, 1024 and
    4096 seconds; `ending.TRIES` ends that, after an hour and a half, on the same day."""
    from painpath.letters import sending
    from painpath.letters.carriers import Later
    from painpath.letters.models import Dispatch

    if not sending.send(dispatch=Dispatch(pk=dispatch), by=process_of(service, MAILER)):
        raise Later(f"Dispatch {dispatch} could not be sent yet.")


def send_later(dispatch: "Dispatch") -> None:
    """Queue a dispatch for its carrier, in the transaction that queued the dispatch: it leaves after the commit."""
    send.defer(service=dispatch.service_id, dispatch=dispatch.pk)


@app.task(name="letters.what_became", retry=RetryStrategy(max_attempts=5, exponential_wait=3), pass_context=False)
def what_became(service: int, dispatch: int) -> None:
    """Ask a carrier what became of something that it took."""
    from painpath.letters import arrival
    from painpath.letters.models import Dispatch

    arrival.ask(dispatch=Dispatch(pk=dispatch), by=process_of(service, MAILER))


def ask_at(dispatch: "Dispatch", moment: datetime) -> None:
    """Queue that question, in the transaction that makes it necessary."""
    what_became.configure(schedule_at=moment).defer(service=dispatch.service_id, dispatch=dispatch.pk)


@app.task(name="letters.print", retry=RetryStrategy(max_attempts=5, exponential_wait=3), pass_context=False)
def make(service: int, batch: int) -> None:
    """Make the file of one batch of letters."""
    from painpath.accounts.scope import scope
    from painpath.letters import printing
    from painpath.letters.models import PrintBatch

    with scope(service):
        printing.make(batch=PrintBatch(pk=batch))


def make_later(batch: "PrintBatch") -> None:
    """Queue that, in the transaction that shared the letters out."""
    make.defer(service=batch.service_id, batch=batch.pk)


@app.task(name="letters.send_code", retry=RetryStrategy(max_attempts=5, exponential_wait=3), pass_context=False)
def send_code(service: int, reference: str) -> None:
    """Send a code for what somebody typed as a reference, if it is one. The reference is random and names nobody."""
    from painpath.accounts.models import Service
    from painpath.accounts.scope import scope
    from painpath.letters import door

    with scope(service):
        door.send_code(service=Service.objects.get(pk=service), reference=reference)


def code_later(service: "Service", reference: str) -> None:
    """Queue a code, the same for a reference that is nobody's: how long the page takes tells nothing."""
    send_code.defer(service=service.pk, reference=reference)


@app.task(name="letters.send_patient_code", retry=RetryStrategy(max_attempts=5, exponential_wait=3), pass_context=False)
def send_patient_code(service: int, reference: str, proof: str) -> None:
    """Send a patient a code, if reference and date of birth are right; `proof` is a keyed hash and says neither."""
    from painpath.accounts.models import Service
    from painpath.accounts.scope import scope
    from painpath.letters import patients_door

    with scope(service):
        patients_door.send_code(service=Service.objects.get(pk=service), reference=reference, proof=proof)


def patient_code_later(service: "Service", reference: str, proof: str) -> None:
    """Queue a code for a patient, the same for what is nobody's."""
    send_patient_code.defer(service=service.pk, reference=reference, proof=proof)


@app.task(name="letters.tell", retry=RetryStrategy(max_attempts=12, exponential_wait=3), pass_context=False)
def tell(service: int, change: int, member: int) -> None:
    """Tell one member that a reported change waits unread. A mail server that fails raises: the queue tries again."""
    from painpath.accounts.models import Membership
    from painpath.accounts.scope import scope
    from painpath.letters import escalating
    from painpath.referrals.models import ReportedChange

    with scope(service):
        changes = ReportedChange.objects.select_related("referral__pathway_version")
        escalating.tell(
            change=changes.defer("referral__pathway_version__content").get(pk=change),
            member=Membership.objects.select_related("user").get(pk=member),
        )


@app.task(name="letters.tell_of_glass", retry=RetryStrategy(max_attempts=8, exponential_wait=4), pass_context=False)
def tell_of_glass(service: int, glass: int, member: int) -> None:
    """Tell one lead that somebody has opened a restricted record. A mail server that fails raises."""
    from painpath.accounts.models import Membership
    from painpath.accounts.scope import scope
    from painpath.letters import escalating
    from painpath.referrals.models.restricting import BrokenGlass

    with scope(service):
        escalating.tell_of_glass(
            glass=BrokenGlass.objects.select_related("referral", "service").get(pk=glass),
            member=Membership.objects.select_related("user", "service").get(pk=member),
        )


def tell_later(change: "ReportedChange", member: "Membership") -> None:
    """Queue one such e-mail, in the transaction that wrote the escalation down."""
    tell.defer(service=change.service_id, change=change.pk, member=member.pk)


@app.periodic(cron="*/10 * * * *")
@app.task(name="letters.look_into_mailboxes", queueing_lock="letters.look_into_mailboxes", pass_context=False)
def look_into_mailboxes(timestamp: int) -> None:
    """Every ten minutes: queue the emptying of each service's mailbox, unless it waits or is at it already."""
    import os

    from procrastinate.exceptions import AlreadyEnqueued

    from painpath.accounts.scope import service_at
    from painpath.letters.carriers import mesh

    for slug in mesh.slugs(os.environ):
        if (service := service_at(slug)) is not None:
            name = f"letters.receive/{service.pk}"
            with suppress(AlreadyEnqueued), transaction.atomic():
                receive.configure(lock=name, queueing_lock=name).defer(service=service.pk)


@app.task(name="letters.receive", pass_context=False)
def receive(service: int) -> None:
    """Keep, acknowledge and read what lies in a service's mailbox. What MESH did not give now comes the next time."""
    from painpath.letters import receiving

    receiving.receive(process_of(service, receiving.READER).service)


@app.periodic(cron="30 6 * * *")
@app.task(name="letters.sweep_all", queueing_lock="letters.sweep_all", pass_context=False)
def sweep_all(timestamp: int) -> None:
    """Every morning, after the clocks of the day: queue the sweep of each service that is here."""
    from procrastinate.exceptions import AlreadyEnqueued

    from painpath.accounts.scope import service_at, slugs

    for slug in slugs():
        if (service := service_at(slug)) is not None:
            name = f"letters.sweep/{service.pk}"
            with suppress(AlreadyEnqueued), transaction.atomic():
                sweep.configure(lock=name, queueing_lock=name).defer(service=service.pk)


@app.task(name="letters.sweep", pass_context=False)
def sweep(service: int) -> None:
    """See to what the clocks of a service have left behind."""
    from painpath.letters import sweeping

    sweeping.sweep(by=process_of(service, CALENDAR))
