"""The pages of e-RS, in words: the worklist there, and a reply beside the request as it stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from painpath.accounts.models import Membership
from painpath.exchange.ers import on_record, whose
from painpath.exchange.ers.before_sending import Reply, Seen, not_on_record, unread
from painpath.exchange.ers.bodies import PRIORITIES
from painpath.exchange.ers.model import REQUEST_STATES, Message, Worklist, WorklistItem
from painpath.exchange.ers.operations import PROVIDER_ROLES, Acting
from painpath.exchange.ers.site import site_of
from painpath.letters.models import Dispatch
from painpath.letters.wording import nhs_number, ubrn
from painpath.referrals import pathways
from painpath.referrals.models import Referral
from painpath.referrals.together.second import blind_to
from painpath.referrals.transitions import STAFF
from painpath.triage.presenters.ers import OUTCOMES, RECOMMENDATIONS
from painpath.triage.presenters.words import moment
from painpath.web.offered import Link


def link_of_worklist(*, by: Membership) -> Link | None:
    """On the page where referrals are received: the way by the API, where the service has switched it on."""
    pathway, _ = pathways.in_force(by.service)
    if by.role not in STAFF or site_of(pathway) is None:
        return None
    return Link("Take in requests from e-RS", reverse("exchange:ers"))


def link_of_reply(*, dispatch: Dispatch, by: Membership) -> Link | None:
    """On the page of a reply that waits: send it from here, where the service has switched it on."""
    pathway, _ = pathways.in_force(by.service)
    if by.role not in STAFF or site_of(pathway) is None or not dispatch.referral.ubrn:
        return None
    return Link("Send it in e-RS now", reverse("exchange:ers-send", args=[dispatch.referral.reference, dispatch.pk]))


BLIND = "Not shown while you screen it blind"


@dataclass(frozen=True)
class Row:
    """A request on the worklist."""

    ubrn: str
    shown: str
    patient: str
    priority: str
    state: str
    asked: str
    service: str
    reference: str
    warnings: tuple[str, ...]


def rows(found: Worklist, by: Membership) -> list[Row]:
    """The worklist, what is urgent and what waits longest first; `reference` is our referral, where there is one."""
    urgency = {code: number for number, code in enumerate(reversed(PRIORITIES))}

    def rank(one: WorklistItem) -> tuple[int, float]:
        since = one.first_requested or one.last_updated
        return urgency.get(one.priority, 0), since.timestamp() if since else 0

    known = on_record.references([one.ubrn for one in found.items], by=by)
    blind = set(Referral.objects.filter(pk__in=blind_to(by)).values_list("reference", flat=True))
    hidden = {one.ubrn for one in found.items if known.get(one.ubrn) in blind}
    return [
        Row(
            ubrn=one.ubrn, shown=ubrn(one.ubrn), patient=nhs_number(one.nhs_number) or "Not given",
            priority=PRIORITIES.get(one.priority, one.priority or "Not given"),
            state=BLIND if one.ubrn in hidden else REQUEST_STATES.get(one.state, one.state or "Not given"),
            asked=_when(one.first_requested),
            service=one.service_name or one.service, reference=known.get(one.ubrn, ""),
            warnings=() if one.ubrn in hidden else one.warnings,
        )
        for one in sorted(found.items, key=rank)
    ]  # fmt: skip


def acting_words(acting: Acting) -> str:
    """As whom somebody works in e-RS."""
    words = f"{PROVIDER_ROLES.get(acting.role, acting.role)} at {acting.organisation}"
    return f"{words}, for {acting.on_behalf_of}" if acting.on_behalf_of else words


def message_words(one: Message) -> dict[str, Any]:
    """One message of the conversation."""
    who = {True: "We", False: "The referrer"}.get(one.from_us, "Nobody named")  # type: ignore[arg-type]
    return {"title": f"{who}, {_when(one.sent)}", "text": one.text, "files": [file.name for file in one.attachments]}


def send_page(reply: Reply, seen: Seen | None, new: tuple[Message, ...]) -> dict[str, Any]:
    """A reply beside the request as it stands in e-RS (None where e-RS is in trouble). `new` is what came since the
    clinician saw it."""
    facts, referral = reply.dispatch.facts, reply.dispatch.referral
    stated = seen.request.nhs_number if seen else ""
    choices = [("Response", OUTCOMES[facts["outcome"]])]
    if facts["recommendation"]:
        choices.append(("Recommendation", RECOMMENDATIONS[facts["recommendation"]]))
    since = [one for one in (unread(reply, seen) if seen else ()) if one not in new]
    return {
        "reference": referral.reference, "ubrn": ubrn(reply.ubrn), "choices": choices,
        "text": reply.dispatch.text, "files": [one.name for one in reply.files],
        "state": REQUEST_STATES.get(seen.request.state, seen.request.state or "Not given") if seen else "Not read now",
        "numbers": [
            ("NHS number in e-RS", nhs_number(stated) or ("Not given" if seen else "Not read now")),
            ("NHS number on record", nhs_number(whose.on_record(referral)) or "Not given"),
        ],
        "differs": whose.difference(stated, referral),
        "warnings": [
            *filter(None, [whose.not_compared(stated, referral)]), *seen.request.warnings, *seen.conversation.warnings,
        ] if seen else [],
        "since": [message_words(one) for one in since], "differing": not_on_record(reply, seen) if seen else [],
        "new": [message_words(one) for one in new],
        "raw_ubrn": reply.ubrn,
    }  # fmt: skip


def _when(at: datetime | None) -> str:
    return moment(at) if at else "no time given"
