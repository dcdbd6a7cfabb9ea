"""`painpath pathway simulate BEFORE AFTER FOLDER --out FILE`: what another version would say of letters of the past."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from painpath.pathway.given import load_given
from painpath.pathway.problems import PathwayError

if TYPE_CHECKING:
    from painpath.screening.corpus.counting import Groups

_STEPS = """BEFORE and AFTER are each a pathway's name, its folder, or a compiled file.
The result has a row for each alert that is lost, new or of another certainty, and for each criterion of each letter
whose state is another one, with the words of both versions.
It is a reading aid about a draft: it decides nothing about anybody."""


def add_arguments(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command below `painpath pathway`."""
    parser = subparsers.add_parser(
        "simulate", help="read letters with two versions of a pathway and list what changes", epilog=_STEPS
    )
    parser.add_argument("before", metavar="BEFORE", help="the version in force")
    parser.add_argument("after", metavar="AFTER", help="the version to try")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="letters: every file below it is read")
    parser.add_argument("--out", type=Path, metavar="FILE", help="the changes, .parquet, .csv or .jsonl")
    parser.add_argument("--groups", type=Path, metavar="FILE", help="CSV: document, and columns to count by")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="so many processes (default: 1)")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="a Dask cluster, such as tcp://host:8786")
    parser.add_argument("--anew", action="store_true", help="leave what a broken run did, and start again")
    parser.add_argument("--date", metavar="YYYY-MM-DD", help="the day a letter was written, for letters without a date")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Compare every file below the folder. 0 when all could be read, 1 when some could not or nothing was done."""
    # For the other commands of `painpath pathway` these imports would cost more than they do.
    from painpath.screening.command import day
    from painpath.screening.corpus.batch import compare_batch
    from painpath.screening.corpus.counting import GroupsError, count, read_groups
    from painpath.screening.corpus.move_table import show
    from painpath.screening.corpus.running import Asked, Rows, run_over
    from painpath.screening.corpus.tables import compared, write

    try:
        before, after = load_given(args.before), load_given(args.after)
        groups: Groups | None = read_groups(args.groups) if args.groups else None
        written_on = day(args.date) if args.date else None
    except (PathwayError, GroupsError, argparse.ArgumentTypeError) as error:
        sys.stderr.write(f"{error}\n")
        return 1

    def finish(out: Path, rows: Rows) -> None:
        write(out, rows(), compared(before, after))
        show(count(rows(), groups), before, after)

    asked = Asked(args.folder, args.out, args.jobs, args.scheduler, args.anew, written_on)
    return run_over(asked, (before, after), compare_batch, finish, "compared in")
