"""Other programs, what they may do, what they sent, and what they were shown."""

from typing import Any

from django.db import models

from painpath import clock
from painpath.accounts.models import Membership, ServiceRecord
from painpath.letters.models import InboundMessage
from painpath.referrals.models import Referral

REACH = {
    "own": "What it has sent itself",
    "service": "Every referral of the service",
}


class Client(ServiceRecord):
    """A program of somebody else's that may talk to this service. A person has registered it and answers for it."""

    client_id = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    organisation = models.CharField("ODS code of whose program it is", max_length=12, blank=True)
    contact = models.CharField("whom to ask about it", max_length=200)
    issuer = models.URLField("what it calls itself as a client of CDS Hooks (`iss`)", blank=True)
    keys: "models.JSONField[dict[str, Any]]" = models.JSONField("its public keys, a JSON Web Key Set")
    scopes: "models.JSONField[list[str]]" = models.JSONField("what it may ask for, in the words of SMART", default=list)
    reach = models.CharField(max_length=10, choices=list(REACH.items()), default="own")
    added_at = models.DateTimeField(default=clock.now)
    added_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "client_id"], name="one_client_of_an_id"),
            models.UniqueConstraint(
                fields=["service", "issuer"],
                condition=models.Q(ended_at__isnull=True) & ~models.Q(issuer=""),
                name="one_current_client_of_an_issuer",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UsedStatement(ServiceRecord):
    """A signed statement (JWT) that was used once (`jti`): it is not taken again before it has run out anyway."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    jti = models.CharField(max_length=200)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "jti"], name="a_statement_is_used_once")]


class AccessToken(ServiceRecord):
    """What a program shows with each call for some minutes. Only its hash is kept."""

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    scopes: "models.JSONField[list[str]]" = models.JSONField()
    expires_at = models.DateTimeField(db_index=True)


class Sent(ServiceRecord):
    """A referral that a program has sent: what it may see when its reach is `own`, and what came with it."""

    append_only = True

    client = models.ForeignKey(Client, null=True, on_delete=models.PROTECT, related_name="sent")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="sent_by_programs")
    message = models.ForeignKey(InboundMessage, on_delete=models.PROTECT, related_name="+")
    identifier = models.CharField("the sender's own name for it: system|value", max_length=300, blank=True)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["service", "client", "identifier"],
                condition=~models.Q(identifier=""),
                name="one_referral_of_an_identifier",
            )
        ]
        ordering = ["id"]


class Representation(ServiceRecord):
    """A resource as it was shown to another program, word for word: what a version number and an ETag stand for.

    A version is made when a resource is shown and differs from how it was shown last, so that no other part of the
    program needs to know of versions.
    """

    append_only = True

    kind = models.CharField(max_length=40)
    name = models.CharField("the resource's id", max_length=64)
    number = models.PositiveIntegerField()
    content: "models.JSONField[dict[str, Any]]" = models.JSONField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "kind", "name", "number"], name="versions_are_numbered")
        ]
        ordering = ["number"]


class CdsCard(ServiceRecord):
    """A card that was shown to somebody who was about to refer: its reasons, by criterion, nothing of the patient.

    What they did with it comes later, or never: a card that is passed over is not reported.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="cards")
    uuid = models.UUIDField()
    hook = models.CharField(max_length=40)
    criteria: "models.JSONField[list[str]]" = models.JSONField("ids of the criteria it named", default=list)
    shown_at = models.DateTimeField(default=clock.now)
    outcome = models.CharField(max_length=12, blank=True)
    reason = models.CharField("code of the reason to override it", max_length=60, blank=True)
    comment = models.TextField(blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service", "uuid"], name="one_row_per_card")]
        indexes = [models.Index(fields=["service", "shown_at"], name="cards_by_day")]
