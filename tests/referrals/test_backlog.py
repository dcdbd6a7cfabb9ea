"""A live backlog is imported whole, or not at all, and never twice; every fault is named by row and column."""

import csv
import io
import zipfile
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob

from painpath import clock, documents
from painpath.accounts.models import AuditEntry
from painpath.directory.models import Practice
from painpath.directory.tables import FaultyFile
from painpath.referrals.arriving import backlog
from painpath.referrals.arriving.attached import attached
from painpath.referrals.arriving.backlog import COLUMNS, import_backlog, template
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.reading_in import read_in
from painpath.referrals.models import Document, Patient, Referral
from painpath.referrals.refusal import Refused
from tests.referrals.conftest import LETTER

LETTERS = [File(f"letter{number}.txt", f"{LETTER}{number}".encode()) for number in range(1, 4)]


def row(number: int, **changes: str) -> dict[str, str]:
    """A row that is right in everything but what `changes` says."""
    given = {
        "key": f"list-{number}", "received_on": "02/11/2026", "route": "gp-ers", "ubrn": f"{number:012d}",
        "title": "Mrs", "given_name": "Ann", "family_name": f"Waiting{number}", "date_of_birth": "1970-01-31",
        "locality": "Southampton", "sex": "female", "address": "1 High Road, Exampleton", "postcode": "ex13gp",
        "documents": f"letter{number}.txt",
    }  # fmt: skip
    return dict.fromkeys(COLUMNS, "") | given | changes


def table(*rows: dict[str, str]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(COLUMNS))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def nothing_there() -> bool:
    return not (
        Referral.objects.exists() or Patient.objects.exists() or Document.objects.exists()
        or AuditEntry.objects.exists() or ProcrastinateJob.objects.filter(status="todo").exists()
    )  # fmt: skip


def test_the_template_is_the_header_and_needs_rows():
    assert template().strip().split(",") == list(COLUMNS)


def test_a_backlog_becomes_referrals_that_have_waited_since_they_came(team):
    Practice.objects.create(service=team.service, name="Thornbeck Surgery", ods_code="Y99001")
    long_ago = clock.today() - timedelta(days=90)
    given = table(
        row(1, received_on=long_ago.isoformat(), practice_ods="y99001"),
        row(2, documents="letter2.txt; LETTER3.txt", referrer_name="Dr A Example"),
    )
    assert import_backlog(by=team.administrator, content=given, sent=LETTERS, check_only=True).new == 2
    assert nothing_there()
    result = import_backlog(by=team.administrator, content=given, sent=LETTERS)
    assert (result.new, result.documents, result.earliest) == (2, 3, long_ago)
    first = Referral.objects.get(patient__family_name="Waiting1")
    assert first.received_at.astimezone(clock.LONDON).date() == long_ago
    assert first.practice.ods_code == "Y99001"
    assert first.patient.address == "1 High Road\nExampleton"
    assert (first.owner_role, first.due_on > clock.today()) == ("administrator", True)
    assert {*result.entry.detail["keys"].values()} == {*Referral.objects.values_list("reference", flat=True)}
    assert "Waiting" not in str(result.entry.detail)
    assert ProcrastinateJob.objects.filter(task_name="referrals.read", status="todo").count() == 2
    read_in(service_id=team.service.pk, referral_id=first.pk, reader=documents.read)
    first.refresh_from_db()
    assert first.state == "awaiting_screening"
    # again: nothing twice
    again = import_backlog(by=team.administrator, content=given, sent=LETTERS)
    assert (again.new, len(again.known), again.entry) == (0, 2, None)
    assert Referral.objects.count() == 2
    # the same key with another letter is not taken for another referral
    with pytest.raises(FaultyFile, match=first.reference):
        import_backlog(by=team.administrator, content=table(row(1)), sent=[File("letter1.txt", b"another")])


def test_only_an_administrator(team):
    with pytest.raises(Refused):
        import_backlog(by=team.consultant, content=table(row(1)), sent=LETTERS[:1])


FAULTS = [
    ({"key": ""}, "key"),
    ({"received_on": ""}, "received_on"),
    ({"received_on": "31/11/2026"}, "received_on"),
    ({"received_on": "2999-01-01"}, "received_on"),
    ({"route": "pigeon"}, "route"),
    ({"ubrn": "123456"}, "ubrn"),
    ({"ubrn": ""}, ""),  # refused by the verb: this route needs it
    ({"family_name": " "}, "family_name"),
    ({"given_name": "x" * 101}, "given_name"),
    ({"date_of_birth": "1870-01-01"}, "date_of_birth"),
    ({"nhs_number": "9990000019"}, "nhs_number"),
    ({"sex": "?"}, "sex"),
    ({"postcode": "EX1 3GP EX1"}, "postcode"),
    ({"email": "none"}, "email"),
    ({"locality": "The Moon"}, "locality"),
    ({"practice_ods": "Y00000"}, "practice_ods"),
    ({"information_given_on": "soon"}, "information_given_on"),
    ({"consented_on": "2999-01-01"}, ""),
    ({"documents": ""}, "documents"),
    ({"documents": "lost.txt"}, "documents"),
]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([({}, None), *FAULTS]), min_size=3, max_size=3).filter(lambda rows: any(rows)))
def test_every_broken_row_is_named_and_then_nothing_is_written(team, broken):
    rows = [row(number, **changes) for number, (changes, _) in enumerate(broken, 1)]
    expected = {(number + 1, column) for number, (_, column) in enumerate(broken, 1) if column is not None}
    if not expected:
        assert import_backlog(by=team.administrator, content=table(*rows), sent=LETTERS, check_only=True).new == 3
    else:
        with pytest.raises(FaultyFile) as caught:
            import_backlog(by=team.administrator, content=table(*rows), sent=LETTERS)
        assert {(fault.row, fault.column) for fault in caught.value.faults if fault.row} == expected
    assert nothing_there()


def test_keys_and_documents_belong_to_one_row_each(team):
    rows = [row(1), row(2, key="list-1", documents="letter1.txt")]
    with pytest.raises(FaultyFile) as caught:
        import_backlog(by=team.administrator, content=table(*rows), sent=LETTERS[:2])
    assert [(fault.row, fault.column) for fault in caught.value.faults] == [
        (0, "documents"), (3, "key"), (3, "documents"),
    ]  # fmt: skip
    assert "letter2.txt" in caught.value.faults[0].words


def test_two_rows_with_one_ubrn_or_two_people_under_one_number_are_refused(team):
    number = {"nhs_number": "9990000018"}
    rows = [row(1, **number), row(2, **number), row(3, ubrn=f"{1:012d}")]
    with pytest.raises(FaultyFile) as caught:
        import_backlog(by=team.administrator, content=table(*rows), sent=LETTERS)
    assert [fault.row for fault in caught.value.faults] == [3, 4]
    assert nothing_there()


# --- documents in a .zip


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> File:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return File("all.zip", out.getvalue())


def test_documents_in_a_zip(team):
    zipped = packed({file.name: file.content for file in LETTERS[:2]})
    result = import_backlog(by=team.administrator, content=table(row(1), row(2)), sent=[zipped])
    assert result.documents == 2
    assert bytes(Document.objects.get(name="letter1.txt").content) == LETTERS[0].content


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (packed({"folder/letter1.txt": b"x"}), "holds a folder"),
        (packed({"../letter1.txt": b"x"}), "holds a folder"),
        (packed({"in.zip": packed({"a": b"a"}).content}), "holds another .zip"),
        (packed({"big.txt": b"0" * (26 * 1024 * 1024)}), "larger than 25 MB"),
        (packed({f"{n}.txt": b"0" * (24 * 1024 * 1024) for n in range(5)}), "larger than 100 MB together"),
        (packed(dict.fromkeys(map(str, range(5001)), b"")), "5,001 files"),
        (packed({"empty.txt": b""}), "is empty"),
        (File("all.zip", b"PK\x03\x04 torn"), "cannot be opened"),
        (File("all.zip", packed({"a.txt": b"a" * 5000}).content[:-40]), "cannot be opened"),
    ],
)  # fmt: skip
def test_a_zip_is_opened_within_limits(file, words):
    found = attached([file])
    assert any(words in fault.words for fault in found.faults), found.faults


@given(st.binary(max_size=400), st.integers(0, 200))
def test_any_bytes_called_zip_are_opened_or_refused_in_words(noise, at):
    good = packed({"a.txt": b"some words " * 20, "b.txt": b"other"}).content
    for content in (noise, good[:at] + noise + good[at + len(noise) :]):
        found = attached([File("all.zip", content)])
        assert all(fault.words.endswith(".") for fault in found.faults)


def test_the_rows_of_one_file_are_limited(team, monkeypatch):
    monkeypatch.setattr(backlog, "MOST_ROWS", 1)
    with pytest.raises(FaultyFile, match="Send it in parts"):
        import_backlog(by=team.administrator, content=table(row(1), row(2)), sent=LETTERS[:2])


def test_a_day_is_never_later_than_now(team):
    today = clock.today()
    result = import_backlog(
        by=team.administrator, content=table(row(1, received_on=today.isoformat())), sent=LETTERS[:1]
    )
    assert result.earliest == today
    assert Referral.objects.get().received_at <= clock.now()
    assert date(2000, 1, 1) == backlog.EARLIEST
