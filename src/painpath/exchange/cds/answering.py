"""Who calls, what they are answered, and what is kept of it: the card's criteria, and nothing of the patient.

Inside the scope of the service. A card is kept in the transaction of its answer, so that none is shown that nobody
could give feedback on.
"""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import jwt
from django.db import transaction

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.models import Service
from painpath.exchange.cds import cards, feedback
from painpath.exchange.cds.orders import Call
from painpath.exchange.inbound import acting_for
from painpath.exchange.models import CdsCard, Client
from painpath.exchange.statements import LONGEST_TEXT, BadStatement, use_once, verify
from painpath.pathway import Pathway
from painpath.referrers.presenters.check import checked
from painpath.referrers.reading import screen

ALGORITHMS = frozenset({"ES384", "RS384"})
"""Those that CDS Hooks 2.0.1 recommends ("Trusting CDS Clients"); never a shared secret."""
LONGEST = timedelta(minutes=5)
"""How far ahead a statement may run out. Each call needs a new one anyway."""


def whose(token: str, service: Service, audience: str) -> Client:
    """The registered client that has signed this statement for this address, which is then used up.

    Raises BadStatement. The issuer is read first only to know whose keys to try.
    """
    issuer = _issuer(token)
    client = Client.objects.filter(service=service, issuer=issuer, ended_at=None).first()
    if client is None:
        raise BadStatement("Nobody is registered here under the issuer (iss) of the statement.")
    claims = verify(
        token, keys=client.keys, algorithms=ALGORITHMS, audience=audience, issuer=client.issuer, longest=LONGEST
    )
    use_once(client, claims)
    client.service = service
    return client


def _issuer(token: str) -> str:
    """What the statement says of itself, unproved."""
    try:
        claims = jwt.decode(token, options={"verify_signature": False}) if len(token) <= LONGEST_TEXT else {}
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise BadStatement("This is not a signed statement (JWT).") from error
    issuer = claims.get("iss")
    if not isinstance(issuer, str) or not 0 < len(issuer) <= 200 or not issuer.isprintable():
        raise BadStatement("The statement does not say whose it is (iss).")
    return issuer


@transaction.atomic
def answer(call: Call, client: Client, pathway: Pathway, to: cards.Addresses) -> list[dict[str, Any]]:
    """The cards for a call: one, or none when it is not about this service or there is nothing to say."""
    if not call.orders:
        return []
    seen = checked(pathway, *screen(call.text, pathway))
    number = uuid.uuid4()
    made = cards.card(pathway, seen, call, number=number, to=to)
    if made is None:
        return []
    row = CdsCard.objects.create(
        service_id=client.service_id, client=client, uuid=number, hook=call.hook,
        criteria=cards.criteria(pathway, seen),
    )  # fmt: skip
    audit.record(acting_for(client), "cds.card", row, criteria=len(row.criteria))
    return [made]


@transaction.atomic
def record(told: Iterable[feedback.Told], client: Client) -> int:
    """Keep what became of cards, and say how many of them this client was shown.

    A repeat changes nothing, whatever came between: of several outcomes of one card the latest stands.
    """
    said = sorted(told, key=lambda one: one.at or clock.now())
    rows = {
        row.uuid: row
        for row in CdsCard.objects.select_for_update()
        .filter(client=client, uuid__in={one.card for one in said})
        .order_by("pk")
    }
    for one in said:
        if row := rows.get(one.card):
            _record(row, one, client)
    return len(rows)


def _record(row: CdsCard, one: feedback.Told, client: Client) -> None:
    at = min(one.at, clock.now()) if one.at else clock.now()
    same = (row.outcome, row.reason, row.comment) == (one.outcome, one.reason, one.comment)
    if same or (row.told_at is not None and at <= row.told_at):
        return
    row.outcome, row.reason, row.comment, row.told_at = one.outcome, one.reason, one.comment, at
    row.save(update_fields=["outcome", "reason", "comment", "told_at"])
    audit.record(acting_for(client), "cds.feedback", row, outcome=one.outcome, reason=one.reason)
