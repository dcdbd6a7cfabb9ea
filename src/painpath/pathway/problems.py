"""A problem in a pathway's files, told so that its author can go straight to it."""

from pathlib import Path
from typing import NamedTuple

FieldPath = tuple[str | int, ...]
"""Where in a pathway: `("criteria", 3, "kind")`."""


class Fault(NamedTuple):
    """Something wrong with a pathway's data, before it is known which line of which file holds it."""

    path: FieldPath
    message: str


class Problem(NamedTuple):
    """Something wrong, with the file, the line (from 1; 0 when it concerns the file as a whole) and the field."""

    file: Path
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        """`file:line: field: message`, which editors can jump to."""
        place = f"{self.file}:{self.line}" if self.line else f"{self.file}"
        return f"{place}: {self.field}: {self.message}" if self.field else f"{place}: {self.message}"


class PathwayError(Exception):
    """A pathway cannot be used. `problems` says why, all of it at once."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def field_name(path: FieldPath) -> str:
    """`criteria[3].kind`, as authors write it."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")
