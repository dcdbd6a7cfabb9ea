"""`painpath pathway export` and `painpath pathway import`."""

import json

import pytest

from painpath import cli, pathway
from painpath.pathway.draft_files import files_of
from tests.pathway.fhir.test_bundles import ELSEWHERE


def test_a_folder_goes_out_and_comes_in_as_it_was(tmp_path, capsys):
    def run(*arguments: object) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            cli.main(["pathway", *map(str, arguments)])
        shown = capsys.readouterr()
        return int(ended.value.code or 0), shown.out + shown.err

    file, folder = tmp_path / "out.json", tmp_path / "southampton-portsmouth"
    status, said = run("export", "southampton-portsmouth", "--fhir", file)
    assert (status, "files" in said) == (0, True), said
    assert run("export", "southampton-portsmouth", "--fhir", file)[0] == 1
    assert run("export", "nowhere", "--fhir", tmp_path / "other.json")[0] == 1
    assert run("import", file, "--to", folder)[0] == 0
    assert files_of(folder) == files_of(pathway.find("southampton-portsmouth"))
    assert "File exists" in run("import", file, "--to", folder)[1]
    assert run("import", tmp_path / "none.json", "--to", tmp_path / "none")[0] == 1
    (tmp_path / "elsewhere.json").write_text(json.dumps(ELSEWHERE))
    status, said = run("import", tmp_path / "elsewhere.json", "--to", tmp_path / "draft")
    assert (status, "A draft from elsewhere" in said) == (0, True)
    assert (tmp_path / "draft/criteria/1-inclusion.yaml").is_file()
    (tmp_path / "bad.json").write_text("{")
    status, said = run("import", tmp_path / "bad.json", "--to", tmp_path / "bad")
    assert (status, "This is not JSON" in said) == (1, True)
    assert not (tmp_path / "bad").exists()
