"""What follows a decision and must not be forgotten: what was asked, where somebody was pointed to, what is to do."""

from typing import Any

from django.db import models
from django.db.models import Q

from painpath import clock
from painpath.accounts.models import Membership, ServiceRecord
from painpath.accounts.roles import OWNERS
from painpath.referrals.models.decision import Decision
from painpath.referrals.models.referral import Referral

SHOWN, CONTENT = ("referral__patient", "referral__pathway_version"), "referral__pathway_version__content"
"""What a row of a list needs to name a patient with their communication needs (`select_related`), and what it does not
(`defer`): a quarter of a megabyte."""
ASKED = {"referrer": "The referrer", "patient": "The patient"}
TASKS = {
    "correction_letter": "Write a letter that corrects one already sent",
    "door_open_letter": "Tell the patient that the door stays open",
    "send_documents": "Send documents",
    "contact": "Get in touch",
    "recall_documents": "Tell those who were sent another person's document",
    "subject_access": "Give a copy of what is held",
    "rectification": "Answer somebody who says that something is wrong",
    "tell_recipient": "Tell somebody what was put right",
}


class InformationRequest(ServiceRecord):
    """One bundled request to one person. Silence leads to a reminder, then to somebody of the team: never to an end.

    `items` are `{"criterion": id or "", "words": the question}`.
    """

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="requests")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="requests")
    of = models.CharField("who is asked", max_length=10, choices=list(ASKED.items()))
    questionnaire = models.CharField("of the pathway, when one was sent", max_length=60, blank=True)
    items: "models.JSONField[list[dict[str, str]]]" = models.JSONField(default=list)
    asked_at = models.DateTimeField(default=clock.now)
    due_on = models.DateField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)
    closed_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["due_on"], name="requests_open", condition=Q(closed_at__isnull=True))]
        constraints = [models.UniqueConstraint(fields=["decision", "of"], name="one_bundled_request_each")]


class SignpostFollowUp(ServiceRecord):
    """ "Did you get there?" asked some weeks after somebody was pointed to a service. A no comes back to the team."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="follow_ups")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="follow_ups")
    signpost = models.CharField("of the pathway", max_length=60)
    name = models.CharField("the service's name, as it was", max_length=200)
    ask_on = models.DateField()
    asked_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    got_there = models.BooleanField(null=True)
    words = models.TextField(blank=True)
    recorded_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["service", "ask_on"], name="follow_ups", condition=Q(answered_at__isnull=True))]
        constraints = [models.UniqueConstraint(fields=["decision", "signpost"], name="asked_once_a_signpost")]


class Task(ServiceRecord):
    """Something that a person has to do about a referral, also after it has ended: with an owner and a day."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=30, choices=list(TASKS.items()))
    words = models.TextField("what is to be done, in a sentence")
    facts: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    owner_role = models.CharField(max_length=20, choices=list(OWNERS.items()))
    owner = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    done_words = models.TextField(blank=True)

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(fields=["service", "due_on", "id"], name="tasks_open", condition=Q(done_at__isnull=True))
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | (Q(done_at__isnull=False) & ~Q(done_words="")),
                name="a_task_is_done_in_words",
            )
        ]
