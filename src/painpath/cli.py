"""The command `painpath`. Only the module of the command that was asked for is imported: `screen` starts quickly."""

import argparse
import sys
from importlib import import_module

COMMANDS = {
    "screen": "painpath.screening.command",
    "pathway": "painpath.pathway.command",
    "demo": "painpath.demo.command",
    "serve": "painpath.serve",
    "staff": "painpath.accounts.command",
    "manage": "painpath.manage",
}
"""Command -> the module that adds its arguments (`add_arguments`) and names the function to run (`run`)."""


def main(arguments: list[str] | None = None) -> None:
    """Run one command and exit with its status; without a known command, list them all."""
    given = sys.argv[1:] if arguments is None else arguments
    wanted = given[:1] if given and given[0] in COMMANDS else list(COMMANDS)
    parser = argparse.ArgumentParser(
        prog="painpath", description="The front door of a persistent-pain clinic.", allow_abbrev=False
    )
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    for name in wanted:
        import_module(COMMANDS[name]).add_arguments(subparsers)
    args = parser.parse_args(given)
    try:
        sys.exit(args.run(args))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # `painpath screen ... | head`
        sys.stderr.close()
        sys.exit(0)
