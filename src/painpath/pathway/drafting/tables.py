"""Tables as people paste them: cells parted by tabs, by bars or by wide gaps. They become headings and bullets."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from painpath.pathway.drafting import sections
from painpath.pathway.drafting.triage import Row, columns

_GAP = re.compile(r" {3,}")
_RULE = re.compile(r"^[\s|:+=-]+$")
_SIGN_ALONE = re.compile(r"^(?:\W{1,2}|o|\(?(?:\d{1,2}|[a-z])[.)])$")
_EMPTY = re.compile(r"^(?:\W*|n/?a|none|nil)$", re.IGNORECASE)
_LISTED = frozenset({
    "inclusion", "exclusion", "limited", "readiness", "red_flag", "required", "referrer", "catchment", "signpost",
})  # fmt: skip


class Cell(NamedTuple):
    """A heading or a bullet that a table holds, with the number of its line."""

    number: int
    heading: bool
    text: str
    triage: Row | None = None


def table_at(rows: Sequence[str], at: int) -> tuple[int, list[Cell]] | None:
    """The table whose first row is `rows[at]`: how many rows it takes, and what it holds; None where none begins.

    Where the first row says of two columns what they are ("We see", "We do not see"), each column is a list under its
    heading; where the first cell of each row says it, each row is one; where the last cell says what becomes of the row
    ("Accept", "Do not refer"), each row is a bullet of such a list; else each row is one bullet.
    """
    block: list[tuple[int, list[str]]] = []
    end = at
    while end < len(rows) and (cells := _cells(rows[end], inside=bool(block))) is not None:
        if cells:
            block.append((end + 1, cells))
        end += 1
    if len(block) < 2 or {len(cells) for _, cells in block[1:]} - {len(block[0][1]), len(block[0][1]) - 1}:
        return None
    if (sorted_out := columns(block[0][1], [cells for _, cells in block[1:]])) is not None:
        return end - at, [Cell(n, False, row.problem, row) for (n, _), row in zip(block[1:], sorted_out, strict=True)]
    if all(_lists(cell) for cell in block[0][1]):
        return end - at, _by_column(block)
    if sum(_lists(cells[0]) for _, cells in block) >= 2:
        return end - at, _by_row(block)
    if sum(_lists(cells[-1]) for _, cells in block[1:]) == len(block) - 1 and len(block[0][1]) > 2:
        return end - at, _by_decision(rows, block)
    first = 1 if _names_columns(block) else 0
    return end - at, [Cell(number, False, _whole(rows[number - 1])) for number, _ in block[first:]]


def _names_columns(block: list[tuple[int, list[str]]]) -> bool:
    """Whether the first row only names the columns: short, and nothing of it said again below."""
    (_, head), *rows = block
    again = any(cell and cell in [cells[at] for _, cells in rows if at < len(cells)] for at, cell in enumerate(head))
    return not again and all(len(cell.split()) <= 5 for cell in head)


def _cells(row: str, *, inside: bool) -> list[str] | None:
    """The cells of a row; none for a rule between rows; None where the line is no row of a table.

    `inside` a table the first cell may be empty, where one column is longer than the other.
    """
    words = row.strip()
    if "|" in words:
        if _RULE.match(words):
            return []
        parts = words.removeprefix("|").removesuffix("|").split("|")
    elif "\t" in words or (inside and "\t" in row):
        parts = row.split("\t")
    else:
        parts = _GAP.split(words)
    cells = [one.strip() for one in parts]
    begins = bool(cells[0]) and not _SIGN_ALONE.match(cells[0])
    return cells if len(cells) > 1 and any(cells) and (begins or inside) else None


def _lists(cell: str) -> bool:
    said = sections.said(cell)
    return said is not None and said.meaning in _LISTED and len(cell.split()) <= 8


def _by_column(block: list[tuple[int, list[str]]]) -> list[Cell]:
    (head, names), *rows = block
    found = []
    for column, name in enumerate(names):
        found.append(Cell(head, True, name))
        found += [
            Cell(number, False, cells[column]) for number, cells in rows
            if column < len(cells) and not _EMPTY.match(cells[column])
        ]  # fmt: skip
    return found


def _by_row(block: list[tuple[int, list[str]]]) -> list[Cell]:
    found: list[Cell] = []
    for number, (name, *cells) in block:
        if not _lists(name) and not found:
            continue  # the names of the columns
        found.append(Cell(number, True, name))
        found += [Cell(number, False, cell) for cell in cells if not _EMPTY.match(cell)]
    return found


def _by_decision(rows: Sequence[str], block: list[tuple[int, list[str]]]) -> list[Cell]:
    found: list[Cell] = []
    for number, cells in block:
        decision = cells[-1]
        if not _lists(decision):
            continue  # the names of the columns
        words = _whole(rows[number - 1]).removesuffix(decision).rstrip(" |")
        found += [Cell(number, True, decision), Cell(number, False, words)]
    return found


def _whole(row: str) -> str:
    return " ".join(row.strip().strip("|").split())
