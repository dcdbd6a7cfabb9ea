"""What somebody has before them when they send a reply: the reply from the record, and the request as e-RS has it."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from painpath.accounts.models import Membership
from painpath.exchange.ers import model, on_record
from painpath.exchange.ers.bodies import PRIORITIES
from painpath.exchange.ers.client import Client
from painpath.exchange.ers.fetching import Kind, state_words
from painpath.exchange.ers.model import AdviceRequest, Attachment, Conversation, ErsReferral, Message
from painpath.letters import ers
from painpath.letters.models import Dispatch, DispatchState
from painpath.letters.outbox import what_became
from painpath.referrals.guidance import attaching
from painpath.referrals.guidance.ers_codes import ACCEPTED
from painpath.referrals.looking import check_not_blind
from painpath.referrals.models import Decision, Document
from painpath.referrals.moves import check_current
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import STAFF

CONVERTED = "PROVIDER_CONVERTED"
_RECORDED = frozenset({"TRIAGE_RESPONSE", "TRIAGED_PROVIDER_TO_ACTION"})
SKEW = timedelta(minutes=2)
"""By which the clocks of e-RS and of this site may differ: a setting of ours."""


@dataclass(frozen=True)
class Reply:
    """What is to be sent, from the record."""

    dispatch: Dispatch
    decision: Decision
    ubrn: str
    files: tuple[Document, ...]
    others: int = 0
    """How many other replies of the same words are recorded as sent since the decision."""
    taken: tuple[dict[str, Any], ...] = ()
    """What is known of each taking of the request into the record (`on_record.taken_before`)."""

    @property
    def converts(self) -> bool:
        return bool(self.dispatch.facts["outcome"] == CONVERTED)

    @property
    def kind(self) -> Kind:
        """Whether it answers a request for advice, or records the outcome of a triage."""
        return "triage" if self.dispatch.facts.get("triage") else "advice"

    @property
    def accepts(self) -> bool:
        """Whether it is a triage by which the referral is accepted: only then may the priority change."""
        return self.kind == "triage" and bool(self.dispatch.facts["outcome"] == ACCEPTED)

    @property
    def for_admin(self) -> bool:
        """Whether our own administrators read words that go with it."""
        return self.converts or self.accepts

    @property
    def has_priority(self) -> bool:
        """Whether it says a priority: a returned triage must not."""
        return self.kind == "advice" or self.accepts


@dataclass(frozen=True)
class Seen:
    """The request, or the referral, as it stands in e-RS: what a clinician has before them when they send."""

    request: AdviceRequest | ErsReferral
    conversation: Conversation
    may_record: bool = True
    """Whether e-RS takes an outcome of triage now (A029); a request for advice is not asked about."""

    @property
    def version(self) -> str:
        return self.request.version

    @property
    def marks(self) -> list[str]:
        """A short mark of each message, and of each file of a referral, for a form."""
        return [*map(_mark_of, self.conversation.messages), *(_mark(one.binary or one.name) for one in self.files)]

    @property
    def files(self) -> tuple[Attachment, ...]:
        """The files of a referral that are not ours. Those of a request for advice stand with its messages."""
        if not isinstance(self.request, ErsReferral):
            return ()
        return tuple(one for one in self.request.attachments if one.kind != model.OURS)

    def files_since(self, seen: Collection[str]) -> tuple[Attachment, ...]:
        """The files of a referral whose marks are not among those seen."""
        return tuple(one for one in self.files if _mark(one.binary or one.name) not in seen)

    def since(self, seen: Collection[str]) -> tuple[Message, ...]:
        """The messages whose marks are not among those seen."""
        return tuple(one for one in self.conversation.messages if _mark_of(one) not in seen)


def _mark_of(one: Message) -> str:
    return _mark(on_record.name_of(one))


def _mark(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:12]


def reply_of(dispatch: int, *, by: Membership) -> Reply:
    """What is to be sent, inside a scope. Raises `Refused` where nothing is to be sent from here any more, and
    `Dispatch.DoesNotExist`."""
    if by.role not in STAFF:
        raise Refused("Only an administrator or a clinician can do this.")
    check_current(by)
    whole = Dispatch.objects.select_related("referral__pathway_version", "referral__patient")
    row = whole.defer("referral__pathway_version__content").get(service_id=by.service_id, pk=dispatch, kind=ers.KIND)
    check_not_blind(row.referral, by=by)
    if row.state == DispatchState.SENT:
        raise Refused("This reply is recorded as sent already.")
    if row.state not in (DispatchState.QUEUED, DispatchState.FAILED):
        raise Refused(f"This reply is not to be sent: {what_became(row, row.why) or 'it was stopped.'}")
    decision = row.referral.decisions.last()
    if decision is None or decision.pk != row.facts["decision"]:
        raise Refused("There is a newer decision. Send the reply of that one.")
    if not row.referral.ubrn:
        raise Refused("This referral has no UBRN, so nobody can find it in e-RS. Correct its details first.")
    files = tuple(attaching.enclosed(decision))
    for one in files:
        if why := ers.not_taken(one.name, one.size):
            raise Refused(f"“{one.name}”: {why}")
    others = Dispatch.objects.filter(
        service_id=by.service_id, kind=ers.KIND, state=DispatchState.SENT, referral__ubrn=row.referral.ubrn,
        sent_at__gte=decision.at - SKEW,
    )  # fmt: skip
    same = [
        text for text in others.exclude(pk=row.pk).values_list("text", flat=True) if _plain(text) == _plain(row.text)
    ]
    taken = on_record.taken_before(row.referral.ubrn, by)
    return Reply(row, decision, row.referral.ubrn, files, len(same), tuple(taken))


def look(reply: Reply, client: Client) -> Seen:
    """The request as it stands; of a referral also whether its triage may be recorded now. Raises Trouble."""
    if reply.kind == "triage":
        referral, _ = client.referral(reply.ubrn)
        may = model.RECORD in client.actions(reply.ubrn, referral.version)
        return Seen(referral, Conversation(()), may)
    request, _ = client.advice_request(reply.ubrn)
    conversation, _ = client.conversation(reply.ubrn, request.version)
    return Seen(request, conversation)


def unread(reply: Reply, seen: Seen) -> tuple[Message, ...]:
    """What the referrer wrote after the decision, or what nobody has taken into the record: the decision may not know
    it, though it was sent before."""
    told = {name for one in reply.taken for name in one.get("messages", ())}
    return tuple(
        one for one in seen.conversation.messages
        if one.from_us is not True
        and (on_record.name_of(one) not in told or one.sent is None or one.sent > reply.decision.at)
    )  # fmt: skip


def not_on_record(reply: Reply, seen: Seen) -> list[str]:
    """What else of the request differs from what was taken in last, in sentences."""
    if not reply.taken:
        return ["This request was not taken in by this program. Compare what stands in e-RS with the record."]
    last, found = reply.taken[-1], list[str]()
    if reply.kind == "triage" and last.get("kind") == "triage":
        was, now = (PRIORITIES.get(one, one or "not given") for one in (last["priority"], seen.request.priority))
        if was != now:
            found.append(f"The priority in e-RS was “{was}” when it was taken in, and is now “{now}”.")
        if last["state"] != seen.request.state:
            stood, stands = state_words(last["state"]), state_words(seen.request.state)
            found.append(f"It stood in e-RS as “{stood}” when it was taken in, and stands now as “{stands}”.")
    if last.get("version") != seen.version:
        what = "The referral" if reply.kind == "triage" else "The request"
        found.append(
            f"{what} has version {seen.version or 'unknown'} in e-RS. Version {last.get('version') or 'unknown'} was "
            "taken in."
        )
    had = {name for one in reply.taken for name in one.get("files", ())}
    theirs = [*(seen.files if reply.kind == "triage" else seen.request.attachments)]
    theirs += [file for one in seen.conversation.messages if one.from_us is not True for file in one.attachments]
    new = [one.name for one in theirs if one.binary not in had]
    if new and any("files" in one for one in reply.taken):
        found.append(f"Files in e-RS that were not taken in: {', '.join(f'“{name}”' for name in dict.fromkeys(new))}.")
    return found


def stands_there(reply: Reply, seen: Seen) -> bool:
    """Whether our words are among those in e-RS since the decision: then they went, whatever was heard of it.

    The same words of an earlier decision, or of another reply that is recorded as sent, do not count: nobody would
    get this one. A message without a time does not either; a person then sees that the request has changed.

    Of a triage e-RS tells the outcome and its words as long as it stands so, without a time.
    """
    if isinstance(seen.request, ErsReferral):
        now, press = seen.request, reply.dispatch.facts.get("press", {})
        words = press.get("for_admin", "") if reply.for_admin else reply.dispatch.text
        recorded = now.state in _RECORDED and now.outcome == reply.dispatch.facts["outcome"]
        return recorded and bool(_plain(words)) and _plain(now.comments) == _plain(words) and not reply.others
    ours, since = _plain(reply.dispatch.text), reply.decision.at - SKEW
    found = [
        one for one in seen.conversation.messages
        if one.from_us is True and _plain(one.text) == ours and one.sent is not None and one.sent >= since
    ]  # fmt: skip
    return len(found) > reply.others


def _plain(text: str) -> str:
    return " ".join(text.split())
