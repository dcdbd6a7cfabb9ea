"""Practices (by ODS code, with their contract) and the practitioners who refer."""

from datetime import date

from django.db import models
from django.db.models import F, Q

from painpath.accounts.models import Membership, ServiceRecord


class PracticeQuerySet(models.QuerySet["Practice"]):
    def current(self) -> "PracticeQuerySet":
        """Those that may be chosen: without what was entered by mistake and joined with the right one."""
        return self.filter(joined_into__isnull=True)


class Practice(ServiceRecord):
    """A GP surgery or other place that refers: from the public ODS file, or entered by hand.

    One that was entered by mistake stays, marked as joined with the right one, and is offered nowhere any more.
    """

    ods_code = models.CharField("ODS code", max_length=12, blank=True)
    name = models.CharField(max_length=200)
    locality = models.CharField("locality of the pathway", max_length=40, blank=True)
    address = models.TextField(blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    mesh_mailbox = models.CharField("MESH mailbox for letters", max_length=20, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    joined_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="joined",
        help_text="the right one, when this was entered by mistake",
    )  # fmt: skip
    joined_at = models.DateTimeField(null=True, blank=True)
    joined_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    joined_why = models.TextField("how they knew that both are one", blank=True)

    objects = PracticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["service", "ods_code"], condition=~Q(ods_code=""), name="one_practice_per_ods_code"
            ),
            models.CheckConstraint(
                condition=Q(joined_into__isnull=True, joined_at__isnull=True, joined_by__isnull=True)
                | (
                    Q(joined_into__isnull=False, joined_at__isnull=False, joined_by__isnull=False, ods_code="")
                    & ~Q(joined_into=F("id"))
                    & ~Q(joined_why="")
                ),
                name="a_practice_is_joined_by_somebody",
            ),
        ]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def address_lines(self) -> tuple[str, ...]:
        """The address as it stands on an envelope, below the name."""
        return tuple(line for line in (*self.address.splitlines(), self.postcode) if line.strip())

    def closed_by(self, day: date) -> bool:
        """Whether the practice had closed before this day."""
        return self.closed_on is not None and self.closed_on < day

    def contract_on(self, day: date) -> "Contract | None":
        """What is known of a contract on this day; the row that began last counts. None when nothing is."""
        rows = [row for row in self.contracts.all() if row.covers(day)]
        return max(rows, key=lambda row: (row.starts_on or date.min, row.pk), default=None)


class Contract(ServiceRecord):
    """Whether a practice has a contract with the service (or the contracts team has agreed one) from day to day.

    Only what is in a row is known: a practice without one is not stated, never against.
    """

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="contracts")
    contracted = models.BooleanField()
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    source = models.CharField("who said so, or which list", max_length=200)

    class Meta:
        ordering = ["practice", F("starts_on").desc(nulls_last=True), "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(starts_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="contract_ends_after_it_starts",
            )
        ]

    def covers(self, day: date) -> bool:
        """Whether this row says something about the day; both its days are included."""
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or day <= self.ends_on)


class PracticeMember(ServiceRecord):
    """Somebody of a practice who does not refer (reception, secretary, practice manager) and has an account of their
    own: they see where the referrals of this one practice stand. Given by the team, never asked for online."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="staff")
    member = models.OneToOneField(Membership, on_delete=models.PROTECT, related_name="practice_member")
    given_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    how_known = models.CharField("how the team knows that they work there", max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(how_known=""), name="a_practice_member_is_known_somehow"),
        ]

    def __str__(self) -> str:
        return f"{self.member.name}, {self.practice.name}"


class Referrer(ServiceRecord):
    """A practitioner who refers: named, so that a decision always has somebody to go back to.

    With an account (`member`) they send online. Until a person of the team has compared the registration with the
    public register (`verified_at`), they see of what they sent only that it is here.
    """

    name = models.CharField(max_length=200)
    profession = models.CharField(max_length=100, blank=True)
    registration = models.CharField("professional registration", max_length=60, blank=True)
    email = models.EmailField(blank=True)
    practice = models.ForeignKey(Practice, null=True, blank=True, on_delete=models.PROTECT, related_name="referrers")
    kind = models.CharField("kind of referrer, as the routes of the pathway name it", max_length=40, blank=True)
    register = models.CharField("whose register, by its id in the pathway", max_length=40, blank=True)
    workplace = models.CharField("where they work, as they typed it", max_length=200, blank=True)

    member = models.OneToOneField(
        Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="referrer", help_text="their account"
    )
    asked_at = models.DateTimeField("asked for an account", null=True, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    verified_how = models.CharField("what it was compared with", max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["service", "name", "practice"],
                condition=Q(member__isnull=True),
                nulls_distinct=False,
                name="one_referrer_per_practice",
            ),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True, verified_by__isnull=True)
                | (Q(verified_by__isnull=False) & ~Q(verified_how="")),
                name="a_referrer_is_verified_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["service", "asked_at"], name="referrers_to_verify",
                condition=Q(asked_at__isnull=False, verified_at__isnull=True),
            )
        ]  # fmt: skip
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
