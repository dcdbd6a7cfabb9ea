"""Records that open only to those named on them, and what is kept when somebody opens one all the same."""

from django.db import models
from django.db.models import F, Q

from painpath import clock
from painpath.accounts.models import Membership, ServiceRecord
from painpath.referrals.models.referral import Referral

WHY_RESTRICTED = {
    "staff": "The person works here, or is close to somebody who does",
    "wish": "The person asks for it",
    "danger": "Somebody could be in danger if it were known",
    "other": "Another reason",
}
WHY_OPENED = {
    "danger": "Somebody may be in danger now",
    "care": "The person needs something now and nobody named on the record is here",
    "cover": "I take over from somebody who is away",
    "other": "Another reason",
}


class Restriction(ServiceRecord):
    """That a record is restricted, from when to when, by whom and why."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="restrictions")
    why = models.CharField(max_length=20, choices=list(WHY_RESTRICTED.items()))
    words = models.TextField()
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    ended_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["referral"], condition=Q(ended_at__isnull=True), name="one_restriction_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(words=""), name="a_restriction_has_a_reason"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_why="")),
                name="a_restriction_is_ended_by_somebody",
            ),
        ]


class BrokenGlass(ServiceRecord):
    """That somebody who is not named on a restricted record opened it, why, until when, and who has reviewed that."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="broken_glass")
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="broken_glass")
    why = models.CharField(max_length=20, choices=list(WHY_OPENED.items()))
    words = models.TextField()
    at = models.DateTimeField(default=clock.now)
    until = models.DateTimeField()
    reviewed_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review = models.TextField("what was found", blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["by", "referral", "until"], name="glass_by_person"),
            models.Index(fields=["service", "at"], name="glass_to_review", condition=Q(reviewed_at__isnull=True)),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="glass_is_broken_for_a_reason"),
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=True, reviewed_by__isnull=True)
                | (Q(reviewed_at__isnull=False, reviewed_by__isnull=False) & ~Q(review="") & ~Q(reviewed_by=F("by"))),
                name="glass_is_reviewed_by_somebody_else",
            ),
        ]
