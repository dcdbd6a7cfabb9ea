"""`painpath pathway lint` and `painpath pathway show`."""

import argparse
import sys
from textwrap import indent
from typing import TYPE_CHECKING

from painpath.pathway.fhir import command as fhir
from painpath.pathway.given import folder_of
from painpath.pathway.loading import folders, load
from painpath.pathway.model import Pathway
from painpath.pathway.problems import PathwayError

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def add_arguments(subparsers: "Subparsers") -> "Subparsers":
    """Add the command `pathway` to a command line, and give what takes more commands below it.

    The function `run` is in the parsed arguments.
    """
    parser = subparsers.add_parser("pathway", help="check or show a published pathway")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    lint = commands.add_parser("lint", help="list everything that is wrong with a pathway")
    lint.add_argument("pathway", nargs="*", help="a pathway's name or folder; all of them when none is given")
    lint.set_defaults(run=run, show=False)
    show = commands.add_parser("show", help="print a pathway, or one of its criteria")
    show.add_argument("pathway", help="a pathway's name or folder")
    show.add_argument("criterion", nargs="?", help="the id of a criterion")
    show.set_defaults(run=run, show=True)
    fhir.add_arguments(commands)
    return commands


def run(args: argparse.Namespace) -> int:
    """Do what the arguments ask. Returns the exit status: 1 when something is wrong, with the reasons on stderr."""
    try:
        return _show(args.pathway, args.criterion) if args.show else _lint(args.pathway)
    except PathwayError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _lint(names: list[str]) -> int:
    from painpath.pathway.linting import lint, warnings  # they parse YAML, which `show` does not need

    status = 0
    for folder in map(folder_of, names) if names else folders().values():
        checkout = folder.parents[1]
        problems = lint(folder, checkout if (checkout / "tests").is_dir() else None)
        for problem in problems:
            sys.stderr.write(f"{problem}\n")
        for warning in warnings(folder):
            sys.stderr.write(f"warning: {warning}\n")
        count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}" if problems else "no problem found"
        sys.stdout.write(f"{folder.name}: {count}\n")
        status |= bool(problems)
    return status


def _show(name: str, criterion: str | None) -> int:
    pathway = load(folder_of(name))
    if criterion is None:
        sys.stdout.write(_summary(pathway))
        return 0
    try:
        sys.stdout.write(_criterion(pathway, criterion))
    except KeyError:
        known = ", ".join(one.id for one in pathway.criteria)
        sys.stderr.write(f"There is no criterion `{criterion}`. Criteria: {known}.\n")
        return 1
    return 0


def _summary(pathway: Pathway) -> str:
    lines = [
        pathway.service,
        f"{pathway.name}, version {pathway.version}, content {pathway.digest[:12]}",
        f"From: {pathway.source.page}, {pathway.source.publisher} ({pathway.source.published})",
        "",
        "Routes",
        *(f"  {route.id:<22}{route.name}; decided by {', '.join(route.decided_by)}" for route in pathway.routes),
    ]
    for group in dict.fromkeys(criterion.group for criterion in pathway.criteria):
        lines += ["", group.capitalize()]
        for criterion in pathway.criteria:
            if criterion.group == group:
                lines.append(f"  {criterion.id}{' (case by case)' if criterion.case_by_case else ''}")
                lines += [indent(words, "      ") for words in criterion.published]
    told = [part.to_confirm for page in pathway.patient_pages.pages for part in page.parts]
    open_questions = [words for words in (*told, pathway.right_time.to_confirm) if words]
    lines += ["", "What patients read: for the service to confirm", *(f"  {words}" for words in open_questions)]
    return "\n".join(lines) + "\n"


def _criterion(pathway: Pathway, wanted: str) -> str:
    criterion = pathway.criterion(wanted)
    lines = [
        f"{criterion.name} ({criterion.id}): {criterion.group}, {criterion.kind.replace('_', '-')}",
        *(f"  Published: {words}" for words in criterion.published),
        *([f"  Exception: {criterion.exception}"] if criterion.exception else []),
        f"  Question:  {criterion.question}",
        *(f"  Ask the {ask.of}: {ask.words}" for ask in criterion.ask),
        f"  Plain:     {criterion.plain}",
        f"  For:       {criterion.plain_for}",
        f"  Against:   {criterion.plain_against}",
        f"  Change:    {criterion.plain_change}",
        *(
            f"  Points to: {pathway.outcome(pointer.outcome).label}"
            + (f", {pathway.signpost(pointer.signpost).name}" if pointer.signpost else "")
            + f" ({pointer.why})"
            for pointer in criterion.outcomes
        ),
        *(f"  Note:      {note}" for note in criterion.notes),
    ]
    return "\n".join(lines) + "\n"
