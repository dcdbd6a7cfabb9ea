"""Drafts of a pathway, and what was published of them, from which day."""

import uuid

from django.db import models
from django.db.models import Q

from painpath import clock
from painpath.accounts.models import Membership, ServiceRecord
from painpath.referrals.models.referral import PathwayVersion

STATES = {"open": "Open", "submitted": "Waiting for approval", "published": "Published", "dropped": "Dropped"}


class PathwayDraft(ServiceRecord):
    """A pathway that somebody is working on: its own files as text, and what they were begun from.

    `revision` rises with every change: whoever saves says which one they saw, so that nobody writes over
    another's work.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    name = models.SlugField("name of the pathway: the service's slug, or that of a service to be founded")
    files = models.JSONField("relative path -> text")
    base_digest = models.CharField("the version that it was begun from", max_length=64, blank=True)
    base_files = models.JSONField(default=dict)
    label = models.CharField("version, as its files say", max_length=40, blank=True)
    state = models.CharField(max_length=12, choices=list(STATES.items()), default="open")
    revision = models.PositiveIntegerField(default=1)
    from_date = models.DateField(null=True, blank=True)
    words = models.TextField("why it is published", blank=True)
    sent_back_words = models.TextField("why it was sent back last", blank=True)
    started_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=clock.now)
    changed_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=clock.now)
    submitted_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["service", "state", "changed_at"], name="drafts_by_state")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(STATES)), name="draft_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=["submitted", "published"])
                | (Q(submitted_by__isnull=False, submitted_at__isnull=False, from_date__isnull=False) & ~Q(words="")),
                name="a_draft_is_submitted_by_somebody_for_a_day_and_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="published", approved_by__isnull=False, approved_at__isnull=False)
                | (~Q(state="published") & Q(approved_by__isnull=True, approved_at__isnull=True)),
                name="a_published_draft_was_approved",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=models.F("submitted_by")),
                name="a_draft_is_approved_by_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.label}".strip()


class PathwayPublication(ServiceRecord):
    """That a version is in force from a day on, its files byte for byte, and the two people who said so.

    It holds nothing of any patient, and is public: pages that open no scope read it by the service's address.
    """

    append_only = True

    version = models.ForeignKey(PathwayVersion, on_delete=models.PROTECT, related_name="publications")
    from_date = models.DateField()
    files = models.JSONField("relative path -> text")
    draft = models.ForeignKey(PathwayDraft, null=True, on_delete=models.PROTECT, related_name="publications")
    published_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["service", "from_date", "id"], name="publications_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["draft"], name="a_draft_is_published_once"),
            models.CheckConstraint(
                condition=~Q(published_by=models.F("approved_by")), name="a_publication_is_approved_by_somebody_else"
            ),
        ]

    def __str__(self) -> str:
        return f"publication {self.pk} from {self.from_date}"


class PathwayWithdrawal(ServiceRecord):
    """That a publication does not come into force: a lead said so before its day, and why.

    A row beside the publication, which is append-only: what two people approved stays readable. Public as that is.
    """

    append_only = True

    publication = models.OneToOneField(PathwayPublication, on_delete=models.PROTECT, related_name="withdrawal")
    words = models.TextField("why it was withdrawn")
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="a_withdrawal_has_a_reason")]

    def __str__(self) -> str:
        return f"withdrawal of publication {self.publication_id}"
