"""Looking at the record: every look at a patient's record is audited, in the same transaction."""

from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.referrals.models import Document, Referral


def open_referral(reference: str, *, by: Membership) -> Referral:
    """The referral with this reference in the service of `by`; the look is audited.

    Raises `Referral.DoesNotExist`, also for a referral of another service: nobody learns that it is there.
    """
    referral = (
        Referral.objects.select_related("patient", "referrer", "practice", "pathway_version", "owner__user", "follows")
        .defer("pathway_version__content")
        .get(service_id=by.service_id, reference=reference)
    )
    audit.record(by, "referral.look", referral)
    return referral


def open_document(reference: str, document_id: int, *, by: Membership) -> Document:
    """An original file of a referral; opening it is audited, and signing may ask for that.

    Raises `Document.DoesNotExist` when the referral has no such document.
    """
    document = Document.objects.select_related("referral").get(
        service_id=by.service_id, referral__reference=reference, pk=document_id
    )
    audit.record(by, "document.open", document)
    return document
