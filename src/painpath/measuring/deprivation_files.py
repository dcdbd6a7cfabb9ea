"""The two public files behind a decile of deprivation, read row by row: neither is ever in memory as a whole.

- The English Indices of Deprivation, by LSOA, as CSV (gov.uk, "File 7" or "File 1" of each release). Column names
  differ between releases and copies; the known ones are below. Decile 1 is the most deprived tenth.
- A postcode file of the Office for National Statistics (ONSPD, NSPL, or a postcode to LSOA lookup), 2.7 million rows.

The areas were drawn anew in 2011 and in 2021: deciles of one year are never put to areas of another.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from painpath.directory.tables import Fault, FaultyFile

YEARS = ("2021", "2011")
MOST_FAULTS = 100
"""After so many the reading ends: the file is another one than was meant."""

_AREA = {
    year: (f"lsoa code ({year})", f"lsoa{year[2:]}cd", f"lsoa{year[2:]}", f"lsoa code {year}", f"lsoa_code_{year}")
    for year in YEARS
}
_DECILE = ("index of multiple deprivation (imd) decile", "imd decile", "imd_decile", "imddecile", "imddecil", "imddec0")
_POSTCODE_COLUMNS = ("pcds", "pcd", "pcd7", "pcd8", "pcd2", "postcode")
_LSOA = re.compile(r"E01\d{6}")
_ANY_AREA = re.compile(r"(?:[A-Z]\d{8})?|\d{2}[A-Z]{2}\d{2}\w\d?|N\d{8}")
_POSTCODE = re.compile(r"[A-Z][A-Z0-9]{1,3}[0-9][A-Z]{2}")
_LETTERS = re.compile(r"[A-Z]{1,2}(?=[0-9])")


def compact(postcode: str) -> str:
    """A postcode as it is kept and compared: capitals, no blank."""
    return "".join(postcode.split()).upper()


@dataclass(frozen=True)
class Deciles:
    """What the deprivation file says: the year of its areas, and LSOA -> decile."""

    year: str
    of: Mapping[str, int]


@dataclass(frozen=True)
class Place:
    """One English postcode. `row` is where it stands in the file."""

    row: int
    postcode: str
    lsoa: str
    decile: int


@dataclass
class Faults:
    """What is wrong with one file. Raises FaultyFile itself when there is too much to go on."""

    file: str
    found: list[Fault] = field(default_factory=list)

    def add(self, row: int, column: str, words: str) -> None:
        """Note one."""
        self.found.append(Fault(row, f"{column} ({self.file})" if column else self.file, words))
        if len(self.found) >= MOST_FAULTS:
            self.found.append(Fault(row, self.file, "Reading ended here. Is this the file that you meant?"))
            raise FaultyFile(self.found)

    def end(self) -> None:
        """Raise FaultyFile when anything was noted."""
        if self.found:
            raise FaultyFile(self.found)


def _rows(path: Path, faults: Faults) -> Iterator[tuple[int, list[str]]]:
    """Every row that is not empty with its number, as a spreadsheet counts."""
    with path.open("rb") as start:
        if start.read(2) == b"PK":
            faults.add(
                0, "", "This is a spreadsheet or a zip file. Unpack it, or save the sheet with the deciles as CSV."
            )
            faults.end()
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        for number, cells in enumerate(csv.reader(_without_nul(file)), 1):
            if any(cells):
                yield number, cells


def _without_nul(lines: Iterable[str]) -> Iterator[str]:
    """csv ends at a NUL with an error of its own; the row is then simply a faulty one."""
    return (line.replace("\x00", "�") for line in lines)


def _plain(name: str) -> str:
    """A column's name without what releases add: capitals, blanks, "(where 1 is most deprived 10% of LSOAs)"."""
    return re.sub(r"\s*\(where.*", "", " ".join(name.split()).casefold())


def _header(rows: Iterator[tuple[int, list[str]]], faults: Faults) -> tuple[int, list[str]]:
    for number, cells in rows:
        return number, [_plain(cell) for cell in cells]
    faults.add(0, "", "It is empty. Choose the file again.")
    raise FaultyFile(faults.found)


def _column(header: Sequence[str], names: Sequence[str]) -> int:
    """Where the first of these names stands; -1 when none does."""
    return next((header.index(name) for name in names if name in header), -1)


def read_deciles(path: Path) -> Deciles:
    """The deprivation file. Raises FaultyFile: no such column, a code or decile that is none, one that comes twice."""
    faults = Faults(path.name)
    rows = _rows(path, faults)
    first, header = _header(rows, faults)
    year, area = next(((year, at) for year, names in _AREA.items() if (at := _column(header, names)) >= 0), ("", -1))
    decile = _column(header, _DECILE)
    if not year:
        faults.add(first, "LSOA code", f"No column has the code of the area. Known are: {_listed(*_AREA.values())}.")
    if decile < 0:
        faults.add(
            first,
            "decile",
            f"No column has the decile. Known are: {_listed(_DECILE)}; what follows in brackets does not matter.",
        )
    faults.end()
    found: dict[str, int] = {}
    for number, cells in rows:
        if len(cells) <= max(area, decile):
            faults.add(number, "", f"This row has {len(cells)} cells, the header {len(header)}. Check commas.")
            continue
        code, tenth = cells[area].strip(), cells[decile].strip()
        if not _LSOA.fullmatch(code):
            faults.add(number, header[area], f"“{code[:20]}” is no English LSOA: E01 and six more digits.")
        elif not re.fullmatch(r"[1-9]|10", tenth):
            faults.add(number, header[decile], f"“{tenth[:20]}” is no decile. Write a whole number from 1 to 10.")
        elif code in found:
            faults.add(number, header[area], f"{code} stands in an earlier row already. Take one of the two out.")
        else:
            found[code] = int(tenth)
    if not found and not faults.found:
        faults.add(0, "", "There is no row below the header.")
    faults.end()
    return Deciles(year, found)


def _listed(*names: Sequence[str]) -> str:
    return ", ".join(name for group in names for name in group)


def read_postcodes(path: Path, deciles: Deciles, areas: Sequence[str] = ()) -> Iterator[Place]:
    """Every English postcode of the file (of these postcode areas only, when there are any: `SO`, `PO`), as it is read.

    Postcodes elsewhere, and those whose place nobody knows, are passed over. Raises FaultyFile: at once for a header
    that does not fit the deciles, at the end for faulty rows.
    """
    faults = Faults(path.name)
    rows = _rows(path, faults)
    first, header = _header(rows, faults)
    postcode, area = _column(header, _POSTCODE_COLUMNS), _column(header, _AREA[deciles.year])
    if postcode < 0:
        faults.add(first, "postcode", f"No column has the postcode. Known are: {_listed(_POSTCODE_COLUMNS)}.")
    if area < 0:
        other = any(_column(header, names) >= 0 for names in _AREA.values())
        faults.add(
            first,
            "LSOA",
            f"The deciles are of the areas of {deciles.year}, and this file has those of another year only. Take a "
            "postcode file with them, or the other release of the deciles."
            if other
            else f"No column has the area of {deciles.year}. Known are: {_listed(_AREA[deciles.year])}.",
        )
    faults.end()
    wanted = frozenset(compact(one) for one in areas)
    for number, cells in rows:
        if len(cells) <= max(postcode, area):
            faults.add(number, "", f"This row has {len(cells)} cells, the header {len(header)}. Check commas.")
            continue
        written, code = compact(cells[postcode]), cells[area].strip()
        if not code.startswith("E01"):
            if not _ANY_AREA.fullmatch(code):
                faults.add(number, header[area], f"“{code[:20]}” is no area. It is one letter and eight digits.")
            continue
        if not _POSTCODE.fullmatch(written):
            faults.add(number, header[postcode], f"“{cells[postcode][:12]}” is no postcode.")
        elif wanted and ((letters := _LETTERS.match(written)) is None or letters[0] not in wanted):
            continue
        elif (decile := deciles.of.get(code)) is None:
            faults.add(number, header[area], f"{code[:20]} is not in the file of deciles. Take files of one release.")
        else:
            yield Place(number, written, code, decile)
    faults.end()
