"""What somebody has before them when they send a reply: the reply from the record, and the request as e-RS has it."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from painpath.accounts.models import Membership
from painpath.exchange.ers import on_record
from painpath.exchange.ers.client import Client
from painpath.exchange.ers.model import AdviceRequest, Conversation, Message
from painpath.letters import ers
from painpath.letters.models import Dispatch, DispatchState
from painpath.referrals.guidance import attaching
from painpath.referrals.looking import check_not_blind
from painpath.referrals.models import Decision, Document
from painpath.referrals.moves import check_current
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import STAFF

CONVERTED = "PROVIDER_CONVERTED"
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


@dataclass(frozen=True)
class Seen:
    """The request as it stands in e-RS: what a clinician has before them when they send."""

    request: AdviceRequest
    conversation: Conversation

    @property
    def version(self) -> str:
        return self.request.version

    @property
    def marks(self) -> list[str]:
        """A short mark of each message, for a form."""
        return [_mark_of(one) for one in self.conversation.messages]

    def since(self, seen: Collection[str]) -> tuple[Message, ...]:
        """The messages whose marks are not among those seen."""
        return tuple(one for one in self.conversation.messages if _mark_of(one) not in seen)


def _mark_of(one: Message) -> str:
    return hashlib.sha256(on_record.name_of(one).encode()).hexdigest()[:12]


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
        raise Refused(f"This reply is not to be sent: {row.why or 'it was stopped.'}")
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
    """The request as it stands. Raises Trouble."""
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
    if last.get("version") != seen.version:
        found.append(
            f"The request has version {seen.version or 'unknown'} in e-RS. Version {last.get('version') or 'unknown'} "
            "was taken in."
        )
    had = {name for one in reply.taken for name in one.get("files", ())}
    theirs = [*seen.request.attachments]
    theirs += [file for one in seen.conversation.messages if one.from_us is not True for file in one.attachments]
    new = [one.name for one in theirs if one.binary not in had]
    if new and any("files" in one for one in reply.taken):
        found.append(f"Files in e-RS that were not taken in: {', '.join(f'“{name}”' for name in dict.fromkeys(new))}.")
    return found


def stands_there(reply: Reply, seen: Seen) -> bool:
    """Whether our words are among those in e-RS since the decision: then they went, whatever was heard of it.

    The same words of an earlier decision, or of another reply that is recorded as sent, do not count: nobody would
    get this one. A message without a time does not either; a person then sees that the request has changed.
    """
    ours, since = _plain(reply.dispatch.text), reply.decision.at - SKEW
    found = [
        one for one in seen.conversation.messages
        if one.from_us is True and _plain(one.text) == ours and one.sent is not None and one.sent >= since
    ]  # fmt: skip
    return len(found) > reply.others


def _plain(text: str) -> str:
    return " ".join(text.split())
