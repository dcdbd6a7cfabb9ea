"""What practitioners prepare and send online: a draft, then what was sent, for ever."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from painpath import clock
from painpath.accounts.models import Membership, ServiceRecord
from painpath.referrals.models.referral import Referral


class ReferralDraft(ServiceRecord):
    """A referral that somebody is writing. Nobody of the team sees it, and it is no referral, until it is sent.

    `key` is what makes a second sending the same referral. `given` holds what was typed, by the names of the forms.
    """

    member = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="referral_drafts")
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    given: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    started_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    referral = models.OneToOneField(
        Referral, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="once it has been sent"
    )

    class Meta:
        ordering = ["-changed_at", "-id"]
        indexes = [models.Index(fields=["service", "member", "-changed_at"], name="drafts_of_a_referrer")]


class DraftFile(ServiceRecord):
    """A letter or other file of a draft, with the text that was read from it, so that it is parsed once."""

    draft = models.ForeignKey(ReferralDraft, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    content = models.BinaryField()
    sha256 = models.CharField("SHA-256 of the content", max_length=64)
    size = models.PositiveIntegerField("size in bytes")
    text = models.TextField(blank=True)
    pages: "models.JSONField[list[dict[str, Any]]]" = models.JSONField("number, start, end", default=list)
    unread: "models.JSONField[list[dict[str, Any]]]" = models.JSONField("pages not read, with the reason", default=list)
    problem = models.TextField("why it could not be read", blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["draft", "sha256"], name="a_file_of_a_draft_once")]


class OnlineReferral(ServiceRecord):
    """What a practitioner sent online, or another program, word for word. Staff register the referral from it; it
    settles nothing itself.

    `patient` are the details as typed; `answers` are words by criterion, shown beside the clause as the referrer's.
    """

    append_only = True

    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="online")
    sent_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    program = models.CharField("the program that sent it, where no person did", max_length=200, blank=True)
    sent_at = models.DateTimeField(default=clock.now)
    patient: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    details: "models.JSONField[dict[str, Any]]" = models.JSONField("route, consent, information given", default=dict)
    answers: "models.JSONField[dict[str, str]]" = models.JSONField(default=dict)


class ReportedChange(ServiceRecord):
    """Somebody says that something has changed. A clinician reads it the same working day; else it goes further.

    It closes only with what a person did. It stands on the worklist's first place until then.
    """

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="changes")
    side = models.CharField("who says so", max_length=10, choices=[("referrer", "Referrer"), ("patient", "Patient")])
    by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField("of the form: sent twice, it is one", unique=True)
    kind = models.CharField("what has changed, by its id in the pathway", max_length=40)
    words = models.TextField()
    facts: "models.JSONField[dict[str, Any]]" = models.JSONField(
        "which answer it was, for one that a clinician reads", default=dict
    )
    owner = models.ForeignKey(
        Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="who was on duty when it came; else all clinicians have it",
    )  # fmt: skip
    at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField("by when a clinician has read it")
    escalated_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    read_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    action = models.TextField("what was done", blank=True)

    class Meta:
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(fields=["service", "due_at", "id"], name="changes_open", condition=Q(read_at__isnull=True))
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(read_at__isnull=True, read_by__isnull=True) | (Q(read_by__isnull=False) & ~Q(action="")),
                name="a_change_is_read_by_somebody_in_words",
            )
        ]
