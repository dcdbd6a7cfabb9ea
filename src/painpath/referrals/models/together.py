"""What a team does together: who is on duty, what they say to each other, what two of them see in one letter."""

from django.db import models
from django.db.models import F, Q

from painpath import clock
from painpath.accounts.models import Membership, ServiceRecord
from painpath.referrals.models.decision import Decision
from painpath.referrals.models.documents import Document
from painpath.referrals.models.referral import Referral
from painpath.referrals.models.sheet import STATES, ScreeningRun
from painpath.referrals.transitions import Outcome

_STATES = [(state, state) for state in STATES]
_OUTCOMES = [(outcome.value, outcome.value) for outcome in Outcome]
WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]


class RotaEntry(ServiceRecord):
    """A clinician on duty on a weekday: what becomes ready for screening then is theirs. `route` "" is every route."""

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="rota")
    weekday = models.PositiveSmallIntegerField(choices=list(enumerate(WEEKDAYS)))
    route = models.CharField(max_length=40, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["weekday", "starts_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=4), name="rota_weekday_known"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="rota_ends_after_it_starts"
            ),
        ]


class Comment(ServiceRecord):
    """A word among colleagues. Never part of a letter, nor of what a patient or referrer sees."""

    append_only = True

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="comments")
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    text = models.TextField()

    class Meta:
        ordering = ["id"]


class MeetingItem(ServiceRecord):
    """A referral on the list of the multidisciplinary team (MDT) meeting, with the question and what was agreed."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="meeting_items")
    question = models.TextField()
    added_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now)
    meets_on = models.DateField(null=True, blank=True)
    agreed = models.TextField(blank=True)
    agreed_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["meets_on", "id"]
        indexes = [
            models.Index(fields=["service", "meets_on", "id"], name="meeting", condition=Q(agreed_at__isnull=True))
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["referral"], condition=Q(agreed_at__isnull=True), name="once_on_the_meeting_list"
            )
        ]


class Merge(ServiceRecord):
    """A person has said that two referrals are one: `duplicate` is closed, its documents are read with `into`."""

    duplicate = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="merged_into")
    into = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="merged")
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    reason = models.TextField()
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    undone_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["duplicate"], condition=Q(undone_at__isnull=True), name="merged_once"),
            models.CheckConstraint(condition=~Q(duplicate=F("into")), name="not_merged_with_itself"),
        ]


class NotADuplicate(ServiceRecord):
    """Two referrals that look alike and are not: said once, and not asked again. `one` has the smaller id."""

    append_only = True

    one = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=clock.now)
    reason = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["one", "other"], name="told_apart_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="told_apart_in_order"),
        ]


class SecondScreening(ServiceRecord):
    """A referral drawn for a second, blind screening. Whoever does it sees nothing of the first clinician's work."""

    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="second_screening")
    run = models.ForeignKey(ScreeningRun, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField("what they would decide", max_length=20, choices=_OUTCOMES, blank=True)
    note = models.TextField(blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    resolution = models.TextField("what both agreed on", blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["service", "drawn_at"], name="second_open", condition=Q(finished_at__isnull=True)),
            models.Index(
                fields=["service", "finished_at"], name="second_unresolved", condition=Q(resolved_at__isnull=True)
            ),
        ]


class BlindJudgement(ServiceRecord):
    """What the second clinician says of one criterion, given for every criterion before anything is compared."""

    append_only = True

    second = models.ForeignKey(SecondScreening, on_delete=models.PROTECT, related_name="judgements")
    criterion = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=_STATES)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["second", "criterion"], name="one_blind_word_a_criterion"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="blind_state_known"),
        ]


SIDES = {"referrer": "The referrer", "team": "The team"}
VERDICTS = {
    "answered": "This answers the question",
    "not_answered": "This does not answer the question",
    "still_refer": "I still wish to refer",
}


class ConversationEntry(ServiceRecord):
    """One message of the advice-and-guidance conversation with the referrer."""

    append_only = True

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="conversation")
    side = models.CharField("who speaks", max_length=10, choices=list(SIDES.items()))
    at = models.DateTimeField("when it was said", default=clock.now)
    recorded_at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    question = models.TextField("the referrer's words that it answers", blank=True)
    decision = models.ForeignKey(Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="conversation")
    verdict = models.CharField(max_length=20, choices=list(VERDICTS.items()), blank=True)
    documents = models.ManyToManyField(Document, through="ConversationFile", related_name="+")

    class Meta:
        ordering = ["at", "id"]


class ConversationFile(ServiceRecord):
    """A file that goes with one message."""

    append_only = True

    entry = models.ForeignKey(ConversationEntry, on_delete=models.PROTECT, related_name="+")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")


class AdviceParagraph(ServiceRecord):
    """A piece of advice that was given well once and may be given again, until it expires. Changed, it is a new row."""

    title = models.CharField(max_length=200)
    text = models.TextField()
    criteria: "models.JSONField[list[str]]" = models.JSONField("criteria that it is about", default=list)
    owner = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)
    expires_on = models.DateField()
    replaces = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["title", "id"]

    def __str__(self) -> str:
        return self.title
