"""`painpath manage COMMAND`: Django's own commands. Those that change tables run as their owner."""

import argparse
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

AS_OWNER = frozenset({"migrate", "flush", "sqlflush", "dbshell"})


def add_arguments(subparsers: "Subparsers") -> None:
    """Add the command `manage` to a command line."""
    parser = subparsers.add_parser("manage", help="Django's management commands (migrate, check, shell, ...)")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "painpath.settings")
    import django
    from django.core.management import execute_from_command_line

    django.setup()
    from painpath.postgres.owner import as_owner

    command = ["painpath manage", *args.arguments]
    if args.arguments and args.arguments[0] in AS_OWNER:
        with as_owner():
            execute_from_command_line(command)
    else:
        execute_from_command_line(command)
    return 0
