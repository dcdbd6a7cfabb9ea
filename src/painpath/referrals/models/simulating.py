"""A draft, or another version, tried on past referrals: what it would read in another way. It changes no referral."""

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q

from painpath import clock
from painpath.accounts.models import Membership, ServiceRecord
from painpath.referrals.models.documents import Transcript
from painpath.referrals.models.publishing import PathwayDraft
from painpath.referrals.models.referral import PathwayVersion, Referral
from painpath.referrals.models.sheet import STATES
from painpath.screening import AlertKind, Certainty

RUN_STATES = {"running": "Running", "done": "Finished", "stopped": "Stopped"}
_CHOICES = [*((state, state) for state in STATES), ("", "no such criterion")]
_CERTAINTIES = ["", *(one.value for one in Certainty)]
SIDES = {"before": "With the version in force", "after": "With the version that is tried"}


class Simulation(ServiceRecord):
    """One run over the referrals received in a period. What is tried is held here as it was at the start: a draft goes
    on changing.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    draft = models.ForeignKey(PathwayDraft, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    draft_revision = models.PositiveIntegerField(null=True, blank=True)
    before = models.ForeignKey(PathwayVersion, on_delete=models.PROTECT, related_name="+")
    after_digest = models.CharField(max_length=64)
    after_label = models.CharField("version, as its files say", max_length=40)
    after_content = models.BinaryField("what is tried, whole; emptied at the end", default=b"")
    names = models.JSONField(
        "of each side, its criteria and combinations: id -> name, group, what it counts for", default=dict
    )
    since = models.DateField("received from this day")
    until = models.DateField("to this day, which counts too")
    started_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=clock.now)
    state = models.CharField(max_length=10, choices=list(RUN_STATES.items()), default="running")
    ended_at = models.DateTimeField(null=True, blank=True)
    stopped_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    total = models.PositiveIntegerField("referrals in the period, when it began")
    done = models.PositiveIntegerField(default=0)
    last = models.BigIntegerField("number of the referral that was looked at last", default=0)
    results: "models.JSONField[dict[str, Any]]" = models.JSONField("counts (`publishing.tally`)", default=dict)

    class Meta:
        indexes = [models.Index(fields=["service", "-started_at"], name="simulations_by_time")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(RUN_STATES)), name="simulation_state_known"),
            models.CheckConstraint(condition=Q(since__lte=F("until")), name="simulated_period_has_a_day"),
            models.CheckConstraint(
                condition=Q(state="running", ended_at__isnull=True) | (~Q(state="running") & Q(ended_at__isnull=False)),
                name="a_simulation_ends_once",
            ),
            models.CheckConstraint(
                condition=Q(state="stopped", stopped_by__isnull=False)
                | (~Q(state="stopped") & Q(stopped_by__isnull=True)),
                name="a_simulation_is_stopped_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["service", "before", "after_digest", "since", "until"], condition=Q(state="running"),
                name="one_simulation_of_the_same_at_a_time",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"simulation {self.pk}"


class SimulationChange(ServiceRecord):
    """A criterion of a referral that would be in another state. Empty: that version does not have the criterion."""

    append_only = True

    simulation = models.ForeignKey(Simulation, on_delete=models.PROTECT, related_name="changes")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="+")
    criterion = models.CharField(max_length=60)
    before = models.CharField(max_length=10, blank=True, choices=_CHOICES)
    after = models.CharField(max_length=10, choices=_CHOICES)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["simulation", "criterion", "before", "after", "referral"], name="changes_by_move")
        ]
        constraints = [
            models.UniqueConstraint(fields=["simulation", "referral", "criterion"], name="one_change_per_criterion"),
            models.CheckConstraint(
                condition=Q(before__in=["", *STATES], after__in=["", *STATES]) & ~Q(before=F("after")),
                name="a_change_is_from_one_state_to_another",
            ),
        ]


class SimulationQuote(ServiceRecord):
    """Words that one side of a change rests on. They go when the document goes that they are from."""

    append_only = True

    change = models.ForeignKey(SimulationChange, on_delete=models.PROTECT, related_name="quotes")
    side = models.CharField(max_length=6, choices=list(SIDES.items()))
    transcript = models.ForeignKey(Transcript, on_delete=models.PROTECT, related_name="+")
    quote = models.TextField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    page = models.PositiveIntegerField()
    speaks = models.CharField(max_length=10)
    why = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(side__in=list(SIDES)), name="quote_side_known")]


class SimulationAlert(ServiceRecord):
    """A danger in a referral to which only one version would alert, or with another certainty. Empty: no alert."""

    append_only = True

    simulation = models.ForeignKey(Simulation, on_delete=models.PROTECT, related_name="alerts")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    before = models.CharField(max_length=10, blank=True)
    after = models.CharField(max_length=10, blank=True)
    transcript = models.ForeignKey(Transcript, on_delete=models.PROTECT, related_name="+")
    quote = models.TextField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    page = models.PositiveIntegerField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["simulation", "referral"], name="simulated_alerts_of_a_run")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[one.value for one in AlertKind]), name="simulated_alert_known"
            ),
            models.CheckConstraint(
                condition=Q(before__in=_CERTAINTIES, after__in=_CERTAINTIES) & ~Q(before=F("after")),
                name="a_simulated_alert_differs",
            ),
        ]
