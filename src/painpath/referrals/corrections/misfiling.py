"""A document that was filed under the wrong person: it leaves, and goes where it belongs, in one act."""

import uuid
from dataclasses import dataclass, field

from django.db import transaction

from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.referrals.arriving import receiving
from painpath.referrals.arriving.filing import File
from painpath.referrals.corrections.merging import lock_both
from painpath.referrals.corrections.refiling import (
    Pairs,
    back_on_the_list,
    carry_alerts,
    copy_transcript,
    correct_what_was_sent,
    file_copies,
    quarantine,
    screen_again,
)
from painpath.referrals.decisions.asking import close_requests
from painpath.referrals.models import Decision, Document, Quarantine, Referral
from painpath.referrals.moves import check_move, lock, move
from painpath.referrals.refusal import Refused
from painpath.referrals.unsettled import merged_into


@dataclass(frozen=True)
class Moved:
    """Where a document went, and the decisions that were signed with it before."""

    to: Referral
    document: Document
    decisions: list[Decision] = field(default_factory=list)


def whole(document: Document) -> list[Document]:
    """A document with everything that came attached to it and is still there."""
    found, fresh = [document], [document]
    while fresh:
        fresh = list(Document.objects.current().filter(part_of__in=fresh).defer("content"))
        found += fresh
    return found


def is_the_last(document: Document) -> bool:
    """Whether nothing would be left with the referral when this went."""
    gone = {one.pk for one in whole(document)}
    return not document.referral.documents.current().exclude(pk__in=gone).exists()


def check_move_document(document: Document, to: Referral | None, *, by: Membership, close_source: bool) -> None:
    """Raise `Refused` unless this document can go to `to` (None: to a new referral)."""
    source = document.referral
    check_move("move_document", source, by=by)
    if (merge := merged_into(source)) is not None:
        raise Refused(f"This referral was merged into {merge.into.reference}. Move the document from there.")
    if Quarantine.objects.filter(document=document).exists():
        raise Refused("This document has been moved already. The timeline says where.")
    if to is not None:
        if to.pk == source.pk:
            raise Refused("The document is filed with this referral. Enter the reference of the other one.")
        if not to.is_open:
            raise Refused(
                f"Referral {to.reference} has ended ({to.state_label.lower()}). Take it back first, or move the "
                "document to a new referral."
            )
        check_move("move_document", to, by=by)
    if source.is_open and is_the_last(document) and not close_source:
        raise Refused(
            "This is the only document of this referral, and a referral without a letter cannot be screened. Close the "
            "referral as received in error in the same step, or add its right letter first."
        )


@transaction.atomic
def move_document(
    *, document: Document, to: Referral | None, by: Membership, reason: str, close_source: bool = False
) -> Moved:
    """Take a document away from a referral and file it with `to`, or with a new referral that it makes.

    What came attached to it goes along. The original stays, out of sight; both referrals are screened anew at once, so
    that an alert is open there before it is out of sight here, and nothing that was judged with it counts any more.
    `close_source` closes a referral that has nothing left, as received in error. Moved twice, it is moved once.
    Raises `Refused`, and then nothing has changed.
    """
    source = lock(document.referral) if to is None else lock_both(document.referral, to)[0]
    document = Document.objects.select_related("referral").get(pk=document.pk)
    document.referral = source
    if (there := _moved_before(document, to, by, reason)) is not None:
        return there
    to = lock(to) if to is not None else None
    check_move_document(document, to, by=by, close_source=close_source)
    documents = whole(document)
    last = is_the_last(document)
    target, pairs = _file(documents, to, by)
    carry_alerts(pairs, by=by)
    decisions = correct_what_was_sent(source, documents, by=by)
    quarantine(documents, by=by, reason=reason)
    move("move_document", source, by=by, reason=reason, facts={"to": target.reference, "document": document.pk})
    move("move_document", target, by=by, reason=reason, facts={"from": source.reference, "document": pairs[0][1].pk})
    for referral in (source, target):
        screen_again(referral, by=by)
    back_on_the_list(target)
    if source.is_open and last:
        move("close_in_error", source, by=by, reason=reason)
        close_requests(source, by=by)
    audit.record(by, "document.move", document, to=pairs[0][1].pk)
    return Moved(target, pairs[0][1], decisions)


def _moved_before(document: Document, to: Referral | None, by: Membership, reason: str) -> Moved | None:
    """What a double click did the first time: the same person moved the same document with the same words."""
    gone = Quarantine.objects.filter(document=document, by=by, reason=reason.strip()).exists()
    copy = document.copies.select_related("referral").order_by("pk").last() if gone else None
    if copy is None or (to is not None and copy.referral_id != to.pk):
        return None
    return Moved(copy.referral, copy)


def _file(documents: list[Document], to: Referral | None, by: Membership) -> tuple[Referral, Pairs]:
    """File what moves with `to`, or with a new referral whose wait began when the document arrived here."""
    if to is not None:
        return to, file_copies(documents, to, by=by)
    first, *parts = documents
    file = File(first.name, bytes(first.content), copied_from=first)
    new = receiving.receive(by=by, files=[file], key=uuid.uuid4(), received_at=first.received_at)
    copy = new.documents.get()
    copy_transcript(first, copy)
    pairs = [(first, copy)]
    if parts:
        pairs += file_copies([first, *parts], new, by=by)[1:]
    return lock(new), pairs
