"""The conversation with the referrer: what they wrote, what the team answered, and whether that answers it.

What the referrer writes is filed as a document too: it is read and screened like the letter, so that nothing in it can
be missed, and it can be quoted.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, time

from django.db import transaction

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.accounts.roles import CLINICIAN, ROLES
from painpath.pathway import Pathway
from painpath.referrals import attaching, pathways
from painpath.referrals.asking import questions
from painpath.referrals.decision_content import REPLIES, DecisionContent
from painpath.referrals.filing import File
from painpath.referrals.models import ConversationEntry, ConversationFile, Decision, Document, Referral
from painpath.referrals.moves import check_move, lock, move, reckon
from painpath.referrals.receiving import add_documents
from painpath.referrals.refusal import Refused
from painpath.referrals.todo import drop_tasks, give_task
from painpath.referrals.transitions import STAFF, Outcome, State

VERDICT_VERBS = {
    "answered": "record_answered",
    "not_answered": "record_not_answered",
    "still_refer": "still_refer",
}
"""What the referrer says of the advice -> the verb that does it."""


def check_record(referral: Referral, *, by: Membership) -> None:
    """Raise `Refused` unless `by` may record what the referrer wrote, and somebody will read it."""
    if by.role not in STAFF:
        raise Refused(f"Only an administrator or a clinician can do this. You are a {ROLES[by.role].lower()}.")
    if not referral.is_registered:
        raise Refused("Register this referral first: then what the referrer wrote has somebody it is about.")
    if not referral.is_open and referral.state != State.ADVICE_GIVEN:
        raise Refused(
            f"This referral has ended ({referral.state_label.lower()}), so nobody would read it. "
            "Take the referral back first, then record what the referrer wrote."
        )


def can_record(referral: Referral, *, by: Membership) -> bool:
    """Whether `check_record` would pass."""
    try:
        check_record(referral, by=by)
    except Refused:
        return False
    return True


@transaction.atomic
def record_message(
    *, referral: Referral, by: Membership, words: str, said_on: date, files: Sequence[File] = ()
) -> ConversationEntry:
    """Record what the referrer wrote on a day, with its files. The same words of that day again are not doubled."""
    referral = lock(referral)
    check_record(referral, by=by)
    words = words.strip()
    if not words and not files:
        raise Refused("Copy what the referrer wrote, or add the file that they sent.")
    if (before := _recorded(referral, by, words, said_on, "")) is not None and not files:
        return before
    entry = _record(referral, by, words, said_on, files, "")
    if not referral.is_open:  # it stands on no list: somebody has to say what the message means
        give_task(
            referral, "contact",
            "The referrer has written again about the advice. Read it, then record what they say of the advice, or "
            "answer them.",
            by=by, role=CLINICIAN, entry=entry.pk,
            due_on=reckon(pathways.of(referral.pathway_version).target("first-look"), clock.today()),
        )  # fmt: skip
    return entry


@transaction.atomic
def record_verdict(
    *, referral: Referral, by: Membership, verdict: str, words: str, said_on: date, files: Sequence[File] = ()
) -> ConversationEntry:
    """Record what the referrer says of the advice: `verdict` is one of `VERDICT_VERBS`. Done twice, it is done once.

    Unless the question is answered the referral goes back to the worklist, for another clinician than the one who
    gave the advice (`Referral.not_by`), within the published limit for looking again.
    """
    verb = VERDICT_VERBS[verdict]
    referral = lock(referral)
    words = words.strip()
    last = referral.transitions.last()
    if last is not None and last.verb == verb and (done := _recorded(referral, by, words, said_on, verdict)):
        return done
    check_move(verb, referral, by=by)
    if verdict != "answered" and not words:
        raise Refused("Copy the referrer's own words: the clinician who looks next rests on them.")
    advice = referral.decisions.filter(outcome=Outcome.ADVISE).last()
    if verdict == "answered":
        move(verb, referral, by=by, reason=words)
    else:
        limit = pathways.of(referral.pathway_version).target("look-again")
        move(verb, referral, by=by, reason=words, due_on=reckon(limit, clock.today()))
        referral.not_by = advice.by if advice else None
        referral.save(update_fields=["not_by"])
    drop_tasks(referral, by=by, words="They have said what they make of it.", kind="contact", facts__has_key="entry")
    return _record(referral, by, words, said_on, files, verdict)


def answer(
    decision: Decision, content: DecisionContent, pathway: Pathway, *, by: Membership
) -> ConversationEntry | None:
    """Put what a decision tells the referrer into the conversation, inside the transaction that signs it.

    Of a request that is every question of it: those that the cited clauses ask, and those asked freely.
    """
    if decision.outcome not in REPLIES:
        return None
    words = decision.to_gp
    if decision.outcome == Outcome.ASK_REFERRER:
        asked = "\n".join(one["words"] for one in questions(content, pathway, "referrer"))
        words = "\n\n".join(filter(None, (asked, decision.to_gp)))
    entry = ConversationEntry.objects.create(
        service_id=decision.service_id, referral=decision.referral, side="team", at=decision.at,
        recorded_at=decision.at, by=by, text=words, question=decision.details.get("question", ""), decision=decision,
    )  # fmt: skip
    files = attaching.enclosed(decision)
    _attach(entry, files)
    audit.record(by, "conversation.answer", entry, files=len(files))
    return entry


def _recorded(referral: Referral, by: Membership, words: str, said_on: date, verdict: str) -> ConversationEntry | None:
    """The last message, when it is this one: a double click, or a page sent again."""
    last = referral.conversation.filter(side="referrer").order_by("id").last()
    same = last is not None and (last.by_id, last.text, last.verdict) == (by.pk, words, verdict)
    return last if last and same and last.at.astimezone(clock.LONDON).date() == said_on else None


def _record(
    referral: Referral, by: Membership, words: str, said_on: date, files: Sequence[File], verdict: str
) -> ConversationEntry:
    if said_on > clock.today():
        raise Refused("The day on which the referrer wrote cannot be in the future.")
    documents = _file(referral, by, words, said_on, files)
    entry = ConversationEntry.objects.create(
        service_id=referral.service_id, referral=referral, side="referrer", at=_moment(said_on),
        recorded_at=clock.now(), by=by, text=words, verdict=verdict,
    )  # fmt: skip
    _attach(entry, documents)
    audit.record(by, "conversation.record", entry, verdict=verdict, files=len(files))
    return entry


def _attach(entry: ConversationEntry, documents: Sequence[Document]) -> None:
    ConversationFile.objects.bulk_create(
        ConversationFile(service_id=entry.service_id, entry=entry, document=document) for document in documents
    )


def _file(referral: Referral, by: Membership, words: str, said_on: date, files: Sequence[File]) -> list[Document]:
    """The words as a text file, and the files: filed with the referral, those that are there already found again."""
    own = [File(f"Message of {said_on.day} {said_on:%B %Y}.txt", words.encode())] if words else []
    all_files = [*own, *files]
    if not all_files:
        return []
    add_documents(referral=referral, by=by, files=all_files, also_ended=True)
    wanted = {hashlib.sha256(file.content).hexdigest() for file in all_files}
    return list(referral.documents.current().filter(sha256__in=wanted).defer("content"))


def _moment(said_on: date) -> datetime:
    """When it was said: now, or noon of an earlier day, since nobody knows the hour."""
    today = said_on == clock.today()
    return clock.now() if today else datetime.combine(said_on, time(12), clock.LONDON)
