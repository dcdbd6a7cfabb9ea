"""Tables that somebody sends as a CSV file: read whole, and every fault named by row, column and what to do."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

MOST_BYTES = 25 * 1024 * 1024
MOST_ROWS = 50_000
"""All prescribing cost centres of England are about 15,000 rows."""


@dataclass(frozen=True)
class Fault:
    """One thing to put right. `row` is counted as a spreadsheet counts, from 1; 0 is the file as a whole."""

    row: int
    column: str
    words: str

    def __str__(self) -> str:
        place = f"Row {self.row}" if self.row else "The file"
        return f"{place}{', ' if self.column else ''}{self.column}: {self.words}"


class FaultyFile(Exception):
    """A file with faults: nothing of it was taken."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: fault.row))
        super().__init__("\n".join(map(str, self.faults)))

    @property
    def sentence(self) -> str:
        """How many faults there are, and that nothing was done."""
        count = len(self.faults)
        return f"There {'is 1 thing' if count == 1 else f'are {count:,} things'} to put right. Nothing was imported."


@dataclass
class Row:
    """One row: its number and its cells by column, without blanks at their ends. Faults are collected as it is read."""

    number: int
    cells: dict[str, str]
    faults: list[Fault] = field(default_factory=list)

    def fault(self, column: str, words: str) -> None:
        """Note that this cell has to be put right."""
        self.faults.append(Fault(self.number, column, words))

    def text(self, column: str, *, most: int, needed: str = "") -> str:
        """A cell of at most `most` characters; `needed` is the sentence when it must not be empty."""
        value = self.cells[column]
        if not value and needed:
            self.fault(column, needed)
        if len(value) > most:
            self.fault(column, f"This has {len(value)} characters; there is room for {most}. Shorten it.")
        return value

    def day(self, column: str) -> date | None:
        """A date, or None for an empty cell and for one that is no date (which is noted)."""
        value = self.cells[column]
        if not value:
            return None
        found = day_of(value)
        if found is None:
            self.fault(column, f"“{value[:30]}” is no date. Write it as 2026-11-30 or 30/11/2026.")
        return found


_DAYS = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})"),
    re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"),
    re.compile(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})"),
)


def day_of(text: str) -> date | None:
    """A date as 2026-11-30, 20261130 or 30/11/2026 (day first, as British spreadsheets write it); else None."""
    for pattern in _DAYS:
        if text.isascii() and (found := pattern.fullmatch(text)):
            try:
                return date(int(found["year"]), int(found["month"]), int(found["day"]))
            except ValueError:
                return None
    return None


def decoded(content: bytes) -> str:
    """The text of a CSV file in UTF-8, or in Windows-1252 as older spreadsheets save it. Raises FaultyFile."""
    if len(content) > MOST_BYTES:
        raise FaultyFile([Fault(0, "", f"It is larger than {MOST_BYTES // 1024**2} MB. Split it, and send the parts.")])
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text
    raise FaultyFile([Fault(0, "", "This is not a CSV file. In the spreadsheet choose “Save as” and “CSV UTF-8”.")])


def records(content: bytes) -> list[list[str]]:
    """The cells of every record, without blanks at their ends. Raises FaultyFile for what is no CSV or has no rows."""
    found: list[list[str]] = []
    try:
        for record in csv.reader(io.StringIO(decoded(content), newline=""), strict=True):
            found.append([cell.strip() for cell in record])
            if len(found) > MOST_ROWS:
                raise FaultyFile([Fault(0, "", f"It has more than {MOST_ROWS:,} rows. Split it, and send the parts.")])
    except csv.Error:
        words = "A cell begins with a quotation mark and does not end well. Check the quotation marks in this row."
        raise FaultyFile([Fault(len(found) + 1, "", words)]) from None
    if not any(any(record) for record in found):
        raise FaultyFile([Fault(0, "", "It is empty. Choose the file again.")])
    return found


def rows_with_header(content: bytes, columns: Sequence[str], needed: Sequence[str]) -> list[Row]:
    """The rows below a header row; columns may stand in any order, and those not `needed` may be left out.

    Empty rows are passed over. Raises FaultyFile when the header, or the number of cells in a row, is not right.
    """
    first, *rest = records(content)
    header = [name.strip().lower().replace(" ", "_") for name in first]
    while header and not header[-1]:  # a column that was emptied in the spreadsheet
        header.pop()
    faults = [Fault(1, name, "The header names this column twice.") for name in set(header) if header.count(name) > 1]
    faults += [
        Fault(1, name or "(empty)", f"No such column is known. The columns are: {', '.join(columns)}.")
        for name in header
        if name not in columns
    ]
    faults += [Fault(1, name, "This column is missing in the header.") for name in needed if name not in header]
    rows = []
    for number, cells in enumerate(rest, 2):
        if not any(cells):
            continue
        if any(cells[len(header) :]):
            faults.append(
                Fault(number, "", f"This row has {len(cells)} cells, the header {len(header)}. Check commas.")
            )
            continue
        given = dict(zip(header, cells + [""] * len(header), strict=False))
        rows.append(Row(number, {name: given.get(name, "") for name in columns}))
    if not faults and not rows:
        faults.append(Fault(0, "", "There is no row below the header."))
    if faults:
        raise FaultyFile(faults)
    return rows


def faults_of(rows: Sequence[Row]) -> list[Fault]:
    """Everything that was noted while the rows were read."""
    return [fault for row in rows for fault in row.faults]
