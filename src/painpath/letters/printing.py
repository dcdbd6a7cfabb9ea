"""The print queue: what goes by post is printed together as one PDF, and posted when a person says so.

Every letter begins on a new sheet, also where the printer prints on both sides: nobody's letter may stand on the back
of another's. The batch begins with a posting list of recipients and references.

A few letters are printed while the person waits (`print_batch`). Many are shared out into batches at once, and the
worker makes one file after the other (`print_in_parts`): it holds one letter and the file under way, never all of them.
"""

from pathlib import Path

import pypdfium2
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.holding import held
from painpath.accounts.models import Membership
from painpath.accounts.roles import ADMINISTRATOR
from painpath.letters import codes, ending, outbox, tasks
from painpath.letters.binding import Bound, pages_of
from painpath.letters.channels import reasons_to_hold
from painpath.letters.errors import LetterError
from painpath.letters.formats import layout_for
from painpath.letters.models import Dispatch, DispatchState, PrintBatch
from painpath.letters.pdf import typeset
from painpath.letters.sealing import seal, unseal
from painpath.letters.wording import line
from painpath.referrals.refusal import Refused
from painpath.referrals.todo import give_task
from painpath.referrals.together.second import blind_to
from painpath.referrals.transitions import STAFF

MOST = 200
"""Letters in one batch: as many as somebody folds in a morning; the file stays below 20 MB."""
AT_ONCE = 50
"""As many are printed while somebody waits for the page: a second or two."""
RAN_OUT = "The code ran out before it was posted, and would not work."
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
    """Put what waits, the oldest first and at most `MOST`, into one PDF in the order of recipients, now.

    None when nothing was left to print after the record had been looked at once more (`make`); `Refused` when nothing
    waited at all.
    """
    (batch,) = _share_out(by, MOST)
    return batch if make(batch=batch) else None


@transaction.atomic
def print_in_parts(*, by: Membership) -> list[PrintBatch]:
    """Share everything that waits out into batches of at most `MOST`, in the order of recipients over all of them. The
    worker makes each (`make`), one after the other. `Refused` when nothing waited."""
    batches = _share_out(by, None)
    for batch in batches:
        tasks.make_later(batch)
    return batches


def _share_out(by: Membership, most: int | None) -> list[PrintBatch]:
    check_post(by=by)
    rows = list(waiting(by).select_for_update(of=("self",)).order_by("id").only("id", "name", "address")[:most])
    if not rows:
        raise Refused("Nothing waits to be printed. Somebody may have just printed it: look at the batches below.")
    rows.sort(key=lambda one: (one.name.casefold(), one.address, one.pk))
    now, batches = clock.now(), []
    for first in range(0, len(rows), MOST):
        batch = PrintBatch.objects.create(service_id=by.service_id, made_by=by, made_at=now, pdf=b"")
        part = [one.pk for one in rows[first : first + MOST]]
        Dispatch.objects.filter(pk__in=part).update(batch=batch)
        audit.record(by, "batch.begin", batch, dispatches=part)
        batches.append(batch)
    return batches


def being_made(by: Membership) -> QuerySet[PrintBatch]:
    """The batches whose file the worker has not made yet."""
    rows = PrintBatch.objects.filter(service_id=by.service_id, posted_at__isnull=True, pdf=b"").defer("pdf")
    return rows.filter(Exists(Dispatch.objects.filter(batch=OuterRef("pk")))).order_by("pk")


@transaction.atomic
def make(*, batch: PrintBatch) -> bool:
    """Make the file of a batch, once; False when nothing was left to print.

    The record is looked at once more: what now needs a person is held, a code that has run out stays here, what cannot
    be printed goes to a person. Letters are read, set and bound one at a time. No row of theirs is locked meanwhile:
    whoever stops or changes one finds it among what must be taken out of the pile (`to_take_out`).
    """
    batch = (
        PrintBatch.objects.select_for_update(of=("self",)).select_related("made_by__user", "service").get(pk=batch.pk)
    )
    by = batch.made_by
    if batch.pdf or batch.posted_at is not None:
        return True
    rows = Dispatch.objects.filter(batch=batch, state=DispatchState.QUEUED).only("id", "name", "address")
    bound, printed = Bound(), list[tuple[Dispatch, int]]()
    with bound:
        for pk in [one.pk for one in sorted(rows, key=lambda one: (one.name.casefold(), one.address, one.pk))]:
            dispatch = outbox.whole(pk=pk).get()
            dispatch.facts.pop("printed_as", None)  # of a batch that was put back, or that it was taken out of
            if _is_kept_back(dispatch, by):
                continue
            try:
                count = bound.add(pages_of(dispatch))
            except (LetterError, pypdfium2.PdfiumError) as error:
                why = error.sentence if isinstance(error, LetterError) else "Its pages could not be put together."
                _fail(outbox.lock(dispatch), why, by)
            else:
                printed.append((dispatch, count))
        # What was stopped before its pages were made is in no pile.
        missing = held(outbox.whole(batch=batch).exclude(pk__in=[one.pk for one, _ in printed]).order_by("pk"))
        for dispatch in missing:
            dispatch.batch = None
            dispatch.save(update_fields=["batch"])
        if not printed:
            return False
        batch.pdf = seal(bound.finish(_posting_list(printed, by)))
    batch.save(update_fields=["pdf"])
    for dispatch in outbox.locked(pk__in=[one.pk for one, _ in printed if one.to == "patient"]):
        dispatch.facts["printed_as"] = layout_for(dispatch.referral.patient)
        dispatch.save(update_fields=["facts"])
    audit.record_each(by, "dispatch.print", [one for one, _ in printed], batch=batch.pk)
    audit.record(by, "batch.print", batch, dispatches=[one.pk for one, _ in printed])
    return True


def _is_kept_back(dispatch: Dispatch, by: Membership) -> bool:
    """Whether a dispatch does not go into the file after all; then that is written down."""
    reasons, run_out = reasons_to_hold(dispatch), codes.has_run_out(dispatch)
    if not reasons and not run_out:
        return False
    dispatch = outbox.lock(dispatch)
    dispatch.batch = None
    if dispatch.state != DispatchState.QUEUED:
        dispatch.save(update_fields=["batch"])
    elif reasons:
        outbox.hold(dispatch, reasons, by=by)
    else:
        ending.run_out(dispatch, "The code ran out before it was printed.", by=by)
    return True


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
        run_out = [RAN_OUT] if dispatch.state == DispatchState.QUEUED and codes.has_run_out(dispatch) else []
        if dispatch.state == DispatchState.CANCELLED or reasons or run_out:
            found.append((dispatch, " ".join([*reasons, *run_out]) or dispatch.why))
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
        raise Refused("This batch is still being made, or was put back into the queue. Look again, or print it again.")
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
        if dispatch.pk in out and codes.has_run_out(dispatch):
            ending.run_out(dispatch, RAN_OUT, by=by)
        elif dispatch.pk in out:
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


def _posting_list(printed: list[tuple[Dispatch, int]], by: Membership) -> bytes:
    rows = [
        {"number": str(number), "name": line(dispatch.name), "reference": dispatch.referral.reference,
         "sheets": str(-(-pages // 2))}
        for number, (dispatch, pages) in enumerate(printed, 1)
    ]  # fmt: skip
    now = clock.now()
    return typeset(_LIST, {
        "title": f"Posting list, {now:%-d %B %Y}, {now:%H:%M}", "service": by.service.name, "rows": rows,
        "intro": f"{len(rows)} {'letter' if len(rows) == 1 else 'letters'}, printed by {line(by.name)}. "
                 "Sheets are counted for printing on both sides.",
    }, now.date())  # fmt: skip
