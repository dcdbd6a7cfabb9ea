"""What comes into our mailbox in MESH: kept first, byte for byte; then acknowledged; then read.

Each of the three is done for one message and ends before the next begins, so that a process may be killed anywhere:

- before it is kept, it lies in the mailbox and comes again;
- kept and not acknowledged, it comes again and is known by its id;
- acknowledged and not read, it stands among what nobody has looked at, and the next run reads it.

What is read here is MESH's own report that something of ours did not arrive. Everything else is for a person: it stands
on the page of what has come (`unsettled`) from the moment it is kept until somebody has said what was done about it.
"""

import logging
import random
import time
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinateJob

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Process
from painpath.accounts.models import Membership, Service
from painpath.accounts.scope import scope
from painpath.letters import arrival, outbox
from painpath.letters.carriers import Later, Told, mesh
from painpath.letters.models import Dispatch, DispatchState, InboundMessage
from painpath.referrals.looking import check_not_blind
from painpath.referrals.models import Referral
from painpath.referrals.refusal import Refused
from painpath.referrals.restricting import check_open, closed_to
from painpath.referrals.together.second import blind_to
from painpath.referrals.transitions import STAFF

log = logging.getLogger(__name__)

READER = "mesh"
"""The process that empties the mailbox."""
SOURCE = "mesh"
TASK = "letters.receive"
"""The job that does this (`tasks.receive`)."""
NOT_READ = "It has come, and has not been read yet."
TOO_LARGE = (
    "It is larger than 100 MB, so its content was not kept here. It still lies in our MESH mailbox. Ask whoever runs "
    "this site to fetch it, or the sender to send it in another way."
)
_PATIENCE = 300.0
"""Seconds: a run that has had trouble ends after so long, and the rest waits for the next. Each question to MESH is
bounded by a timeout; where MESH is slow to say no, a run may take that often."""
LATE = timedelta(hours=1)
"""A mailbox that has not been emptied for so long is said on the page of the post: it is looked into every ten
minutes."""


def receive(service: Service) -> int:
    """Empty the mailbox of a service; gives how many messages are new. To be called outside any transaction.

    Raises Later, after all the rest was done, where MESH did not give a message or take an acknowledgement.
    """
    mailbox = mesh.carrier(service)
    if mailbox is None:
        return 0
    by = Process(service, READER)
    try:
        return _empty(mailbox, by)
    finally:
        with scope(service):
            unread = list(InboundMessage.objects.filter(source=SOURCE, why=NOT_READ).values_list("pk", flat=True))
        for row in unread:
            _read(row, by)


def _empty(mailbox: mesh.Mesh, by: Process) -> int:
    """Keep and acknowledge one message after the other, whatever becomes of another.

    In any order: those that MESH does not give may not keep those behind them waiting, run after run.
    """
    new, trouble, began = 0, list[Later](), time.monotonic()
    waiting = mailbox.waiting()
    random.shuffle(waiting)
    for message_id in waiting:
        try:
            new += _take(mailbox, message_id, by)
        except mesh.Gone:
            continue
        except Later as later:
            trouble.append(later)
            if time.monotonic() - began > _PATIENCE:
                break
    if trouble:
        raise trouble[0]
    return new


def _take(mailbox: mesh.Mesh, message_id: str, by: Process) -> bool:
    """Whether it is new."""
    with scope(by.service):
        row = InboundMessage.objects.defer("content").filter(source=SOURCE, message_id=message_id[:100]).first()
    new = row is None
    if row is None:
        row = _keep(message_id, mailbox.fetch(message_id), by)
    if not row.why.startswith(TOO_LARGE):
        mailbox.acknowledge(message_id)
    return new


def _keep(message_id: str, arrived: mesh.Arrived, by: Process) -> InboundMessage:
    with scope(by.service):
        row, _ = InboundMessage.objects.get_or_create(
            service=by.service, source=SOURCE, message_id=message_id[:100],
            defaults={
                "headers": arrived.headers, "content": arrived.content or b"",
                "why": TOO_LARGE if arrived.content is None else NOT_READ, "received_at": clock.now(),
            },
        )  # fmt: skip
        audit.record(by, "inbound.keep", row, bytes=len(row.content))
        return row


def _read(pk: int, by: Process) -> None:
    """Read one message that was kept, once. What goes wrong leaves it with a person, and stops nothing else."""
    try:
        with scope(by.service):
            row = InboundMessage.objects.select_for_update(of=("self",)).get(pk=pk)
            if row.why == NOT_READ:
                _understand(row, by)
    except Exception as error:  # whatever a stranger may have sent
        log.error("the message %s could not be read: %s", pk, type(error).__name__)
        with scope(by.service):
            row = InboundMessage.objects.select_for_update(of=("self",)).get(pk=pk)
            _for_a_person(row, "The program could not read it. Tell whoever runs this site, and read it yourself.", by)


def _understand(row: InboundMessage, by: Process) -> None:
    said = row.headers
    if str(said.get("mex-messagetype", "")).upper() != "REPORT":
        workflow = str(said.get("mex-workflowid") or "none")
        _for_a_person(
            row, f"Somebody has sent this to our MESH mailbox (workflow {workflow}). Open it and read it.", by
        )
        return
    code, words = str(said.get("mex-statuscode") or ""), str(said.get("mex-statusdescription") or "")
    found = _told_of(str(said.get("mex-linkedmsgid") or ""), str(said.get("mex-localid") or ""))
    if len(found) != 1:
        about = "something that is not on record here" if not found else "two different things at once"
        _for_a_person(row, f"MESH reports trouble with {about}: {words or 'no reason'} (code {code or 'none'}).", by)
        return
    (dispatch,) = found
    if dispatch.state == DispatchState.QUEUED:
        return  # it was cut short: the report is read again when the record says what became of that
    row.dispatch, why = dispatch, mesh.gave_up(code, words or "no reason given")
    if dispatch.state not in (DispatchState.SENT, DispatchState.RETURNED):
        state = dispatch.get_state_display().lower()
        _for_a_person(row, f"MESH reports trouble with a letter that stands here as “{state}”: {why}", by)
        return
    arrival.settle(dispatch=dispatch, told=Told(state=DispatchState.RETURNED, why=why), by=by)
    row.why, row.settled_at = "", clock.now()
    row.save(update_fields=["dispatch", "why", "settled_at"])
    audit.record(by, "inbound.read", row, dispatch=dispatch.pk)


def _told_of(linked: str, local: str) -> Sequence[Dispatch]:
    """What a report tells of: by MESH's id for it, and by ours. Both may be there; then they must say the same."""
    found = {}
    if linked:
        for one in outbox.locked(channel=SOURCE, provider_id=linked):
            found[one.pk] = one
    try:
        key = uuid.UUID(local)
    except ValueError:
        return list(found.values())
    for one in outbox.locked(channel=SOURCE, key=key):
        found[one.pk] = one
    return list(found.values())


def _for_a_person(row: InboundMessage, why: str, by: Process) -> None:
    row.why = why
    row.save(update_fields=["dispatch", "why"])
    audit.record(by, "inbound.for_a_person", row)


def emptied_at(service: Service) -> datetime | None:
    """When the last run ended that emptied this service's mailbox wholly; None when none has. The queue knows it."""
    jobs = ProcrastinateJob.objects.filter(task_name=TASK, args__service=service.pk, status="succeeded")
    last = jobs.order_by("-id").values("id")[:1]
    ended = ProcrastinateEvent.objects.filter(job_id__in=last, type="succeeded").order_by("-at").first()
    return ended.at if ended is not None else None


def trouble_with(service: Service) -> str:
    """That our mailbox in MESH cannot be emptied, in a sentence; empty while all is well, and where there is none."""
    if mesh.carrier(service) is None:
        return ""
    last = emptied_at(service)
    if last is not None and clock.now() - last < LATE:
        return ""
    since = f"since {last.astimezone(clock.LONDON):%H:%M on %-d %B %Y}" if last else "yet"
    return (
        f"Our MESH mailbox has not been emptied {since}: what practices and others send us waits there unread, and so "
        "do reports that a letter did not arrive. Tell whoever runs this site."
    )


def unsettled(by: Membership) -> QuerySet[InboundMessage]:
    """What has come and is not done with, the oldest first, without its bytes: nothing about a referral that `by` is
    screening blind."""
    rows = InboundMessage.objects.filter(service_id=by.service_id, settled_at__isnull=True)
    blind = blind_to(by)
    if blind:
        rows = rows.exclude(dispatch__referral_id__in=blind).exclude(pk__in=_of_e_rs_about(blind))
    return rows.defer("content").order_by("received_at", "pk")


def closed_among(closed: frozenset[int]) -> frozenset[int]:
    """The messages about restricted records that are closed to somebody: no list says what is in them."""
    if not closed:
        return frozenset()
    rows = InboundMessage.objects.filter(Q(dispatch__referral__in=closed) | Q(referral__in=closed))
    return frozenset(rows.values_list("pk", flat=True)) | frozenset(_of_e_rs_about(closed))


def _of_e_rs_about(referrals: Iterable[int]) -> list[int]:
    """What came from e-RS under the UBRN of one of these referrals: it holds the replies of our side."""
    ubrns = Referral.objects.filter(pk__in=list(referrals)).exclude(ubrn="").values_list("ubrn", flat=True)
    rows = InboundMessage.objects.filter(source="ers")
    return list(
        rows.filter(Q(headers__ubrn__in=list(ubrns)) | Q(referral__in=list(referrals))).values_list("pk", flat=True)
    )


def check_staff(by: Membership) -> None:
    """Raise `Refused` unless `by` may read what came, and settle it."""
    if by.role not in STAFF or by.ended_at is not None:
        raise Refused("Only an administrator or a clinician can do this.")


@transaction.atomic
def open_message(message: int, *, by: Membership) -> InboundMessage:
    """What came, with its bytes; opening it is audited. `InboundMessage.DoesNotExist` for none, `Refused` for
    what came from e-RS about a referral that `by` is screening blind, or that is restricted and closed to them."""
    check_staff(by)
    row = InboundMessage.objects.get(service_id=by.service_id, pk=message)
    for referral in Referral.objects.filter(pk__in=blind_to(by) | closed_to(by)):
        if row.pk in _of_e_rs_about([referral.pk]):
            check_not_blind(referral, by=by)
            check_open(referral, by=by)
    audit.record(by, "inbound.open", row)
    return row


@transaction.atomic
def settle(*, message: InboundMessage, by: Membership, words: str) -> InboundMessage:
    """Say what was done about something that came; `words` stand behind why it had to be looked at. Twice is once."""
    check_staff(by)
    row = InboundMessage.objects.select_for_update(of=("self",)).defer("content").get(pk=message.pk)
    if row.settled_at is not None:
        return row
    words = words.strip()
    if not words:
        raise Refused("Say what was done about it.")
    row.why, row.settled_at, row.settled_by = f"{row.why}\n\n{words}", clock.now(), by
    row.save(update_fields=["why", "settled_at", "settled_by"])
    audit.record(by, "inbound.settle", row)
    return row
