"""Files into the directory: the public practice file, and the list of contracts. All of a file, or nothing of it.

With `check_only` everything is looked at and counted, and nothing written. The same file twice changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction

from painpath.accounts import audit
from painpath.accounts.audit import Actor, Process
from painpath.accounts.roles import ADMINISTRATOR
from painpath.directory import practice_file
from painpath.directory.models import Contract, Practice
from painpath.directory.tables import Fault, FaultyFile, Row, faults_of, rows_with_header

_FROM_FILE = ("name", "address", "postcode", "phone", "opened_on", "closed_on")
"""What the public file says of a practice. Locality, e-mail, MESH mailbox and contract are the service's own: they
stay."""


@dataclass(frozen=True)
class Counts:
    """What an import did, or would do."""

    new: int
    changed: int
    unchanged: int
    left_out: int = 0
    closed_without_day: int = 0


class DirectoryError(Exception):
    """Something in the directory that cannot be so; `sentence` says why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def check_administers(by: Actor) -> None:
    """Raise DirectoryError unless `by` may change the directory: an administrator, or the command line."""
    if not isinstance(by, Process) and (by.role != ADMINISTRATOR or by.ended_at is not None):
        raise DirectoryError("Only an administrator can change the directory.")


def _alone(by: Actor) -> None:
    """One import into a directory at a time: the second waits until the first is on record."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('painpath.directory'), %s)", [by.service.pk % 2**31])


@transaction.atomic
def import_practices(*, by: Actor, content: bytes, check_only: bool = False) -> Counts:
    """Practices by ODS code from the public file. New are only GP practices; what is here by its code is brought up
    to date whatever it is. A practice entered by hand, without code, is never touched. Raises FaultyFile.
    """
    check_administers(by)
    listed = practice_file.read(content)
    _alone(by)
    known = {
        practice.ods_code: practice
        for practice in Practice.objects.select_for_update().filter(service_id=by.service.pk).exclude(ods_code="")
    }
    new, changed, unchanged, left_out = [], [], 0, 0
    for one in listed:
        values = {
            "name": one.name, "address": one.address, "postcode": one.postcode, "phone": one.phone,
            "opened_on": one.opened_on, "closed_on": one.closed_on,
        }  # fmt: skip
        practice = known.get(one.code)
        if practice is None and one.is_gp_practice:
            new.append(Practice(service_id=by.service.pk, ods_code=one.code, **values))
        elif practice is None:
            left_out += 1
        elif any(getattr(practice, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(practice, name, value)
            changed.append(practice)
        else:
            unchanged += 1
    counts = Counts(len(new), len(changed), unchanged, left_out, sum(one.closed_without_day for one in listed))
    if not check_only and (new or changed):
        Practice.objects.bulk_create(new, batch_size=2000)
        _update(changed)
        audit.record(by, "directory.import-practices", by.service, new=counts.new, changed=counts.changed)
    return counts


def _update(practices: list[Practice]) -> None:
    """One statement for all of them: Django's own way takes a minute for 14,000."""
    if not practices:
        return
    columns = [list(column) for column in zip(*(_values(practice) for practice in practices), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE directory_practice AS old SET name = new.name, address = new.address, postcode = new.postcode,"
            " phone = new.phone, opened_on = new.opened_on, closed_on = new.closed_on"
            " FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::date[], %s::date[])"
            " AS new(id, name, address, postcode, phone, opened_on, closed_on) WHERE old.id = new.id",
            columns,
        )


def _values(practice: Practice) -> tuple[Any, ...]:
    return (practice.pk, *(getattr(practice, name) for name in _FROM_FILE))


CONTRACT_COLUMNS = ("ods_code", "contracted", "locality", "from", "to", "source")
_YES = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}


@dataclass(frozen=True)
class _Said:
    """One row of the list: what it says of one practice."""

    row: Row
    practice: Practice
    contracted: bool
    locality: str
    starts_on: date | None
    ends_on: date | None
    source: str


@transaction.atomic
def import_contracts(*, by: Actor, content: bytes, localities: Mapping[str, str], check_only: bool = False) -> Counts:
    """The list of contracts: a header row, then `ods_code, contracted, locality, from, to, source`.

    A row with the practice and the first day of one on record takes its place. Where the row on record began earlier
    and has not ended, it ends the day before the new one begins. Any other overlap is a fault: two things cannot be
    true of one day. `localities` (id -> name) are those of the pathway; an empty cell leaves the locality as it is.
    Raises FaultyFile.
    """
    check_administers(by)
    rows = rows_with_header(content, CONTRACT_COLUMNS, ("ods_code", "contracted", "source"))
    _alone(by)
    codes = {row.cells["ods_code"].upper() for row in rows}
    practices = {
        practice.ods_code: practice
        for practice in Practice.objects.filter(service_id=by.service.pk, ods_code__in=codes - {""}).prefetch_related(
            "contracts"
        )
    }
    said = [found for row in rows if (found := _said(row, practices, localities)) is not None]
    _overlaps_within(said)
    new, changed, unchanged, moved = _against_record(said, by)
    if faults := faults_of(rows):
        raise FaultyFile(faults)
    counts = Counts(len(new), len(changed) + len(moved), unchanged)
    if not check_only and (new or changed or moved):
        Contract.objects.bulk_update(changed, ["contracted", "starts_on", "ends_on", "source"], batch_size=500)
        Contract.objects.bulk_create(new)
        Practice.objects.bulk_update(moved, ["locality"], batch_size=500)
        audit.record(
            by, "directory.import-contracts", by.service, new=len(new), changed=len(changed), localities=len(moved)
        )
    return counts


def _said(row: Row, practices: Mapping[str, Practice], localities: Mapping[str, str]) -> _Said | None:
    code = row.cells["ods_code"].upper()
    practice = practices.get(code)
    if not code:
        row.fault("ods_code", "Give the practice's ODS code.")
    elif practice is None:
        row.fault(
            "ods_code", f"“{code[:20]}” is not in the directory. Import the practice file first, or check the code."
        )
    contracted = _YES.get(row.cells["contracted"].lower())
    if contracted is None:
        row.fault("contracted", "Write yes or no.")
    place = row.cells["locality"].casefold()
    locality = next((one for one, name in localities.items() if place in (one.casefold(), name.casefold())), "")
    if place and not locality:
        row.fault("locality", f"Write one of these, or leave it empty: {', '.join(localities.values())}.")
    starts, ends = row.day("from"), row.day("to")
    if starts and ends and ends < starts:
        row.fault("to", "This is before the first day. Check both.")
    source = row.text("source", most=200, needed="Say who said so, or which list it comes from.")
    if row.faults or practice is None or contracted is None:
        return None
    return _Said(row, practice, contracted, locality, starts, ends, source)


def overlap(one: tuple[date | None, date | None], other: tuple[date | None, date | None]) -> bool:
    """Whether two spans of days share one; None is without a beginning, or without an end."""
    return (one[0] or date.min) <= (other[1] or date.max) and (other[0] or date.min) <= (one[1] or date.max)


def _overlaps_within(said: list[_Said]) -> None:
    by_practice: dict[int, list[_Said]] = {}
    for one in said:
        for other in by_practice.setdefault(one.practice.pk, []):
            if overlap((one.starts_on, one.ends_on), (other.starts_on, other.ends_on)):
                one.row.fault(
                    "from",
                    f"Row {other.row.number} says something about the same days. Give the earlier one a last day.",
                )
            elif one.locality and other.locality and one.locality != other.locality:
                one.row.fault("locality", f"Row {other.row.number} gives this practice another locality.")
        by_practice[one.practice.pk].append(one)


def _against_record(said: list[_Said], by: Actor) -> tuple[list[Contract], list[Contract], int, list[Practice]]:
    """New rows, rows on record that change, how many stay as they are, practices that get another locality."""
    new, changed, unchanged = [], {}, 0
    moved: dict[int, Practice] = {}
    first_days: dict[int, set[date | None]] = {}
    for one in said:
        first_days.setdefault(one.practice.pk, set()).add(one.starts_on)
    for one in sorted(said, key=lambda one: one.starts_on or date.min):
        values = {"contracted": one.contracted, "ends_on": one.ends_on, "source": one.source}
        same = next((row for row in one.practice.contracts.all() if row.starts_on == one.starts_on), None)
        if same is None:
            starts = {"service_id": by.service.pk, "practice": one.practice, "starts_on": one.starts_on}
            new.append(Contract(**starts, **values))
        elif any(getattr(same, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(same, name, value)
            changed[same.pk] = same
        else:
            unchanged += 1
        for row in one.practice.contracts.all():
            if row.starts_on in first_days[one.practice.pk] or not overlap(
                (row.starts_on, row.ends_on), (one.starts_on, one.ends_on)
            ):
                continue
            if row.ends_on is None and one.starts_on and (row.starts_on or date.min) < one.starts_on:
                row.ends_on = one.starts_on - timedelta(days=1)
                changed[row.pk] = row
            else:
                one.row.fault(
                    "from",
                    f"The directory has another row about some of these days ({row.source}). "
                    "Change that one on the practice's page first.",
                )
        if one.locality and one.practice.locality != one.locality:
            one.practice.locality = one.locality
            moved[one.practice.pk] = one.practice
    return new, list(changed.values()), unchanged, list(moved.values())


__all__ = ["Counts", "DirectoryError", "Fault", "FaultyFile", "import_contracts", "import_practices"]
