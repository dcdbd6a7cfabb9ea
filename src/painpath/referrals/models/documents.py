"""What arrived: the original bytes, never changed; and the text that was read from them."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models

from painpath import clock
from painpath.accounts.models import Membership, ServiceRecord
from painpath.referrals.models.referral import Referral


class DocumentQuerySet(models.QuerySet["Document"]):
    def current(self) -> "DocumentQuerySet":
        """Those that belong to their referral: not in quarantine."""
        return self.filter(quarantine__isnull=True)


class Document(ServiceRecord):
    """A file exactly as it arrived. `part_of` is the e-mail it came attached to."""

    append_only = True

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="documents")
    name = models.CharField(max_length=255)
    content = models.BinaryField()
    sha256 = models.CharField("SHA-256 of the content", max_length=64)
    size = models.PositiveIntegerField("size in bytes")
    received_at = models.DateTimeField(default=clock.now)
    received_by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    part_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="parts")
    copied_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="copies",
        help_text="the same bytes, filed with another referral before",
    )  # fmt: skip

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Quarantine(ServiceRecord):
    """A document that no longer belongs to its referral: filed under the wrong person, or a merge taken back.

    Its bytes stay where they were, out of sight; what was read from them counts no more.
    """

    append_only = True

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="quarantine")
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()


class Transcript(ServiceRecord):
    """The text of a document, as read once. Offsets of evidence are into `text`.

    A page that could not be read is in `unread`; a document that could not be read at all has `problem`, a sentence.
    """

    append_only = True

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="transcripts")
    made_at = models.DateTimeField(default=clock.now)
    media_type = models.CharField(max_length=100, blank=True)
    text = models.TextField(blank=True)
    pages: "models.JSONField[list[dict[str, Any]]]" = models.JSONField("number, start, end", default=list)
    unread: "models.JSONField[list[dict[str, Any]]]" = models.JSONField("pages not read, with the reason", default=list)
    problem = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [GinIndex(SearchVector("text", config="english"), name="transcript_words")]

    def __str__(self) -> str:
        return f"Transcript of {self.document_id}"

    @property
    def is_whole(self) -> bool:
        return not self.unread and not self.problem
