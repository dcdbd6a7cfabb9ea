"""Signed letters, as the exact bytes; and the outbox: everything that leaves, on its way."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from painpath import clock
from painpath.accounts.models import Membership, ServiceRecord
from painpath.referrals.models import Decision, Referral

AUDIENCES = {"patient": "To the patient", "gp": "To the GP"}


class Letter(ServiceRecord):
    """A signed letter. Its template is the one of `decision.pathway_version`; `facts` are what it was drafted from."""

    append_only = True

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="letters")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="letters")
    audience = models.CharField(max_length=10, choices=list(AUDIENCES.items()))
    facts: "models.JSONField[dict[str, Any]]" = models.JSONField()
    text = models.TextField("the same letter as plain text")
    pdf = models.BinaryField("tagged PDF/UA-1")
    sha256 = models.CharField(max_length=64)
    signed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["decision", "audience"], name="one_letter_per_decision_and_audience")
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.get_audience_display()} of {self.decision_id}"


class LetterCopy(ServiceRecord):
    """A signed letter in another form than the signed PDF, as the exact bytes that somebody was given."""

    append_only = True

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="copies")
    form = models.CharField("one of `formats.FORMS`", max_length=20)
    media_type = models.CharField(max_length=60)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["letter", "form"], name="one_copy_per_letter_and_form")]
        ordering = ["id"]


class OverruledCheck(ServiceRecord):
    """A check that a letter did not pass, and why a clinician signed it all the same."""

    append_only = True

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="overruled")
    check_id = models.CharField(max_length=40)
    change = models.TextField("what the check asked to change, as the clinician read it")
    reason = models.TextField()
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["letter", "check_id"], name="a_check_is_overruled_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="overruled_with_a_reason"),
        ]
        ordering = ["id"]


CHANNELS = {
    "print": "Post",
    "notify": "Post, printed by GOV.UK Notify",
    "email": "Email",
    "sms": "Text message",
    "link": "Online, with a code",
    "mesh": "MESH, to the practice",
    "ers": "e-RS, by hand",
}
TO = AUDIENCES | {"referrer": "To the referrer", "service": "To another service"}
KINDS = {
    "letter": "Letter",
    "notice": "Notice without clinical content",
    "reminder": "Reminder",
    "signpost_question": "“Did you get there?”",
    "code": "One-time code",
    "documents": "Documents of a redirected referral",
    "ers_reply": "Reply in e-RS",
    "receipt": "Receipt",
}


class DispatchState(models.TextChoices):
    """Where something stands on its way out."""

    HELD = "held", "Held: a person must look first"
    QUEUED = "queued", "Waiting to be sent"
    SENT = "sent", "Sent"
    DELIVERED = "delivered", "Delivered"
    RETURNED = "returned", "Came back"
    FAILED = "failed", "Could not be sent"
    CANCELLED = "cancelled", "Stopped before it was sent"


class PrintBatch(ServiceRecord):
    """Letters printed together, as one PDF; posted when a person says so."""

    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    pdf = models.BinaryField()
    posted_at = models.DateTimeField(null=True, blank=True)
    posted_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")


class Dispatch(ServiceRecord):
    """One thing to one recipient by one channel. Written in the transaction of what it tells of; sent after the commit.

    `key` makes queueing idempotent. What leaves by e-mail or text message has no clinical content. Where there is no
    `letter`, `text` is all that goes; that of a code is sealed, and forgotten once it has left (`codes`).
    """

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="dispatches")
    letter = models.ForeignKey(Letter, null=True, blank=True, on_delete=models.PROTECT, related_name="dispatches")
    kind = models.CharField(max_length=20, choices=list(KINDS.items()))
    to = models.CharField(max_length=10, choices=list(TO.items()))
    channel = models.CharField(max_length=10, choices=list(CHANNELS.items()))
    name = models.CharField("who it goes to", max_length=200)
    address = models.TextField("postal address, line by line, or e-mail address", blank=True)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField(blank=True)
    facts: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    key = models.UUIDField(default=uuid.uuid4)
    state = models.CharField(max_length=10, choices=DispatchState.choices, default=DispatchState.QUEUED)
    why = models.TextField("why it is held, failed or was stopped", blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    began_at = models.DateTimeField(
        "an attempt began, and how it ended is not known yet: set before anything leaves, cleared with its end",
        null=True, blank=True,
    )  # fmt: skip
    provider_id = models.CharField("what the carrier calls it", max_length=100, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    batch = models.ForeignKey(PrintBatch, null=True, blank=True, on_delete=models.PROTECT, related_name="dispatches")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["service", "key"], name="queued_once")]
        indexes = [
            models.Index(
                fields=["service", "referral"],
                name="dispatch_not_sent",
                condition=Q(state__in=["held", "queued", "failed"]),
            ),
            models.Index(fields=["service", "channel", "state", "id"], name="dispatch_by_channel"),
            models.Index(
                fields=["service", "channel", "provider_id"],
                name="dispatch_by_provider_id",
                condition=~Q(provider_id=""),
            ),
        ]


SOURCES = {"mesh": "MESH", "notify": "GOV.UK Notify", "ers": "e-RS", "fhir": "FHIR", "bars": "BaRS"}


class InboundMessage(ServiceRecord):
    """What a carrier brought or another program sent, byte for byte, kept before it is acknowledged. A repeat is known
    by its id."""

    source = models.CharField(max_length=10, choices=list(SOURCES.items()))
    message_id = models.CharField(max_length=200)
    headers: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    content = models.BinaryField()
    received_at = models.DateTimeField(default=clock.now)
    dispatch = models.ForeignKey(
        Dispatch, null=True, blank=True, on_delete=models.PROTECT, related_name="inbound", help_text="what it tells of"
    )
    referral = models.ForeignKey(
        Referral, null=True, blank=True, on_delete=models.PROTECT, related_name="inbound", help_text="what became of it"
    )
    warnings: "models.JSONField[list[str]]" = models.JSONField("what was read past a fault", default=list)
    why = models.TextField("why a person must look: what could not be understood", blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "source", "message_id"], name="one_row_per_inbound_message")
        ]
        ordering = ["id"]


class OneTimeCode(ServiceRecord):
    """A code that lets one person see one referral once. Only its hash is kept; it expires, and few tries are left."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="codes")
    to = models.CharField(max_length=10, choices=[("patient", "patient"), ("referrer", "referrer")])
    digest = models.CharField(max_length=128)
    made_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    dispatch = models.ForeignKey(Dispatch, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]


KNOCKS = {"reference": "asked for a code", "code": "tried a code"}


class Knock(ServiceRecord):
    """Somebody without an account at the door: counted, so that guessing ends soon. Kept for a day.

    `who` is a keyed hash of the network address, or of the reference that was typed: neither stands here.
    """

    who = models.CharField(max_length=64)
    what = models.CharField(max_length=10, choices=list(KNOCKS.items()))
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["service", "what", "who", "at"], name="knocks_of_somebody")]
