"""Deciles of deprivation by postcode, for figures about equity: imported from public files, asked by postcode.

What a service keeps is exactly what the last two files said of the areas that were asked for; the same files again
change nothing. A postcode without a row is not known, never "not deprived".
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from painpath.accounts import audit
from painpath.accounts.audit import Process
from painpath.accounts.models import Service
from painpath.directory.tables import Fault, FaultyFile
from painpath.measuring.deprivation_files import MOST_FAULTS, compact, read_deciles, read_postcodes
from painpath.measuring.marking import mark_all
from painpath.measuring.models import PostcodeDecile


@dataclass(frozen=True)
class Counts:
    """What an import did, or would do, in postcodes. `year`: when the areas were drawn."""

    year: str
    new: int
    changed: int
    gone: int
    unchanged: int


@transaction.atomic
def import_deprivation(
    *, by: Process, deciles: Path, postcodes: Path, areas: Sequence[str] = (), check_only: bool = False
) -> Counts:
    """Both files into what this service keeps, all or nothing. `areas`: letters of postcode areas, or none for all.

    Raises FaultyFile with everything that is wrong; OSError when a file cannot be read. The rows go through a table of
    this transaction alone, so that 2.7 million are compared by the database and memory stays small.
    """
    known = read_deciles(deciles)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('painpath.deprivation'), %s)", [by.service.pk % 2**31])
        cursor.execute("DROP TABLE IF EXISTS given_places")
        cursor.execute(
            "CREATE TEMPORARY TABLE given_places (number int, postcode varchar(7), lsoa varchar(9), decile smallint)"
            " ON COMMIT DROP"
        )
        with cursor.copy("COPY given_places (number, postcode, lsoa, decile) FROM STDIN") as copy:
            for place in read_postcodes(postcodes, known, areas):
                copy.write_row((place.row, place.postcode, place.lsoa, place.decile))
        cursor.execute("ANALYZE given_places")
        _check_given(cursor, postcodes.name, areas)
        counts = _compared(cursor, known.year, by.service.pk)
        if not check_only and (counts.new or counts.changed or counts.gone):
            _take(cursor, by.service.pk)
            mark_all(by.service)
            audit.record(
                by, "deprivation.import", by.service, areas_of=counts.year, new=counts.new, changed=counts.changed,
                gone=counts.gone, only=sorted(compact(one) for one in areas), deciles=_digest(deciles),
                postcodes=_digest(postcodes),
            )  # fmt: skip
        cursor.execute("DROP TABLE given_places")
    return counts


def _check_given(cursor: CursorWrapper, name: str, areas: Sequence[str]) -> None:
    """Raise FaultyFile where no postcode is left, or one stands in the file twice."""
    cursor.execute(
        "SELECT postcode, min(number), max(number) FROM given_places GROUP BY postcode HAVING count(*) > 1"
        " ORDER BY min(number) LIMIT %s",
        [MOST_FAULTS],
    )
    twice = [
        Fault(last, name, f"{postcode} stands in row {first} already. Take one of the two rows out.")
        for postcode, first, last in cursor.fetchall()
    ]
    if twice:
        raise FaultyFile(twice)
    cursor.execute("SELECT EXISTS (SELECT FROM given_places)")
    if not cursor.fetchone()[0]:
        where = f" in {', '.join(areas)}: write the letters that postcodes there begin with, as SO,PO" if areas else ""
        raise FaultyFile([Fault(0, name, f"It has no English postcode{where}.")])


def _compared(cursor: CursorWrapper, year: str, service: int) -> Counts:
    cursor.execute(
        "SELECT count(*) FILTER (WHERE kept.id IS NULL),"
        " count(*) FILTER (WHERE kept.id IS NOT NULL AND (kept.lsoa, kept.decile) IS DISTINCT FROM"
        " (given.lsoa, given.decile)), count(*) FROM given_places given"
        " LEFT JOIN measuring_postcodedecile kept ON kept.service_id = %s AND kept.postcode = given.postcode",
        [service],
    )
    new, changed, every = cursor.fetchone()
    cursor.execute(
        "SELECT count(*) FROM measuring_postcodedecile kept WHERE service_id = %s"
        " AND NOT EXISTS (SELECT FROM given_places given WHERE given.postcode = kept.postcode)",
        [service],
    )
    return Counts(year, new, changed, cursor.fetchone()[0], every - new - changed)


def _take(cursor: CursorWrapper, service: int) -> None:
    cursor.execute(
        "DELETE FROM measuring_postcodedecile kept WHERE service_id = %s"
        " AND NOT EXISTS (SELECT FROM given_places given WHERE given.postcode = kept.postcode)",
        [service],
    )
    cursor.execute(
        "INSERT INTO measuring_postcodedecile AS kept (service_id, postcode, lsoa, decile)"
        " SELECT %s, postcode, lsoa, decile FROM given_places ON CONFLICT (service_id, postcode) DO UPDATE"
        " SET lsoa = EXCLUDED.lsoa, decile = EXCLUDED.decile"
        " WHERE (kept.lsoa, kept.decile) IS DISTINCT FROM (EXCLUDED.lsoa, EXCLUDED.decile)",
        [service],
    )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def decile_of(service: Service | int, postcodes: Collection[str]) -> dict[str, int]:
    """The decile of each of these postcodes that is known, by the postcode as it was given; one query.

    Capitals and blanks do not matter. Empty while no file was supplied.
    """
    written = {postcode: compact(postcode) for postcode in postcodes}
    pk = service.pk if isinstance(service, Service) else service
    rows = PostcodeDecile.objects.filter(service_id=pk, postcode__in=set(written.values()))
    known = dict(rows.values_list("postcode", "decile"))
    return {given: known[plain] for given, plain in written.items() if plain in known}
