"""Two public files give each postcode the decile of its area: all of them, or nothing of them."""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from painpath import cli
from painpath.accounts.models import AuditEntry, Service
from painpath.accounts.scope import scope
from painpath.directory.tables import FaultyFile
from painpath.measuring.deprivation import Counts, decile_of, import_deprivation
from painpath.measuring.models import PostcodeDecile
from painpath.postgres.owner import as_owner
from tests.measuring.conftest import DECILE, deciles_file, postcodes_file

ONE, TWO, THREE = "E01000001", "E01000002", "E01000003"
ELSEWHERE = [("CF10 1AA", "W01001234"), ("EH1 1AA", "S01001234"), ("BT1 1AA", "95GG01S1"), ("ZZ1 1ZZ", "")]


def taken(by, folder: Path, places, tenths=((ONE, 1), (TWO, 10)), **more) -> Counts:
    return import_deprivation(
        by=by, deciles=deciles_file(folder, *tenths), postcodes=postcodes_file(folder, *places), **more
    )


def kept() -> set[tuple[str, str, int]]:
    return set(PostcodeDecile.objects.values_list("postcode", "lsoa", "decile"))


def test_a_postcode_gets_the_decile_of_its_area_and_the_same_files_again_change_nothing(by, tmp_path):
    places = [("SO99 1AA", ONE), ("PO9 9ZZ", TWO), *ELSEWHERE]
    assert taken(by, tmp_path, places, check_only=True) == Counts("2021", 2, 0, 0, 0)
    assert kept() == set()
    assert not AuditEntry.objects.exists()
    assert taken(by, tmp_path, places) == Counts("2021", 2, 0, 0, 0)
    assert kept() == {("SO991AA", ONE, 1), ("PO99ZZ", TWO, 10)}
    ids = set(PostcodeDecile.objects.values_list("pk", flat=True))
    assert taken(by, tmp_path, places) == Counts("2021", 0, 0, 0, 2)
    assert set(PostcodeDecile.objects.values_list("pk", flat=True)) == ids
    (entry,) = AuditEntry.objects.filter(action="deprivation.import")
    assert (entry.detail["new"], entry.detail["areas_of"], len(entry.detail["deciles"])) == (2, "2021", 64)


def test_a_newer_file_changes_adds_and_takes_out(by, tmp_path):
    taken(by, tmp_path, [("SO99 1AA", ONE), ("SO99 1AB", ONE), ("SO99 1AC", TWO)])
    newer = [("SO99 1AA", TWO), ("SO99 1AC", TWO), ("SO99 1AD", ONE)]
    assert taken(by, tmp_path, newer) == Counts("2021", 1, 1, 1, 1)
    assert kept() == {("SO991AA", TWO, 10), ("SO991AC", TWO, 10), ("SO991AD", ONE, 1)}


def test_only_the_areas_that_are_asked_for(by, tmp_path):
    places = [("SO99 1AA", ONE), ("S9 1AA", ONE), ("po9 9zz", TWO), ("SP1 1AA", TWO)]
    assert taken(by, tmp_path, places, areas=["SO", " po"]).new == 2
    assert {row[0] for row in kept()} == {"SO991AA", "PO99ZZ"}
    with pytest.raises(FaultyFile, match="no English postcode in S0: write the letters"):
        taken(by, tmp_path, places, areas=["S0"])


def test_deciles_are_asked_by_postcode_as_people_write_it_in_one_query(by, tmp_path):
    assert decile_of(by.service, ["SO99 1AA"]) == {}
    taken(by, tmp_path, [("SO99 1AA", ONE), ("PO9 9ZZ", TWO)])
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = decile_of(by.service, ["so991aa", "SO99 1AA", " PO9  9ZZ", "SO99 9ZZ", ""])
    assert found == {"so991aa": 1, "SO99 1AA": 1, " PO9  9ZZ": 10}
    assert len(queries) == 1


@pytest.mark.parametrize(
    ("area", "decile", "postcodes"),
    [
        ("LSOA code (2011)", DECILE, "pcd,pcds,dointr,lsoa11"),
        ("LSOA code (2011)", "Index of Multiple Deprivation (IMD) Decile", "pcd7,pcds,dointr,LSOA11CD"),
        ("lsoa11cd", "IMDDec0", "pcd2,pcd,dointr,lsoa11cd"),
        ("LSOA Code (2021)", "Index of  Multiple Deprivation (IMD) Decile", "pcd8,PCDS,dointr,lsoa21cd"),
    ],
)
def test_columns_are_known_by_the_names_of_each_release(by, tmp_path, area, decile, postcodes):
    deciles = deciles_file(tmp_path, (ONE, 3), area=area, decile=decile)
    places = postcodes_file(tmp_path, ("SO99 1AA", ONE), header=postcodes)
    assert import_deprivation(by=by, deciles=deciles, postcodes=places).new == 1
    assert kept() == {("SO991AA", ONE, 3)}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"area": "area"}, "No column has the code of the area. Known are: lsoa code \\(2021\\)"),
        ({"decile": "Score"}, "No column has the decile. Known are: index of multiple deprivation"),
        ({"area": "LSOA code (2011)"}, "deciles are of the areas of 2011, and this file has those of another year"),
    ],
)
def test_a_column_that_is_not_known_is_named_with_those_that_are(by, tmp_path, changes, said):
    deciles = deciles_file(tmp_path, (ONE, 1), **changes)
    with pytest.raises(FaultyFile, match=said):
        import_deprivation(by=by, deciles=deciles, postcodes=postcodes_file(tmp_path, ("SO99 1AA", ONE)))
    assert kept() == set()


def test_every_faulty_row_is_named_with_what_to_do_and_then_nothing_is_taken(by, tmp_path):
    with pytest.raises(FaultyFile) as caught:
        taken(by, tmp_path, [("SO99 1AA", ONE)], [(ONE, 1), ("W01000001", 1), (TWO, 11), (TWO, ""), (ONE, 2)])
    assert [fault.row for fault in caught.value.faults] == [3, 4, 5, 6]
    places = [("SO99 1AA", ONE), ("nowhere", ONE), ("SO99 1AB", THREE), ("SO99 1AC", "?"), ("SO99 1AD", TWO)]
    with pytest.raises(FaultyFile) as caught:
        taken(by, tmp_path, places)
    assert [fault.row for fault in caught.value.faults] == [3, 4, 5]
    assert "Take files of one release" in str(caught.value)
    with pytest.raises(FaultyFile, match="SO991AA stands in row 2 already"):
        taken(by, tmp_path, [("SO99 1AA", ONE), ("SO991AA", TWO)])
    with pytest.raises(FaultyFile) as caught:
        taken(by, tmp_path, [(f"nowhere {number}", ONE) for number in range(300)])
    assert len(caught.value.faults) == 101
    assert "Is this the file that you meant?" in str(caught.value)
    assert kept() == set()


def test_a_workbook_and_an_empty_file_are_sentences(by, tmp_path):
    places = postcodes_file(tmp_path, ("SO99 1AA", ONE))
    for content, said in ((b"PK\x03\x04", "spreadsheet or a zip file"), (b"", "It is empty")):
        (tmp_path / "imd.csv").write_bytes(content)
        with pytest.raises(FaultyFile, match=said):
            import_deprivation(by=by, deciles=tmp_path / "imd.csv", postcodes=places)


def test_the_command_says_what_it_did_and_another_service_has_none(transactional_db, tmp_path, service_id, capsys):
    with as_owner():
        other = Service.objects.create(slug="other", name="Other")
    files = [str(deciles_file(tmp_path, (ONE, 1))), str(postcodes_file(tmp_path, ("SO99 1AA", ONE)))]
    for arguments, status, said in (
        (["--check"], 0, "would be new 1"),
        ([], 0, "areas of 2021: new 1, changed 0, taken out 0, unchanged 0"),
        (["--areas", "PO"], 1, "Nothing was imported."),
        (["--service", "nowhere"], 1, "There is no service nowhere."),
    ):
        with pytest.raises(SystemExit) as ended:
            cli.main(["figures", "import-deprivation", *files, *arguments])
        shown = capsys.readouterr()
        assert (ended.value.code, said in shown.out + shown.err) == (status, True), shown
    with scope(service_id):
        assert decile_of(service_id, ["SO99 1AA"]) == {"SO99 1AA": 1}
    with scope(other):
        assert decile_of(service_id, ["SO99 1AA"]) == {}
