"""`painpath backup`: one sealed file of the whole record, and the proof that it can be restored."""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_arguments(subparsers: "Subparsers") -> None:
    """Add the command `backup` to a command line."""
    parser = subparsers.add_parser("backup", help="write the whole record to one sealed file, or verify one")
    parser.add_argument("file", type=Path, help="where to write it; it must not be there yet")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--verify", action="store_true", help="then restore it into a database beside ours, and compare")
    what.add_argument("--only-verify", action="store_true", help="make none: verify the one in FILE")
    what.add_argument("--new-key", action="store_true", help="make none: write a key that opens backups to FILE")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Make or verify a backup. Exit status 1 with a sentence when that cannot be done."""
    from painpath.keeping import age
    from painpath.keeping.errors import KeepingError

    try:
        if args.new_key:
            sys.stdout.write(f"PAINPATH_BACKUP_TO={age.new_key(args.file)}\n")
            return 0
        return _back_up(args)
    except KeepingError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _back_up(args: argparse.Namespace) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "painpath.settings")
    import django

    django.setup()
    from painpath.keeping import backing_up, looking, restoring
    from painpath.keeping.restore_command import reading

    if not args.only_verify:
        with restoring.worded():
            made = backing_up.back_up(args.file)
        rows = sum(table.rows for table in made.tables.values())
        sys.stdout.write(f"{args.file}: {rows} rows in {len(made.tables)} tables, {args.file.stat().st_size} bytes.\n")
        if not made.kept_key:
            sys.stdout.write(
                "The secret key is not in it, as PAINPATH_SECRET_KEY gives it: keep that with the key of backups.\n"
            )
    if args.verify or args.only_verify:
        with reading(args.file) as file:
            of, _ = looking.look_through(file, os.environ)
            restoring.verify(file, of)
        sys.stdout.write("Restored beside the record and compared: every table is as it was.\n")
    return 0
