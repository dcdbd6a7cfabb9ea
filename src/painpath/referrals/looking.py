"""Looking at the record: every look at a patient's record is audited, in the same transaction."""

from django.db import transaction

from painpath.accounts import audit
from painpath.accounts.audit import Actor
from painpath.accounts.models import Membership
from painpath.referrals.models import Document, Quarantine, Referral, SecondScreening
from painpath.referrals.refusal import Refused
from painpath.referrals.theirs import check_theirs


def open_referral(reference: str, *, by: Membership) -> Referral:
    """The referral with this reference in the service of `by`; the look is audited.

    Raises `Referral.DoesNotExist`, also for a referral of another service: nobody learns that it is there.
    """
    referral = (
        Referral.objects.select_related("patient", "referrer", "practice", "pathway_version", "owner__user", "follows")
        .defer("pathway_version__content")
        .get(service_id=by.service_id, reference=reference)
    )
    check_not_blind(referral, by=by)
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
    audit.record(by, "document.open", document)
    return document


def check_not_blind(referral: Referral, *, by: Membership) -> None:
    """Raise `Refused` while `by` is screening this referral blind: what others made of it must stay out of sight."""
    if SecondScreening.objects.filter(referral=referral, by=by, finished_at__isnull=True).exists():
        raise Refused(
            f"You are screening referral {referral.reference} blind. Finish that, or give it back, before you see what "
            "others made of it. You find it under “Second screening”."
        )
