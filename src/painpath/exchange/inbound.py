"""What another program sends: kept first, in a transaction of its own; then something is made of it, or a person looks.

An adapter calls `keep` with the bytes as they came. What it gives is new, or what was kept before under the same id. It
then calls `refer`, or `leave` with the reason why no program understands it; what is left stands on the page of the
post until somebody has settled it (`letters.receiving`).
"""

import hashlib
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Actor, Process
from painpath.accounts.models import Service
from painpath.accounts.roles import CLIENT
from painpath.accounts.scope import scope
from painpath.exchange.models import Client, Sent
from painpath.letters.models import InboundMessage
from painpath.referrals import tasks
from painpath.referrals.arriving.filing import File, store_files
from painpath.referrals.arriving.receiving import make_received
from painpath.referrals.models import OnlineReferral, Referral

NOT_READ = "It has come, and has not been read yet."
"""Why a message waits until something was made of it: a program that is killed meanwhile leaves it to a person."""


def acting_for(client: Client) -> Process:
    """Who acts when this client calls. The audit keeps 60 characters, an id may have 64: what is cut off counts still,
    because a program's own documents are found by this name."""
    name = f"client {client.client_id}"
    if len(name) > 60:
        name = f"{name[:43]} {hashlib.sha256(name.encode()).hexdigest()[:16]}"
    return Process(client.service, name, role=CLIENT)


def keep(
    service: Service, *, source: str, message_id: str, content: bytes, headers: Mapping[str, Any], by: Actor
) -> tuple[InboundMessage, bool]:
    """Keep what has come, committed before this returns, and say whether it is new.

    `message_id` is the sender's own, or "" where it gives none: then the same bytes of the same sender are the same
    message. Two programs that use one name for something must not meet: the adapter puts the program before it. Called
    outside any transaction (RuntimeError otherwise): what was kept must outlive whatever fails afterwards.
    """
    sender = by.name if isinstance(by, Process) else ""
    name = message_id[:200] or f"{sender} sha256:{hashlib.sha256(content).hexdigest()}".strip()
    with transaction.atomic(durable=True), scope(service):
        row, new = InboundMessage.objects.get_or_create(
            service=service, source=source, message_id=name,
            defaults={"content": content, "headers": dict(headers), "why": NOT_READ},
        )  # fmt: skip
        if new:
            audit.record(by, "inbound.keep", row, source=source, size=len(content))
    return row, new


@transaction.atomic
def refer(
    message: InboundMessage, *, by: Actor, files: Sequence[File], client: Client | None = None, program: str,
    patient: dict[str, Any], details: dict[str, Any], identifier: str = "", warnings: Sequence[str] = (),
) -> Referral:  # fmt: skip
    """A referral in `received` from a message; a message that has made one gives the same one again.

    `patient` and `details` are offered to whoever registers it, by the names of that form; nothing of them is settled.
    `identifier` is the sender's own name for it (`system|value`), `warnings` are what was read past a fault.
    """
    message = InboundMessage.objects.select_for_update().get(pk=message.pk)
    if message.referral is not None:
        return message.referral
    key = uuid.uuid5(uuid.NAMESPACE_URL, f"{message.service_id} {message.source} {message.message_id}")
    referral = make_received(by=by, key=key, files=len(files))
    store_files(referral, files, by=by)
    OnlineReferral.objects.create(
        service_id=message.service_id, referral=referral, program=program[:200], sent_at=message.received_at,
        patient=patient, details=details,
    )  # fmt: skip
    Sent.objects.create(
        service_id=message.service_id, client=client, referral=referral, message=message, identifier=identifier
    )
    message.referral, message.why, message.warnings, message.settled_at = referral, "", list(warnings), clock.now()
    message.save(update_fields=["referral", "why", "warnings", "settled_at"])
    audit.record(by, "inbound.refer", message, referral=referral.pk, warnings=len(warnings))
    tasks.read_later(referral)
    return referral


@transaction.atomic
def leave(message: InboundMessage, why: str, *, by: Actor) -> None:
    """Leave a message to a person, with the reason in a sentence. One that has been settled stays so."""
    message = InboundMessage.objects.select_for_update().get(pk=message.pk)
    if message.settled_at is None and message.referral_id is None:
        message.why = why
        message.save(update_fields=["why"])
        audit.record(by, "inbound.for_a_person", message)
