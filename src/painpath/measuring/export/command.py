"""`painpath export`: the record of a service as Parquet files that name nobody, and the key of their pseudonyms."""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_arguments(subparsers: "Subparsers") -> None:
    """Add the command `export` to a command line."""
    parser = subparsers.add_parser("export", help="the record as Parquet files that name nobody")
    parser.add_argument("path", type=Path, help="the folder to make, or the file of a new key; not there yet")
    parser.add_argument("--service", default="southampton-portsmouth", help="the pathway's name")
    parser.add_argument("--new-key", action="store_true", help="make none: write a key of pseudonyms to PATH")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the files, or a key. Exit status 1 with a sentence when that cannot be done; then nothing is there."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "painpath.settings")
    import django

    django.setup()
    from painpath.measuring.export import pseudonyms

    try:
        if not args.new_key:
            return _export(args)
        pseudonyms.new_key(args.path)
    except pseudonyms.ExportError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{pseudonyms.NAME}_FILE={args.path}\n")
    return 0


def _export(args: argparse.Namespace) -> int:
    from painpath.accounts.audit import Process
    from painpath.accounts.scope import service_at
    from painpath.measuring.export import asking

    service = service_at(args.service)
    if service is None:
        sys.stderr.write(
            f"There is no service {args.service}. `painpath staff invite` makes it with its first person.\n"
        )
        return 1
    manifest = asking.into_folder(by=Process(service, "command line"), folder=args.path, told=_told)
    rows = sum(file["rows"] for file in manifest["files"].values())
    sys.stdout.write(f"{args.path}: {rows:,} rows in {len(manifest['files'])} tables")
    if left := manifest["restricted_referrals_left_out"]:
        sys.stdout.write(f"; without {left:,} restricted referrals")
    sys.stdout.write(f"; key {manifest['key_id']}\n")
    return 0


def _told(name: str, rows: int) -> None:
    sys.stderr.write(f"{name}: {rows:,}\n")
