"""Any table is read, or every fault of it is named; nothing else ever happens."""

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from painpath.directory import practice_file
from painpath.directory.tables import FaultyFile, day_of, decoded, records, rows_with_header

CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)


def written(rows: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def faults_found(reader, content: bytes):
    try:
        reader(content)
    except FaultyFile as faulty:
        return faulty.faults
    return ()


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_words(content):
    for reader in (records, practice_file.read, lambda given: rows_with_header(given, ("a", "b"), ("a",))):
        faults = faults_found(reader, content)
        assert all(fault.words.endswith((".", "?")) for fault in faults)


@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8))
def test_what_a_spreadsheet_writes_comes_back_with_its_row_numbers(cells):
    try:
        rows = rows_with_header(written([["a", "b"], *map(list, cells)]), ("a", "b"), ("a", "b"))
    except FaultyFile:
        assert not any(cell.strip() for row in cells for cell in row)
        return
    expected = [
        (number, one.strip(), other.strip())
        for number, (one, other) in enumerate(cells, 2)
        if one.strip() or other.strip()
    ]
    assert [(row.number, row.cells["a"], row.cells["b"]) for row in rows] == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_the_encodings_that_spreadsheets_write(encoding):
    assert decoded("Señor Müller’s Surgery".encode(encoding)) == "Señor Müller’s Surgery"


def test_a_workbook_is_no_csv_file():
    with pytest.raises(FaultyFile, match="Save as"):
        decoded(b"PK\x03\x04\x14\x00\x06\x00")


@pytest.mark.parametrize("text", ["2026-02-28", "20260228", "28/02/2026", "28/2/2026"])
def test_a_day_as_people_write_it(text):
    assert day_of(text) == date(2026, 2, 28)


@pytest.mark.parametrize("text", ["", "2026-02-30", "02/28/2026", "28.2.2026", "1", "99999999", "٢٠٢٦-٠٢-٢٨"])
def test_what_is_no_day(text):
    assert day_of(text) is None


def test_every_fault_of_a_header_is_named():
    with pytest.raises(FaultyFile) as caught:
        rows_with_header(b"a,a,z\n1,2,3\n", ("a", "b"), ("a", "b"))
    assert {fault.column for fault in caught.value.faults} == {"a", "b", "z"}
