"""Words among colleagues about a referral, and the list of the multidisciplinary team (MDT) meeting.

None of it is part of a letter, of the timeline, or of anything that a patient or referrer sees.
"""

from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.referrals.models import Comment, MeetingItem, Referral
from painpath.referrals.models.following import CONTENT, SHOWN
from painpath.referrals.moves import lock
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import STAFF


def _check_staff(by: Membership) -> None:
    if by.role not in STAFF:
        raise Refused("Only an administrator or a clinician can take part in the discussion of a referral.")
    if by.ended_at is not None:
        raise Refused("Your access to this service has ended. Ask the service's administrator.")


@transaction.atomic
def add_comment(*, referral: Referral, by: Membership, text: str) -> Comment:
    """Say something to colleagues about a referral, in whatever state it is. Sent twice in a row, it is said once."""
    _check_staff(by)
    text = text.strip()
    if not text:
        raise Refused("Write what you want to tell your colleagues.")
    referral = lock(referral)
    last = referral.comments.last()
    if last is not None and (last.by_id, last.text) == (by.pk, text):
        return last
    row = Comment.objects.create(service_id=referral.service_id, referral=referral, by=by, text=text)
    audit.record(by, "comment.add", row, referral=referral.pk)
    return row


@transaction.atomic
def put_on_meeting_list(
    *, referral: Referral, by: Membership, question: str, meets_on: date | None = None
) -> MeetingItem:
    """Put a referral on the list of the MDT meeting, with the question; `meets_on` is None for the next one there is.

    A referral stands there once at a time. Put there twice with the same question, it is put there once.
    """
    _check_staff(by)
    question = question.strip()
    if not question:
        raise Refused("Write the question to the meeting.")
    if meets_on is not None and meets_on < clock.today():
        raise Refused("The day of the meeting cannot be in the past.")
    referral = lock(referral)
    standing = referral.meeting_items.filter(agreed_at__isnull=True).first()
    if standing is not None:
        if standing.question == question and standing.meets_on == meets_on:
            return standing
        raise Refused(
            "This referral is on the MDT list already. Record what was agreed before you ask the next question."
        )
    row = MeetingItem.objects.create(
        service_id=referral.service_id, referral=referral, question=question, added_by=by, meets_on=meets_on
    )
    audit.record(by, "meeting.add", row, referral=referral.pk)
    return row


@transaction.atomic
def record_agreed(*, item: MeetingItem, by: Membership, agreed: str) -> MeetingItem:
    """Record what the meeting agreed on, which takes the referral off the list. It decides nothing by itself.

    The same words twice are one record; other words after that are refused, and nothing is overwritten.
    """
    _check_staff(by)
    agreed = agreed.strip()
    if not agreed:
        raise Refused("Write what was agreed, and who does it.")
    lock(item.referral)
    item = MeetingItem.objects.select_related("agreed_by__user").get(pk=item.pk)
    if item.agreed_by is not None:
        if item.agreed_by_id == by.pk and item.agreed == agreed:
            return item
        raise Refused(f"{item.agreed_by.name} has already recorded what was agreed: “{item.agreed}”")
    item.agreed, item.agreed_by, item.agreed_at = agreed, by, clock.now()
    item.save(update_fields=["agreed", "agreed_by", "agreed_at"])
    audit.record(by, "meeting.agree", item, referral=item.referral_id)
    return item


def meeting_list(by: Membership) -> "QuerySet[MeetingItem]":
    """What waits for a meeting, by its day; what has no day yet stands last."""
    return (
        MeetingItem.objects.filter(service_id=by.service_id, agreed_at__isnull=True)
        .select_related(*SHOWN, "added_by__user")
        .defer(CONTENT)
        .order_by("meets_on", "id")
    )
