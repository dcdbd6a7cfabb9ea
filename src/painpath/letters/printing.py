"""The print queue: what goes by post is printed together as one PDF, and posted when a person says so.

Every letter begins on a new sheet, also where the printer prints on both sides: nobody's letter may stand on the back
of another's. The batch begins with a posting list of recipients and references.
"""

from io import BytesIO
from pathlib import Path

import pypdfium2
from django.db import transaction
from django.db.models import QuerySet

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.accounts.roles import ADMINISTRATOR
from painpath.letters import codes, outbox
from painpath.letters.channels import reasons_to_hold
from painpath.letters.copies import give_out
from painpath.letters.enclosing import papers_with
from painpath.letters.errors import LetterError
from painpath.letters.formats import layout_for
from painpath.letters.models import Dispatch, DispatchState, Letter, PrintBatch
from painpath.letters.pdf import typeset
from painpath.letters.plain_letters import set_address_page, set_text
from painpath.letters.sealing import seal, unseal
from painpath.letters.wording import line
from painpath.referrals import pathways
from painpath.referrals.refusal import Refused
from painpath.referrals.todo import give_task
from painpath.referrals.together.second import blind_to
from painpath.referrals.transitions import STAFF

MOST = 200
"""Letters in one batch: as many as somebody folds in a morning; the file stays below 20 MB."""
_LIST = Path(__file__).parent / "posting-list.typ"


def waiting(by: Membership) -> QuerySet[Dispatch]:
    """What waits for `by` to print it, in no batch yet: nothing about a referral that they are screening blind."""
    return Dispatch.objects.filter(
        service_id=by.service_id, channel="print", state=DispatchState.QUEUED, batch__isnull=True
    ).exclude(referral_id__in=blind_to(by))


def check_post(*, by: Membership) -> None:
    """Raise `Refused` unless `by` may print and post."""
    if by.role not in STAFF or by.ended_at is not None:
        raise Refused("Only an administrator or a clinician can print and post.")


def check_sees(batch: PrintBatch, *, by: Membership) -> None:
    """Raise `Refused` while a letter of this batch tells `by` what was decided on what they screen blind."""
    if batch.dispatches.filter(referral_id__in=blind_to(by)).exists():
        raise Refused(
            "A letter in this batch is about a referral that you are screening blind. Finish that, or give it back, "
            "or let a colleague print and post this batch."
        )


@transaction.atomic
def print_batch(*, by: Membership) -> PrintBatch | None:
    """Put what waits, the oldest first and at most `MOST`, into one PDF in the order of recipients.

    The record is looked at once more: what now needs a person is held, a code that has run out is stopped, what no font
    can print goes to a person. None when nothing was left to print after that; `Refused` when nothing waited at all.
    """
    check_post(by=by)
    found = list(
        outbox.locked(service_id=by.service_id, channel="print", state=DispatchState.QUEUED, batch__isnull=True)
        .exclude(referral_id__in=blind_to(by)).order_by("id")[:MOST]
    )  # fmt: skip
    if not found:
        raise Refused("Nothing waits to be printed. Somebody may have just printed it: look at the batches below.")
    found.sort(key=lambda one: (one.name.casefold(), one.address, one.pk))
    pdfs: list[tuple[Dispatch, bytes]] = []
    for dispatch in found:
        if reasons := reasons_to_hold(dispatch):
            outbox.hold(dispatch, reasons, by=by)
        elif codes.has_run_out(dispatch):
            outbox.change(dispatch, DispatchState.CANCELLED, by=by, why="The code ran out before it was printed.")
        else:
            try:
                pdfs.append((dispatch, _pages(dispatch)))
            except LetterError as error:
                _fail(dispatch, error.sentence, by)
    if not pdfs:
        return None
    merged = _merge([pdf for _, pdf in pdfs], _posting_list(pdfs, by))
    batch = PrintBatch.objects.create(service_id=by.service_id, made_by=by, pdf=seal(merged))
    for dispatch, _ in pdfs:
        dispatch.batch = batch
        if dispatch.to == "patient":
            dispatch.facts["printed_as"] = layout_for(dispatch.referral.patient)
        dispatch.save(update_fields=["batch", "facts"])
        audit.record(by, "dispatch.print", dispatch, batch=batch.pk)
    audit.record(by, "batch.print", batch, dispatches=[dispatch.pk for dispatch, _ in pdfs])
    return batch


@transaction.atomic
def open_batch(batch_id: int, *, by: Membership) -> tuple[PrintBatch, bytes]:
    """A batch that has not been posted, and its PDF; opening it is audited. `PrintBatch.DoesNotExist` for none."""
    check_post(by=by)
    batch = PrintBatch.objects.get(service_id=by.service_id, pk=batch_id)
    check_sees(batch, by=by)
    if not batch.pdf:
        raise Refused("This batch was posted, or put back into the queue. Its file is not kept.")
    audit.record(by, "batch.open", batch)
    try:
        return batch, unseal(bytes(batch.pdf))
    except LetterError as error:
        raise Refused(f"{error.sentence} Put this batch back into the queue, and print again.") from None


def to_take_out(batch: PrintBatch) -> list[tuple[Dispatch, str]]:
    """What must not be posted although it was printed, and why: it was stopped since, or the record has changed."""
    found = []
    for dispatch in outbox.whole(batch=batch):
        reasons = reasons_to_hold(dispatch) if dispatch.state == DispatchState.QUEUED else []
        if dispatch.state == DispatchState.CANCELLED or reasons:
            found.append((dispatch, " ".join(reasons) or dispatch.why))
    return found


@transaction.atomic
def mark_posted(*, batch: PrintBatch, by: Membership, taken_out: list[int]) -> PrintBatch:
    """Record that a batch was posted. `taken_out` are those of `to_take_out` that the person took out of the pile.

    Twice is once. From now on the file is not kept: the letters are, and codes are forgotten.
    """
    check_post(by=by)
    batch = PrintBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.posted_at is not None:
        return batch
    check_sees(batch, by=by)
    if not batch.pdf:
        raise Refused("This batch was put back into the queue. Print it again.")
    rows = list(outbox.locked(batch=batch).order_by("id"))
    out = {dispatch.pk: why for dispatch, why in to_take_out(batch)}
    if set(out) - set(taken_out):
        raise Refused("Take out what must not be posted, listed on this page, and tick it. Then say it was posted.")
    batch.posted_at, batch.posted_by, batch.pdf = clock.now(), by, b""
    batch.save(update_fields=["posted_at", "posted_by", "pdf"])
    audit.record(by, "batch.post", batch, taken_out=sorted(out))
    for dispatch in rows:
        if dispatch.state != DispatchState.QUEUED:
            continue
        if dispatch.pk in out:
            outbox.hold(dispatch, reasons_to_hold(dispatch), by=by)
        else:
            outbox.change(dispatch, DispatchState.SENT, by=by)
    return batch


@transaction.atomic
def put_back(*, batch: PrintBatch, by: Membership) -> None:
    """A batch was not posted: what is in it waits to be printed again, and its file is not kept. Twice is once."""
    check_post(by=by)
    batch = PrintBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.posted_at is not None:
        raise Refused("This batch was posted. Letters that came back are a new thing to do, not this batch.")
    rows = list(outbox.locked(batch=batch))
    if not batch.pdf and not rows:
        return
    batch.pdf = b""
    batch.save(update_fields=["pdf"])
    for dispatch in rows:
        dispatch.batch = None
        dispatch.save(update_fields=["batch"])
    audit.record(by, "batch.put_back", batch, dispatches=sorted(dispatch.pk for dispatch in rows))


def _fail(dispatch: Dispatch, why: str, by: Membership) -> None:
    outbox.change(dispatch, DispatchState.FAILED, by=by, why=why)
    give_task(
        dispatch.referral, "contact", f"A letter could not be printed, {dispatch.get_to_display().lower()}. {why}",
        by=by, role=ADMINISTRATOR, due_on=clock.today(), dispatch=dispatch.pk,
    )  # fmt: skip


def _pages(dispatch: Dispatch) -> bytes:
    """All pages of one dispatch. A signed letter is printed as it was signed, behind a page with the address when it
    shows another one, or none; the patient's in the format that is needed by now, word for word the same."""
    pathway = pathways.of(dispatch.referral.pathway_version)
    if dispatch.letter_id is None:
        return set_text(dispatch, pathway)
    letter = Letter.objects.get(pk=dispatch.letter_id)
    pdf = _in_format(letter, dispatch)
    shown = list(letter.facts.get("address", []))
    goes_to = list(filter(None, map(line, (dispatch.name, *dispatch.address.splitlines()))))
    letter_pages = pdf if shown == goes_to else _merge([set_address_page(dispatch, pathway), pdf], padded=False)
    papers = papers_with(dispatch)
    return _merge([letter_pages, *papers]) if papers else letter_pages


def _in_format(letter: Letter, dispatch: Dispatch) -> bytes:
    """The letter as signed, or its words set anew where the patient needs another layout since."""
    if dispatch.to != "patient":
        return bytes(letter.pdf)
    return give_out(letter, layout_for(dispatch.referral.patient))


def _posting_list(pdfs: list[tuple[Dispatch, bytes]], by: Membership) -> bytes:
    rows = [
        {"number": str(number), "name": line(dispatch.name), "reference": dispatch.referral.reference,
         "sheets": str(-(-_count(pdf) // 2))}
        for number, (dispatch, pdf) in enumerate(pdfs, 1)
    ]  # fmt: skip
    now = clock.now()
    return typeset(_LIST, {
        "title": f"Posting list, {now:%-d %B %Y}, {now:%H:%M}", "service": by.service.name, "rows": rows,
        "intro": f"{len(rows)} {'letter' if len(rows) == 1 else 'letters'}, printed by {line(by.name)}. "
                 "Sheets are counted for printing on both sides.",
    }, now.date())  # fmt: skip


def _count(pdf: bytes) -> int:
    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def _merge(pdfs: list[bytes], front: bytes | None = None, *, padded: bool = True) -> bytes:
    """One PDF of all of them; `padded`: each fills whole sheets when printed on both sides."""
    merged = pypdfium2.PdfDocument.new()
    for pdf in [*([front] if front else []), *pdfs]:
        with pypdfium2.PdfDocument(pdf) as part:
            merged.import_pages(part)
            if padded and len(part) % 2:
                merged.new_page(*part[0].get_size())
    out = BytesIO()
    merged.save(out)
    merged.close()
    return out.getvalue()
