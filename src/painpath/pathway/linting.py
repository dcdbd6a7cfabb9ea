"""All that is wrong with a pathway's folder, in one list."""

from pathlib import Path

from painpath import clock
from painpath.pathway import coverage, form_linting, letters, readability, retention, wording
from painpath.pathway.compiling import compile_or_explain, locate
from painpath.pathway.loading import read_files
from painpath.pathway.model import Pathway
from painpath.pathway.problems import PathwayError, Problem
from painpath.pathway.sources import Document


def lint(folder: Path, tests: Path | None = None) -> list[Problem]:
    """Every problem of the pathway in this folder, in the order of files and lines; empty when there is none.

    `tests` is the folder that the test names of `seed-coverage.yaml` start from, when there is one.
    """
    try:
        files, digest = read_files(folder)
    except PathwayError as error:
        return error.problems
    pathway, document, problems = compile_or_explain(folder, files, digest)
    return lint_compiled(folder, files, pathway, document, problems, tests)


def lint_compiled(
    folder: Path,
    files: dict[Path, bytes],
    pathway: Pathway | None,
    document: Document,
    problems: list[Problem],
    tests: Path | None = None,
) -> list[Problem]:
    """What `lint` finds, for files that `compile_or_explain` was given; `problems` are those that it found."""
    problems = [*problems, *form_linting.problems(folder, files, pathway)]
    # What stands in a file that cannot be read is missing everywhere else: say that alone.
    if pathway and not document.problems:
        problems += [locate(fault, document, folder) for fault in wording.faults(pathway)]
        missing = letters.missing_pictures(pathway.letters, folder)
        problems += [locate(fault, document, folder) for fault in missing]
        problems += coverage.problems(folder, pathway, tests)
    return sorted(set(problems))


def warnings(folder: Path) -> list[Problem]:
    """What is to be looked at again, since time has passed, letters to patients that are hard to read, and years of
    retention that nobody has confirmed: nothing that stops a pathway from being published."""
    try:
        files, digest = read_files(folder)
    except PathwayError:
        return []
    pathway, document, _ = compile_or_explain(folder, files, digest)
    return [] if pathway is None else warnings_of(folder, pathway, document)


def warnings_of(folder: Path, pathway: Pathway, document: Document) -> list[Problem]:
    """What `warnings` finds, for a pathway that is compiled already."""
    found = [
        *wording.stale(pathway, clock.today()),
        *readability.hard_letters(pathway),
        *retention.unsaid(pathway.retention),
    ]
    return sorted(locate(fault, document, folder) for fault in found)
