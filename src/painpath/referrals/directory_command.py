"""`painpath directory`: the public practice file and the list of contracts, into the directory of a service.

Localities are those of the pathway in force.
"""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_arguments(subparsers: "Subparsers") -> None:
    """Add the command `directory` to a command line."""
    parser = subparsers.add_parser("directory", help="import practices and contracts")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="import_what")
    practices = commands.add_parser("import-practices", help="the public practice file of NHS ODS (epraccur.csv)")
    contracts = commands.add_parser(
        "import-contracts", help="a CSV file: ods_code, contracted, locality, from, to, source"
    )
    for command in (practices, contracts):
        command.add_argument("file", type=Path)
        command.add_argument("--service", default="southampton-portsmouth", help="the pathway's name")
        command.add_argument("--check", action="store_true", help="say what would change, and change nothing")
        command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Import one file. Exit status 1 with every fault on a line of its own; then nothing was imported."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "painpath.settings")
    import django

    django.setup()
    from painpath.accounts.audit import Process
    from painpath.accounts.scope import scope, service_at
    from painpath.directory.importing import import_contracts, import_practices
    from painpath.directory.tables import FaultyFile
    from painpath.pathway import PathwayError
    from painpath.referrals import pathways

    try:
        content = args.file.read_bytes()
    except OSError as error:
        sys.stderr.write(f"{args.file} cannot be read: {error.strerror}.\n")
        return 1
    service = service_at(args.service)
    if service is None:
        sys.stderr.write(
            f"There is no service {args.service}. `painpath staff invite` makes it with its first person.\n"
        )
        return 1
    try:
        with scope(service):
            by = Process(service, "command line")
            if args.import_what == "import-practices":
                counts = import_practices(by=by, content=content, check_only=args.check)
            else:
                places = {place.id: place.name for place in pathways.in_force(service)[0].localities}
                counts = import_contracts(by=by, content=content, localities=places, check_only=args.check)
    except FaultyFile as faulty:
        sys.stderr.write(f"{faulty}\n{faulty.sentence}\n")
        return 1
    except PathwayError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    would = "would be " if args.check else ""
    sys.stdout.write(f"{would}new {counts.new:,}, {would}changed {counts.changed:,}, unchanged {counts.unchanged:,}")
    sys.stdout.write(f", not GP practices {counts.left_out:,}\n" if counts.left_out else "\n")
    return 0
