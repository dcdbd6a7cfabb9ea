"""The audit of one service as a file: JSON lines or CSV, one entry a line with its digest."""

import csv
import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, TextIO

from django.db import transaction
from django.db.models import Q

from painpath.accounts import audit
from painpath.accounts.audit_chain import Entry, content, digest
from painpath.accounts.audit_sealing import entries
from painpath.clock import midnight

FORMATS = ("jsonl", "csv")


@transaction.atomic
def export(*, by: audit.Process, file: TextIO, form: str, since: date | None = None, until: date | None = None) -> int:
    """Write the entries from the day `since` to the day `until`, both in London and both included, by their numbers;
    how many. No name of a patient is in them: `detail` holds ids. That it was done is an entry itself, in no file yet.
    """
    kind = Q()
    if since:
        kind &= Q(at__gte=midnight(since))
    if until:
        kind &= Q(at__lt=midnight(until + timedelta(days=1)))
    write = {"jsonl": _write_lines, "csv": _write_table}[form]
    count = write(file, entries(by.service.pk, kind))
    days = {name: day.isoformat() for name, day in (("since", since), ("until", until)) if day}
    audit.record(by, "audit.export", by.service, entries=count, **days)
    return count


def _row(entry: Entry) -> dict[str, Any]:
    return {"id": entry.id, **content(entry), "digest": digest(entry).hex()}


def _write_lines(file: TextIO, rows: Iterator[Entry]) -> int:
    count = 0
    for count, entry in enumerate(rows, 1):  # noqa: B007 the last number is how many
        file.write(json.dumps(_row(entry), ensure_ascii=False) + "\n")
    return count


def _write_table(file: TextIO, rows: Iterator[Entry]) -> int:
    table = csv.DictWriter(file, [*Entry._fields, "digest"])
    table.writeheader()
    count = 0
    for count, entry in enumerate(rows, 1):  # noqa: B007
        row = _row(entry)
        table.writerow({**row, "detail": json.dumps(row["detail"], ensure_ascii=False)})
    return count
