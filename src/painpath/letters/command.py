"""`painpath letters preview`: every letter of a pathway as files, with sample data; no record is read."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from painpath.pathway import PathwayError, find, load

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_arguments(subparsers: "Subparsers") -> None:
    """Add the command `letters` to a command line. Its `run` is in the parsed arguments."""
    parser = subparsers.add_parser("letters", help="look at the letters of a pathway")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    preview = commands.add_parser("preview", help="write every letter in every form into a folder, with sample data")
    preview.add_argument("pathway", help="a pathway's name")
    preview.add_argument("folder", type=Path, help="where to; it is made when it is not there")
    preview.add_argument("--outcome", help="only the letters of this outcome")
    preview.add_argument("--form", help="only this form, such as large-print")
    preview.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Do what the arguments ask. Returns the exit status: 1 when there is nothing to write, with the reason."""
    from painpath.letters.errors import LetterError
    from painpath.letters.rendering import FOR, FORMS
    from painpath.letters.sample import sample

    try:
        pathway = load(find(args.pathway))
    except PathwayError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    outcomes = [one.id for one in pathway.outcomes if args.outcome in (None, one.id)]
    forms = [form for form in FORMS if args.form in (None, form)]
    for found, what, known in (
        (outcomes, f"outcome `{args.outcome}`", [one.id for one in pathway.outcomes]),
        (forms, f"form `{args.form}`", FORMS),
    ):
        if not found:
            sys.stderr.write(f"There is no {what}. Known: {', '.join(known)}.\n")
            return 1
    args.folder.mkdir(parents=True, exist_ok=True)
    written = 0
    try:
        for outcome in outcomes:
            for audience, offered in FOR.items():
                for form in (one for one in forms if one in offered):
                    name = f"{outcome}-{audience}-{form}.{FORMS[form].extension}"
                    (args.folder / name).write_bytes(sample(pathway, outcome, audience, form))
                    written += 1
    except LetterError as error:
        sys.stderr.write(f"{error.sentence}\n")
        return 1
    sys.stdout.write(f"{written} letters in {args.folder}\n")
    return 0
