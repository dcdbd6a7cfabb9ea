"""What the record has of a request of e-RS: its referral, each taking, the messages that were told. Reads only."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from painpath.accounts.models import Membership
from painpath.exchange.ers.model import Message
from painpath.exchange.models import Sent
from painpath.letters.models import InboundMessage
from painpath.referrals.models import Referral

SOURCE = "ers"
IDENTIFIER = "https://fhir.nhs.uk/Id/UBRN"


def referral_of(ubrn: str, by: Membership) -> Referral | None:
    """The referral that this UBRN has: as registered, else as it was taken in. An open one before an ended one. No UBRN
    is nobody's: many referrals have none."""
    if not ubrn:
        return None
    of_service = Referral.objects.filter(service_id=by.service_id)
    rows = list(of_service.filter(ubrn=ubrn).order_by("-pk"))
    if not rows:
        sent = Sent.objects.filter(service_id=by.service_id, identifier=f"{IDENTIFIER}|{ubrn}", referral__ubrn="")
        rows = list(of_service.filter(pk__in=sent.values("referral")).order_by("-pk"))
    return next((one for one in rows if one.is_open), rows[0] if rows else None)


def references(ubrns: Sequence[str], *, service: int) -> dict[str, str]:
    """UBRN -> reference of the referral that it has here; what is not here yet is missing. Two queries."""
    sent = Sent.objects.filter(service_id=service, identifier__in=[f"{IDENTIFIER}|{one}" for one in ubrns]).values_list(
        "identifier", "referral__reference"
    )
    found = {name.rpartition("|")[2]: reference for name, reference in sent}
    rows = Referral.objects.filter(service_id=service, ubrn__in=list(ubrns)).order_by("pk")
    return found | dict(rows.values_list("ubrn", "reference"))


def taken_before(ubrn: str, by: Membership) -> list[dict[str, Any]]:
    """What was known of each taking of this request that is part of a referral, the first one first."""
    rows = InboundMessage.objects.filter(
        service_id=by.service_id, source=SOURCE, headers__ubrn=ubrn, referral__isnull=False
    )
    return list(rows.order_by("pk").values_list("headers", flat=True))


def taken_last_at(ubrn: str, by: Membership) -> datetime | None:
    """When the newest of what was taken in of this request came; None where nothing was."""
    rows = InboundMessage.objects.filter(
        service_id=by.service_id, source=SOURCE, headers__ubrn=ubrn, referral__isnull=False
    )
    return rows.order_by("pk").values_list("received_at", flat=True).last()


def of_patients(numbers: Sequence[str], *, by: Membership) -> dict[str, list[Referral]]:
    """NHS number -> the referrals of its patient, the newest first. One query."""
    wanted = [one for one in numbers if one]
    rows = Referral.objects.filter(service_id=by.service_id, patient__nhs_number__in=wanted).select_related("patient")
    found: dict[str, list[Referral]] = {}
    for row in rows.order_by("-pk"):
        if row.patient is not None:
            found.setdefault(row.patient.nhs_number, []).append(row)
    return found


def versions_taken(ubrns: Sequence[str], *, service: int) -> dict[str, str]:
    """UBRN -> the version that was taken in last. One query."""
    rows = InboundMessage.objects.filter(
        service_id=service, source=SOURCE, headers__ubrn__in=list(ubrns), referral__isnull=False
    )
    said = rows.order_by("pk").values_list("headers__ubrn", "headers__version")
    return {ubrn: str(version or "") for ubrn, version in said}


def told_of(ubrn: str, by: Membership) -> frozenset[str]:
    """The messages, by e-RS's number, that were recorded already."""
    return frozenset(name for headers in taken_before(ubrn, by) for name in headers.get("messages", ()))


def name_of(one: Message) -> str:
    """What a message is known by: e-RS's number; where it gives none, what it says and when."""
    said = f"{one.sent} {one.text} {[file.binary for file in one.attachments]}"
    return one.id or f"sha256:{hashlib.sha256(said.encode()).hexdigest()}"
