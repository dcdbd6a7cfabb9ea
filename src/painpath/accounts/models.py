"""Who works where, in which role; and the audit of every write and every look."""

from datetime import timedelta
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from painpath import clock
from painpath.accounts import signing_in as signing_in  # its tables belong to this app
from painpath.accounts.roles import LEAD, LEADS_MAY_BE, ON_TEAM_PAGE, ROLES, TEAM_ROLES


class Service(models.Model):
    """One pain service: the unit of isolation. Its published page is the pathway of the same slug."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    publications = models.PositiveIntegerField(
        "how often a pathway of it was published in the browser", default=0, db_default=0, editable=False
    )
    """Written by the database: with each publication and withdrawal another number, never one that was used before,
    also where that was rolled back. Every request reads this row anyway, and so learns whether what its process knows
    of the publications is still all (`referrals.pathways`)."""

    seen: ClassVar[dict[int, int]] = {}
    """By number of the service: `publications`, as this process read it last."""
    at: ClassVar[dict[str, int]] = {}
    """By slug: the number of the service, as this process read it last."""

    def __str__(self) -> str:
        return self.name

    @classmethod
    def from_db(cls, *args: Any, **kwargs: Any) -> "Service":
        """The service, as Django makes it of a row; what it says of publications is noted."""
        made = super().from_db(*args, **kwargs)
        made.note()
        return made

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the service, and note it."""
        super().save(*args, **kwargs)
        self.note()

    def note(self) -> None:
        """Note what this row says of publications, unless it was fetched without saying so."""
        if {"slug", "publications"} & self.get_deferred_fields():
            return
        Service.seen[self.pk] = self.publications
        Service.at[self.slug] = self.pk


class ServiceRecord(models.Model):
    """The base of every table that belongs to a service, which is every table of the record."""

    append_only: ClassVar[bool] = False

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, name: str, password: str | None = None) -> "User":
        """Make a person who can sign in; without a password they must set one through an invitation."""
        user = self.model(email=self.normalize_email(email).lower(), name=name)
        user.set_password(password)
        user.save()
        return user


class User(AbstractBaseUser):
    """A person who can sign in. What they may do hangs on their memberships, never on this row."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=clock.now)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> "MembershipQuerySet":
        return self.filter(ended_at__isnull=True)

    def team(self) -> "MembershipQuerySet":
        """Those who work with the referrals of the service: neither referrers and practices nor auditors."""
        return self.filter(role__in=TEAM_ROLES)

    def on_team_page(self) -> "MembershipQuerySet":
        """Those whom an administrator invites and whose access ends on the team page."""
        return self.filter(role__in=ON_TEAM_PAGE)


class Membership(ServiceRecord):
    """A person working in a service in one role. `by=` of every verb is one of these."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=list(ROLES.items()))
    grade = models.CharField("grade, by its id in the pathway", max_length=40, blank=True)
    job_title = models.CharField(max_length=100, blank=True)
    registration = models.CharField("professional registration", max_length=60, blank=True)
    contact = models.CharField("direct contact, printed on letters", max_length=200, blank=True)
    leads = models.BooleanField("leads the service: publishes criteria", default=False, db_default=False)
    started_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["service", "user"], condition=Q(ended_at__isnull=True), name="one_current_membership"
            ),
            models.CheckConstraint(condition=Q(role__in=list(ROLES)), name="membership_role_known"),
            models.CheckConstraint(condition=~Q(role="clinician") | ~Q(grade=""), name="a_clinician_has_a_grade"),
            models.CheckConstraint(
                condition=Q(leads=False) | Q(role__in=sorted(LEADS_MAY_BE)), name="a_lead_is_clinician_or_manager"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user.name} ({self.job})"

    @property
    def name(self) -> str:
        return self.user.name

    @property
    def roles(self) -> frozenset[str]:
        """What the access tables are asked with: the role, and `lead` for who leads besides."""
        return frozenset({self.role, LEAD} if self.leads else {self.role})

    @property
    def job(self) -> str:
        """What this person is, in words for letters and timelines."""
        return self.job_title or ROLES[self.role]


ON_RECORD = ["record.backup", "record.release", "record.restore"]
"""Acts on the whole record of a service. Asked for whenever a letter leaves, and found by an index of their own: every
look at a list stands beside them as an entry about the service."""


class AuditEntry(ServiceRecord):
    """One write or one look, kept in the same transaction as what it tells of. Never changed, never deleted.

    `detail` holds identifiers of records and plain facts, no patient's name or number.
    """

    append_only = True

    at = models.DateTimeField(default=clock.now, db_index=True)
    by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    process = models.CharField("the program's own process, when no person acted", max_length=60, blank=True)
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=40)
    detail = models.JSONField(default=dict)
    written_in = models.BigIntegerField("transaction that wrote it", null=True, editable=False)
    written_on = models.BigIntegerField("PostgreSQL that wrote it, by its system identifier", null=True, editable=False)
    """Both are filled in by the database; without them the entry is from before the chain of seals began."""

    class Meta:
        indexes = [
            models.Index(fields=["service", "written_on", "written_in"], name="audit_by_transaction"),
            models.Index(fields=["service", "subject_type", "subject_id", "at"], name="audit_by_subject"),
            models.Index(fields=["service", "by", "at"], name="audit_by_person"),
            models.Index(fields=["service", "at"], condition=Q(action__in=ON_RECORD), name="audit_of_the_record"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(by__isnull=False, process="") | (Q(by__isnull=True) & ~Q(process="")),
                name="audit_names_a_person_or_a_process",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type} {self.subject_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise ValueError("An audit entry is never changed.")
        super().save(*args, **kwargs)


class AuditSeal(ServiceRecord):
    """What the audit was at one moment, chained to the seal before (`docs/decisions/0015-audit-chain.md`).

    It holds the entries that transactions from `since` up to, not including, `until` wrote on one PostgreSQL; the first
    of a service, without these, holds what was there before the chain began. `audit_chain.py` says what is digested.
    """

    append_only = True

    number = models.PositiveIntegerField()
    made_at = models.DateTimeField(default=clock.now)
    written_on = models.BigIntegerField(null=True)
    since = models.BigIntegerField(null=True)
    until = models.BigIntegerField(null=True)
    leaves = models.BinaryField("for each entry its number in 8 bytes and its digest in 32")
    previous = models.CharField("digest of the seal before", max_length=64, blank=True)
    digest = models.CharField(max_length=64)
    mac = models.CharField("the digest, signed with the site's key", max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "number"], name="one_seal_with_a_number")]

    def __str__(self) -> str:
        return f"seal {self.number}"


class Search(ServiceRecord):
    """What somebody searches for on the worklist: it may be a name, so it stands in no address and no session."""

    LASTS = timedelta(hours=8)

    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="search")
    words = models.CharField(max_length=100)
    at = models.DateTimeField(default=clock.now)


class KeptForm(ServiceRecord):
    """A form that was sent after its session had ended: kept for the same person, until they sign in again."""

    key = models.UUIDField(unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    path = models.CharField(max_length=300)
    fields = models.JSONField()
    kept_at = models.DateTimeField(default=clock.now)


class KeptFile(ServiceRecord):
    """A file of a kept form."""

    form = models.ForeignKey(KeptForm, on_delete=models.CASCADE, related_name="files")
    field = models.CharField(max_length=60)
    name = models.CharField(max_length=255)
    content = models.BinaryField()
