"""Who may have the record exported, and how: into a folder from the command line, or as a file made by the queue.

Each export and each fetching of a file is audited. A file is kept for `KEPT_DAYS`, then its bytes are gone.
"""

import shutil
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import connection, transaction

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Actor, Process
from painpath.accounts.models import Membership, Service
from painpath.accounts.roles import LEAD, MANAGER
from painpath.accounts.scope import scope
from painpath.measuring.export.making import Told, make, packed
from painpath.measuring.export.pseudonyms import ExportError, key_of
from painpath.measuring.models import ExportPiece, RecordExport
from painpath.referrals.refusal import Refused

KEPT_DAYS = 3
PIECE = 4 * 1024 * 1024
EXPORTER = "exporter"
"""The process that makes files."""


def check_may_export(by: Actor) -> None:
    """Raise `Refused` unless `by` is a manager, a lead, or the command line of the site."""
    if isinstance(by, Process):
        return
    if by.ended_at is not None or not by.roles & {MANAGER, LEAD}:
        raise Refused("Only a manager or a lead can export the record.")


def check_ask(by: Membership) -> None:
    """Raise `Refused` unless `by` may ask for an export now: there is a key, and none is being made."""
    check_may_export(by)
    try:
        key_of(by.service)
    except ExportError as error:
        raise Refused(f"No export can be made yet. Ask whoever looks after the site to see to this: {error}") from None
    if RecordExport.objects.filter(service_id=by.service_id, state="asked").exists():
        raise Refused("An export is being made. You can make another when it is ready.")


def refusal(by: Membership) -> str:
    """The sentence of `check_ask`; empty where it raises nothing."""
    try:
        check_ask(by)
    except Refused as refused:
        return refused.sentence
    return ""


def can_ask(by: Membership) -> bool:
    """Whether `check_ask` raises nothing."""
    return not refusal(by)


def into_folder(*, by: Process, folder: Path, told: Told = lambda _name, _rows: None) -> dict[str, Any]:
    """Write an export into a folder, and that it was done into the audit; the manifest. Raises ExportError."""
    manifest = make(by.service, folder, key_of(by.service), told=told)
    try:
        with scope(by.service):
            _on_record(by, manifest)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return manifest


def _on_record(by: Actor, manifest: dict[str, Any], **more: Any) -> None:
    rows = sum(file["rows"] for file in manifest["files"].values())
    audit.record(by, "export.make", by.service, rows=rows, key_id=manifest["key_id"], **more)


@transaction.atomic
def ask(*, by: Membership, why: str, key: uuid.UUID) -> RecordExport:
    """Have an export made by the queue. `key` is the form's: sent twice, it is one export."""
    from painpath.measuring.export.tasks import make_later

    if (before := RecordExport.objects.filter(service_id=by.service_id, key=key).first()) is not None:
        return before
    with connection.cursor() as cursor:  # two people ask at once: the second waits, and reads that one is being made
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('painpath.export'), %s)", [by.service_id % 2**31])
    check_ask(by)
    if not (words := " ".join(why.split())):
        raise Refused("Say what the export is for.")
    made = RecordExport.objects.create(service_id=by.service_id, key=key, asked_by=by, why=words)
    audit.record(by, "export.ask", made)
    make_later(made)
    return made


def carry_out(service: int, export: int) -> None:
    """Make the file of one export and keep it in pieces. Made twice it is one; what fails says so on its row."""
    with scope(service):
        found = RecordExport.objects.select_related("service").get(pk=export)
    if found.state != "asked":
        return
    by = Process(found.service, EXPORTER)
    try:
        with TemporaryDirectory(prefix="painpath-export-") as place:
            folder = Path(place) / f"{found.service.slug}-{clock.today().isoformat()}"
            manifest = make(found.service, folder, key_of(found.service))
            file = folder.with_suffix(".zip")
            packed(folder, file)
            _keep(found, file, manifest, by)
    except Exception as error:
        with scope(service):
            said = (
                str(error)
                if isinstance(error, ExportError)
                else "Try again. If it fails again, tell whoever looks after the site: the log of the server says why."
            )
            RecordExport.objects.filter(pk=export).update(state="failed", problem=said, ended_at=clock.now())
        if not isinstance(error, ExportError):
            raise


def _keep(export: RecordExport, file: Path, manifest: dict[str, Any], by: Process) -> None:
    """Its pieces, its state and its audit in one transaction."""
    with scope(export.service):
        locked = RecordExport.objects.select_for_update().get(pk=export.pk)
        if locked.state != "asked":
            return
        with file.open("rb") as content:
            number = 0
            while piece := content.read(PIECE):
                ExportPiece.objects.create(service_id=export.service_id, export=locked, number=number, content=piece)
                number += 1
        locked.state, locked.ended_at = "ready", clock.now()
        locked.size, locked.manifest = file.stat().st_size, manifest
        locked.save(update_fields=["state", "ended_at", "size", "manifest"])
        _on_record(by, manifest, export=export.pk)


@transaction.atomic
def fetch(*, by: Membership, export: RecordExport) -> Iterator[bytes]:
    """The file of an export, piece by piece, each read in a scope of its own: the request's has ended by then."""
    check_may_export(by)
    if export.state != "ready":
        raise Refused("This export has no file to download.")
    audit.record(by, "export.download", export)
    numbers = list(export.pieces.order_by("number").values_list("number", flat=True))
    return _pieces(export.service_id, export.pk, numbers)


def _pieces(service: int, export: int, numbers: list[int]) -> Iterator[bytes]:
    for number in numbers:
        with scope(service):
            content = ExportPiece.objects.get(export_id=export, number=number).content
        yield bytes(content)


@transaction.atomic
def let_go(service: Service) -> int:
    """Take away the bytes of files that were kept long enough, and give up what nobody finished; how many."""
    before = clock.now() - timedelta(days=KEPT_DAYS)
    old = RecordExport.objects.filter(service_id=service.pk, asked_at__lt=before)
    ExportPiece.objects.filter(export__in=old.filter(state="ready")).delete()
    gone = old.filter(state="ready").update(state="gone")
    words = f"It was not made in {KEPT_DAYS} days. Tell whoever looks after the site: the worker may have stopped."
    return gone + old.filter(state="asked").update(state="failed", problem=words, ended_at=clock.now())
