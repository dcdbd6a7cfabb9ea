"""Questionnaires: what was asked, word for word; who answered what; and what a site adds itself."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from painpath import clock
from painpath.accounts.models import Membership, ServiceRecord
from painpath.referrals.models.documents import Document
from painpath.referrals.models.following import InformationRequest
from painpath.referrals.models.referral import Referral

WHO = {"patient": "The patient", "proxy": "Somebody for the patient", "staff": "The team, for the patient"}
CHANNELS = {"online": "Online", "paper": "On paper", "phone": "By phone"}


class QuestionnaireVersion(ServiceRecord):
    """A FHIR Questionnaire as it was, whole: answers stay with the version they were given to, for ever."""

    append_only = True

    name = models.CharField("its id in the pathway or among the site's own", max_length=60)
    label = models.CharField("business version", max_length=40)
    digest = models.CharField("SHA-256 of the content", max_length=64)
    content = models.TextField("the Questionnaire as JSON")
    first_used_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "name", "digest"], name="one_row_per_questionnaire_content")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.label}"


class SiteQuestionnaire(ServiceRecord):
    """A questionnaire that a manager has uploaded. Nobody is asked it before it is published, nor after it is ended."""

    version = models.OneToOneField(QuestionnaireVersion, on_delete=models.PROTECT, related_name="site")
    title = models.CharField(max_length=200)
    rights = models.CharField("bundled, conditional or local", max_length=20)
    uploaded_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=clock.now)
    published_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["title", "-id"]


class QuestionnaireLicence(ServiceRecord):
    """The word that this site may use a restricted instrument: from whom, under which reference, until when."""

    append_only = True

    name = models.CharField("of the questionnaire", max_length=60)
    holder = models.CharField("who gave the licence", max_length=200)
    words = models.TextField("its reference and terms")
    valid_until = models.DateField(null=True, blank=True)
    file_name = models.CharField(max_length=255, blank=True)
    content = models.BinaryField("the licence itself", default=b"")
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["id"]


class Answering(ServiceRecord):
    """One questionnaire that one person answers, saved answer by answer, until it is sent; then it never changes.

    `answers` are kept by place (`painpath.questionnaires`); `response` is the FHIR QuestionnaireResponse as sent.
    """

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="answerings")
    request = models.ForeignKey(
        InformationRequest, null=True, blank=True, on_delete=models.PROTECT, related_name="answerings"
    )
    questionnaire = models.ForeignKey(QuestionnaireVersion, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    answers: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    who = models.CharField("who answers", max_length=10, choices=list(WHO.items()), blank=True)
    proxy_name = models.CharField(max_length=200, blank=True)
    proxy_relationship = models.CharField(max_length=60, blank=True)
    channel = models.CharField(max_length=10, choices=list(CHANNELS.items()), default="online")
    entered_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    scan = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=clock.now)
    saved_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField("nobody waits for it any more", null=True, blank=True)
    response: "models.JSONField[dict[str, Any] | None]" = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["request", "questionnaire"], name="one_answering_per_request"),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(response__isnull=False), name="what_was_sent_is_kept"
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.sent_at is None and self.stopped_at is None
