"""`painpath manage COMMAND`: Django's own commands. Those that change tables run as their owner."""

import argparse
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

AS_OWNER = frozenset({"migrate", "flush", "sqlflush", "dbshell"})


LOCK_LIMIT = 5
"""Seconds that a migration waits for a table. Whoever wants it meanwhile waits behind it: that must not be long."""


def _never_wait_long() -> None:
    from django.db import connection

    with connection.cursor() as cursor:  # the session stays until the migrations have run
        cursor.execute(f"SET lock_timeout = '{LOCK_LIMIT}s'")


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
    from django.db import OperationalError
    from psycopg.errors import LockNotAvailable

    from painpath.postgres.owner import as_owner

    command = ["painpath manage", *args.arguments]
    if args.arguments and args.arguments[0] in AS_OWNER:
        with as_owner():
            try:
                if args.arguments[0] == "migrate":
                    _never_wait_long()
                execute_from_command_line(command)
            except OperationalError as error:
                if not isinstance(error.__cause__, LockNotAvailable):
                    raise
                sys.stderr.write(
                    f"A table was in use for {LOCK_LIMIT} seconds on end. The migration that needed it has changed "
                    "nothing, those before it stand. Try again when less is going on.\n"
                )
                return 1
    else:
        execute_from_command_line(command)
    return 0
