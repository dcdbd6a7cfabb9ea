"""The command `painpath`. Only the module of the command that was asked for is imported: `screen` starts quickly."""

import argparse
import os
import sys
from importlib import import_module

from painpath import environment

COMMANDS = {
    "screen": "painpath.screening.command",
    "explain": "painpath.screening.explaining",
    "pathway": "painpath.pathway.command",
    "letters": "painpath.letters.command",
    "demo": "painpath.demo.command",
    "serve": "painpath.serve",
    "staff": "painpath.referrals.staff_command",
    "audit": "painpath.accounts.audit_command",
    "directory": "painpath.referrals.directory_command",
    "figures": "painpath.measuring.command",
    "export": "painpath.measuring.export.command",
    "backlog": "painpath.referrals.command",
    "backup": "painpath.keeping.command",
    "restore": "painpath.keeping.restore_command",
    "safety": "painpath.assurance.command",
    "check": "painpath.golive.command",
    "manage": "painpath.manage",
}
"""Command -> the module that adds its arguments (`add_arguments`) and names the function to run (`run`)."""

BELOW = {"pathway": ("painpath.reading.drafting_command", "painpath.screening.corpus.simulating")}
"""Command -> modules of higher layers that add commands below it, in the same way."""


def main(arguments: list[str] | None = None) -> None:
    """Run one command and exit with its status; without a known command, list them all."""
    given = sys.argv[1:] if arguments is None else arguments
    wanted = given[:1] if given and given[0] in COMMANDS else list(COMMANDS)
    parser = argparse.ArgumentParser(
        prog="painpath", description="The front door of a persistent-pain clinic.", allow_abbrev=False
    )
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    for name in wanted:
        commands = import_module(COMMANDS[name]).add_arguments(subparsers)
        for module in BELOW.get(name, ()):
            import_module(module).add_arguments(commands)
    args = parser.parse_args(given)
    try:
        environment.read_files(os.environ)
        sys.exit(_run(args))
    except environment.SettingError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # `painpath screen ... | head`
        sys.stderr.close()
        sys.exit(0)


def _run(args: argparse.Namespace) -> int:
    """The exit status of the command. A database that cannot be had is a sentence, not a stack trace."""
    try:
        return int(args.run(args))
    except Exception as error:
        postgres = sys.modules.get("painpath.postgres")  # only imported by commands that use a database
        if postgres is None or not isinstance(error, postgres.PostgresError):
            raise
        sys.stderr.write(f"{error}\n")
        return 1
