"""`painpath safety check`, `print`, `write` and `record`."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from painpath.assurance import dependencies, measuring
from painpath.assurance.case import FOLDER, Case, CaseError, read
from painpath.assurance.documents import DOCUMENTS, render
from painpath.assurance.linting import lint

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

_AGAIN = "run `painpath safety write`"


def add_arguments(subparsers: "Subparsers") -> None:
    """Add the command `safety` to a command line. Its `run` is in the parsed arguments."""
    parser = subparsers.add_parser("safety", help="check or print the safety case of a checkout")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="what")
    commands.add_parser("check", help="list everything that is wrong with it")
    shown = commands.add_parser("print", help="print one of its documents")
    shown.add_argument("document", choices=list(DOCUMENTS))
    commands.add_parser("write", help="write its documents anew")
    record = commands.add_parser("record", help="record what a document is made from")
    things = record.add_subparsers(required=True, metavar="WHAT", dest="recorded")
    things.add_parser("advisories", help="ask the advisory database about the locked packages")
    things.add_parser("licences", help="read the licences of the locked packages")
    axe = things.add_parser("axe", help="take what the browser tests saw (PAINPATH_AXE_RECORD)")
    axe.add_argument("file", type=Path)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Do what the arguments ask. Returns the exit status: 1 when something is wrong, with the reasons on stderr."""
    root = checkout(Path.cwd())
    if root is None:
        sys.stderr.write("The safety case stands in a checkout of Painpath (docs/safety). Run this command there.\n")
        return 1
    try:
        if args.what == "record":
            return _record(root, args)
        case = read(root)
    except CaseError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if args.what == "print":
        sys.stdout.write(render(case, args.document))
        return 0
    return write(case) if args.what == "write" else check(case)


def checkout(start: Path) -> Path | None:
    """The checkout around this folder, or the one that this program runs from."""
    candidates = (start, *start.parents, Path(__file__).resolve().parents[3])
    return next((folder for folder in candidates if (folder / FOLDER / "hazards.yaml").is_file()), None)


def check(case: Case) -> int:
    """Say everything that is wrong, also a document that is not what the data makes."""
    problems = [str(problem) for problem in lint(case)]
    if not problems:  # what is wrong in the data is said once
        problems = [
            f"{file}: It is not what the data says: {_AGAIN}." for file, text in _texts(case) if not same(file, text)
        ]
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    if case.advisories and case.advisories.found:
        sys.stderr.write("warning: a package has known vulnerabilities, see docs/safety/dependencies.md\n")
    hazards = case.hazards.hazards
    controls = [control for hazard in hazards for control in hazard.controls]
    found = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}" if problems else "no problem found"
    sys.stdout.write(
        f"safety case: {len(hazards)} hazards, {sum(bool(one.tests) for one in controls)} of {len(controls)} controls "
        f"shown by tests: {found}\n"
    )
    return bool(problems)


def write(case: Case) -> int:
    """Write every document; none when the data has a problem."""
    problems = lint(case)
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    if problems:
        return 1
    for file, text in _texts(case):
        file.write_text(text, encoding="utf-8")
    return 0


def same(file: Path, text: str) -> bool:
    """Whether the file holds this text."""
    return file.is_file() and file.read_text(encoding="utf-8") == text


def _texts(case: Case) -> list[tuple[Path, str]]:
    return [(case.root / FOLDER / f"{name}.md", render(case, name)) for name in DOCUMENTS]


def _record(root: Path, args: argparse.Namespace) -> int:
    if args.recorded == "advisories":
        told = dependencies.ask_the_database(root)
        _keep(root / FOLDER / "advisories.json", told)
        sys.stdout.write(f"{told.could_not or f'{len(told.found)} known vulnerabilities'}\n")
    elif args.recorded == "licences":
        _keep(root / FOLDER / "licences.json", dependencies.read_licences(root))
    else:
        try:
            measured = measuring.condense(args.file.read_text(encoding="utf-8").splitlines())
        except (OSError, ValueError, msgspec.MsgspecError) as error:
            sys.stderr.write(f"{args.file} cannot be taken: {error}\n")
            return 1
        _keep(root / FOLDER / "axe.json", measured)
    sys.stdout.write(f"Recorded. Now {_AGAIN}.\n")
    return 0


def _keep(file: Path, what: Any) -> None:
    file.write_bytes(msgspec.json.format(msgspec.json.encode(what), indent=1) + b"\n")
