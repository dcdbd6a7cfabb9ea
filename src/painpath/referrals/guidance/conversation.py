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
from painpath.accounts.audit import Actor
from painpath.accounts.models import Membership
from painpath.accounts.roles import CLINICIAN, REFERRER, a_role
from painpath.pathway import Pathway
from painpath.referrals import pathways
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.receiving import add_documents
from painpath.referrals.decisions.asking import questions
from painpath.referrals.decisions.decision_content import REPLIES, DecisionContent
from painpath.referrals.guidance import attaching
from painpath.referrals.models import ConversationEntry, ConversationFile, Decision, Document, Referral
from painpath.referrals.moves import check_current, check_move, lock, move, reckon
from painpath.referrals.refusal import Refused
from painpath.referrals.theirs import check_may_read
from painpath.referrals.todo import drop_tasks, give_task
from painpath.referrals.transitions import STAFF, Outcome, State

VERDICT_VERBS = {
    "answered": "record_answered",
    "not_answered": "record_not_answered",
    "still_refer": "still_refer",
}
"""What the referrer says of the advice -> the verb that does it."""


_ABOUT_TO_BE_READ = frozenset({State.RECEIVED, State.AWAITING_SCREENING, State.SCREENING})
"""States in which somebody reads everything that is here before anything happens."""


def check_record(referral: Referral, *, by: Actor) -> None:
    """Raise `Refused` unless `by` may record what the referrer wrote, or writes it, and somebody will read it."""
    if by.role == REFERRER:
        _check_write(referral, by=by)
        return
    if by.role not in STAFF:
        raise Refused(f"Only an administrator or a clinician can do this. You are {a_role(by.role)}.")
    if not referral.is_registered:
        raise Refused("Register this referral first: then what the referrer wrote has somebody it is about.")
    if not referral.is_open and referral.state != State.ADVICE_GIVEN:
        raise Refused(
            f"This referral has ended ({referral.state_label.lower()}), so nobody would read it. "
            "Take the referral back first, then record what the referrer wrote."
        )


def _check_write(referral: Referral, *, by: Actor) -> None:
    """What they write is kept also before the referral is registered: nobody makes them send it again."""
    if isinstance(by, Membership):
        check_current(by)
    check_may_read(referral, by=by)
    if not referral.is_open and referral.state != State.ADVICE_GIVEN:
        raise Refused(
            "This referral has ended, so nobody waits for a message about it. If the patient needs something, choose "
            "“Something has changed”: a clinician reads that also now."
        )


def can_record(referral: Referral, *, by: Actor) -> bool:
    """Whether `check_record` would pass."""
    try:
        check_record(referral, by=by)
    except Refused:
        return False
    return True


@transaction.atomic
def record_message(
    *, referral: Referral, by: Actor, words: str, said_on: date, files: Sequence[File] = ()
) -> ConversationEntry:
    """Record what the referrer wrote on a day, with its files. The same words of that day again are not doubled."""
    referral = lock(referral)
    check_record(referral, by=by)
    words = words.strip()
    if not words and not files:
        raise Refused(
            "Write your message, or add a file."
            if by.role == REFERRER
            else "Copy what the referrer wrote, or add the file that they sent."
        )
    if (before := _recorded(referral, by, words, said_on, "")) is not None and not files:
        return before
    entry = record_words(referral, by, words, said_on, files)
    unseen = by.role == REFERRER and State(referral.state) not in _ABOUT_TO_BE_READ
    if unseen or not referral.is_open:  # it stands on no list, or nobody has seen it come: somebody has to read it
        give_task(
            referral, "contact",
            "The referrer has written again about the advice. Read it, then record what they say of the advice, or "
            "answer them." if not referral.is_open else "The referrer has written. Read it, and answer them.",
            by=by, role=CLINICIAN, entry=entry.pk,
            due_on=reckon(pathways.of(referral.pathway_version).target("first-look"), clock.today()),
        )  # fmt: skip
    return entry


@transaction.atomic
def record_verdict(
    *, referral: Referral, by: Actor, verdict: str, words: str, said_on: date, files: Sequence[File] = ()
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
    check_may_read(referral, by=by)
    if verdict != "answered" and not words:
        raise Refused(
            "Say in a few words why: the clinician who looks next rests on them."
            if by.role == REFERRER
            else "Copy the referrer's own words: the clinician who looks next rests on them."
        )
    advice = referral.decisions.filter(outcome=Outcome.ADVISE).last()
    if verdict == "answered":
        move(verb, referral, by=by, reason=words)
    else:
        limit = pathways.of(referral.pathway_version).target("look-again")
        move(verb, referral, by=by, reason=words, due_on=reckon(limit, clock.today()))
        referral.not_by = advice.by if advice else None
        referral.save(update_fields=["not_by"])
    drop_tasks(referral, by=by, words="They have said what they make of it.", kind="contact", facts__has_key="entry")
    return record_words(referral, by, words, said_on, files, verdict=verdict)


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


def _recorded(referral: Referral, by: Actor, words: str, said_on: date, verdict: str) -> ConversationEntry | None:
    """The last message, when it is this one: a double click, or a page sent again."""
    last = referral.conversation.filter(side="referrer").order_by("id").last()
    who = audit.person(by)
    same = last is not None and (last.by, last.text, last.verdict) == (who, words, verdict)
    return last if last and same and last.at.astimezone(clock.LONDON).date() == said_on else None


def record_words(
    referral: Referral, by: Actor, words: str, said_on: date, files: Sequence[File], *, verdict: str = "",
    question: str = "",
) -> ConversationEntry:  # fmt: skip
    """Add what the referrer wrote to the conversation, and file it, inside the caller's transaction.

    Who may is for the caller to check. `question` is what it answers, in the words of whoever asked.
    """
    if said_on > clock.today():
        raise Refused("The day on which the referrer wrote cannot be in the future.")
    documents = _file(referral, by, words, said_on, files)
    entry = ConversationEntry.objects.create(
        service_id=referral.service_id, referral=referral, side="referrer", at=_moment(said_on),
        recorded_at=clock.now(), by=audit.person(by), text=words, question=question, verdict=verdict,
    )  # fmt: skip
    _attach(entry, documents)
    audit.record(by, "conversation.record", entry, verdict=verdict, files=len(files))
    return entry


def _attach(entry: ConversationEntry, documents: Sequence[Document]) -> None:
    ConversationFile.objects.bulk_create(
        ConversationFile(service_id=entry.service_id, entry=entry, document=document) for document in documents
    )


def _file(referral: Referral, by: Actor, words: str, said_on: date, files: Sequence[File]) -> list[Document]:
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
