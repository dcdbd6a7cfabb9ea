"""`painpath screen` on the command line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from painpath import pathway
from painpath.cli import main

LETTER = "Re: Mr A Example, DOB 01/02/1960, NHS 999 000 0000\n\nChronic back pain for years. Nil psychiatric history.\n"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stopped:
        main(["screen", *arguments])
    out, err = capsys.readouterr()
    return int(stopped.value.code or 0), out, err


def test_json_keeps_the_contract(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "letter.txt"
    file.write_text(LETTER)
    status, out, _ = run(capsys, str(file), "--json", "--date", "2026-11-23")
    row = json.loads(out)
    assert status == 0
    assert {"document", "pathway", "version", "criteria", "unread"} <= row.keys()
    assert (row["document"], row["pathway"], len(row["criteria"])) == ("letter.txt", "southampton-portsmouth", 25)
    for criterion in row["criteria"]:
        assert criterion.keys() == {"id", "state", "source", "case_by_case", "evidence"}
        for item in criterion["evidence"]:
            assert {"quote", "start", "end", "page", "speaks", "phrase", "trigger"} <= item.keys()
            assert item["quote"] == LETTER[item["start"] : item["end"]]


def test_a_file_that_cannot_be_read_is_named_and_the_others_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = tmp_path / "good.txt"
    good.write_text(LETTER)
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    status, out, _ = run(capsys, str(tmp_path / "none.txt"), str(empty), str(good), "--json")
    rows = [json.loads(line) for line in out.splitlines()]
    assert status == 1
    assert [row["document"] for row in rows] == ["none.txt", "empty.txt", "good.txt"]
    assert all(row["error"].endswith(".") for row in rows[:2])
    assert "criteria" in rows[2]


def test_the_table_groups_by_state_and_never_says_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "letter.txt"
    file.write_text(LETTER + "He has thoughts of ending his life.\n")
    status, out, _ = run(capsys, str(file))
    assert status == 0
    assert out.index("Suicide or self-harm") < out.index("Not stated") < out.index("Speaks for")
    assert "“Chronic back pain for years”" in " ".join(out.split())
    assert "none" not in out.lower()


def test_a_wrong_date_gets_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, _, err = run(capsys, str(tmp_path / "letter.txt"), "--date", "23/11/2026")
    assert "write it as 2026-11-23" in err


def test_no_web_framework_and_nothing_slow_is_imported(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text(LETTER)
    code = (
        "import sys\nfrom painpath.cli import main\n"
        f"try:\n    main(['screen', {str(file)!r}, '--json'])\n"
        "finally:\n    slow = {'django', 'pydantic', 'rich', 'yaml', 'docx'} & set(sys.modules)\n"
        "    assert not slow, slow\n"
    )
    pathway.load(pathway.find("southampton-portsmouth"))  # compiled and kept: the command parses no YAML
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
