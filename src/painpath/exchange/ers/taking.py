"""Taking a request for advice, or a referral for triage, in: everything e-RS has of it is kept first, then it is a
referral as if by hand.

What is kept is a ZIP of the answers and files, byte for byte, under the UBRN, the version and what came. A referral is
made of it once; after that each taking adds what is new: messages of the referrer by e-RS's own number, files by their
bytes. Registering it, and everything after, is for people. What could not be fetched is a task.
"""

import hashlib
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Actor
from painpath.accounts.models import Membership
from painpath.accounts.scope import scope
from painpath.exchange import inbound
from painpath.exchange.ers import bodies, model, whose
from painpath.exchange.ers.client import Client, Garbled
from painpath.exchange.ers.fetching import Fetched, Kind, fetch
from painpath.exchange.ers.model import AdviceRequest, ErsReferral, Message
from painpath.exchange.ers.on_record import (
    IDENTIFIER,
    SOURCE,
    name_of,
    referral_of,
    taken_before,
    taken_last_at,
    told_of,
)
from painpath.exchange.ers.telling import ask_for_missing, came_again, tell_of_change
from painpath.letters import ers
from painpath.letters.models import Dispatch, InboundMessage
from painpath.reading.patient import valid_nhs_number
from painpath.referrals import pathways
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.receiving import add_documents, check_receive
from painpath.referrals.guidance.conversation import check_record, record_message, record_words
from painpath.referrals.guidance.ers_codes import CHANNEL, TRIAGE
from painpath.referrals.looking import check_not_blind
from painpath.referrals.models import Referral
from painpath.referrals.refusal import Refused

PROGRAM = "e-RS"
LIST, ADVICE_LIST = "list", "advice-list"
_LISTS = {LIST: "the list of referrals for review", ADVICE_LIST: "the list of requests for advice"}
NOT_TAKEN_IN = (
    "The program could not take this request of e-RS in. Take it in by hand, and tell whoever runs this site."
)
_MAY_CONVERT = {True: "yes", False: "no", None: "unknown"}
"""In the words of the form of the register."""


@dataclass(frozen=True)
class Taken:
    """What became of it: the referral, whether it is new, how many messages and files were added, what to look at."""

    referral: Referral
    new: bool
    messages: int
    files: int
    warnings: tuple[str, ...]


class Left(Refused):
    """Nothing could be made of it now; it is kept, and left to a person."""

    def __init__(self, sentence: str, message: InboundMessage) -> None:
        super().__init__(sentence)
        self.message = message


def take(*, ubrn: str, client: Client, by: Membership, kind: Kind = "advice") -> Taken:
    """Take a request in, or what is new of it. To be called outside any transaction, by a person's own act.

    Raises Trouble when e-RS does not give it (then nothing has changed), `Refused` when they may not, and Left when
    nothing can be made of it now: then it is kept, and stands on the page of the post with the reason.
    """
    check_receive(by=by)
    number = bodies.ubrn(ubrn)
    with scope(by.service_id, by.user_id):
        if (known := referral_of(number, by)) is not None:
            check_not_blind(known, by=by)
    try:
        fetched = fetch(number, client, kind)
    except Garbled as garbled:
        raise Left(garbled.sentence, keep_garbled(number, garbled, by)) from garbled
    headers = {
        "ubrn": fetched.request.ubrn, "version": fetched.request.version, "missing": list(fetched.missing.values()),
        "messages": [name_of(one) for one in fetched.conversation.messages], "files": list(fetched.files),
        "priority": fetched.request.priority, "state": fetched.request.state, "kind": fetched.kind,
        "content-type": "application/zip",
        "mex-filename": f"e-RS {fetched.request.ubrn} version {fetched.request.version}.zip",
    }  # fmt: skip
    message, _ = inbound.keep(
        by.service, source=SOURCE, message_id=fetched.name, content=fetched.packed(), headers=headers, by=by
    )
    try:
        with scope(by.service_id, by.user_id), one_at_a_time(f"ers.take {by.service_id} {fetched.request.ubrn}"):
            return _file(message, fetched, by)
    except Refused as refused:
        with scope(by.service_id, by.user_id):
            inbound.leave(message, refused.sentence, by=by)
        raise Left(refused.sentence, message) from refused
    except Exception:  # whatever may have come: nobody may find it as “not read yet” for ever
        with scope(by.service_id, by.user_id):
            inbound.leave(message, NOT_TAKEN_IN, by=by)
        raise


def keep_garbled(number: str, garbled: Garbled, by: Actor) -> InboundMessage:
    """An answer that cannot be read is kept as it came, and left to a person. `number` is the UBRN that was asked for,
    or which worklist."""
    digest = hashlib.sha256(garbled.content).hexdigest()
    headers = {
        "ubrn": number, "content-type": "application/octet-stream", "mex-filename": f"e-RS {number}, not readable.dat",
    }  # fmt: skip
    message, _ = inbound.keep(
        by.service, source=SOURCE, message_id=f"{number}/unread/{digest}", content=garbled.content, headers=headers,
        by=by,
    )  # fmt: skip
    what = _LISTS.get(number, f"request {number}")
    with scope(by.service, by.user_id if isinstance(by, Membership) else None):
        inbound.leave(message, f"This is the answer of e-RS to {what}. {garbled.sentence}", by=by)
    return message


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Inside a transaction: whoever does the same waits until it has ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
    yield


def _file(message: InboundMessage, fetched: Fetched, by: Membership) -> Taken:
    known = referral_of(fetched.request.ubrn, by)
    compared: tuple[str, ...] = ()
    if known is not None:
        check_not_blind(known, by=by)  # before anything of it is said
        if differs := whose.difference(fetched.request.nhs_number, known):
            raise Refused(f"{differs}. Nothing was added to it. Look in e-RS, and correct what is wrong first.")
        compared = tuple(filter(None, [whose.not_compared(fetched.request.nhs_number, known)]))
    before_this = taken_before(fetched.request.ubrn, by)
    last_at = taken_last_at(fetched.request.ubrn, by)
    told = told_of(fetched.request.ubrn, by)
    theirs = [one for one in fetched.conversation.messages if one.from_us is not True]
    new = [one for one in theirs if name_of(one) not in told]
    of_messages = {one.binary for each in theirs for one in each.attachments}
    of_us = {one.binary for each in fetched.conversation.messages if each.from_us for one in each.attachments}
    if isinstance(fetched.request, ErsReferral):
        of_us |= {one.binary for one in fetched.request.attachments if one.kind == model.OURS}
    plain = [file for name, file in fetched.files.items() if name not in of_messages | of_us]
    if known is None:
        referral = _make(message, fetched, plain, by)
        before = 0
    else:
        referral, before = known, known.documents.count()
        if new:
            _check_may_record(referral, by)
        there = set(known.documents.values_list("name", flat=True))
        plain = [*(one for one in _written(fetched) if one.safe_name not in there), *plain]
        if plain:
            add_documents(referral=referral, by=by, files=plain, also_ended=True)
    for one in new:
        _record(referral, one, [fetched.files[x.binary] for x in one.attachments if x.binary in fetched.files], by)
    late = [file for name, file in fetched.files.items() if name in of_messages]
    if late:  # of a message that was recorded before its file could be had
        add_documents(referral=referral, by=by, files=late, also_ended=True)
    added = referral.documents.count() - before
    if known is not None:
        _settle(message, referral, fetched, by)
        had = {name for one in before_this for name in one.get("files", ())}
        of_theirs = bool(fetched.files.keys() - of_us - had)
        again = came_again(message, referral, fetched, before_this, last_at, bool(added), of_theirs)
        tell_of_change(message, referral, fetched, before_this, bool(new), again, by)
    ask_for_missing(referral, fetched, by)
    rest = ["All else is kept. What has not come is a task for an administrator until it comes."]
    warnings = (
        *compared, *fetched.warnings, *(rest if fetched.missing else []), *_not_ours(referral, fetched, told),
    )  # fmt: skip
    return Taken(referral, known is None, len(new), added, warnings)


def _make(message: InboundMessage, fetched: Fetched, plain: Sequence[File], by: Membership) -> Referral:
    """A referral in `received`, with what e-RS says offered to whoever registers it."""
    request = fetched.request
    pathway, _ = pathways.in_force(by.service)
    channel = TRIAGE if fetched.kind == "triage" else CHANNEL
    route = next((one.id for one in pathway.routes if one.channel == channel), "")
    details = {"route": route, "ubrn": request.ubrn}
    if isinstance(request, AdviceRequest):
        details["may_convert"] = _MAY_CONVERT[request.may_convert]
    number = request.nhs_number
    holds = len(number) == 10 and number.isascii() and number.isdecimal() and valid_nhs_number(number)
    files = [*_written(fetched), *plain]
    return inbound.refer(
        message, by=by, files=files, program=PROGRAM, patient={"nhs_number": number} if holds else {},
        details=details, identifier=f"{IDENTIFIER}|{request.ubrn}", warnings=fetched.warnings,
    )  # fmt: skip


def _written(fetched: Fetched) -> list[File]:
    """What e-RS itself has written of it, as PDF, and the messages of an earlier request for advice."""
    return [*filter(None, [fetched.overview]), *fetched.related.values(), *fetched.messages.values()]


def _not_ours(referral: Referral, fetched: Fetched, told: Set[str]) -> list[str]:
    """Replies of our side that this record does not have: somebody wrote them in e-RS by hand. Each is told once."""
    sent = Dispatch.objects.filter(referral=referral, kind=ers.KIND).values_list("text", flat=True)
    ours = {" ".join(text.split()) for text in sent}
    return [
        f"Our side has answered in e-RS{_on(one)}, and this record does not have that reply. Read it in e-RS, or in "
        "the overview, before anybody answers."
        for one in fetched.conversation.messages
        if one.from_us and name_of(one) not in told and " ".join(one.text.split()) not in ours
    ]  # fmt: skip


def _on(one: Message) -> str:
    return f" on {one.sent.astimezone(clock.LONDON):%-d %B %Y}" if one.sent else ""


def _check_may_record(referral: Referral, by: Membership) -> None:
    if referral.is_registered:
        check_record(referral, by=by)
    elif not referral.is_open:
        raise Refused(
            f"This request was taken in before, and that referral ({referral.reference}) has ended. Take it back "
            "first, then take in what is new."
        )


def _record(referral: Referral, one: Message, files: Sequence[File], by: Membership) -> None:
    """What the referrer wrote, by the verb for it; before anybody has registered it, as what came with it."""
    said_on = min(one.sent.astimezone(clock.LONDON).date(), clock.today()) if one.sent else clock.today()
    if not one.text and not files:
        return
    if referral.is_registered:
        record_message(referral=referral, by=by, words=one.text, said_on=said_on, files=files)
    else:
        record_words(referral, by, one.text, said_on, files)


def _settle(message: InboundMessage, referral: Referral, fetched: Fetched, by: Membership) -> None:
    """This message has been made part of a referral that was there."""
    if message.referral_id is None:
        message.referral, message.warnings = referral, list(fetched.warnings)
        if message.settled_by_id is None:  # what somebody wrote about it stands
            message.why, message.settled_at = "", clock.now()
        message.save(update_fields=["referral", "why", "warnings", "settled_at"])
        audit.record(by, "inbound.add", message, referral=referral.pk, warnings=len(fetched.warnings))
