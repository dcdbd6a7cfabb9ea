"""A signed reply goes into e-RS: read first, sent with the version that the clinician has seen, then marked as sent.

Reading first is what makes a second press safe: what stands in e-RS already, because an answer was lost on its way or
the program died before it wrote it down, is found there by its words and is not sent again. A request that has changed
is shown with what changed, and the clinician decides again. Whatever goes wrong, the reply stays waiting.
"""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, connection

from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.accounts.roles import CLINICIAN
from painpath.accounts.scope import scope
from painpath.exchange.ers import bodies, taking, whose
from painpath.exchange.ers.answers import REQUEST_STATES, WAITS, AdviceRequest, Conversation, Message
from painpath.exchange.ers.bodies import Body, Uploaded
from painpath.exchange.ers.client import Client
from painpath.exchange.ers.errors import Trouble
from painpath.exchange.ers.operations import NotAllowed
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
    """What is known of each taking of the request into the record (`taking.taken_before`)."""

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
    return hashlib.sha256(taking.name_of(one).encode()).hexdigest()[:12]


class Changed(Exception):
    """The request is not as it was when the clinician saw it. Nothing was sent."""

    def __init__(self, seen: Seen) -> None:
        self.seen = seen


def reply_of(dispatch: int, *, by: Membership) -> Reply:
    """What is to be sent, inside a scope. Raises `Refused` where nothing is to be sent from here any more, and
    `Dispatch.DoesNotExist`."""
    if by.role not in STAFF:
        raise Refused("Only an administrator or a clinician can do this.")
    check_current(by)
    row = Dispatch.objects.select_related("referral__pathway_version", "referral__patient").get(
        service_id=by.service_id, pk=dispatch, kind=ers.KIND
    )
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
    taken = taking.taken_before(row.referral.ubrn, by)
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
        and (taking.name_of(one) not in told or one.sent is None or one.sent > reply.decision.at)
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


def send(
    *, reply: Reply, client: Client, by: Membership, seen_version: str, priority: str, for_admin: str = "",
    subject: str = "",
) -> None:  # fmt: skip
    """Send a reply, by a person's own act. To be called outside any transaction. `subject` is who they are to the NHS
    sign-in: with the role and the priority it stays on record.

    Raises Changed, Trouble or `Refused`; then it waits as before. Returns when it stands in e-RS and is recorded.
    """
    with _alone(reply.ubrn):
        with scope(by.service_id, by.user_id):
            ers.begin(reply.dispatch)
            reply = reply_of(reply.dispatch.pk, by=by)  # nothing may have happened to it meanwhile
            contents = [(one.name, bytes(one.content)) for one in reply.files]
        perhaps = False
        try:
            return _send(reply, contents, client, by, seen_version, _pressed(client, priority, for_admin, subject))
        except (Trouble, Changed, NotAllowed, Refused) as said:
            perhaps = isinstance(said, Trouble) and said.unsure
            raise
        except BaseException:
            perhaps = True
            raise
        finally:
            with scope(by.service_id, by.user_id):
                ers.end(reply.dispatch, by=by, perhaps=perhaps)


def _send(
    reply: Reply, contents: Sequence[tuple[str, bytes]], client: Client, by: Membership, seen_version: str,
    press: dict[str, str],
) -> None:  # fmt: skip
    seen = look(reply, client)
    if differs := whose.difference(seen.request.nhs_number, reply.dispatch.referral):
        raise Refused(f"{differs}. Nothing was sent. Look in e-RS, and correct what is wrong in the details first.")
    if stands_there(reply, seen):
        return _mark(reply, by, seen.version, found=True)
    if seen.version != seen_version:
        raise Changed(seen)
    _check(reply, seen)
    check_who(reply, seen, press["priority"], by=by)
    with scope(by.service_id, by.user_id):
        reply_of(reply.dispatch.pk, by=by)  # while e-RS was asked, somebody may have reversed the decision
        ers.press(reply.dispatch, press)
    try:
        version = _write(reply, contents, client, seen, press["priority"], press["for_admin"])
    except Trouble as said:
        with scope(by.service_id, by.user_id):
            audit.record(by, "ers.trouble", reply.dispatch, status=said.status, codes=list(said.codes),
                         correlation=said.correlation, unsure=said.unsure)  # fmt: skip
        if said.then != "read_again":
            raise
        again = look(reply, client)
        if stands_there(reply, again):  # e-RS said 503 and took it: our own words are what has changed
            return _mark(reply, by, again.version, found=True)
        if again.version == seen_version:
            raise
        raise Changed(again) from None
    return _mark(reply, by, version)


def _pressed(client: Client, priority: str, for_admin: str, subject: str) -> dict[str, str]:
    """What is kept of a press, and as whom it was made in e-RS."""
    acting = client.acting
    return {
        "priority": priority, "for_admin": for_admin, "organisation": acting.organisation, "role": acting.role,
        "on_behalf_of": acting.on_behalf_of, "signed_in_as": subject[:100],
    }  # fmt: skip


def check_who(reply: Reply, seen: Seen, priority: str, *, by: Membership) -> None:
    """Raise `Refused` where sending this is a clinical decision and `by` is no clinician: the referrer has written what
    the decision may not know, or the priority is to change."""
    if by.role == CLINICIAN:
        return
    if unread(reply, seen):
        raise Refused(
            "The referrer has written since the decision, or nobody has taken in what they wrote. Take it in. A "
            "clinician then looks whether the reply still holds, and sends it."
        )
    if priority != seen.request.priority:
        raise Refused(
            "This is not the priority that the request has in e-RS. A clinician chooses another and sends it."
        )


def _check(reply: Reply, seen: Seen) -> None:
    if seen.request.state != WAITS:
        state = REQUEST_STATES.get(seen.request.state, "not known").lower()
        raise Refused(
            f"e-RS does not wait for our reply to this request (it stands there as: {state}). Look in e-RS, and tell "
            "the referrer in another way if need be."
        )
    if reply.converts and seen.request.may_convert is not True:
        raise Refused(
            "The referrer does not let us convert this request in e-RS. Reverse the decision, correct that in the "
            "details of the referral, and decide again."
        )


def _write(
    reply: Reply, contents: Sequence[tuple[str, bytes]], client: Client, seen: Seen, priority: str, for_admin: str
) -> str:
    """Upload the files, then send. Gives the version after it, where e-RS says it."""
    text, facts = reply.dispatch.text, reply.dispatch.facts

    def body(files: list[Uploaded]) -> Body:
        if reply.converts:
            return bodies.conversion(
                request=reply.ubrn, version=seen.version, text=text, priority=priority, for_admin=for_admin, files=files
            )
        return bodies.reply(
            outcome=facts["outcome"], recommendation=facts["recommendation"], text=text, priority=priority, files=files
        )

    body([])  # what must not go is found before a file is uploaded
    files = [client.upload(name, content, request=reply.ubrn) for name, content in contents]
    if reply.converts:
        made = client.convert(body(files))
        return made.version if made else ""
    after = client.reply(reply.ubrn, seen.version, body(files))
    return after.version if after else ""


def _mark(reply: Reply, by: Membership, version: str, *, found: bool = False) -> None:
    refused = None
    with scope(by.service_id, by.user_id):
        try:
            ers.mark_sent(dispatch=reply.dispatch, by=by, from_here=not found)
        except Refused as said:
            refused = said
            ers.gone_all_the_same(reply.dispatch, by=by)
        press = Dispatch.objects.values_list("facts", flat=True).get(pk=reply.dispatch.pk).get("press", {})
        codes = {name: press[name] for name in press if name != "for_admin"}
        audit.record(
            by, "ers.reply", reply.dispatch, version=version, found=found, stopped=refused is not None, **codes
        )
    if refused is not None:
        raise Refused(
            "This reply was stopped while it was being sent, and it stands in e-RS all the same. A clinician has the "
            "task to tell the referrer what is right now."
        )


@contextmanager
def _alone(ubrn: str) -> Iterator[None]:
    """One change of a request at a time, from all processes: e-RS locks it while it changes it."""
    name = f"painpath.ers {ubrn}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        (alone,) = cursor.fetchone()
    if not alone:
        raise Refused("Somebody is sending this in e-RS just now. Look again in a minute.")
    try:
        yield
    finally:
        session = connection.connection
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])
        except DatabaseError:  # a session must not go back into the pool with the lock
            if session is not None:
                session.close()
            raise
