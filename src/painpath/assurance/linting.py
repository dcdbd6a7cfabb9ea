"""Everything that is wrong with a safety case. `make check` fails on any of it."""

from collections.abc import Iterable, Iterator

from painpath.assurance import dependencies
from painpath.assurance.case import FOLDER, Case
from painpath.assurance.documents import DOCUMENTS
from painpath.assurance.links import fault_of_file, fault_of_test
from painpath.assurance.model import Control, Evidence, Hazard
from painpath.assurance.risk import UNDESIRABLE
from painpath.pathway.problems import FieldPath, Problem

CODE = ("src", "deploy", "pathways", "tools", "bench", "Makefile", "pyproject.toml")
DOCS = ("docs", "README.md", "LICENSE")
_PRINTED = frozenset(f"{FOLDER}/{name}.md" for name in DOCUMENTS)
"""Documents that are made from this data: there as soon as they are written."""

_Fault = tuple[FieldPath, str]


def lint(case: Case) -> list[Problem]:
    """Every problem, with file, line and field, in the order of the files."""
    problems = [case.problem("hazards.yaml", path, message) for path, message in _hazards(case)]
    for name, statement in case.statements.items():
        for number, section in enumerate(statement.sections):
            for index, point in enumerate(section.points):
                at: FieldPath = ("sections", number, "points", index)
                faults = _evidence(case, point, at)
                problems += [case.problem(f"{name}.yaml", path, message) for path, message in faults]
    asked = [point.question for statement in case.statements.values() for section in statement.sections
             for point in section.points if point.question]  # fmt: skip
    problems += [
        case.problem("dtac.yaml", ("sections",), f"{question} is answered twice. Keep one of them.")
        for question in sorted(_twice(asked))
    ]
    problems += [case.problem("asvs.yaml", path, message) for path, message in _verification(case)]
    where = case.root / FOLDER / "licences.json"
    problems += [Problem(where, 0, "", fault) for fault in dependencies.faults(case)]
    return problems


def _hazards(case: Case) -> Iterator[_Fault]:
    hazards = case.hazards.hazards
    twice = _twice(hazard.id for hazard in hazards)
    for number, hazard in enumerate(hazards):
        at: FieldPath = ("hazards", number)
        if hazard.id in twice:
            yield (*at, "id"), f"{hazard.id} is given twice. An id stays with one hazard for ever."
        if not hazard.causes:
            yield (*at, "causes"), "Name at least one cause."
        if not hazard.controls:
            yield (*at, "controls"), "Name what stands against this hazard, or who has to act."
        yield from _risks(hazard, at)
        for index, control in enumerate(hazard.controls):
            yield from _evidence(case, control, (*at, "controls", index))


def _risks(hazard: Hazard, at: FieldPath) -> Iterator[_Fault]:
    for when, risk in (("before", hazard.before), ("after", hazard.after)):
        if risk.risk != risk.by_matrix:
            said = f"{risk.severity} and {risk.likelihood} make class {risk.by_matrix}, not {risk.risk}"
            yield (*at, when, "risk"), f"By the matrix {said}."
    before, after = hazard.before.by_matrix, hazard.after.by_matrix
    lowered = (hazard.before.severity, hazard.before.likelihood) != (hazard.after.severity, hazard.after.likelihood)
    if after > before:
        yield (*at, "after"), "Controls cannot make a hazard worse than it was without them."
    elif lowered and not any(control.tests for control in hazard.controls):
        yield (*at, "after"), "No control is shown by a test, so the estimate has to stay as it was before."
    if after >= UNDESIRABLE and not any(control.open for control in hazard.controls):
        yield (*at, "after"), f"Class {after} is undesirable: say in `open` of a control who does what about it."


def _verification(case: Case) -> Iterator[_Fault]:
    chapters = case.verification.chapters
    twice = _twice(asked.id for chapter in chapters for asked in chapter.requirements)
    for number, chapter in enumerate(chapters):
        for index, asked in enumerate(chapter.requirements):
            at: FieldPath = ("chapters", number, "requirements", index)
            if asked.id in twice:
                yield (*at, "id"), f"{asked.id} is given twice. Keep one of them."
            if not asked.id.startswith(f"{chapter.id}."):
                yield (*at, "id"), f"{asked.id} does not stand in {chapter.id}."
            if asked.not_ours and (asked.open or asked.tests):
                yield (*at, "not_ours"), "What is not ours is neither open nor shown by a test: keep one of them."
            if not asked.not_ours:
                yield from _evidence(case, asked, at)


def _evidence(case: Case, evidence: Evidence, at: FieldPath) -> Iterator[_Fault]:
    if not (evidence.tests or evidence.code or evidence.docs or evidence.open):
        yield at, "Name a test that shows this, or say in `open` who has to see to it."
    elif isinstance(evidence, Control) and not (evidence.tests or evidence.open):
        yield at, "Code alone shows nothing: name a test, or say in `open` who has to see to it."
    linked = [("tests", name, fault_of_test(case.root, name)) for name in evidence.tests]
    linked += [("code", name, fault_of_file(case.root, name, CODE)) for name in evidence.code]
    linked += [("docs", name, fault_of_file(case.root, name, DOCS)) for name in evidence.docs if name not in _PRINTED]
    for field, name, fault in linked:
        if fault:
            yield (*at, field, getattr(evidence, field).index(name)), fault
    for field in ("tests", "code", "docs"):
        for name in _twice(getattr(evidence, field)):
            yield (*at, field), f"`{name}` is named twice here."


def _twice(names: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    return {name for name in names if name in seen or seen.add(name)}  # type: ignore[func-returns-value]
