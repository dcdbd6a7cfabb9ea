"""Signed letters, as the exact bytes."""

from typing import Any

from django.db import models

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
