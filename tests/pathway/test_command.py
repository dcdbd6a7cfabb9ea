"""`painpath pathway lint` and `painpath pathway show`."""

import argparse
from pathlib import Path

import pytest

from painpath.pathway.command import add_arguments


def painpath(*words: str) -> int:
    parser = argparse.ArgumentParser(prog="painpath")
    add_arguments(parser.add_subparsers(required=True))
    args = parser.parse_args(words)
    status = args.run(args)
    assert isinstance(status, int)
    return status


def test_show_prints_every_criterion_with_its_published_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert painpath("pathway", "show", "southampton-portsmouth") == 0
    out = capsys.readouterr().out
    assert "version 2025-11" in out
    assert "major-psychiatric-disturbance (case by case)" in out
    assert "Adults aged 18 and over." in out


def test_show_prints_one_criterion(capsys: pytest.CaptureFixture[str]) -> None:
    assert painpath("pathway", "show", "southampton-portsmouth", "opioid-use-disorder") == 0
    assert "Points to: Signpost to another service, Community pharmacy team" in capsys.readouterr().out


def test_an_unknown_criterion_or_pathway_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert painpath("pathway", "show", "southampton-portsmouth", "left-handed") == 1
    assert "There is no criterion `left-handed`. Criteria: adult," in capsys.readouterr().err
    assert painpath("pathway", "show", "nowhere") == 1
    assert "There is no pathway of this name" in capsys.readouterr().err


def test_lint_lists_what_is_wrong_and_fails(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = copy / "service.yaml"
    file.write_text(file.read_text().replace("kind: email", "kind: pigeon"))
    assert painpath("pathway", "lint", str(copy)) == 1
    captured = capsys.readouterr()
    assert f"{file}:" in captured.err
    assert "contacts[0].kind: Invalid enum value 'pigeon'" in captured.err
    assert captured.out == "southampton-portsmouth: 1 problem\n"


def test_lint_of_all_pathways_finds_no_problem(capsys: pytest.CaptureFixture[str]) -> None:
    assert painpath("pathway", "lint") == 0
    assert "southampton-portsmouth: no problem found" in capsys.readouterr().out
