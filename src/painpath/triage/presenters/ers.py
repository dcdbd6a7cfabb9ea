"""The page of a referral that came through e-RS: what to choose there, what to paste, and whether it has been sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from painpath.accounts.models import Membership
from painpath.letters.ers import CHANNEL, KIND, can_take_back_sent, not_taken
from painpath.letters.models import Dispatch, DispatchState
from painpath.letters.outbox import what_became
from painpath.letters.text import ERS_LIMIT
from painpath.letters.wording import ubrn
from painpath.pathway import Pathway
from painpath.pathway.outcomes import ErsReply
from painpath.pathway.outcomes import Outcome as Offer
from painpath.referrals.guidance import ers_codes
from painpath.referrals.guidance.ers_codes import came_by_ers
from painpath.referrals.models import Decision, Document, Referral
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import STAFF, Outcome
from painpath.triage.presenters.words import day, moment, person
from painpath.web.offered import Link, offered

OUTCOMES = {
    "RETURN_TO_REFERRER_WITH_ADVICE": "Return to referrer with advice",
    "REQUIRE_FURTHER_INFORMATION": "Require further information",
    "PROVIDER_CONVERTED": "Convert to a referral",
    "ACCEPT_REFER_BOOK_LATER": "Accept and refer/book later",
}
"""What to choose in e-RS, in words beside its code."""

RECOMMENDATIONS = {
    "ADVICE_ONLY_NO_REFERRAL_RECOMMENDED": "Advice only, no referral recommended",
    "ADVICE_FOLLOWED_BY_REFERRAL_IF_REQUIRED": "Advice, followed by a referral if required",
    "REFERRAL_RECOMMENDED": "Referral recommended",
    "OTHER": "Other",
}

NO_REPLY = "This decision has no reply in e-RS."
AUTHORITY = {
    True: "Yes: the request may be converted to a referral",
    False: "No: the GP makes the referral",
    None: "Not stated: the GP makes the referral",
}


@dataclass(frozen=True)
class File:
    """A file that may go with the reply. `problem` says why e-RS would not take it."""

    name: str
    href: str
    problem: str


@dataclass(frozen=True)
class Reply:
    """One reply, ready to paste."""

    id: int
    title: str
    signed: str
    choices: list[tuple[str, str, str]]
    text: str
    length: str
    status: str
    sent: bool
    stopped: str
    to_send: bool
    attached: list[File]
    """Chosen by the clinician: they go with the text."""
    files: list[File]
    """What may go as well."""
    for_admin: bool
    """Whether the text is for our own administrators, and not the letter to the GP."""


@dataclass(frozen=True)
class ErsPage:
    """Everything on the page. `latest` is None while nothing is to be sent there; `note` says why."""

    by_ers: bool
    triage: bool
    """Whether it is a referral to an assessment service, whose outcome is recorded."""
    ubrn: str
    authority: str
    documents: list[tuple[str, str, str]]
    latest: Reply | None
    earlier: list[Reply]
    note: str
    may_take_back: bool
    """Whether the tick of the latest reply may be taken back as a mistake."""
    links: list[Link]
    """Other ways than by hand, where the service has switched them on."""


def ers_page(referral: Referral, pathway: Pathway, by: Membership) -> ErsPage:
    """The page of one referral; the number of queries does not depend on how much was sent."""
    decisions = {one.pk: one for one in Decision.objects.filter(referral=referral).select_related("by__user")}
    documents = list(referral.documents.current().defer("content"))
    sent = Dispatch.objects.filter(referral=referral, channel=CHANNEL, kind=KIND).order_by("-id")
    of = {row.facts["decision"]: row for row in sent.select_related("sent_by__user", "letter", "referral")}
    last = max(decisions, default=0)
    replies = {number: _reply(row, decisions[number], documents, referral, pathway, by) for number, row in of.items()}
    return ErsPage(
        by_ers=came_by_ers(referral, pathway),
        triage=ers_codes.is_triage(referral, pathway),
        ubrn=ubrn(referral.ubrn),
        authority=AUTHORITY[referral.may_convert],
        documents=[(one.name, _original(referral, one.pk), day(one.received_at)) for one in documents],
        latest=replies.get(last),
        earlier=[reply for number, reply in replies.items() if number != last],
        note=_note(referral, decisions.get(last), pathway),
        may_take_back=last in of and can_take_back_sent(of[last], by=by),
        links=offered("triage:ers", dispatch=of[last], by=by) if last in of and replies[last].to_send else [],
    )


def _original(referral: Referral, document: int) -> str:
    return reverse("triage:original", args=[referral.reference, document])


def _note(referral: Referral, last: Decision | None, pathway: Pathway) -> str:
    """Why there is no reply of the last decision."""
    if last is None:
        return "Nothing has been decided yet. The reply stands here once a decision is signed."
    if ers_codes.is_triage(referral, pathway):
        try:
            ers_codes.review_of(pathway, last.outcome)
        except Refused as refused:
            return refused.sentence
    return pathway.outcome(last.outcome).ers_local or NO_REPLY


def _reply(
    row: Dispatch, decision: Decision, documents: list[Document], referral: Referral, pathway: Pathway, by: Membership
) -> Reply:
    state = DispatchState(row.state)
    return Reply(
        id=row.pk,
        title=pathway.outcome(decision.outcome).label,
        signed=f"{moment(decision.at)}, {person(decision.by)}",
        choices=choices(row.facts["outcome"], row.facts["recommendation"], triage=bool(row.facts.get("triage"))),
        text=row.text,
        length=f"{len(row.text):,} of {ERS_LIMIT:,} characters",
        status=_status(row),
        sent=state == DispatchState.SENT,
        stopped=what_became(row, row.why) if state in (DispatchState.CANCELLED, DispatchState.HELD) else "",
        to_send=state in (DispatchState.QUEUED, DispatchState.FAILED) and by.role in STAFF,
        attached=_attached(decision, documents, referral, sent=state == DispatchState.SENT),
        files=_files(row, decision, documents, referral),
        for_admin=row.letter is None,
    )


def choices(outcome: str, *recommendations: str, triage: bool) -> list[tuple[str, str, str]]:
    """What to choose in e-RS: what it is called there, the choice in words, its code."""
    found = [("Outcome of triage" if triage else "Response", OUTCOMES, outcome)]
    found += [("Recommendation", RECOMMENDATIONS, one) for one in recommendations]
    return [(what, words[code], code) for what, words, code in found if code]


def every_decision(pathway: Pathway) -> list[dict[str, Any]]:
    """What is chosen in e-RS after each decision of a pathway, by how the referral came; or why nothing is."""
    return [
        {
            "name": one.label,
            "ways": [
                {
                    "name": name,
                    "choices": choices(reply.outcome, *reply.recommendations, triage=triage) if reply else (),
                    "note": "" if reply else note,
                }
                for name, reply, note, triage in _ways(pathway, one)
            ],
        }
        for one in pathway.outcomes
    ]


def _ways(pathway: Pathway, one: Offer) -> Iterator[tuple[str, ErsReply | ers_codes.Review | None, str, bool]]:
    yield "A request for advice", one.ers, one.ers_local or NO_REPLY, False
    if one.ers_if_may_convert:
        yield "A request for advice that may be converted", one.ers_if_may_convert, "", False
    try:
        yield "A referral for triage", ers_codes.Review(ers_codes.review_of(pathway, one.id)), "", True
    except Refused as refused:
        yield "A referral for triage", None, refused.sentence, True


def _status(row: Dispatch) -> str:
    if row.state == DispatchState.SENT and row.sent_at is not None:
        if row.facts.get("from_here"):
            return f"Sent in e-RS from here on {moment(row.sent_at)} by {person(row.sent_by)}"
        return f"Sent in e-RS on {moment(row.sent_at)}, says {person(row.sent_by)}"
    return {
        DispatchState.CANCELLED: "Stopped: do not send it",
        DispatchState.HELD: "Held: do not send it yet",
    }.get(DispatchState(row.state), "A person sends it in e-RS, as below")


def _attached(decision: Decision, documents: list[Document], referral: Referral, *, sent: bool) -> list[File]:
    """The files that the clinician chose, to download; without what was moved away since. Once the reply is sent there
    is nothing more to do about what e-RS would not take."""
    chosen = decision.details.get("attachments", ())
    return [
        File(one.name, f"{_original(referral, one.pk)}?download", "" if sent else not_taken(one.name, one.size))
        for one in documents
        if str(one.pk) in chosen
    ]


def _files(row: Dispatch, decision: Decision, documents: list[Document], referral: Referral) -> list[File]:
    """What may be attached: the signed letter; with a redirected referral its documents too."""
    found = []
    if row.letter is not None:
        href = reverse("triage:letter", args=[referral.reference, row.letter.pk])
        found.append(File("The signed letter to the GP (PDF)", href, not_taken("letter.pdf", len(row.letter.pdf))))
    if decision.outcome == Outcome.REDIRECT:
        found += [File(one.name, _original(referral, one.pk), not_taken(one.name, one.size)) for one in documents]
    return found
