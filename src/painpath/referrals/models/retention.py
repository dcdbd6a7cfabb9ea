"""How long a record is kept: when a person looks, what holds it back, who asked to destroy it, and what is left."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from painpath import clock
from painpath.accounts.models import Membership, ServiceRecord
from painpath.referrals.models.referral import Referral


class RetentionReview(ServiceRecord):
    """When a person looks whether an ended referral is still needed. Reckoned anew whenever it is shown or acted on.

    `due_on` is the later of what the schedule gives and what a person has set; empty while anything of it is open.
    """

    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="retention")
    due_on = models.DateField(null=True, blank=True)
    reckoned_on = models.DateField("by the schedule alone", null=True, blank=True)
    keep_until = models.DateField("a person has set", null=True, blank=True)
    retention_class = models.CharField("by its id in the pathway", max_length=60, blank=True)
    words: "models.JSONField[list[str]]" = models.JSONField("the arithmetic, in sentences", default=list)
    schedule = models.CharField("digest of the schedule that it was reckoned by", max_length=64)
    reckoned_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["service", "due_on", "id"], name="retention_due")]


class KeptLonger(ServiceRecord):
    """A person has decided that a record is kept until a day, and why."""

    append_only = True

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="kept_longer")
    until = models.DateField()
    reason = models.TextField()
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="kept_longer_for_a_reason")]


class RetentionHold(ServiceRecord):
    """Nothing of this referral may be destroyed: a claim, an inquiry, a complaint. `until` empty: until it is ended."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="holds")
    reason = models.TextField()
    until = models.DateField("the last day", null=True, blank=True)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="a_hold_has_a_reason"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | (Q(ended_at__isnull=False, ended_by__isnull=False) & ~Q(ended_reason="")),
                name="a_hold_is_ended_by_somebody",
            ),
        ]


class DestructionRequest(ServiceRecord):
    """Somebody has asked to destroy a referral with what is linked to it; somebody else agrees, or turns it down."""

    reason = models.TextField()
    asked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    closed_at = models.DateTimeField("turned down or taken back", null=True, blank=True)
    closed_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closed_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="destruction_is_asked_for_a_reason")]
        indexes = [
            models.Index(fields=["service", "id"], name="destruction_asked", condition=Q(closed_at__isnull=True))
        ]


class DestructionMember(ServiceRecord):
    """A referral that a request to destroy is about."""

    append_only = True

    request = models.ForeignKey(DestructionRequest, on_delete=models.PROTECT, related_name="members")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="destruction")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "referral"], name="asked_for_once")]


class DestructionCertificate(ServiceRecord):
    """What is left of records that were destroyed: no name, no number, no word that anybody typed.

    Written by the function of the database that destroys, in the same statement.
    """

    append_only = True

    records: "models.JSONField[list[dict[str, Any]]]" = models.JSONField(
        "reference, class, received, ended, due for review: one for each referral"
    )
    asked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    agreed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField()
    counts: "models.JSONField[dict[str, int]]" = models.JSONField("rows that were destroyed, by table")

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(asked_by=F("agreed_by")), name="destroyed_by_two_people"),
        ]
