"""An export that somebody asked for in the browser: made by the queue, fetched within days, then gone."""

from typing import Any

from django.db import models
from django.db.models import Q

from painpath import clock
from painpath.accounts.models import Membership, ServiceRecord

STATES = {"asked": "Being made", "ready": "Ready", "failed": "Could not be made", "gone": "Not kept any more"}


class RecordExport(ServiceRecord):
    """The record as files that name nobody, asked for by one person. Its bytes are in pieces, until they are gone."""

    key = models.UUIDField("of the form: sent twice, it is one", unique=True)
    asked_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    why = models.TextField("what it is for")
    state = models.CharField(max_length=10, choices=list(STATES.items()), default="asked")
    ended_at = models.DateTimeField("made, or given up", null=True, blank=True)
    problem = models.TextField(blank=True)
    size = models.BigIntegerField("bytes of the file", null=True, blank=True)
    manifest: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service"], condition=Q(state="asked"), name="one_export_at_a_time"),
            models.CheckConstraint(condition=~Q(why=""), name="an_export_is_for_something"),
        ]

    def __str__(self) -> str:
        return f"export {self.key}"


class ExportPiece(ServiceRecord):
    """A piece of the file of an export: no row of a database holds a gigabyte, and web servers share no disk."""

    export = models.ForeignKey(RecordExport, on_delete=models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["export", "number"], name="one_piece_with_a_number")]

    def __str__(self) -> str:
        return f"piece {self.number}"
