"""The screening sheet: what the referral says about each criterion, and what the clinician made of it."""

from django.db import models
from django.db.models import Q

from painpath import clock
from painpath.accounts.models import Membership, ServiceRecord
from painpath.referrals.models.documents import Transcript
from painpath.referrals.models.referral import PathwayVersion, Referral, without_content

STATES = ["for", "against", "mixed", "not_stated"]
_CHOICES = [(state, state) for state in STATES]


@without_content
class ScreeningRun(ServiceRecord):
    """One reading of all documents of a referral against one version of the criteria. A later run replaces none."""

    append_only = True

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="screenings")
    pathway_version = models.ForeignKey(PathwayVersion, on_delete=models.PROTECT, related_name="+")
    transcripts = models.ManyToManyField(Transcript, through="ScreenedTranscript", related_name="screenings")
    made_at = models.DateTimeField(default=clock.now)
    letter_date = models.DateField(null=True)
    identifiers = models.JSONField("identifiers that the letter states, with their words", default=dict)
    problem = models.TextField("why the criteria could not be read, where they could not", blank=True)

    class Meta:
        ordering = ["id"]


class ScreenedTranscript(ServiceRecord):
    """Which transcripts one run read."""

    append_only = True

    run = models.ForeignKey(ScreeningRun, on_delete=models.PROTECT, related_name="+")
    transcript = models.ForeignKey(Transcript, on_delete=models.PROTECT, related_name="+")


class ClauseState(ServiceRecord):
    """What one source says about one criterion. A reading aid; never a decision, a score or a rank."""

    append_only = True

    run = models.ForeignKey(ScreeningRun, on_delete=models.PROTECT, related_name="clauses")
    criterion = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=_CHOICES)
    source = models.CharField(max_length=20)
    case_by_case = models.BooleanField(default=False)
    words = models.TextField("what the source says, where it is not a letter", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "criterion", "source"], name="one_state_per_criterion_and_source"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="clause_state_known"),
        ]


class CombinationState(ServiceRecord):
    """What a run reckoned of criteria that the page ties together, from what it read of them.

    Kept as it was then: how they are tied, and how silence counts in it, may be another thing one day. A reading aid.
    """

    append_only = True

    run = models.ForeignKey(ScreeningRun, on_delete=models.PROTECT, related_name="combinations")
    combination = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=_CHOICES)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "combination"], name="one_state_per_combination"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="combination_state_known"),
        ]


class Evidence(ServiceRecord):
    """Words of a document that bear on a criterion: `quote` is exactly `transcript.text[start:end]`."""

    append_only = True

    clause = models.ForeignKey(ClauseState, on_delete=models.PROTECT, related_name="evidence")
    transcript = models.ForeignKey(Transcript, on_delete=models.PROTECT, related_name="+")
    quote = models.TextField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    page = models.PositiveIntegerField()
    speaks = models.CharField(max_length=10, choices=[(s, s) for s in ("for", "against", "mention")])
    phrase = models.CharField(max_length=120)
    trigger = models.CharField(max_length=120, blank=True)
    why = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["transcript", "start", "id"]


class AddedEvidence(ServiceRecord):
    """Words that a clinician marked: they stand beside what the reader found, with the clinician's name."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="added_evidence")
    transcript = models.ForeignKey(Transcript, on_delete=models.PROTECT, related_name="+")
    criterion = models.CharField(max_length=60)
    quote = models.TextField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    page = models.PositiveIntegerField()
    speaks = models.CharField(max_length=10, choices=[(s, s) for s in ("for", "against")])
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]


class Alert(ServiceRecord):
    """A danger that a letter affirms or leaves uncertain. Its absence means nothing at all."""

    append_only = True

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="alerts")
    transcript = models.ForeignKey(Transcript, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    certainty = models.CharField(max_length=10)
    quote = models.TextField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    page = models.PositiveIntegerField()
    raised_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transcript", "kind", "start", "end"], name="one_alert_per_kind_and_words")
        ]
        ordering = ["id"]


class AlertAction(ServiceRecord):
    """What a person did about an alert. An alert closes only with one of these."""

    append_only = True

    alert = models.OneToOneField(Alert, on_delete=models.PROTECT, related_name="action")
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    action = models.TextField()


class Judgement(ServiceRecord):
    """A clinician's own word on one criterion: confirmed as read, or corrected with a reason. The latest counts."""

    append_only = True

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="judgements")
    run = models.ForeignKey(ScreeningRun, on_delete=models.PROTECT, related_name="judgements")
    criterion = models.CharField(max_length=60)
    read_state = models.CharField("what the reader said", max_length=10, choices=_CHOICES)
    state = models.CharField(max_length=10, choices=_CHOICES)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=models.F("read_state")) | ~Q(reason=""), name="a_correction_has_a_reason"
            ),
            models.CheckConstraint(condition=Q(state__in=STATES), name="judgement_state_known"),
        ]
        ordering = ["id"]

    @property
    def is_correction(self) -> bool:
        return self.state != self.read_state
