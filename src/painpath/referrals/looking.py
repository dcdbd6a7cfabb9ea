"""Looking at the record: every look at a patient's record is audited, in the same transaction."""

from django.db import transaction

from painpath.accounts import audit
from painpath.accounts.audit import Actor
from painpath.accounts.models import Membership
from painpath.referrals.kinds import with_kinds
from painpath.referrals.models import (
    Decision,
    Document,
    Quarantine,
    Referral,
    ScreeningRun,
    SecondScreening,
    Transcript,
)
from painpath.referrals.models.documents import DocumentQuerySet
from painpath.referrals.refusal import Refused
from painpath.referrals.restricting import check_open
from painpath.referrals.theirs import check_theirs


def open_referral(reference: str, *, by: Membership, to_show: bool = False) -> Referral:
    """The referral with this reference in the service of `by`; the look is audited. `to_show`: nothing is written to it
    afterwards, so what does not stand on it need not be looked for (`referrals.kinds`).

    Raises `Referral.DoesNotExist`, also for a referral of another service: nobody learns that it is there.
    """
    referrals = with_kinds(Referral.objects.all()) if to_show else Referral.objects.all()
    referral = (
        referrals.select_related(
            "patient", "referrer", "practice", "pathway_version", "owner__user", "follows", "online"
        )
        .defer("pathway_version__content")
        .get(service_id=by.service_id, reference=reference)
    )
    check_not_blind(referral, by=by)
    check_open(referral, by=by)
    audit.record(by, "referral.look", referral)
    return referral


def look(referral: Referral, *, by: Actor, action: str = "referral.look") -> None:
    """Audit that whoever sent a referral looks at it; that it is theirs is checked here again. Raises `Refused`."""
    check_theirs(referral, by=by)
    with transaction.atomic():
        audit.record(by, action, referral)


def open_document(reference: str, document_id: int, *, by: Membership) -> Document:
    """An original file of a referral; opening it is audited, and signing may ask for that.

    Raises `Document.DoesNotExist` when the referral has no such document, `Refused` when it was moved elsewhere.
    """
    document = Document.objects.select_related("referral").get(
        service_id=by.service_id, referral__reference=reference, pk=document_id
    )
    if Quarantine.objects.filter(document=document).exists():
        raise Refused("This document was moved: it did not belong here. It can be opened where it was moved to.")
    second = blind_second(document.referral, by=by)
    if second is not None and not seen_blind(second).filter(pk=document.pk).exists():
        check_not_blind(document.referral, by=by)
    check_open(document.referral, by=by)
    audit.record(by, "document.open", document)
    return document


def blind_second(referral: Referral, *, by: Membership) -> SecondScreening | None:
    """The second screening of this referral that `by` has begun and not finished."""
    if referral.lacks("second"):
        return None
    return SecondScreening.objects.filter(referral=referral, by=by, finished_at__isnull=True).first()


def seen_blind(second: SecondScreening) -> DocumentQuerySet:
    """The documents that a second clinician sees: those that the first one had when they decided, if they have.

    What came later (an answer, a message of the conversation) tells what was decided, or was asked because of it.
    """
    documents = Document.objects.filter(referral_id=second.referral_id).current()
    first = Decision.objects.filter(referral_id=second.referral_id).order_by("id").first()
    return documents if first is None else documents.filter(received_at__lte=first.at)


def run_seen_blind(second: SecondScreening) -> ScreeningRun | None:
    """The latest reading that a second clinician sees: of the documents that they see, and of no others.

    Where there is none (a document was moved away since), that of the day of the first decision.
    """
    unseen = Transcript.objects.filter(document__referral=second.referral_id)
    unseen = unseen.exclude(document__in=seen_blind(second))
    runs = ScreeningRun.objects.filter(referral_id=second.referral_id).order_by("id")
    found = runs.exclude(transcripts__in=unseen).last()
    first = Decision.objects.filter(referral_id=second.referral_id).order_by("id").first()
    return found or (runs if first is None else runs.filter(made_at__lte=first.at)).last()


def check_not_blind(referral: Referral, *, by: Membership) -> None:
    """Raise `Refused` while `by` is screening this referral blind: what others made of it must stay out of sight."""
    if blind_second(referral, by=by) is not None:
        raise Refused(
            f"You are screening referral {referral.reference} blind. Finish that, or give it back, before you see what "
            "others made of it. You find it under “Second screening”."
        )
