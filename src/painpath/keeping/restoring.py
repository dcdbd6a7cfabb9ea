"""Restoring a backup: into an empty database, or in the place of another, in one transaction."""

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any

import psycopg
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from painpath.accounts import audit_verifying
from painpath.accounts.models import Service
from painpath.accounts.row_level_security import grant_to_program
from painpath.accounts.scope import scope
from painpath.keeping import age, manifest
from painpath.keeping.after_restore import hold_what_waits
from painpath.keeping.errors import KeepingError
from painpath.keeping.manifest import Manifest
from painpath.keeping.programs import program
from painpath.postgres.owner import as_owner

SCRATCH = "painpath_verify"


def restore(file: IO[bytes], of: Manifest, *, replace: bool = False) -> int:
    """Bring back the record of a backup that was looked through; gives how many dispatches are held for a person.

    One transaction: killed at any moment, the database is as it was before. Nothing is settled before every table adds
    up to what it was, with as many policies. Everybody is signed out, and nothing leaves before a person releases it
    (`after_restore`). Raises KeepingError; then nothing was changed.
    """
    check_key(of)
    check_version(of)
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    with as_owner(), worded():
        connection.prepare_database()
        with transaction.atomic(), connection.cursor() as cursor:
            _check_alone(cursor)
            _make_room(cursor, replace=replace)
            _pour(file, of)
            check_same(of)
            cursor.execute("DELETE FROM django_session")
            grant_to_program(apps.get_app_config("accounts"), "default")
            held = hold_what_waits(of.made_at)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return held


def verify(file: IO[bytes], of: Manifest) -> None:
    """Restore a backup into a database beside ours, hold it against what it says of itself, and drop it again.

    Raises KeepingError when it cannot be restored, or when the owner may not make a database.
    """
    name = f"{SCRATCH}_{os.getpid()}"
    with as_owner(), worded():
        with connection.cursor() as cursor:
            _clear_away(cursor)
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        try:
            with _inside(name), transaction.atomic():
                _pour(file, of)
                check_same(of)
                check_audit()
        finally:
            with connection.cursor() as cursor:
                cursor.execute(f"DROP DATABASE {name}")


def _clear_away(cursor: Any) -> None:
    """Drop what a verification that was killed has left: a whole record that nobody knows of, also with what was
    destroyed since."""
    cursor.execute(
        "SELECT datname FROM pg_database d WHERE datname ~ %s AND pg_get_userbyid(datdba) = current_user"
        " AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid)",
        [f"^{SCRATCH}_[0-9]+$"],
    )
    for (left,) in cursor.fetchall():
        with suppress(DatabaseError):  # another verification has just made it
            cursor.execute(f"DROP DATABASE IF EXISTS {left}")


@contextmanager
def _inside(name: str) -> Iterator[None]:
    connection.close()
    ours = connection.settings_dict
    connection.settings_dict = {**ours, "NAME": name}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = ours


@contextmanager
def worded() -> Iterator[None]:
    """What PostgreSQL says against it, as a sentence: its first line, which quotes no row."""
    try:
        yield
    except (DatabaseError, psycopg.Error) as error:
        cause = error.__cause__ if isinstance(error.__cause__, psycopg.Error) else error
        said = getattr(getattr(cause, "diag", None), "message_primary", None) or str(error).partition("\n")[0]
        raise KeepingError(f"PostgreSQL says: {said}. Nothing was changed.") from None


def check_key(of: Manifest) -> None:
    """Raise KeepingError unless what the backup's installation had sealed can be opened here."""
    ours = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if of.key in map(manifest.fingerprint, ours):
        return
    where = (
        f"The key is in the backup: move {settings.HOME / 'secret-key'} away, unset PAINPATH_SECRET_KEY, and try again."
        if of.kept_key
        else "Set PAINPATH_SECRET_KEY to the one that the backup's installation had: it is not in the backup."
    )
    raise KeepingError(
        "The secret key here is not the one with which this record sealed second factors and codes: nobody could sign "
        f"in. {where} Nothing was changed."
    )


def check_version(of: Manifest) -> None:
    """Raise KeepingError unless the tables of the backup are those of this program."""
    known = {".".join(key) for key in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    if later := sorted(set(of.migrations) - known):
        raise KeepingError(
            f"The backup's tables are those of another version of Painpath ({of.version}; here nothing is known of "
            f"{later[0]}). Restore it with that version. Nothing was changed."
        )
    if missing := sorted(known - set(of.migrations)):
        raise KeepingError(
            f"The backup was made before {missing[0]}. Restore it with the version that made it ({of.version}), then "
            "bring that up to date. Nothing was changed."
        )


def _check_alone(cursor: Any) -> None:
    cursor.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend'"
    )
    if cursor.fetchone()[0]:
        raise KeepingError("Something still uses the database. Stop Painpath first. Nothing was changed.")


def _make_room(cursor: Any, *, replace: bool) -> None:
    cursor.execute("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")
    if not cursor.fetchone()[0]:
        return
    if not replace:
        raise KeepingError(
            "The database is not empty. Restore into an empty one: another PAINPATH_HOME, or another database in "
            "DATABASE_URL. To put the backup in the place of what is there, add --replace: what is there is then gone."
        )
    cursor.execute("DROP SCHEMA public CASCADE")
    cursor.execute("CREATE SCHEMA public")


def _pour(file: IO[bytes], of: Manifest) -> None:
    """Run what pg_restore makes of the archive, inside the caller's transaction."""
    command = [program("pg_restore", of.program, embedded="EMBEDDED" in connection.settings_dict)]
    command += ["--file=-", "--no-owner", "--no-comments"]
    connection.ensure_connection()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        wrong: list[Exception] = []

        def feed() -> None:
            try:
                with age.opened(file, age.opening_key(os.environ)) as parts:
                    for name, content in parts:
                        if name.startswith("database/"):
                            running.stdin.write(content)  # type: ignore[union-attr]
            except Exception as error:  # passed on below
                wrong.append(error)
            with suppress(OSError):
                running.stdin.close()  # type: ignore[union-attr]

        feeder = threading.Thread(target=feed, daemon=True)
        feeder.start()
        try:
            _run(running.stdout)
        except BaseException:
            running.kill()
            raise
        finally:
            feeder.join()
        words = running.stderr.read().decode(errors="replace").strip().splitlines() if running.stderr else []
    if running.returncode:
        raise KeepingError(f"pg_restore says: {words[-1] if words else 'nothing'}. Nothing was changed.")
    if wrong:
        raise wrong[0]


def _run(script: Any) -> None:
    """Statements as they stand, and rows by COPY. Whole statements are run together; a script is no larger than the
    definitions of the tables, rows pass through a line at a time."""
    here: Any = connection.connection
    waiting: list[bytes] = []

    def run() -> None:
        if text := b"".join(waiting).strip():
            here.execute(text)
        waiting.clear()

    for line in script:
        if line.startswith(b"COPY ") and line.endswith(b" FROM stdin;\n"):
            run()
            with here.cursor() as cursor, cursor.copy(line.rstrip(b";\n")) as copy:
                for row in script:
                    if row == b"\\.\n":
                        break
                    copy.write(row)
        elif not line.startswith((b"\\restrict", b"\\unrestrict", b"SET transaction_timeout", b"--")):
            waiting.append(line)
    run()
    here.execute("SET search_path TO DEFAULT; RESET statement_timeout; RESET row_security")


def check_audit() -> None:
    """Raise KeepingError when `painpath audit verify` would find something."""
    for service in Service.objects.order_by("pk"):
        with scope(service):
            faults = list(audit_verifying.verify(service, []).faults)
        if faults:
            raise KeepingError(
                f"Every table is as it was backed up. Of the audit in it `painpath audit verify` says: {faults[0]}"
            )


def check_same(of: Manifest) -> None:
    """Raise KeepingError unless every table and sequence is what the backup says of it."""
    with connection.cursor() as cursor:
        found, at = manifest.tables(cursor), manifest.sequences(cursor)
    for name in sorted(found.keys() | of.tables.keys()):
        if found.get(name) != of.tables.get(name):
            raise KeepingError(f"What was restored is not what was backed up: {name} differs. Nothing was changed.")
    # Sequences belong to no snapshot: between the count and the dump they may have gone on.
    if behind := [name for name, last in of.sequences.items() if at.get(name, -1) < last]:
        raise KeepingError(f"What was restored is not what was backed up: {behind[0]} is behind. Nothing was changed.")
