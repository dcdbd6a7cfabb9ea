"""`painpath figures`: files that figures need, and counting everything anew."""

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from painpath.accounts.models import Service

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_arguments(subparsers: "Subparsers") -> None:
    """Add the command `figures` to a command line."""
    parser = subparsers.add_parser("figures", help="files that figures need; count everything anew")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="figures_what")
    deprivation = commands.add_parser(
        "import-deprivation", help="deciles of deprivation by postcode, from two public files"
    )
    deprivation.add_argument("deciles", type=Path, help="English Indices of Deprivation by LSOA, CSV")
    deprivation.add_argument("postcodes", type=Path, help="postcode file of the ONS with the LSOA (ONSPD, NSPL), CSV")
    deprivation.add_argument(
        "--areas", default="", help="only these postcode areas, as SO,PO; otherwise all of England"
    )
    deprivation.add_argument("--service", default="southampton-portsmouth", help="the pathway's name")
    deprivation.add_argument("--check", action="store_true", help="say what would change, and change nothing")
    deprivation.set_defaults(run=import_deprivation)
    again = commands.add_parser(
        "recount", help="count everything on record anew, in parts; cut short, it goes on later"
    )
    again.add_argument("--service", default="southampton-portsmouth", help="the pathway's name")
    again.set_defaults(run=recount)


def import_deprivation(args: argparse.Namespace) -> int:
    """Import both files. Exit status 1 with every fault on a line of its own; then nothing was imported."""
    _set_up()
    from painpath.accounts.audit import Process
    from painpath.accounts.scope import scope
    from painpath.directory.tables import FaultyFile
    from painpath.measuring import deprivation

    if (service := _service(args.service)) is None:
        return 1
    try:
        with scope(service):
            counts = deprivation.import_deprivation(
                by=Process(service, "command line"), deciles=args.deciles, postcodes=args.postcodes,
                areas=[area for area in args.areas.split(",") if area.strip()], check_only=args.check,
            )  # fmt: skip
    except OSError as error:
        sys.stderr.write(f"{error.filename} cannot be read: {error.strerror}.\n")
        return 1
    except FaultyFile as faulty:
        sys.stderr.write(f"{faulty}\n{faulty.sentence}\n")
        return 1
    would = "would be " if args.check else ""
    sys.stdout.write(
        f"areas of {counts.year}: {would}new {counts.new:,}, {would}changed {counts.changed:,}, "
        f"{would}taken out {counts.gone:,}, unchanged {counts.unchanged:,}\n"
    )
    return 0


def recount(args: argparse.Namespace) -> int:
    """Mark everything and count it. What somebody else is counting at that moment they finish.

    Exit status 1 where a referral could not be counted.
    """
    _set_up()
    from painpath.accounts.scope import scope
    from painpath.measuring import counting
    from painpath.measuring.marking import mark_all

    if (service := _service(args.service)) is None:
        return 1
    with scope(service):
        mark_all(service)
    counted = counting.count_up(service)
    with scope(service):
        failed = counting.set_aside(service)
    sys.stdout.write(f"{max(counted - failed, 0):,} referrals counted\n")
    if failed:
        sys.stderr.write(f"{failed:,} could not be counted. The log says where that failed.\n")
    return int(failed > 0)


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "painpath.settings")
    import django

    django.setup()


def _service(slug: str) -> "Service | None":
    """The service of this pathway; None, with a sentence, where nobody has made it."""
    from painpath.accounts.scope import service_at

    found = service_at(slug)
    if found is None:
        sys.stderr.write(f"There is no service {slug}. `painpath staff invite` makes it with its first person.\n")
    return found
