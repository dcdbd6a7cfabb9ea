"""Making a backup: one snapshot of the database, sealed, in one file."""

import os
import subprocess
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any, cast

import msgspec
from django.conf import settings
from django.db import connection, transaction

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.models import Service
from painpath.keeping import age, manifest
from painpath.keeping.errors import KeepingError
from painpath.keeping.manifest import Manifest
from painpath.keeping.programs import environment, major, program
from painpath.postgres.owner import as_owner

ACTION = "record.backup"


def back_up(path: Path) -> Manifest:
    """Write a backup of the whole record to `path`, which must not be there yet: it appears complete or not at all.

    Consistent: pg_dump reads the snapshot in which the rows are counted here, while others go on writing. That it was
    made is in the audit of every service. Raises KeepingError, and leaves nothing behind then.
    """
    keys = age.sealing_keys(os.environ)
    part = path.with_name(f"{path.name}.part")
    if path.exists():
        raise KeepingError(f"{path} is there already. Give each backup a name of its own.")
    try:
        part.unlink(missing_ok=True)
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise KeepingError(f"The backup cannot be written to {path} ({error.strerror}).") from None
    said: list[Manifest] = []
    try:
        with os.fdopen(descriptor, "wb") as file, as_owner():
            age.seal(_parts(said), file, keys)
            file.flush()
            os.fsync(file.fileno())
            size = file.tell()
            os.link(part, path)  # unlike a rename, never over something that came meanwhile
            _sync(path.parent)
            with transaction.atomic():
                for service in Service.objects.order_by("pk"):
                    audit.record(audit.Process(service, "backup"), ACTION, service, bytes=size)
    except OSError as error:
        raise KeepingError(f"The backup cannot be written to {path} ({error.strerror}).") from None
    finally:
        part.unlink(missing_ok=True)
    return said[0]


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _parts(said: list[Manifest]) -> Iterator[age.Part]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
        here: Any = connection.connection
        server = here.info.server_version // 10000
        dump = program("pg_dump", server, embedded="EMBEDDED" in connection.settings_dict)
        cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1")
        kept = not os.environ.get("PAINPATH_SECRET_KEY")
        said.append(
            Manifest(
                made_at=clock.now().isoformat(), version=version("painpath"), server=server, program=major(dump),
                kept_key=kept, key=manifest.fingerprint(settings.SECRET_KEY),
                migrations=[row[0] for row in cursor.fetchall()], tables=manifest.tables(cursor),
                sequences=manifest.sequences(cursor),
                settings=sorted(name for name in os.environ if name.startswith(("PAINPATH_", "DATABASE_"))),
            )
        )  # fmt: skip
        yield "manifest.json", msgspec.json.format(msgspec.json.encode(said[0]))
        if kept:
            yield "secret-key", settings.SECRET_KEY.encode()
        for number, piece in enumerate(_dump(dump, snapshot)):
            yield f"database/{number:08}", piece


def _dump(dump: str, snapshot: str) -> Iterator[bytes]:
    """What pg_dump writes of this snapshot, in pieces. Owners are those of the place where it is
    restored; the rights of the program's role, and the policies that bind it, are in it."""
    here: Any = connection.connection
    command = [dump, "--format=custom", "--compress=1", "--no-owner", "--no-comments", "--no-publications"]
    command += ["--no-subscriptions", "--no-password", f"--snapshot={snapshot}", f"--dbname={here.info.dsn}"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(here.info.password)
    ) as running:
        out, said = cast("IO[bytes]", running.stdout), cast("IO[bytes]", running.stderr)
        try:
            while piece := out.read(age.PIECE):
                yield piece
        except BaseException:
            running.kill()
            raise
        words = said.read().decode(errors="replace").strip().splitlines()
    if running.returncode:
        raise KeepingError(f"pg_dump could not read the database: {words[-1] if words else 'it gave no reason'}.")
