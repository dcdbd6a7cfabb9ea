"""What other programs would show of a pathway that is a draft: the card before somebody refers."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from painpath import clock, documents
from painpath.exchange.cds.cards import Addresses, card
from painpath.exchange.cds.orders import Call
from painpath.pathway import Pathway
from painpath.referrers.presenters.check import checked
from painpath.screening import screen
from painpath.web.previews import Asked, Preview

_ORDER: dict[str, Any] = {"resourceType": "ServiceRequest", "id": "preview"}


def cds_card(asked: Asked) -> HttpResponse:
    """The card for an order that says only what the example of this criterion says."""
    pathway, slug = asked.pathway, asked.service.slug
    example = pathway.criterion(asked.one).example
    letter = documents.read(example.encode(), "letter.txt")
    seen = checked(pathway, letter, screen(letter, pathway, written_on=None, today=clock.today()))
    check, criteria = (reverse(f"referrers:{name}", args=[slug]) for name in ("check", "criteria"))
    call = Call("order-sign", (_ORDER,), example, ())
    to = Addresses(check=check, criteria=criteria)
    made = card(pathway, seen, call, number=uuid.UUID(int=0), to=to)
    return render(asked.request, "exchange/preview_card.jinja", {"example": example, "card": made})


def _asked(pathway: Pathway) -> tuple[tuple[str, str], ...]:
    return tuple((one.id, one.name) for one in pathway.criteria if one.is_asked_of_referrers)


PREVIEWS = (
    Preview(id="cds-card", title="The card in a practice’s own record system", of="criteria", each=_asked,
            make=cds_card),
)  # fmt: skip
