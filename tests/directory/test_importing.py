"""The public practice file and the list of contracts, into the directory: all of a file, or nothing of it."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from painpath.accounts.models import AuditEntry
from painpath.directory.importing import Counts, import_contracts, import_practices, overlap
from painpath.directory.models import Contract, Practice
from painpath.directory.tables import FaultyFile
from tests.directory.conftest import practice_file, practice_row

PLACES = {"southampton": "Southampton", "portsmouth": "Portsmouth and South East Hampshire"}
HEADER = "ods_code,contracted,locality,from,to,source\n"


def contracts(by, *rows: str, **more) -> Counts:
    return import_contracts(by=by, content=(HEADER + "\n".join(rows)).encode(), localities=PLACES, **more)


def on_record() -> list[tuple]:
    return list(Contract.objects.order_by("practice", "starts_on").values_list("contracted", "starts_on", "ends_on"))


def test_a_practice_is_added_then_brought_up_to_date_and_twice_changes_nothing(by):
    by_hand = Practice.objects.create(service=by.service, name="EXAMPLE SURGERY")
    given = practice_file(
        practice_row("y99901", "ST MARY'S SURGERY (O'BRIEN & PARTNERS)"), practice_row("Y99902", setting="14")
    )
    assert import_practices(by=by, content=given, check_only=True) == Counts(1, 0, 0, left_out=1)
    assert Practice.objects.count() == 1
    assert import_practices(by=by, content=given) == Counts(1, 0, 0, left_out=1)
    practice = Practice.objects.get(ods_code="Y99901")
    assert practice.name == "St Mary's Surgery (O'Brien & Partners)"
    assert practice.address_lines == ("1 Example Road", "Exampleton", "EX1 3GP")
    Practice.objects.filter(pk=practice.pk).update(locality="southampton", email="a@example.nhs.uk")
    assert import_practices(by=by, content=given) == Counts(0, 0, 1, left_out=1)
    newer = practice_file(
        practice_row("Y99901", "New Name", status="INACTIVE", closed="20260331", setting="RO177|RO76")
    )
    assert import_practices(by=by, content=newer) == Counts(0, 1, 0)
    practice.refresh_from_db()
    assert (practice.name, practice.closed_on) == ("New Name", date(2026, 3, 31))
    assert (practice.locality, practice.email) == ("southampton", "a@example.nhs.uk")
    by_hand.refresh_from_db()
    assert (by_hand.name, by_hand.ods_code) == ("EXAMPLE SURGERY", "")
    entries = AuditEntry.objects.filter(action="directory.import-practices").order_by("pk")
    assert [entry.detail for entry in entries] == [{"new": 1, "changed": 0}, {"new": 0, "changed": 1}]


BREAKS = {
    "code": {"code": "?"},
    "name": {"name": " "},
    "open date": {"opened": "19741301"},
    "close date": {"closed": "19500101"},
    "status": {"status": "Q"},
    "telephone": {"phone": "0" * 41},
}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["", *BREAKS]), min_size=1, max_size=8))
def test_every_broken_row_is_named_and_then_nothing_is_written(by, broken):
    rows = [
        practice_row(**({"code": f"Y{number:05d}"} | BREAKS.get(what, {}))) for number, what in enumerate(broken, 1)
    ]
    expected = {(number, what) for number, what in enumerate(broken, 1) if what and what != "code"}
    expected |= {(number, "code") for number, what in enumerate(broken, 1) if what == "code"}
    if not expected:
        assert import_practices(by=by, content=practice_file(*rows), check_only=True).new == len(rows)
        return
    with pytest.raises(FaultyFile) as caught:
        import_practices(by=by, content=practice_file(*rows))
    assert {(fault.row, fault.column) for fault in caught.value.faults} >= expected
    assert not Practice.objects.exists()


def test_one_code_twice_and_a_short_row_are_faults(by):
    with pytest.raises(FaultyFile) as caught:
        import_practices(by=by, content=practice_file(practice_row(), "a,b", practice_row()))
    assert [(fault.row, fault.column) for fault in caught.value.faults] == [(2, ""), (3, "code")]


def test_the_whole_of_england_at_once(by):
    rows = [practice_row(f"Y{number:05d}", f"SURGERY {number}") for number in range(14_000)]
    assert import_practices(by=by, content=practice_file(*rows)).new == 14_000
    changed = [row.replace("SURGERY", "PRACTICE") for row in rows]
    assert import_practices(by=by, content=practice_file(*changed)).changed == 14_000
    assert import_practices(by=by, content=practice_file(*changed)).unchanged == 14_000
    assert Practice.objects.filter(name="Practice 13999").count() == 1


@pytest.fixture
def practices(by) -> None:
    import_practices(by=by, content=practice_file(practice_row("Y99901"), practice_row("Y99902", "OTHER")))


def test_contracts_are_added_changed_and_twice_change_nothing(by, practices):
    first = ["Y99901,yes,Southampton,2025-04-01,,List of April 2025", "y99902,no,,01/04/2025,,List of April 2025"]
    assert contracts(by, *first, check_only=True).new == 2
    assert not Contract.objects.exists()
    assert contracts(by, *first) == Counts(2, 1, 0)
    assert contracts(by, *first) == Counts(0, 0, 2)
    practice = Practice.objects.get(ods_code="Y99901")
    assert practice.locality == "southampton"
    # a new row ends the open one that began before
    assert contracts(by, "Y99901,no,,2026-04-01,,List of 2026") == Counts(1, 1, 0)
    assert practice.contract_on(date(2026, 3, 31)).contracted
    assert not practice.contract_on(date(2026, 4, 1)).contracted
    assert practice.contract_on(date(2025, 3, 31)) is None
    assert contracts(by, "Y99901,no,,2026-04-01,,List of 2026") == Counts(0, 0, 1)
    # a row with the same first day takes the place of the one on record
    assert contracts(by, "Y99901,no,,2026-04-01,2026-09-30,List of 2026, corrected".replace(", c", " c")) == Counts(
        0, 1, 0
    )
    assert AuditEntry.objects.filter(action="directory.import-contracts").count() == 3


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("Y00000,yes,,,,List", "ods_code"),
        (",yes,,,,List", "ods_code"),
        ("Y99901,perhaps,,,,List", "contracted"),
        ("Y99901,yes,Winchester,,,List", "locality"),
        ("Y99901,yes,,2026-02-30,,List", "from"),
        ("Y99901,yes,,2026-02-01,2026-01-01,List", "to"),
        ("Y99901,yes,,,,", "source"),
        ("Y99902,yes,,2026-01-01,,Second row about these days", "from"),
        ("Y99901,yes,,2024-01-01,,Into the middle of what is on record", "from"),
    ],
)
def test_a_faulty_contract_is_named_and_nothing_of_the_list_is_taken(by, practices, row, column):
    contracts(by, "Y99901,yes,,2025-04-01,2025-12-31,On record")
    before = on_record()
    with pytest.raises(FaultyFile) as caught:
        contracts(by, "Y99902,yes,,2025-06-01,,Good", row)
    assert [(fault.row, fault.column) for fault in caught.value.faults] == [(3, column)]
    assert on_record() == before


DAYS = st.one_of(st.none(), st.dates(date(2025, 1, 1), date(2025, 2, 28)))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.tuples(st.booleans(), DAYS, DAYS), min_size=1, max_size=3), min_size=1, max_size=4))
def test_whatever_lists_come_no_day_has_two_answers_and_a_list_twice_changes_nothing(by, practices_once, lists):
    Contract.objects.all().delete()
    for rows in lists:
        lines = [f"Y99901,{'yes' if yes else 'no'},,{one or ''},{two or ''},A list" for yes, one, two in rows]
        try:
            contracts(by, *lines)
        except FaultyFile:
            continue
        assert contracts(by, *lines) == Counts(0, 0, len(lines))
    spans = [(row.starts_on, row.ends_on) for row in Contract.objects.all()]
    assert not any(overlap(one, two) for number, one in enumerate(spans) for two in spans[:number])


@pytest.fixture
def practices_once(by) -> None:
    import_practices(by=by, content=practice_file(practice_row("Y99901")))
