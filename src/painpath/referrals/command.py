"""`painpath backlog`: a live backlog, one row for each referral together with its documents, into the record."""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_arguments(subparsers: "Subparsers") -> None:
    """Add the command `backlog` to a command line."""
    parser = subparsers.add_parser("backlog", help="import referrals that are waiting already")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    template = commands.add_parser("template", help="print the empty table")
    template.set_defaults(run=print_template)
    wanted = commands.add_parser("import", help="import a table and its documents: all of it, or nothing")
    wanted.add_argument("table", type=Path, help="CSV file, as `painpath backlog template` begins it")
    wanted.add_argument("documents", type=Path, nargs="+", help="files, .zip files, or folders of files")
    wanted.add_argument("--by", required=True, help="e-mail address of the administrator who imports")
    wanted.add_argument("--service", default="southampton-portsmouth", help="the pathway's name")
    wanted.add_argument("--check", action="store_true", help="say what would be imported, and import nothing")
    wanted.set_defaults(run=run)


def _setup() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "painpath.settings")
    import django

    django.setup()


def print_template(args: argparse.Namespace) -> int:
    """Print the header row."""
    _setup()
    from painpath.referrals.arriving.backlog import template

    sys.stdout.write(template())
    return 0


def run(args: argparse.Namespace) -> int:
    """Import one table. Exit status 1 with every fault on a line of its own; then nothing was imported."""
    _setup()
    from painpath.accounts.models import Membership
    from painpath.accounts.scope import scope, service_at
    from painpath.directory.tables import FaultyFile
    from painpath.referrals.arriving.backlog import import_backlog
    from painpath.referrals.arriving.filing import File
    from painpath.referrals.refusal import Refused

    try:
        content = args.table.read_bytes()
        paths = [path for given in args.documents for path in (sorted(given.iterdir()) if given.is_dir() else [given])]
        sent = [File(path.name, path.read_bytes()) for path in paths if path.is_file()]
    except OSError as error:
        sys.stderr.write(f"{error.filename} cannot be read: {error.strerror}.\n")
        return 1
    service = service_at(args.service)
    if service is None:
        sys.stderr.write(f"There is no service {args.service}.\n")
        return 1
    try:
        with scope(service):
            people = Membership.objects.current().team().select_related("user", "service").filter(service=service)
            by = people.filter(user__email__iexact=args.by.strip()).first()
            if by is None:
                sys.stderr.write(f"{args.by} does not work in this service.\n")
                return 1
            result = import_backlog(by=by, content=content, sent=sent, check_only=args.check)
    except FaultyFile as faulty:
        sys.stderr.write(f"{faulty}\n{faulty.sentence}\n")
        return 1
    except Refused as refused:
        sys.stderr.write(f"{refused.sentence}\n")
        return 1
    done = "would be imported" if args.check else "imported"
    sys.stdout.write(
        f"{result.new:,} {done} with {result.documents:,} documents, {len(result.known):,} on record already\n"
    )
    if result.entry is not None and not args.check:
        sys.stdout.write("".join(f"{reference}\n" for reference in sorted(result.entry.detail["keys"].values())))
    return 0
