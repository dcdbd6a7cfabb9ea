"""`painpath check`: what is missing before real people are entered. Exit status 1 when anything that must be is."""

import argparse
import json
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from painpath.golive.facts import Facts
    from painpath.golive.rule import Missing

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_arguments(subparsers: "Subparsers") -> None:
    """Add the command `check` to a command line."""
    parser = subparsers.add_parser("check", help="what is missing before real people are entered")
    parser.add_argument("--json", action="store_true", help="one object, for a program")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Look at this site, as the user and with the environment that it runs with."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "painpath.settings")
    import django

    django.setup()
    from painpath.golive.gathering import gather

    return report(gather(), as_json=args.json)


def report(facts: "Facts", *, as_json: bool = False) -> int:
    """Print what is missing. Returns the exit status."""
    from painpath.golive.rules import RULES

    found = [missing for rule in RULES for missing in rule.missing(facts)]
    must = [missing for missing in found if missing.must]
    if as_json:
        said = {"ready": not must, "rules": len(RULES),
                "missing": [{"rule": one.rule, "must": one.must, "says": one.says} for one in found]}  # fmt: skip
        sys.stdout.write(f"{json.dumps(said, ensure_ascii=False)}\n")
    else:
        sys.stdout.write(_text(must, [missing for missing in found if not missing.must], len(RULES)))
    return bool(must)


def _text(must: "list[Missing]", worth: "list[Missing]", rules: int) -> str:
    blocks = []
    for heading, missing in (("Before real people are entered", must), ("Worth doing", worth)):
        if missing:
            lines = (f"- {one.says} ({one.rule})" for one in missing)
            blocks.append("\n".join([f"{heading}, {len(missing)}:", *lines]))
    if not must:
        blocks.append(
            f"Nothing that must be is missing, by {rules} rules. They see settings and rows; whether people know what "
            "to do, and whether a backup can be restored, somebody has to try."
        )
    return "\n\n".join(blocks) + "\n"
