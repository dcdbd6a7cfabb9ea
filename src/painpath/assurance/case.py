"""The files of `docs/safety`, read into models, each field with its line."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from painpath.assurance.model import Advisories, HazardLog, Licence, Measured, Statement, Verification
from painpath.pathway.base import Data
from painpath.pathway.converting import convert
from painpath.pathway.problems import FieldPath, PathwayError, Problem, field_name
from painpath.pathway.sources import Document

FOLDER = Path("docs/safety")
STATEMENTS = ("purpose", "dtac", "dpia", "accessibility")

_Model = TypeVar("_Model", bound=Data)


class CaseError(PathwayError):
    """The safety case cannot be read. `problems` says why, all of it at once."""


@dataclass(frozen=True)
class Case:
    """The safety case of a checkout."""

    root: Path
    """The checkout, from which tests, code and documents are named."""
    hazards: HazardLog
    statements: dict[str, Statement]
    verification: Verification
    advisories: Advisories | None
    """None: the database has never been asked."""
    licences: dict[str, Licence]
    measured: Measured | None
    """None: no page has been measured."""
    written: dict[str, Document]
    """File name -> its YAML, for the lines."""

    def problem(self, name: str, path: FieldPath, message: str) -> Problem:
        """A problem at a field of a file."""
        place = self.written[name].place(path)
        file, line = place or (self.root / FOLDER / name, 0)
        return Problem(file, line, field_name(path), message)


def read(root: Path) -> Case:
    """The safety case of this checkout. Raises CaseError when a file of it does not hold what it should."""
    folder = root / FOLDER
    problems: list[Problem] = []
    written: dict[str, Document] = {}
    hazards = _yaml(folder / "hazards.yaml", HazardLog, written, problems)
    statements = {name: _yaml(folder / f"{name}.yaml", Statement, written, problems) for name in STATEMENTS}
    verification = _yaml(folder / "asvs.yaml", Verification, written, problems)
    advisories = _json(folder / "advisories.json", Advisories, problems)
    licences = _json(folder / "licences.json", dict[str, Licence], problems)
    measured = _json(folder / "axe.json", Measured, problems)
    if hazards is None or verification is None or problems:
        raise CaseError(problems)
    known = {name: statement for name, statement in statements.items() if statement is not None}
    return Case(root, hazards, known, verification, advisories, licences or {}, measured, written)


def _yaml(file: Path, model: type[_Model], written: dict[str, Document], problems: list[Problem]) -> _Model | None:
    document = written[file.name] = Document()
    try:
        document.add(file, file.read_bytes())
    except OSError:
        problems.append(Problem(file, 0, "", "This file of the safety case is missing."))
        return None
    problems += document.problems
    if document.problems:
        return None
    found, faults = convert(document.data, model)
    for fault in faults:
        where, line = document.place(fault.path) or (file, 0)
        problems.append(Problem(where, line, field_name(fault.path), fault.message))
    return found


_Json = TypeVar("_Json")


def _json(file: Path, model: type[_Json], problems: list[Problem]) -> _Json | None:
    """None where there is no such file: nothing was recorded yet, and the documents say so."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=model)
    except FileNotFoundError:
        return None
    except msgspec.MsgspecError as error:
        problems.append(Problem(file, 0, "", f"{error}. Record it anew with `painpath safety record`."))
        return None
