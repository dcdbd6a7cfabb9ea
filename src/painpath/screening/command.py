"""`painpath screen FILE...`: read letters and print what they say about every criterion."""

import argparse
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec

from painpath import clock, documents, pathway
from painpath.documents.model import DocumentText
from painpath.pathway.model import Pathway
from painpath.screening.model import Screening
from painpath.screening.screener import screen

PATHWAY = "southampton-portsmouth"

_STEPS = """A file that cannot be read is named with the reason; the others go on, and the exit status is 1.
What is printed is a reading aid with the letter's own words. It is never a decision: a clinician decides."""


def add_arguments(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to `painpath`."""
    parser = subparsers.add_parser("screen", help="read letters against the criteria", epilog=_STEPS)
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="a letter: PDF, DOCX, RTF, TXT, HTML, e-mail or scan"
    )
    parser.add_argument("-r", "--recursive", type=Path, metavar="FOLDER", help="every file of a folder, into one table")
    parser.add_argument("--out", type=Path, metavar="FILE", help="with -r: the table, .parquet, .csv or .jsonl")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="with -r: so many processes (default: 1)")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="with -r: a Dask cluster, such as tcp://host:8786")
    parser.add_argument("--anew", action="store_true", help="with -r: leave what a broken run did, and start again")
    parser.add_argument("--json", action="store_true", help="one JSON object a line instead of a table")
    parser.add_argument(
        "--date", type=day, metavar="YYYY-MM-DD", help="the day a letter was written, for letters without a date"
    )
    parser.add_argument("--pathway", default=PATHWAY, metavar="NAME", help=f"the pathway (default: {PATHWAY})")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Screen every file of the command line in its order. 0 when all could be read, else 1."""
    if bool(args.files) == bool(args.recursive):
        sys.stderr.write("Name one letter or several, or a folder with -r.\n")
        return 2
    try:
        service = pathway.load(pathway.find(args.pathway))
        if args.recursive:
            from painpath.screening.corpus.command import run as run_corpus  # for one letter it would cost 0.1 s

            return run_corpus(args, service)
        return _run(args, service)
    except pathway.PathwayError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _run(args: argparse.Namespace, service: Pathway) -> int:
    failed = False
    for file, result in _screened(args.files, service, args.date):
        failed = failed or isinstance(result, str)
        if args.json:
            row = {"document": file.name, "error": result} if isinstance(result, str) else result.to_contract(file.name)
            sys.stdout.write(msgspec.json.encode(row).decode() + "\n")
        else:
            from painpath.screening.table import show  # rich: 0.2 s that --json does not pay

            show(file.name, result, service)
    return int(failed)


def _screened(files: list[Path], service: Pathway, written_on: date | None) -> Iterator[tuple[Path, Screening | str]]:
    """Each file with its screening, or with the sentence that says why it could not be read."""
    for file in files:
        try:
            letter: DocumentText = documents.read(file.read_bytes(), file.name)
        except documents.DocumentError as error:
            yield file, error.sentence
        except OSError as error:
            yield file, f"The file cannot be opened: {error.strerror}. Check its name and that you may read it."
        else:
            yield file, screen(letter, service, written_on=written_on, today=clock.today())


def day(words: str) -> date:
    """A day given on the command line. Raises the error that argparse turns into a sentence."""
    try:
        return date.fromisoformat(words)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{words}” is not a date: write it as 2026-11-23") from None
