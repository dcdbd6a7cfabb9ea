"""Practices (by ODS code, with their contract) and the practitioners who refer."""

from django.db import models
from django.db.models import Q

from painpath.accounts.models import ServiceRecord


class Practice(ServiceRecord):
    """A GP surgery or other place that refers. `contracted` is None while nobody has said."""

    ods_code = models.CharField("ODS code", max_length=12, blank=True)
    name = models.CharField(max_length=200)
    locality = models.CharField("locality of the pathway", max_length=40, blank=True)
    contracted = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["service", "ods_code"], condition=~Q(ods_code=""), name="one_practice_per_ods_code"
            )
        ]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Referrer(ServiceRecord):
    """A practitioner who refers: named, so that a decision always has somebody to go back to."""

    name = models.CharField(max_length=200)
    profession = models.CharField(max_length=100, blank=True)
    registration = models.CharField("professional registration", max_length=60, blank=True)
    practice = models.ForeignKey(Practice, null=True, blank=True, on_delete=models.PROTECT, related_name="referrers")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["service", "name", "practice"], nulls_distinct=False, name="one_referrer_per_practice"
            )
        ]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
