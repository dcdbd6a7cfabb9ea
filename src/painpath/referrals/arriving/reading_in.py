"""Reading a referral's documents into the record: transcripts, a screening run, alerts. Idempotent: may run twice."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import msgspec
from django.db import transaction

from painpath import clock, documents, screening
from painpath.accounts import audit
from painpath.accounts.audit import Process
from painpath.accounts.models import Service
from painpath.accounts.scope import scope
from painpath.documents import DocumentError, DocumentText, Page, UnreadPage
from painpath.referrals import pathways
from painpath.referrals.arriving import scanning
from painpath.referrals.arriving.filing import File, store_files
from painpath.referrals.models import (
    Alert,
    ClauseState,
    CombinationState,
    Document,
    Evidence,
    Referral,
    ScreeningRun,
    Transcript,
)
from painpath.referrals.models.sheet import ScreenedTranscript
from painpath.referrals.moves import READER, lock, make_ready
from painpath.referrals.unsettled import mark_first, mark_missing

log = logging.getLogger(__name__)
BETWEEN_DOCUMENTS = "\n\n\f\n\n"  # a form feed: no sentence, list or quote runs over it


Reader = Callable[[bytes, str], DocumentText]


def read_in(*, service_id: int, referral_id: int, reader: Reader = documents.read_limited) -> None:
    """Read what has not been read of one referral, then screen all of it together. Opens its own scope.

    Parsing happens outside any transaction, in the limited subprocess; what cannot be read is recorded as such.
    """
    while True:
        with scope(service_id):
            unread = Document.objects.current().filter(referral_id=referral_id, transcripts__isnull=True)
            document = unread.order_by("id").first()
        if document is None:
            break
        text, problem = _read(document, reader)
        with scope(service_id):
            _keep(document, text, problem)
    with scope(service_id):
        screen(referral_id, Process(Service.objects.get(pk=service_id), READER))


def _read(document: Document, reader: Reader) -> tuple[DocumentText | None, str]:
    content = bytes(document.content)
    if scanning.verdict(content) == scanning.Verdict.INFECTED:
        log.warning("document %s is infected", document.pk)
        return None, scanning.INFECTED
    try:
        return reader(content, document.name), ""
    except DocumentError as error:
        log.info("document %s could not be read: %s", document.pk, error.code)
        return None, error.sentence
    except Exception as error:  # a fault of ours must not hold a referral back
        log.error("document %s: reading broke down with %s", document.pk, type(error).__name__)
        return None, "The program broke down on this file. Open the original and read it there."


def _keep(document: Document, text: DocumentText | None, problem: str) -> None:
    lock(document.referral)
    if document.transcripts.exists():  # a second worker was faster
        return
    Transcript.objects.create(
        service_id=document.service_id,
        document=document,
        made_at=clock.now(),
        media_type=text.media_type if text else "",
        text=text.text if text else "",
        pages=msgspec.to_builtins(text.pages) if text else [],
        unread=msgspec.to_builtins(text.unread) if text else [],
        problem=problem,
    )
    attachments = [File(attachment.name, attachment.data) for attachment in text.attachments] if text else []
    store_files(document.referral, attachments, by=Process(document.service, READER), part_of=document)


@dataclass(frozen=True)
class Joined:
    """The texts of several transcripts as one, and where each begins in it."""

    text: DocumentText
    starts: tuple[tuple[int, Transcript], ...]

    def place(self, start: int, end: int) -> tuple[Transcript, int, int, int]:
        """Transcript, start, end and page of that transcript for a place in the joined text."""
        offset, transcript = next(item for item in reversed(self.starts) if item[0] <= start)
        start, end = start - offset, end - offset
        page = next((page["number"] for page in transcript.pages if start < page["end"]), 1)
        return transcript, start, end, page


def join(transcripts: list[Transcript]) -> Joined:
    """One text of all: a referral is read as a whole, whatever the number of files it came in."""
    parts: list[str] = []
    starts: list[tuple[int, Transcript]] = []
    pages: list[Page] = []
    unread: list[UnreadPage] = []
    at = 0
    for transcript in transcripts:
        if parts:
            parts.append(BETWEEN_DOCUMENTS)
            at += len(BETWEEN_DOCUMENTS)
        starts.append((at, transcript))
        pages += [
            Page(len(pages) + number, page["start"] + at, page["end"] + at)
            for number, page in enumerate(transcript.pages, 1)
        ]
        unread += [UnreadPage(**item) for item in transcript.unread]
        parts.append(transcript.text)
        at += len(transcript.text)
    text = DocumentText(text="".join(parts), pages=tuple(pages), unread=tuple(unread), media_type="", attachments=())
    return Joined(text, tuple(starts))


@transaction.atomic
def screen(referral_id: int, by: Process) -> ScreeningRun | None:
    """Screen all transcripts of a referral, unless exactly these were screened already; then make it ready.

    Gives the run, or None when there was nothing new to screen. A document that was taken away counts no more at once,
    whatever else is still to be read; a referral without any document settles nothing.
    """
    referral = lock(Referral(pk=referral_id))
    documents = list(referral.documents.current().defer("content").prefetch_related("transcripts").order_by("id"))
    latest = referral.screenings.last()
    stale = latest is not None and latest.transcripts.filter(document__quarantine__isnull=False).exists()
    read = [document for document in documents if document.transcripts.all()]
    if len(read) < len(documents) and not stale:
        return None  # something more has arrived: its own task screens the whole
    transcripts = [max(document.transcripts.all(), key=lambda transcript: transcript.pk) for document in read]
    run = None
    if latest is None or set(latest.transcripts.values_list("pk", flat=True)) != {t.pk for t in transcripts}:
        run = _screen(referral, transcripts, by)
        referral.version += 1  # what a clinician had in front of them was without this
        referral.save(update_fields=["version"])
        mark_missing(referral)
    mark_first(referral)
    make_ready(referral, by=by)
    return run


def _screen(referral: Referral, transcripts: list[Transcript], by: Process) -> ScreeningRun:
    pathway = pathways.of(referral.pathway_version)
    joined = join(transcripts)
    received = referral.received_at.astimezone(clock.LONDON).date()
    service = {"service_id": referral.service_id}
    try:
        sheet = screening.screen(joined.text, pathway, written_on=None, today=received)
    except Exception as error:  # a fault of ours must not hold a referral back
        log.error("referral %s: screening broke down with %s", referral.pk, type(error).__name__)
        run = ScreeningRun.objects.create(
            **service,
            referral=referral,
            pathway_version=referral.pathway_version,
            made_at=clock.now(),
            problem="The program broke down on this referral. Read the letter against the published criteria yourself.",
        )
        ScreenedTranscript.objects.bulk_create(
            ScreenedTranscript(**service, run=run, transcript=t) for t in transcripts
        )
        audit.record(by, "referral.screen", referral, run=run.pk, broke_down=True)
        return run
    run = ScreeningRun.objects.create(
        **service,
        referral=referral,
        pathway_version=referral.pathway_version,
        made_at=clock.now(),
        letter_date=date.fromisoformat(sheet.identifiers.letter_date.value) if sheet.identifiers.letter_date else None,
        identifiers=msgspec.to_builtins(sheet.identifiers),
    )
    ScreenedTranscript.objects.bulk_create(ScreenedTranscript(**service, run=run, transcript=t) for t in transcripts)
    clauses = ClauseState.objects.bulk_create(
        ClauseState(
            **service, run=run, criterion=item.id, state=item.state, source=item.source, case_by_case=item.case_by_case
        )
        for item in sheet.criteria
    )
    CombinationState.objects.bulk_create(
        CombinationState(**service, run=run, combination=item.id, state=item.state) for item in sheet.combinations
    )
    rows = []
    for clause, item in zip(clauses, sheet.criteria, strict=True):
        for words in item.evidence:
            transcript, start, end, page = joined.place(words.start, words.end)
            rows.append(
                Evidence(
                    **service,
                    clause=clause,
                    transcript=transcript,
                    quote=words.quote,
                    start=start,
                    end=end,
                    page=page,
                    speaks=words.speaks,
                    phrase=words.phrase,
                    trigger=words.trigger or "",
                    why=words.why,
                )
            )
    Evidence.objects.bulk_create(rows)
    for alert in sheet.alerts:
        transcript, start, end, page = joined.place(alert.start, alert.end)
        Alert.objects.get_or_create(
            **service, transcript=transcript, kind=alert.kind, start=start, end=end,
            defaults={"referral": referral, "certainty": alert.certainty, "quote": alert.quote, "page": page},
        )  # fmt: skip
    audit.record(by, "referral.screen", referral, run=run.pk, alerts=len(sheet.alerts))
    return run
