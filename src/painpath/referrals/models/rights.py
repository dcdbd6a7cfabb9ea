"""What people ask about their own data: a copy of it, or that something be put right (UK GDPR, Articles 15 and 16)."""

from django.db import models
from django.db.models import Q

from painpath import clock
from painpath.accounts.models import Membership, ServiceRecord
from painpath.referrals.models.following import Task
from painpath.referrals.models.referral import Referral

ASKS = {"access": "A copy of what is held", "rectification": "Something is wrong"}
ASKED_BY = {"patient": "The patient", "other": "Somebody for the patient", "staff": "Somebody of the team noticed it"}
OUTCOMES = {
    "released": "A copy was given",
    "corrected": "Put right",
    "noted": "Kept, with a note of what the patient says",
    "unchanged": "Not changed",
    "withdrawn": "No longer wanted",
}


class RightsRequest(ServiceRecord):
    """One request, from the day on which it came until somebody has answered it. Due in one month (Article 12(3))."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="rights_requests")
    kind = models.CharField(max_length=20, choices=list(ASKS.items()))
    asked_by = models.CharField(max_length=10, choices=list(ASKED_BY.items()))
    authority = models.CharField("of who asks for the patient", max_length=200, blank=True)
    identity_how = models.CharField("how we made sure who asks", max_length=200, blank=True)
    words = models.TextField("what is asked", blank=True)
    received_on = models.DateField()
    due_on = models.DateField()
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    task = models.OneToOneField(Task, on_delete=models.PROTECT, related_name="rights_request")
    harm_judged_by = models.CharField("health professional who judged whether it could do serious harm", max_length=200,
                                      blank=True)  # fmt: skip
    outcome = models.CharField(max_length=20, choices=list(OUTCOMES.items()), blank=True)
    answer = models.TextField("why, and what was done", blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, outcome="")
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(outcome="")),
                name="a_request_is_closed_by_somebody_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(outcome="released") | (~Q(harm_judged_by="") & ~Q(identity_how="")),
                name="a_copy_is_given_after_identity_and_harm_were_looked_at",
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class DisclosureChoice(ServiceRecord):
    """Whether one thing goes into the copy: a person says so for each. The latest word counts."""

    append_only = True

    request = models.ForeignKey(RightsRequest, on_delete=models.PROTECT, related_name="choices")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField("document, letter, decision, message, answers, comment, change", max_length=20)
    item = models.PositiveBigIntegerField("its number")
    included = models.BooleanField()
    reason = models.TextField("why it is left out", blank=True)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(included=True) | ~Q(reason=""), name="left_out_for_a_reason")]


class Disagreement(ServiceRecord):
    """What the patient says about something on record that is kept as it was: it stands beside it for ever."""

    append_only = True

    request = models.OneToOneField(RightsRequest, on_delete=models.PROTECT, related_name="disagreement")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="disagreements")
    about_kind = models.CharField("document, letter, decision, message, or other", max_length=20)
    about = models.PositiveBigIntegerField("its number", null=True, blank=True)
    about_words = models.CharField("what it is called", max_length=200)
    words = models.TextField("what the patient says")
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["id"]
