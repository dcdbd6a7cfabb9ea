"""The referral itself, the published criteria it is read against, and the rows of its history."""

import secrets
import uuid
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models
from django.db.models import Case, Q, Value, When
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor

from painpath import clock
from painpath.accounts.models import Membership, ServiceRecord
from painpath.accounts.roles import OWNERS
from painpath.directory.models import Practice, Referrer
from painpath.referrals.models.people import Patient
from painpath.referrals.transitions import ENDED, LABELS, OPEN, State

if TYPE_CHECKING:
    from painpath.referrals.models.sheet import ScreeningRun

_ALPHABET = "23456789BCDFGHJKMNPQRTVWXY"  # no vowels (no words), nothing that looks like another character
_STATES = [(state.value, LABELS[state]) for state in State]
_MAY_BE_NOBODY = [
    state.value for state in (State.RECEIVED, State.CLOSED_IN_ERROR, State.WITHDRAWN, State.DECEASED, State.MOVED_AWAY)
]
_OPEN = sorted(state.value for state in OPEN)
_ENDED = sorted(state.value for state in ENDED)

ALERT_FIRST, UNREAD_NEXT, REST = 0, 1, 2
"""What stands first on the worklist: an alert that nobody has acted on, then pages not read, then the rest."""

CAME_BACK = {
    "reply": "Reply received",
    "documents": "New documents",
    "ready": "Says they are ready",
    "due": "Review date reached",
    "silence": "No answer came",
    "still_refer": "The referrer still wishes to refer",
    "not_answered": "The advice does not answer the question",
    "no_signpost": "Did not get there",
    "look_again": "Asked to look again",
    "reversed": "Decision reversed",
    "returned": "Returned from accepted",
    "again": "Came back after it had ended",
    "changed": "Something has changed",
}
"""Why an open referral is not a new one. Emptied by the next decision."""


def new_reference() -> str:
    """A reference that says nothing about the person, can be read out on the phone, and cannot be guessed."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


class PathwayVersion(ServiceRecord):
    """The published pathway as it was, whole: a decision stays with the version it was made with, for ever."""

    append_only = True

    pathway = models.CharField(max_length=60)
    label = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    content = models.BinaryField()
    first_used_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "pathway", "digest"], name="one_row_per_pathway_content")
        ]

    def __str__(self) -> str:
        return f"{self.pathway} {self.label}"


class _WithoutContent(ForwardManyToOneDescriptor):  # type: ignore[type-arg]
    """Fetches a version without its content, of 1.4 megabytes: `pathways.of` has that once a process."""

    def get_queryset(self, **hints: Any) -> models.QuerySet[Any]:
        return super().get_queryset(**hints).defer("content")


_Made = TypeVar("_Made", bound=type[models.Model])


def without_content(model: _Made) -> _Made:
    """Decorates a model with a `pathway_version`, which is then fetched without its content."""
    model.pathway_version = _WithoutContent(model._meta.get_field("pathway_version"))  # type: ignore[attr-defined]
    return model


@without_content
class Referral(ServiceRecord):
    """One referral of one person. `version` rises with everything that could change a decision.

    An open referral always has an owner (a role, until a named person takes it) and a due date: the database says so.
    """

    reference = models.CharField(max_length=9, unique=True, default=new_reference)
    receipt_key = models.UUIDField("of the form that made it: sent twice, it makes one referral", default=uuid.uuid4)
    patient = models.ForeignKey(
        Patient, null=True, blank=True, on_delete=models.PROTECT, related_name="referrals",
        help_text="nobody yet while what arrived is being registered",
    )  # fmt: skip
    referrer = models.ForeignKey(Referrer, null=True, blank=True, on_delete=models.PROTECT, related_name="referrals")
    practice = models.ForeignKey(
        Practice, null=True, blank=True, on_delete=models.PROTECT, related_name="referrals",
        help_text="where the patient is registered",
    )  # fmt: skip
    pathway_version = models.ForeignKey(PathwayVersion, on_delete=models.PROTECT, related_name="+")
    route = models.CharField(max_length=40, blank=True)
    ubrn = models.CharField("e-RS reference (UBRN)", max_length=12, blank=True)
    circumstances = models.TextField("exceptional circumstances, where the route asks for them", blank=True)
    locality = models.CharField(max_length=40, blank=True)
    follows = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by")

    information_given_on = models.DateField("information about the service given on", null=True, blank=True)
    information_version = models.CharField(max_length=100, blank=True)
    consented_on = models.DateField("patient agreed to the referral on", null=True, blank=True)

    state = models.CharField(max_length=20, choices=_STATES)
    state_since = models.DateTimeField()
    received_at = models.DateTimeField()
    sent_by = models.ForeignKey(
        Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="sent_referrals",
        help_text="the practitioner whose account it was sent from",
    )  # fmt: skip
    owner_role = models.CharField(max_length=20, blank=True, choices=list(OWNERS.items()))
    owner = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="owned")
    due_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    # --- what the worklist sorts and counts by: kept with the referral, so that a page of it is one walk of an index
    look_first = models.PositiveSmallIntegerField(default=REST)
    live = models.GeneratedField(
        expression=Case(When(Q(state__in=_OPEN) | Q(look_first=ALERT_FIRST), then=Value(True)), default=Value(False)),
        output_field=models.BooleanField(), db_persist=True,
        help_text="open, or ended with an alert that nobody has acted on",
    )  # fmt: skip
    came_back = models.CharField(max_length=20, blank=True, choices=list(CAME_BACK.items()))
    missing: "models.JSONField[list[str]]" = models.JSONField(
        "criteria that the referral does not settle", default=list
    )
    claimed_until = models.DateTimeField("a screening that nobody works on lapses then", null=True, blank=True)

    restricted = models.BooleanField(
        "opens only to those named on it (`referrals.restricting`)", default=False, db_default=False
    )

    # --- what decisions leave behind
    not_by = models.ForeignKey(
        Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text="whose decision is to be looked at again: somebody else decides now",
    )  # fmt: skip
    may_convert = models.BooleanField("the GP lets the team turn the advice request into a referral", null=True)
    awaits_referral = models.BooleanField("accepted; the GP's own referral has not come yet", default=False)
    priority = models.CharField(max_length=40, blank=True)
    clock_started_on = models.DateField("start of the referral-to-treatment clock", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "receipt_key"], name="one_referral_per_receipt"),
            models.CheckConstraint(
                condition=~Q(state__in=_OPEN) | (Q(due_on__isnull=False) & ~Q(owner_role="")),
                name="an_open_referral_has_an_owner_and_a_due_date",
            ),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in State]), name="referral_state_known"),
            models.CheckConstraint(
                condition=Q(patient__isnull=False) | Q(state__in=_MAY_BE_NOBODY),
                name="nobody_is_screened_without_a_name",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.SCREENING) | Q(owner__isnull=False), name="screening_is_by_somebody"
            ),
        ]
        indexes = [
            models.Index(fields=["service", "live", "look_first", "due_on", "id"], name="referral_live"),
            models.Index(fields=["service", "state", "look_first", "due_on", "id"], name="referral_by_state"),
            models.Index(fields=["service", "owner", "live", "look_first", "due_on", "id"], name="referral_by_owner"),
            models.Index(
                fields=["service", "look_first", "due_on", "id"], name="referral_came_back",
                condition=Q(state__in=_OPEN) & ~Q(came_back=""),
            ),
            models.Index(
                fields=["service", "-state_since", "-id"], name="referral_ended", condition=Q(state__in=_ENDED)
            ),
            models.Index(fields=["service", "ubrn"], name="referral_by_ubrn"),
            models.Index(fields=["service", "referrer", "-received_at", "-id"], name="referral_by_referrer"),
            models.Index(fields=["service", "owner"], name="referral_restricted", condition=Q(restricted=True)),
            models.Index(fields=["claimed_until"], name="referral_claims", condition=Q(state=State.SCREENING)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.reference

    def lacks(self, kind: str) -> bool:
        """Whether it is known that no row of this kind stands on it: `referrals.kinds` asked when it was opened."""
        return kind not in getattr(self, "kinds", (kind,))

    def last_screening(self) -> "ScreeningRun | None":
        """What was read last; asked once for a referral that was opened only to be shown (`referrals.kinds`)."""
        if not hasattr(self, "kinds"):
            return self.screenings.last()
        if not hasattr(self, "_last_screening"):
            self._last_screening = self.screenings.last()
        return self._last_screening

    @property
    def is_registered(self) -> bool:
        """Whether a person has confirmed whom this referral is about and by which route it came."""
        return self.patient_id is not None and bool(self.route)

    @property
    def is_open(self) -> bool:
        return State(self.state) in OPEN

    @property
    def state_label(self) -> str:
        return LABELS[State(self.state)]

    @property
    def owner_label(self) -> str:
        """Who has it: a name, else the role that must pick it up, else nobody because it has ended."""
        if self.owner is not None:
            return self.owner.name
        return {"administrator": "The administrators", "clinician": "The clinicians"}.get(self.owner_role, "")


class Transition(ServiceRecord):
    """One step from state to state: who, when, why. Replaying the rows gives the stored state."""

    append_only = True

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="transitions")
    number = models.PositiveIntegerField()
    verb = models.CharField(max_length=40)
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20, choices=_STATES)
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    process = models.CharField(max_length=60, blank=True)
    reason = models.TextField(blank=True)
    due_on = models.DateField(null=True)
    facts: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["referral", "number"], name="transitions_are_numbered"),
            models.CheckConstraint(
                condition=Q(by__isnull=False, process="") | (Q(by__isnull=True) & ~Q(process="")),
                name="transition_names_a_person_or_a_process",
            ),
        ]
        ordering = ["referral", "number"]

    def __str__(self) -> str:
        return f"{self.referral_id}.{self.number} {self.verb}"
