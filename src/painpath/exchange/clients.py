"""The programs of others that a service lets in: registered by a person who answers for it, changed, and ended."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.models import AuditEntry, Membership
from painpath.accounts.roles import ADMINISTRATOR, MANAGER
from painpath.exchange import keys as public_keys
from painpath.exchange.inbound import acting_for
from painpath.exchange.models import REACH, AccessToken, CdsCard, Client, Sent
from painpath.exchange.offers import SUPPORTED
from painpath.letters.models import InboundMessage
from painpath.referrals.refusal import Refused

WHO = frozenset({ADMINISTRATOR, MANAGER})
REASONS = {
    "not_used": "It is not used any more",
    "agreement": "The agreement with those who run it has ended",
    "key_known": "Its key may be known to others",
    "behaves": "It sends or asks for what it should not",
}
"""Why a program is let in no longer."""


@dataclass(frozen=True, kw_only=True)
class Program:
    """What a person states of a program."""

    name: str
    contact: str
    organisation: str = ""
    issuer: str = ""
    scopes: tuple[str, ...] = ()
    reach: str = "own"


def _check(by: Membership) -> None:
    if by.role not in WHO or by.ended_at is not None:
        raise Refused("Only a manager or an administrator can let another program in. Ask one of them.")


def _check_rights(scopes: tuple[str, ...], reach: str, issuer: str) -> None:
    if reach not in REACH or not set(scopes) <= set(SUPPORTED):
        raise Refused("That cannot be let in: choose from the list.")
    if not scopes and not issuer:
        raise Refused("Say what the program may do, or give the address it calls itself by for CDS Hooks.")


@transaction.atomic
def register(*, program: Program, keys: str, by: Membership) -> Client:
    """Let a program in. `keys` is the text of its JSON Web Key Set; raises Refused, or `keys.BadKeys`."""
    _check(by)
    _check_rights(program.scopes, program.reach, program.issuer)
    start = re.sub(r"[^a-z0-9]+", "-", program.name.lower()).strip("-")[:40] or "program"
    try:
        with transaction.atomic():
            client = Client.objects.create(
                service_id=by.service_id, client_id=f"{start}-{secrets.token_hex(4)}", name=program.name,
                organisation=program.organisation, contact=program.contact, issuer=program.issuer,
                keys=public_keys.read(keys), scopes=sorted(program.scopes), reach=program.reach, added_by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused(
            "A program that calls itself by this address is registered already. End that one first."
        ) from error
    audit.record(by, "client.register", client, scopes=client.scopes, reach=client.reach, keys=key_ids(client))
    return client


@transaction.atomic
def replace_keys(*, client: Client, keys: str, keep: bool, by: Membership) -> Client:
    """New keys for a program: beside those it has (`keep`), or instead of them; then what it holds is not good either.

    Raises Refused, or `keys.BadKeys`.
    """
    _check(by)
    client = _live(client, by)
    new = public_keys.read(keys)["keys"]
    before = key_ids(client)
    old = [one for one in client.keys.get("keys", []) if one not in new] if keep else []
    client.keys = public_keys.together([*old, *new])
    client.save(update_fields=["keys"])
    if not keep:
        AccessToken.objects.filter(client=client).delete()
    audit.record(by, "client.keys", client, before=before, after=key_ids(client))
    return client


@transaction.atomic
def change_rights(*, client: Client, scopes: tuple[str, ...], reach: str, by: Membership) -> Client:
    """What a program may do from this moment, and of which referrals: the tokens that it holds are good no longer, so
    that none goes on with what it may not do any more. What it may do already changes nothing. Raises Refused."""
    _check(by)
    client = _live(client, by)
    if not scopes and not client.issuer:
        raise Refused("Say what the program may do. To end all of it, let it in no longer.")
    _check_rights(scopes, reach, client.issuer)
    before, after = (client.scopes, client.reach), (sorted(scopes), reach)
    if before != after:
        client.scopes, client.reach = after
        client.save(update_fields=["scopes", "reach"])
        AccessToken.objects.filter(client=client).delete()
        audit.record(
            by, "client.rights", client, before={"scopes": before[0], "reach": before[1]},
            after={"scopes": after[0], "reach": after[1]},
        )  # fmt: skip
    return client


@transaction.atomic
def end(*, client: Client, reason: str, by: Membership) -> Client:
    """Let a program in no longer, from this moment. What it has sent stays. Ending it twice changes nothing."""
    _check(by)
    if reason not in REASONS:
        raise Refused("Say why the program is let in no longer.")
    client = Client.objects.select_for_update().get(pk=client.pk, service_id=by.service_id)
    if client.ended_at is None:
        client.ended_at = clock.now()
        client.save(update_fields=["ended_at"])
        AccessToken.objects.filter(client=client).delete()
        audit.record(by, "client.end", client, reason=reason)
    return client


def _live(client: Client, by: Membership) -> Client:
    client = Client.objects.select_for_update().get(pk=client.pk, service_id=by.service_id)
    if client.ended_at is not None:
        raise Refused("This program is let in no longer. Register it anew.")
    return client


def key_ids(client: Client) -> list[str]:
    """The ids of its keys."""
    return [one["kid"] for one in client.keys.get("keys", [])]


def ending(client: Client) -> AuditEntry | None:
    """Who ended it, when and why."""
    return _entries(client).filter(action="client.end").select_related("by__user").first()


def rights_changed(client: Client) -> AuditEntry | None:
    """Who changed last what it may do, and when."""
    return _entries(client).filter(action="client.rights").select_related("by__user").order_by("-pk").first()


def last_called(client: Client) -> datetime | None:
    """When it was last here, by what it left: a token, a referral, a card that it was shown."""
    seen = (
        _entries(client).filter(action="client.token").aggregate(at=Max("at"))["at"],
        Sent.objects.filter(client=client).aggregate(at=Max("at"))["at"],
        CdsCard.objects.filter(client=client).aggregate(at=Max("shown_at"))["at"],
    )
    return max((one for one in seen if one), default=None)


def left_to_a_person(client: Client) -> int:
    """How many messages of it wait for a person because no program understood them."""
    left = AuditEntry.objects.filter(
        service_id=client.service_id, action="inbound.for_a_person", process=acting_for(client).name
    )
    rows = InboundMessage.objects.filter(service_id=client.service_id, settled_at=None)
    return rows.filter(pk__in=[int(one) for one in left.values_list("subject_id", flat=True)]).count()


def _entries(client: Client) -> "QuerySet[AuditEntry]":
    return AuditEntry.objects.filter(service_id=client.service_id, subject_type="client", subject_id=str(client.pk))
