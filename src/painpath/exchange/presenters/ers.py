"""The pages of e-RS, in words: the worklist there, and a reply beside the request as it stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from painpath import clock
from painpath.accounts.models import Membership
from painpath.exchange.ers import on_record, polling, whose
from painpath.exchange.ers.before_sending import Reply, Seen, not_on_record, unread
from painpath.exchange.ers.bodies import PRIORITIES
from painpath.exchange.ers.fetching import Kind, state_words
from painpath.exchange.ers.model import BOOKED, REVIEWS, Attachment, Message, Worklist, WorklistItem
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
    words = "Take in requests from e-RS"
    if counted := polling.last_counts(pathway, service=by.service_id):
        words = f"{words}. {_counted_words(counted)}"
    return Link(words, reverse("exchange:ers"))


def _counted_words(counted: list[polling.Counts]) -> str:
    """What waited for triage when the program counted last: numbers only."""
    waiting, new = sum(one.waiting for one in counted), sum(one.new for one in counted)
    urgent = sum(one.urgent for one in counted)
    words = f"{waiting} {'waits' if waiting == 1 else 'wait'} there for triage, {new} not taken in yet"
    words += f", {urgent} more than routine" if urgent else ""
    return f"{words} (counted on {moment(min(one.at for one in counted))})"


def link_of_reply(*, dispatch: Dispatch, by: Membership) -> Link | None:
    """On the page of a reply that waits: send it from here, where the service has switched it on."""
    pathway, _ = pathways.in_force(by.service)
    if by.role not in STAFF or site_of(pathway) is None or not dispatch.referral.ubrn:
        return None
    return Link("Send it in e-RS now", reverse("exchange:ers-send", args=[dispatch.referral.reference, dispatch.pk]))


BLIND = "Not shown while you screen it blind"


@dataclass(frozen=True)
class Row:
    """A request on the worklist. `also` are other referrals of the same patient here, with where each stands."""

    ubrn: str
    shown: str
    patient: str
    priority: str
    state: str
    asked: str
    service: str
    reference: str
    also: list[tuple[str, str]]
    changed: str
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """One list of e-RS. `trouble` says why it is not there."""

    kind: Kind
    title: str
    none: str
    rows: list[Row]
    warnings: tuple[str, ...] = ()
    trouble: str = ""


TITLES: dict[Kind, tuple[str, str]] = {
    "advice": ("Requests for advice", "No request for advice waits in e-RS."),
    "triage": ("Referrals for triage", "No referral for triage waits in e-RS."),
}


def section(kind: Kind, found: Worklist, by: Membership, trouble: str = "") -> Section:
    """One list, in words. What is booked is no triage: e-RS gives it in the same list, and it is counted only."""
    booked = sum(one.kind == BOOKED for one in found.items)
    warnings = found.warnings
    if booked:
        what = "One booked appointment waits" if booked == 1 else f"{booked} booked appointments wait"
        warnings = (*warnings, f"{what} for review too. Accept or reject such a booking in e-RS by hand.")
    title, none = TITLES[kind]
    left = Worklist(tuple(one for one in found.items if one.kind != BOOKED), found.warnings)
    return Section(kind, title, none, rows(left, by), warnings, trouble)


def rows(found: Worklist, by: Membership) -> list[Row]:
    """The worklist, what is urgent and what waits longest first; `reference` is our referral, where there is one."""
    urgency = {code: number for number, code in enumerate(reversed(PRIORITIES))}

    def rank(one: WorklistItem) -> tuple[int, float]:
        since = one.first_requested or one.last_updated
        return urgency.get(one.priority, 0), since.timestamp() if since else 0

    ubrns = [one.ubrn for one in found.items]
    known = on_record.references(ubrns, service=by.service_id)
    blind = set(Referral.objects.filter(pk__in=blind_to(by)).values_list("reference", flat=True))
    hidden = {one.ubrn for one in found.items if known.get(one.ubrn) in blind}
    versions = on_record.versions_taken(ubrns, service=by.service_id)
    of_patient = on_record.of_patients([one.nhs_number for one in found.items], by=by)
    return [
        Row(
            ubrn=one.ubrn, shown=ubrn(one.ubrn), patient=nhs_number(one.nhs_number) or "Not given",
            priority=_priority(one.priority),
            state=BLIND if one.ubrn in hidden else _state(one.state), asked=_since(one.first_requested),
            service=one.service_name or one.service, reference=known.get(one.ubrn, ""),
            also=[
                (other.reference, BLIND if other.reference in blind else other.state_label)
                for other in of_patient.get(one.nhs_number, []) if other.reference != known.get(one.ubrn)
            ],
            changed="" if one.ubrn in hidden else _changed(one.version, versions.get(one.ubrn, "")),
            warnings=() if one.ubrn in hidden else one.warnings,
        )
        for one in sorted(found.items, key=rank)
    ]  # fmt: skip


def _state(code: str) -> str:
    return REVIEWS.get(code) or (state_words(code) if code else "Not given")


def _since(at: datetime | None) -> str:
    if at is None:
        return "no time given"
    days = (clock.today() - at.astimezone(clock.LONDON).date()).days
    return f"{moment(at)} ({'today' if days <= 0 else 'yesterday' if days == 1 else f'{days} days ago'})"


def _changed(now: str, taken: str) -> str:
    """That e-RS has another version than was taken in; empty while nothing was taken in, or it is the same."""
    if not taken or not now or now == taken:
        return ""
    return f"Changed in e-RS since it was taken in: version {now} now, version {taken} then"


def acting_words(acting: Acting) -> str:
    """As whom somebody works in e-RS."""
    words = f"{PROVIDER_ROLES.get(acting.role, acting.role)} at {acting.organisation}"
    return f"{words}, for {acting.on_behalf_of}" if acting.on_behalf_of else words


def message_words(one: Message) -> dict[str, Any]:
    """One message of the conversation."""
    who = {True: "We", False: "The referrer"}.get(one.from_us, "Nobody named")  # type: ignore[arg-type]
    return {"title": f"{who}, {_when(one.sent)}", "text": one.text, "files": [file.name for file in one.attachments]}


def _priority(code: str) -> str:
    return PRIORITIES.get(code, code or "Not given")


def send_page(
    reply: Reply, seen: Seen | None, new: tuple[Message, ...], files: tuple[Attachment, ...] = ()
) -> dict[str, Any]:
    """A reply beside the request as it stands in e-RS (None where e-RS is in trouble). `new` is what came since the
    clinician saw it, and `files` those of a referral."""
    facts, referral = reply.dispatch.facts, reply.dispatch.referral
    stated = seen.request.nhs_number if seen else ""
    triage = reply.kind == "triage"
    choices = [("Outcome of triage" if triage else "Response", OUTCOMES[facts["outcome"]])]
    if facts["recommendation"]:
        choices.append(("Recommendation", RECOMMENDATIONS[facts["recommendation"]]))
    since = [one for one in (unread(reply, seen) if seen else ()) if one not in new]
    return {
        "reference": referral.reference, "ubrn": ubrn(reply.ubrn), "choices": choices,
        "text": "" if reply.accepts else reply.dispatch.text, "files": [one.name for one in reply.files],
        "state": (state_words(seen.request.state) if seen.request.state else "Not given") if seen else "Not read now",
        "triage": triage, "kind": reply.kind, "accepts": reply.accepts,
        "allowed": seen is None or seen.may_record,
        "priority": "" if reply.has_priority or seen is None else _priority(seen.request.priority),
        "numbers": [
            ("NHS number in e-RS", nhs_number(stated) or ("Not given" if seen else "Not read now")),
            ("NHS number on record", nhs_number(whose.on_record(referral)) or "Not given"),
        ],
        "differs": whose.difference(stated, referral),
        "warnings": [
            *filter(None, [whose.not_compared(stated, referral)]), *seen.request.warnings, *seen.conversation.warnings,
        ] if seen else [],
        "since": [message_words(one) for one in since], "differing": not_on_record(reply, seen) if seen else [],
        "new": [message_words(one) for one in new], "new_files": [one.name for one in files],
        "raw_ubrn": reply.ubrn,
    }  # fmt: skip


def _when(at: datetime | None) -> str:
    return moment(at) if at else "no time given"
