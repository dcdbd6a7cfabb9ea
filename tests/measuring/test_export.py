"""The record as Parquet files: whole, joined, and nobody's name in it."""

import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.apps import apps
from django.db import connection

from painpath import cli
from painpath.accounts.models import AuditEntry, Membership, Service
from painpath.accounts.scope import scope
from painpath.directory.models import Practice
from painpath.measuring.export import dictionary, table, writing
from painpath.measuring.export.making import make, packed
from painpath.measuring.export.pseudonyms import Pseudonyms
from painpath.measuring.models import PostcodeDecile
from painpath.postgres.owner import as_owner
from painpath.referrals.models import Patient, Referral
from tests.conftest import SERVICE, _empty_the_tables_as_owner
from tests.triage.two_services import World, furnish, pathway_in_force, people_of, take_over

BYTES = b"key of the tests, 32 bytes in all!"[:32]
PERSON = {
    "nhs_number": "9990171228", "given_name": "Quillon", "family_name": "Quorrish", "phone": "07700 900321",
    "email": "quillon@quorrish.example", "address": "9 Quorrish Lane", "ethnicity": "White Quorrish",
    "communication_needs": "Quorrish reads slowly", "safe_contact": "Never ring Quorrish",
    "proxy_name": "Quenby Quorrish", "interpreter": "Quorrish",
    "proxy_relationship": "Quorrish sister", "proxy_authority": "Quorrish deputy",
}  # fmt: skip
TABLES = {one.model: one for one in table.tables()}


@dataclass
class Made:
    """A record with a row of every kind, exported twice; and once more after one referral was restricted."""

    world: World
    first: Path
    second: Path
    restricted: Path
    hidden: Referral
    rows: dict[str, int]
    """Model -> rows of the service, counted before."""
    secrets: dict[str, set[str]]
    """Every value that is not exported because it tells who it is, or is free text -> where it stands."""

    def read(self, name: str, folder: str = "first") -> pa.Table:
        return pq.read_table(getattr(self, folder) / f"{name}.parquet")


def leaves(value: Any) -> Iterator[str]:
    """Every text in a value, also inside JSON."""
    if isinstance(value, dict):
        for one in value.values():
            yield from leaves(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from leaves(one)
    elif isinstance(value, str):
        yield value


def not_exported() -> dict[str, set[str]]:
    """What stands in fields that are dropped: all that tells who it is, and free text that is no id."""
    found: dict[str, set[str]] = {}
    for one in table.tables():
        model = apps.get_model(one.model)
        wanted = {name: why for name, why in one.dropped if why not in ("drop file", "drop technical")}
        wanted |= (
            dict.fromkeys(("postcode", "ethnicity"), "drop identifies") if one.model == "referrals.Patient" else {}
        )
        for row in model._default_manager.values(*wanted) if wanted else ():
            for name, value in row.items():
                for words in leaves(value if not isinstance(value, date) else value.isoformat()):
                    if len(words) > 3 and (wanted[name] != "drop free text" or " " in words):
                        found.setdefault(words, set()).add(f"{one.model}.{name}")
    return found


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker, tmp_path_factory) -> Iterator[Made]:
    place = tmp_path_factory.mktemp("exports")
    with django_db_blocker.unblock():
        with as_owner():
            service = Service.objects.get(slug=SERVICE)
            other = Service.objects.create(slug="elsewhere", name="Elsewhere")
        with scope(service), pytest.MonkeyPatch.context() as patch:
            patch.setattr("painpath.referrals.together.drawing.lot", lambda below: below)
            world = furnish(service, other)
            pathway = pathway_in_force()
            patient = Patient.objects.exclude(postcode="").first()
            Patient.objects.filter(pk=patient.pk).update(**PERSON)
            PostcodeDecile.objects.create(
                service=service, postcode=patient.postcode.replace(" ", ""), lsoa="E01", decile=4
            )
            rows = {label: apps.get_model(label)._default_manager.count() for label in TABLES}
            secrets = not_exported()
        with scope(other):
            take_over(pathway, other)
            people_of(other)
        make(service, place / "first", BYTES)
        make(service, place / "second", BYTES)
        with scope(service):
            hidden = Referral.objects.get(reference=world.rows["reference"])
            Referral.objects.filter(pk=hidden.pk).update(restricted=True)
        make(service, place / "restricted", BYTES)
        yield Made(world, place / "first", place / "second", place / "restricted", hidden, rows, secrets)
        _empty_the_tables_as_owner(None)


def test_every_field_of_every_table_has_a_class():
    """A new one is not exported until somebody has decided: add it to `measuring/export/fields.yaml`."""
    assert list(table.undeclared()) == []


def test_a_field_that_nobody_has_classified_is_named_and_not_exported(monkeypatch):
    given = {label: dict(classes) for label, classes in table.declared().items()}
    given["referrals.Comment"] = {"pseudonym": ("id", "referral"), "day": ("at", "by"), "keep": ("at", "gone")}
    del given["letters.Letter"]
    monkeypatch.setattr(table, "declared", lambda: given)
    assert sorted(table.undeclared()) == [
        "letters.Letter: not exported until fields.yaml says what of it is",
        "referrals.Comment.at: two classes",
        "referrals.Comment.gone: no such field",
        "referrals.Comment.text: not exported until fields.yaml gives it a class",
    ]
    given["referrals.Comment"] = {"keep": ("text",)}
    with pytest.raises(TypeError, match="has no fixed list"):
        table.tables.__wrapped__()


def test_the_dictionary_on_paper_is_that_of_the_models():
    page = Path(__file__).parents[2] / "docs/reference/export.md"
    assert page.read_text() == dictionary.as_markdown(), "python tools/export_dictionary.py > docs/reference/export.md"


def test_each_export_carries_the_dictionary_of_its_files(made):
    data = json.loads((made.first / "dictionary.json").read_text())
    assert (made.first / "dictionary.md").read_text() == dictionary.as_markdown()
    files = {one["file"]: [column["name"] for column in one["columns"]] for one in data["tables"]}
    assert files == {file.name: pq.read_schema(file).names for file in made.first.glob("*.parquet")}
    kinds = {"string": pa.string(), "integer": pa.int64(), "boolean": pa.bool_(), "day": pa.date32(),
             "strings": pa.list_(pa.string())}  # fmt: skip
    for one in data["tables"]:
        types = pq.read_schema(made.first / one["file"])
        assert [kinds[column["type"]] for column in one["columns"]] == types.types, one["name"]


def test_every_row_is_there_once(made):
    manifest = json.loads((made.first / "manifest.json").read_text())
    for label, one in TABLES.items():
        ids = made.read(one.name)["id"].to_pylist()
        assert len(ids) == len(set(ids)) == made.rows[label] == manifest["files"][f"{one.name}.parquet"]["rows"], label
    filled = [label for label, rows in made.rows.items() if rows]
    assert len(filled) > 30, sorted(made.rows.keys() - set(filled))


@pytest.mark.django_db
def test_files_can_be_joined(made):
    ids = {label: set(made.read(one.name)["id"].to_pylist()) for label, one in TABLES.items()}
    joined = 0
    for one in TABLES.values():
        rows = made.read(one.name)
        for column in one.columns:
            if column.of and column.name != "id" and column.of in ids:
                there = set(rows[column.name].to_pylist()) - {None}
                assert there <= ids[column.of], (one.name, column.name)
                joined += len(there)
    assert joined > 100
    referrals = made.read("referrals_referral").to_pylist()
    assert {row["patient"] for row in referrals} - {None} <= ids["referrals.Patient"]
    with scope(made.world.service):
        hidden = made.hidden
        mine = Pseudonyms(made.world.service, BYTES)
        (row,) = [row for row in referrals if row["id"] == mine.of("referrals.Referral", hidden.pk)]
        assert row["patient"] == mine.of("referrals.Patient", hidden.patient_id)
        assert row["age_at_receipt"] == hidden.patient.age_on(hidden.received_at.date())
        assert row["received_at"] == hidden.received_at.date()
        assert (row["state"], row["route"]) == (hidden.state, hidden.route)


def test_nothing_that_tells_who_somebody_is_stands_in_any_file(made):
    """Every value of a field that is not exported is looked for in every text of every file, and in the bytes."""
    assert len(made.secrets) > 150
    said = set()
    for file in made.first.glob("*.parquet"):
        rows = pq.read_table(file)
        for column in rows.columns:
            said |= set(leaves(column.to_pylist()))
    whole = "\n".join(said)
    assert {words: where for words, where in made.secrets.items() if words in whole} == {}
    names = [words for words, where in made.secrets.items() if any("referrals.Patient" in one for one in where)]
    assert {*PERSON.values()} <= {*names}
    content = b"".join(file.read_bytes() for file in made.first.iterdir())
    assert [words for words in names if words.encode() in content] == []


@pytest.mark.django_db
def test_columns_are_given_as_their_class_says(made):
    patients = made.read("referrals_patient").to_pylist()
    assert {row["ethnic_group"] for row in patients} <= {"white", "mixed", "asian", "black", "other", "not_known"}
    assert [row["deprivation_decile"] for row in patients].count(4) >= 1
    for row in patients:
        assert len(row["id"]) == 32
        int(row["id"], 16)
    asked = made.read("referrals_information_request")["items_criterion"].to_pylist()
    assert all(isinstance(codes, list) for codes in asked)
    with scope(made.world.service):
        missing = {tuple(row.missing) for row in Referral.objects.exclude(missing=[])}
    assert {tuple(codes) for codes in made.read("referrals_referral")["missing"].to_pylist() if codes} == missing


def test_the_same_record_gives_the_same_bytes(made):
    for file in sorted(made.first.iterdir()):
        assert file.read_bytes() == (made.second / file.name).read_bytes(), file.name
    manifest = json.loads((made.first / "manifest.json").read_text())
    for name, said in manifest["files"].items():
        assert hashlib.sha256((made.first / name).read_bytes()).hexdigest() == said["sha256"]
    packed(made.first, made.first.parent / "one.zip")
    packed(made.first, made.first.parent / "two.zip")
    assert (made.first.parent / "one.zip").read_bytes() == (made.first.parent / "two.zip").read_bytes()
    (made.first.parent / "one.zip").unlink()
    (made.first.parent / "two.zip").unlink()


@pytest.mark.django_db
def test_a_restricted_referral_is_in_no_table(made):
    mine = Pseudonyms(made.world.service, BYTES)
    hidden = mine.of("referrals.Referral", made.hidden.pk)
    before, after = made.read("referrals_referral"), made.read("referrals_referral", "restricted")
    assert hidden in before["id"].to_pylist()
    assert len(before) - len(after) == 1
    manifest = json.loads((made.restricted / "manifest.json").read_text())
    assert manifest["restricted_referrals_left_out"] == 1
    fewer = 0
    for one in TABLES.values():
        rows = made.read(one.name, "restricted")
        fewer += len(rows) < len(made.read(one.name))
        for column in one.columns:
            if column.of == "referrals.Referral" and column.name != "follows":
                assert hidden not in rows[column.name].to_pylist(), (one.name, column.name)
    assert fewer > 10
    with scope(made.world.service):
        alone = not Referral.objects.filter(patient=made.hidden.patient_id, restricted=False).exists()
    person = mine.of("referrals.Patient", made.hidden.patient_id)
    assert (person in made.read("referrals_patient", "restricted")["id"].to_pylist()) is not alone
    evidence = made.read("referrals_evidence", "restricted")["clause"].to_pylist()
    assert set(evidence) <= set(made.read("referrals_clause_state", "restricted")["id"].to_pylist())


@pytest.mark.django_db
def test_nothing_of_another_service_is_in_it(made):
    with scope(made.world.service):
        ours = Membership.objects.filter(service=made.world.service).count()
    assert len(made.read("accounts_membership")) == ours == made.rows["accounts.Membership"]
    with scope(made.world.other):
        theirs = Membership.objects.values_list("pk", flat=True)
        pseudonyms = {Pseudonyms(made.world.service, BYTES).of("accounts.Membership", pk) for pk in theirs}
    assert pseudonyms
    assert not pseudonyms & set(made.read("accounts_membership")["id"].to_pylist())


def test_all_files_are_of_one_moment(made, tmp_path, django_db_blocker):
    """While an export is under way somebody adds a practice: it is in no file, whether read before or after."""
    added = []

    def told(name: str, _rows: int) -> None:
        if not added:
            added.append(name)
            with ThreadPoolExecutor() as beside:  # a thread has a connection of its own
                beside.submit(add).result()

    def add() -> None:
        with scope(made.world.service):
            Practice.objects.create(service=made.world.service, name="Later")
        connection.close()

    with django_db_blocker.unblock():
        make(made.world.service, tmp_path / "now", BYTES, told=told)
    assert added == ["accounts_membership.parquet"]
    assert len(pq.read_table(tmp_path / "now/directory_practice.parquet")) == made.rows["directory.Practice"]


def test_pseudonyms_hang_on_key_service_table_and_number():
    one, two = Service(slug="one"), Service(slug="two")
    first = Pseudonyms(one, BYTES).of("referrals.Patient", 7)
    assert first == Pseudonyms(one, BYTES).of("referrals.Patient", 7)
    others = {
        Pseudonyms(one, BYTES[::-1]).of("referrals.Patient", 7), Pseudonyms(two, BYTES).of("referrals.Patient", 7),
        Pseudonyms(one, BYTES).of("referrals.Referral", 7), Pseudonyms(one, BYTES).of("referrals.Patient", 70),
    }  # fmt: skip
    assert len(others | {first}) == 5
    assert Pseudonyms(one, BYTES).of("referrals.Patient", None) is None
    assert Pseudonyms(one, BYTES).key_id != Pseudonyms(one, BYTES[::-1]).key_id


@pytest.mark.parametrize(
    ("value", "kept"),
    [("adult", True), ("a-b_c.d+1", True), ("J82001", True), ("Mrs Quorrish", False), ("9990171228", False),
     ("ref-1234567", False), ("", False), ("x" * 61, False), ("o'brien@example.com", False)],
)  # fmt: skip
def test_what_is_not_written_as_an_id_is_left_empty_and_counted(value, kept):
    column, written = TABLES["referrals.Referral"].columns[0], writing.Written()
    assert writing._codes([value], column, written) == [value if kept else None]
    assert written.refused == ({} if kept else {column.name: 1})


def test_an_age_is_whole_years_on_the_day_of_receipt_and_ends_at_ninety():
    on = date(2026, 7, 1)
    assert [writing.age(born, on) for born in (
        date(2008, 7, 1), date(2008, 7, 2), date(1936, 7, 1), date(1920, 1, 1), date(2027, 1, 1), None,
    )] == [18, 17, 90, 90, None, None]  # fmt: skip


@pytest.mark.django_db
def test_a_moment_is_told_as_its_day_in_london(made):
    with scope(made.world.service):
        one = Referral.objects.filter(pk=made.hidden.pk)
        one.update(received_at=datetime(2026, 6, 30, 23, 30, tzinfo=UTC))
        assert one.values_list(writing._day("received_at"), flat=True).get() == date(2026, 7, 1)


def test_batches_follow_one_another(made, tmp_path, monkeypatch, django_db_blocker):
    monkeypatch.setattr(writing, "BATCH", 2)
    with django_db_blocker.unblock():
        make(made.world.service, tmp_path / "small", BYTES)
    name = "referrals_transition"
    file = pq.ParquetFile(tmp_path / f"small/{name}.parquet")
    assert file.num_row_groups == (file.metadata.num_rows + 1) // 2 > 2
    whole = made.read(name, "restricted")
    assert file.read().sort_by("id").equals(whole.sort_by("id"))


def test_the_command_makes_a_key_and_an_export(made, tmp_path, monkeypatch, capsys, django_db_blocker):
    def run(*arguments: object) -> tuple[int, str]:
        with django_db_blocker.unblock(), pytest.raises(SystemExit) as ended:
            cli.main(["export", *map(str, arguments)])
        shown = capsys.readouterr()
        return int(ended.value.code or 0), shown.out + shown.err

    monkeypatch.delenv("PAINPATH_EXPORT_KEY", raising=False)
    status, said = run(tmp_path / "out")
    assert status == 1
    assert "There is no key for pseudonyms." in said
    assert run(tmp_path / "key", "--new-key") == (0, f"PAINPATH_EXPORT_KEY_FILE={tmp_path / 'key'}\n")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert run(tmp_path / "key", "--new-key")[0] == 1
    monkeypatch.setenv("PAINPATH_EXPORT_KEY", "c2hvcnQ=")
    assert "is not a key" in run(tmp_path / "out")[1]
    monkeypatch.setenv("PAINPATH_EXPORT_KEY", (tmp_path / "key").read_text())
    assert run(tmp_path / "out", "--service", "nowhere")[0] == 1
    status, said = run(tmp_path / "out")
    assert status == 0, said
    assert f"in {len(TABLES)} tables; without 1 restricted referrals; key " in said
    assert "is there already" in run(tmp_path / "out")[1]
    with django_db_blocker.unblock(), scope(made.world.service):
        (entry,) = AuditEntry.objects.filter(action="export.make")
    assert entry.process == "command line"
    assert entry.detail["rows"] > 100
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
