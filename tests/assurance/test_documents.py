"""The documents of the safety case: each is made of the data alone, and those in the repository are up to date."""

from pathlib import Path

import msgspec
import pytest

from painpath.assurance import DOCUMENTS, Case, command, lint, read, render
from painpath.assurance.model import Advisories, Advisory, Look, Measured
from painpath.cli import main
from tests.assurance.conftest import spoil

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def case() -> Case:
    return read(ROOT)


def test_the_safety_case_has_no_problem(case: Case) -> None:
    assert [str(problem) for problem in lint(case)] == []
    assert 25 <= len(case.hazards.hazards) <= 60


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_documents_are_what_the_data_says(case: Case, name: str) -> None:
    assert (ROOT / f"docs/safety/{name}.md").read_text() == render(case, name), "run `painpath safety write`"


def test_nothing_of_a_hazard_is_left_out(case: Case) -> None:
    words = " ".join(render(case, "hazard-log").split())
    for hazard in case.hazards.hazards:
        said = [hazard.name, hazard.effect, hazard.remains, *hazard.causes]
        said += [control.what for control in hazard.controls]
        said += [control.open.what for control in hazard.controls if control.open]
        assert [text for text in said if " ".join(text.split()) not in words] == [], hazard.id


def test_every_question_of_the_form_is_answered_once(case: Case) -> None:
    text = render(case, "dtac")
    wanted = ["B1", "B3", "B4", "C1.1.1", "C1.1.2", "C1.2", "C2.1", "C2.2", "C3.1", "C4.1", "C4.2", "D1.1", "D1.5"]
    wanted += [f"C1.2.{n}" for n in range(1, 6)] + [f"C2.2.{n}" for n in range(1, 7)]
    wanted += [f"C3.{n}" for n in (2, 3, 4, 5, 6)] + ["C3.5.1"] + [f"C4.2.{n}" for n in range(1, 7)]
    wanted += ["C4.1.1", "C4.1.2", "C4.1.3", "D1.2", "D1.3", "D1.4", "D1.4.1", "D1.4.2", "D1.4.3"]
    asked = {number for section in case.statements["dtac"].sections for point in section.points
             for number in (point.question or "").split(", ")}  # fmt: skip
    assert [number for number in wanted if number not in asked or number not in text] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_case_without_records_says_so(checkout: Path, name: str) -> None:
    text = render(read(checkout), name)
    assert text.startswith("# ")
    assert text.endswith("\n")
    if name == "accessibility-statement":
        assert "No page has been measured yet" in text
    if name == "dependencies":
        assert "has never been asked" in text


def test_what_the_database_said_stands_in_the_list_of_dependencies(checkout: Path) -> None:
    def said(**told: object) -> str:
        file = checkout / "docs/safety/advisories.json"
        file.write_bytes(msgspec.json.encode(Advisories(asked_on="2026-11-26", **{"lock": "another"} | told)))
        return " ".join(render(read(checkout), "dependencies").split())

    could_not = said(could_not="It is not there.")
    assert "**Not known.**" in could_not
    assert "The lock has changed since" in could_not
    bad = Advisory(package="msgspec", version="0.22.0", id="X-1", fixed_in=())
    found = said(database="osv", asked=1, found=(bad,), unknown=("other",))
    assert "| msgspec | 0.22.0 | X-1 | no version yet |" in found
    assert "of which nothing is known: other." in found


def test_pages_stand_under_their_door_with_what_axe_left_to_people(checkout: Path) -> None:
    look = Look(view="patients:home", address="p/", widths=(375, 1280), themes=("dark", "light"), fits=True,
                errors=False, looks=3, undecided=("color-contrast",))  # fmt: skip
    measured = Measured(measured_on="2026-11-26", axe="4.14.1", pages=(look,))
    (checkout / "docs/safety/axe.json").write_bytes(msgspec.json.encode(measured))
    text = render(read(checkout), "accessibility-statement")
    assert "### Pages for patients" in text
    assert "| `/p/` | 375, 1280 | all 2 | yes |  | color-contrast |" in text
    assert "### Pages of the team" not in text


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["safety", *words])
    return int(ended.value.code or 0)


def test_the_command(checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(checkout / "docs")
    assert run("check") == 1
    assert capsys.readouterr().err.count("run `painpath safety write`") == len(DOCUMENTS)
    assert run("write") == 0
    assert run("check") == 0
    assert "1 hazards, 1 of 2 controls shown by tests: no problem found" in capsys.readouterr().out
    assert run("print", "hazard-log") == 0
    assert capsys.readouterr().out == (checkout / "docs/safety/hazard-log.md").read_text()
    spoil(checkout, "hazards.yaml", "test_it_is_kept", "test_gone")
    assert run("write") == 1
    assert run("check") == 1
    assert "hazards.yaml:12: hazards[0].controls[0].tests[0]: There is no test" in capsys.readouterr().err
    (checkout / "docs/safety/purpose.yaml").unlink()
    assert run("check") == 1
    assert "This file of the safety case is missing." in capsys.readouterr().err


def test_without_a_checkout_it_says_where_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "__file__", str(tmp_path / "a/b/c/d.py"))
    assert command.checkout(tmp_path) is None
