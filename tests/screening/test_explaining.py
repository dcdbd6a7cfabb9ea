"""`painpath explain` on the command line."""

from pathlib import Path

import pytest

from painpath.cli import main

LETTER = "Re: Mr A Example, DOB 01/02/1960\n\nNil psychosis. Her mother had severe depression. He is on methadone.\n"


def explained(tmp_path: Path, capsys: pytest.CaptureFixture[str], criterion: str) -> tuple[int, str, str]:
    file = tmp_path / "letter.txt"
    file.write_text(LETTER)
    with pytest.raises(SystemExit) as stopped:
        main(["explain", str(file), criterion])
    out, err = capsys.readouterr()
    return int(stopped.value.code or 0), " ".join(out.split()), err


def test_findings_context_rules_and_state(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = explained(tmp_path, capsys, "major-psychiatric-disturbance")
    assert status == 0
    assert "published: “Current major psychiatric disturbance" in out
    assert "“psychosis” (characters 38 to 47) found as psychotic-diagnosis: " in out
    assert "context ruled out (“Nil”, no-word)" in out
    assert "context about a relative (“mother”, family)" in out
    assert "held back: about a relative" in out
    assert out.endswith("State: for, because what decides speaks for.")


def test_nothing_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = explained(tmp_path, capsys, "functional-neurological-disorder")
    assert "was found. State: not stated, because nothing that was found settles it." in out


def test_what_cannot_be_read_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = explained(tmp_path, capsys, "no-such-criterion")
    assert (status, "opioid-use-disorder" in err) == (1, True)
    with pytest.raises(SystemExit) as stopped:
        main(["explain", str(tmp_path / "nowhere.txt"), "adult"])
    assert stopped.value.code == 1
    assert "Check its name" in capsys.readouterr().err
