"""Counts of the record, and what they are kept up to date by. No row of counts is about a person."""

from typing import Any

from django.db import models

from painpath import clock
from painpath.accounts.models import ServiceRecord
from painpath.referrals.models import Referral

GRAINS = {"day": "One day, the whole service", "month": "One month, by group", "now": "At the moment of counting"}


class Count(ServiceRecord):
    """How often something happened: one cell. `day` is the day, the first of the month, or the day of counting.

    `split` is empty for the whole service, and `group` then too. `value` is what was measured: working days, 1 for what
    a share is a share of, the place of a state in its list (`measuring.gathering`).
    """

    grain = models.CharField(max_length=5, choices=list(GRAINS.items()))
    figure = models.CharField(max_length=30)
    split = models.CharField(max_length=20, blank=True)
    day = models.DateField()
    group = models.CharField(max_length=60, blank=True)
    value = models.IntegerField()
    n = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["service", "grain", "figure", "split", "day", "group", "value"], name="one_count_a_cell"
            )
        ]


class CountedReferral(ServiceRecord):
    """What of one referral is in the counts now: counted again, only the difference is added. Destroyed with it."""

    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="+")
    facts: "models.JSONField[dict[str, Any]]" = models.JSONField("groups and units (`measuring.cells`)")


class Stale(ServiceRecord):
    """A referral to be counted again, from a day on where one is given. Written by triggers of the database, in the
    transaction of what has changed; taken away by the count that has seen it.

    With a problem it is set aside: counting it has failed, and it waits for another mark."""

    referral = models.BigIntegerField("id; no key, for the referral may be destroyed")
    since = models.DateField("not before this day", null=True, blank=True)
    problem = models.CharField("kind of error that counting it met", max_length=60, blank=True, db_default="")

    class Meta:
        indexes = [
            models.Index(fields=["service", "since", "id"], name="stale_due"),
            models.Index(fields=["service", "referral"], name="stale_referral"),
            models.Index(fields=["service"], condition=~models.Q(problem=""), name="stale_set_aside"),
        ]


class CountState(ServiceRecord):
    """How far the counts of a service have come. Whoever counts holds its lock."""

    as_of = models.DateTimeField("everything that was on record then is counted", default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["service"], name="one_state_of_counts")]
