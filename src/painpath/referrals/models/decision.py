"""What a clinician decided: one signed human act, with the clauses it rests on."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from painpath import clock
from painpath.accounts.models import Membership, ServiceRecord
from painpath.referrals.models.referral import PathwayVersion, Referral, Transition, without_content
from painpath.referrals.models.sheet import Judgement
from painpath.referrals.transitions import Outcome

_OUTCOMES = [(outcome.value, outcome.value) for outcome in Outcome]


class DecisionDraft(ServiceRecord):
    """A decision not yet signed: one for each clinician and referral, saved at every step, so that nothing is lost.

    `seen_version` is the version of the referral that the clinician saw; signing is refused when it has moved on.
    """

    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="drafts")
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    seen_version = models.PositiveIntegerField()
    content: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["referral", "by"], name="one_draft_per_clinician")]


@without_content
class Decision(ServiceRecord):
    """A signed outcome. `key` is that of the draft: signed twice by a double click, it is one decision."""

    append_only = True

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="decisions")
    transition = models.OneToOneField(Transition, on_delete=models.PROTECT, related_name="decision")
    key = models.UUIDField(unique=True)
    outcome = models.CharField(max_length=20, choices=_OUTCOMES)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    pathway_version = models.ForeignKey(PathwayVersion, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    to_patient = models.TextField(blank=True)
    to_gp = models.TextField(blank=True)
    review_on = models.DateField(null=True, blank=True)
    condition = models.TextField(blank=True)
    watcher = models.CharField(max_length=200, blank=True)
    details: "models.JSONField[dict[str, Any]]" = models.JSONField(
        "what only this outcome needs: stage, signposts, target service, questions", default=dict
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="a_decision_has_a_reason"),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.DELAY) | (Q(review_on__isnull=False) & ~Q(condition="") & ~Q(watcher="")),
                name="a_delay_has_a_date_a_condition_and_a_watcher",
            ),
        ]
        ordering = ["id"]


class DecisionClause(ServiceRecord):
    """A clause that a decision cites, with the judgement by which the deciding clinician made it their own."""

    append_only = True

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="clauses")
    criterion = models.CharField(max_length=60)
    state = models.CharField(max_length=10)
    judgement = models.ForeignKey(Judgement, on_delete=models.PROTECT, related_name="+")
    published = models.TextField("the published words, as they were")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["decision", "criterion"], name="a_clause_is_cited_once")]


class Reversal(ServiceRecord):
    """A decision taken back, in sight of everybody: the decision and its letters stay on record."""

    append_only = True

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="reversal")
    transition = models.OneToOneField(Transition, on_delete=models.PROTECT, related_name="reversal")
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    reason = models.TextField()
