"""Documents that change their referral, and what must go along so that nothing gets out of sight: shared by merging and
moving. Nothing here asks who may; the verbs do."""

from collections.abc import Iterable, Sequence
from typing import Any

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Process
from painpath.accounts.models import Membership
from painpath.accounts.roles import CLINICIAN
from painpath.referrals import tasks
from painpath.referrals.arriving.reading_in import screen
from painpath.referrals.models import Alert, AlertAction, Decision, Document, Quarantine, Referral, Transcript
from painpath.referrals.moves import READER
from painpath.referrals.todo import drop_tasks, give_task
from painpath.referrals.transitions import OPEN, Outcome, State, add_working_days
from painpath.referrals.unsettled import is_being_read

Pairs = list[tuple[Document, Document]]
"""(where it was, where it is filed now) for each document."""


def latest(document: Document) -> Transcript | None:
    """What was read from a document last."""
    return document.transcripts.order_by("pk").last()


def file_copies(documents: Iterable[Document], to: Referral, *, by: Membership) -> Pairs:
    """File these documents with another referral too, with what has been read from them; parts stay parts.

    The same bytes that stand there already, read as the same words, are not filed twice.
    """
    pairs: Pairs = []
    filed: dict[int, Document] = {}
    for document in sorted(documents, key=lambda one: one.pk):
        there = to.documents.current().filter(sha256=document.sha256).first()
        if there is None or not _same_words(document, there):
            there = _file_one(document, to, filed.get(document.part_of_id or 0), by)
        copy_transcript(document, there)
        filed[document.pk] = there
        pairs.append((document, there))
    return pairs


def _same_words(one: Document, other: Document) -> bool:
    """Whether both were read as the same words, or one of them has not been read yet."""
    first, second = latest(one), latest(other)
    return first is None or second is None or first.text == second.text


def _file_one(document: Document, to: Referral, part_of: Document | None, by: Membership) -> Document:
    copy = Document.objects.create(
        service_id=to.service_id, referral=to, name=document.name, content=bytes(document.content),
        sha256=document.sha256, size=document.size, received_at=clock.now(), part_of=part_of, received_by=by,
        copied_from=document,
    )  # fmt: skip
    audit.record(by, "document.file", copy, sha256=copy.sha256, size=copy.size, copied_from=document.pk)
    return copy


def copy_transcript(document: Document, copy: Document) -> None:
    """What was read from the bytes once need not be read again: the same words stand with the copy."""
    read = latest(document)
    if read is not None and not copy.transcripts.exists():
        Transcript.objects.create(
            service_id=copy.service_id, document=copy, made_at=read.made_at, media_type=read.media_type, text=read.text,
            pages=read.pages, unread=read.unread, problem=read.problem,
        )  # fmt: skip


def carry_alerts(pairs: Pairs, *, by: Membership) -> None:
    """Every alert that is open where a document was is open where it is filed now, before it leaves sight there."""
    for document, there in pairs:
        one, other = latest(document), latest(there)
        if one is None or other is None or one.pk == other.pk:
            continue
        there_already = set(Alert.objects.filter(transcript=other).values_list("kind", "start", "end"))
        for alert in Alert.objects.filter(transcript=one, action__isnull=True):
            if (alert.kind, alert.start, alert.end) in there_already:
                continue
            row = Alert.objects.create(
                service_id=alert.service_id, referral_id=there.referral_id, transcript=other, kind=alert.kind,
                certainty=alert.certainty, quote=alert.quote, start=alert.start, end=alert.end, page=alert.page,
            )  # fmt: skip
            audit.record(by, "alert.carry", row)


def carry_actions(pairs: Pairs, *, by: Membership) -> None:
    """What was done about an alert was done about the same words of the same person's copy too.

    Only where it is the same person, and after the copies were screened.
    """
    for document, there in pairs:
        if there.copied_from_id != document.pk:
            continue
        done = {
            (row.alert.kind, row.alert.start, row.alert.end): row
            for row in AlertAction.objects.filter(alert__transcript=latest(document)).select_related("alert")
        }
        for alert in Alert.objects.filter(transcript=latest(there), action__isnull=True):
            if (row := done.get((alert.kind, alert.start, alert.end))) is not None:
                AlertAction.objects.create(
                    service_id=alert.service_id, alert=alert, by_id=row.by_id, at=row.at, action=row.action
                )
                audit.record(by, "alert.carry_action", alert)


def quarantine(documents: Iterable[Document], *, by: Membership, reason: str) -> None:
    """Out of sight, bytes kept: these documents no longer belong to their referral."""
    for document in documents:
        row = Quarantine.objects.create(
            service_id=document.service_id, document=document, at=clock.now(), by=by, reason=reason.strip()
        )
        audit.record(by, "document.quarantine", row, document=document.pk)


def screen_again(referral: Referral, *, by: Membership) -> None:
    """Screen what a referral holds now, at once: evidence, what is missing, alerts, and what stands first on the
    worklist. Where something has not been read yet, the reader does it."""
    screen(referral.pk, Process(by.service, READER))
    referral.refresh_from_db()
    if referral.documents.current().exists() and is_being_read(referral):
        tasks.read_later(referral)


def decided_with(referral: Referral, documents: Sequence[Document]) -> list[Decision]:
    """Decisions in force that were signed while one of these documents was filed with the referral."""
    if not documents:
        return []
    first = min(document.received_at for document in documents)
    return list(referral.decisions.filter(at__gte=first, reversal__isnull=True))


def back_on_the_list(referral: Referral) -> None:
    """Something new has come to a referral that was decided: it stands on the list of those that came back."""
    if State(referral.state) in OPEN - {State.RECEIVED, State.AWAITING_SCREENING, State.SCREENING}:
        referral.came_back = referral.came_back or "documents"
        referral.save(update_fields=["came_back"])


def correct_what_was_sent(referral: Referral, documents: Sequence[Document], *, by: Membership) -> list[Decision]:
    """A clinician has to put right what was decided with documents that belonged to somebody else: one task each.

    Gives those decisions; whoever may stop letters stops what has not left (`letters.refiling`).
    """
    decisions = decided_with(referral, documents)
    due_on = add_working_days(clock.today(), 1)
    for decision in decisions:
        facts: dict[str, Any] = {"decision": decision.pk, "documents": [document.pk for document in documents]}
        give_task(
            referral, "correction_letter",
            "A decision was signed while a document of somebody else was filed here. Read its letters: stop or correct "
            "them, and reverse the decision if it rests on that document.",
            by=by, role=CLINICIAN, due_on=due_on, **facts,
        )  # fmt: skip
        if decision.outcome == Outcome.REDIRECT:
            give_task(
                referral, "recall_documents",
                "The documents of this referral went, or were to go, to another service, and one was somebody else's. "
                "Tell that service, have it taken back, and tell whoever looks after information governance.",
                by=by, role=CLINICIAN, due_on=due_on, **facts,
            )  # fmt: skip
    _recall_attached(referral, documents, by=by)
    return decisions


def _recall_attached(referral: Referral, documents: Sequence[Document], *, by: Membership) -> None:
    """One of these went, or was to go, with a reply to the referrer, also with one that was reversed since: whoever has
    it is told, and nobody encloses it any more."""
    gone = {str(document.pk) for document in documents}
    for decision in referral.decisions.filter(details__has_key="attachments"):
        if not gone & set(decision.details["attachments"]):
            continue
        words = "One of these files was somebody else's. A clinician sees to it."
        drop_tasks(referral, by=by, words=words, kind="send_documents", facts__decision=decision.pk)
        give_task(
            referral, "recall_documents",
            "A file that went, or was to go, with the reply to the referrer was somebody else's. If it has left, tell "
            "them, have it deleted, and tell whoever looks after information governance. Send what is right.",
            by=by, role=CLINICIAN, due_on=add_working_days(clock.today(), 1), decision=decision.pk,
            documents=[document.pk for document in documents],
        )  # fmt: skip
