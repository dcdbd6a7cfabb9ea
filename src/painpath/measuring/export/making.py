"""A whole export: one Parquet file for each table, in one consistent view of the record, with its dictionary.

Rows about a referral whose record is restricted now are left out of every table, and so is a person who has no other:
such a record opens only to those named on it, and an export is read by more. How many were left out is said.
"""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from painpath import clock
from painpath.accounts.models import Service
from painpath.accounts.scope import scope
from painpath.measuring.export import dictionary
from painpath.measuring.export.pseudonyms import ExportError, Pseudonyms
from painpath.measuring.export.table import tables
from painpath.measuring.export.writing import model_of, write
from painpath.referrals.models import Document, Referral
from painpath.referrals.retention.rules import DESTROYED

Told = Callable[[str, int], None]
"""Called with a file's name and its rows, when it is written."""

_PEOPLE = {"referrals.Patient": "pk", "referrals.ConfirmedContact": "patient_id"}
_REFERRALS = {"referrals.Referral": ("pk",), "referrals.Document": ("referral",)}


def make(service: Service, folder: Path, key: bytes, *, told: Told = lambda _name, _rows: None) -> dict[str, Any]:
    """Write the record of a service into a folder that is not there yet; gives what `manifest.json` says.

    All files are of one moment (REPEATABLE READ, read only), so that they can be joined. The folder is there when
    everything is in it, or not at all. The same record gives the same bytes. Raises ExportError. Opens its own
    transaction and scope: a request never does this.
    """
    if folder.exists():
        raise ExportError(f"{folder} is there already. Give a folder that is not.")
    if connection.in_atomic_block:
        raise ExportError("An export needs a transaction of its own.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    partly = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            with scope(service):
                manifest = _write_all(service, partly, Pseudonyms(service, key), told)
        (partly / "dictionary.json").write_bytes(dictionary.as_json())
        (partly / "dictionary.md").write_text(dictionary.as_markdown())
        (partly / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
        partly.chmod(0o700)
        partly.rename(folder)
    except BaseException:
        with suppress(OSError):
            shutil.rmtree(partly)
        raise
    return manifest


def _write_all(service: Service, folder: Path, pseudonyms: Pseudonyms, told: Told) -> dict[str, Any]:
    hidden = list(Referral.objects.filter(service_id=service.pk, restricted=True).values_list("pk", flat=True))
    files = {}
    for table in tables():
        file = folder / f"{table.name}.parquet"
        rows = _rows(table.model, model_of(table), service.pk, hidden)
        written = write(table, file, pseudonyms, service.pk, rows)
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        files[file.name] = {"rows": written.rows, "sha256": digest} | (
            {"values_left_empty": written.refused} if written.refused else {}
        )
        told(file.name, written.rows)
    return {
        "format": dictionary.FORMAT,
        "service": service.slug,
        "made_on": clock.today().isoformat(),
        "key_id": pseudonyms.key_id,
        "restricted_referrals_left_out": len(hidden),
        "files": files,
    }


def _rows(label: str, model: type[Model], service: int, hidden: list[int]) -> "QuerySet[Model]":
    """The rows of a table that are exported: of this service, and of no restricted referral."""
    rows = model._default_manager.filter(service_id=service)
    if not hidden:
        return rows
    if label in _PEOPLE:
        theirs = Referral.objects.filter(patient=OuterRef(_PEOPLE[label]))
        return rows.exclude(Exists(theirs.filter(restricted=True)) & ~Exists(theirs.filter(restricted=False)))
    for path in _paths(label, model):
        rows = rows.exclude(Q(**{f"{path}__in": hidden}))
    return rows


def _paths(label: str, model: type[Model]) -> tuple[str, ...]:
    """How rows of this table lead to a referral: the same rules by which a person's record is destroyed."""
    if label in _REFERRALS:
        return _REFERRALS[label]
    return tuple(f"{path}__referral" if _end(model, path) is Document else path for path in DESTROYED.get(label, ()))


def _end(model: type[Model], path: str) -> Any:
    for name in path.split("__"):
        model = model._meta.get_field(name).related_model  # type: ignore[assignment]
    return model


def packed(folder: Path, file: Path) -> None:
    """The folder as one .zip, for a browser. Parquet is compressed already; the bytes depend on the files alone."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as whole:
        for one in sorted(folder.iterdir()):
            entry = zipfile.ZipInfo(f"{folder.name}/{one.name}", date_time=(1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o600 << 16
            with whole.open(entry, "w", force_zip64=True) as to, one.open("rb") as content:
                shutil.copyfileobj(content, to, 1024 * 1024)
