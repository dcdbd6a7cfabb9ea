"""`painpath pathway simulate`: two versions over a folder of letters, the same bytes whoever reads."""

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.screening.test_comparing import with_another, without_alert, without_evidence

from painpath import clock, pathway
from painpath.cli import main
from painpath.pathway import Pathway
from painpath.screening import AlertKind
from painpath.screening.corpus.batch import Job, compare_batch
from painpath.screening.corpus.journal import Journal, batches, plan_of

LETTERS = Path(__file__).parents[1] / "data" / "letters"
NAME = "southampton-portsmouth"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def draft(service: Pathway, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A compiled file: the pathway without what speaks of one of its criteria."""
    file = tmp_path_factory.mktemp("draft") / "draft.json"
    file.write_bytes(pathway.encode(without_evidence(service, "active-cancer-or-palliative")))
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """40 letters in two folders, and one file that cannot be read."""
    home = tmp_path / "letters"
    for part in ("a", "b"):
        shutil.copytree(LETTERS, home / part, ignore=lambda _, names: [one for one in names if one[-4:] != ".txt"])
    (home / "broken.pdf").write_bytes(b"%PDF-1.7 nothing more")
    return home


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def with_arguments(*arguments: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stopped:
            main(["pathway", "simulate", *map(str, arguments)])
        told = capsys.readouterr()
        return int(stopped.value.code or 0), told.out, told.err

    return with_arguments


def test_the_changes_with_the_words_of_both(draft: Path, folder: Path, tmp_path: Path, run: Run) -> None:
    out = tmp_path / "changes.csv"
    groups = tmp_path / "groups.csv"
    groups.write_text("document,practice\na/L003.txt,Elm\nb/L003.txt,Oak\nb/L001.txt,Oak\n")
    status, shown, told = run(NAME, draft, folder, "--out", out, "--groups", groups)
    assert (status, "40 letters compared in" in told, "broken.pdf: " in told) == (1, True, True)
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows.pop()["error"].endswith(".")
    assert {row["criterion"] for row in rows} == {"active-cancer-or-palliative"}
    assert {row["after"] for row in rows} == {"not_stated"}
    first = next(row for row in rows if row["document"] == "a/L003.txt")
    assert first["before"] in ("against", "mixed")
    quote = json.loads(first["quotes_before"])[0]
    assert (folder / "a/L003.txt").read_text()[quote["start"] : quote["end"]] == quote["quote"]
    assert first["quotes_after"] == "[]"
    changed = {row["document"] for row in rows}
    assert f"{len(changed)} of 40 letters change." in shown
    lines = [line.split() for line in shown.splitlines()]
    assert ["Elm", "any", "1", "of", "1"] in lines
    assert ["Oak", "any", str(len(changed & {"b/L003.txt", "b/L001.txt"})), "of", "2"] in lines
    assert any(line[:4] == ["(not", "in", "the", "file)"] and line[-2:] == ["of", "37"] for line in lines)


def test_an_alert_that_is_lost_comes_first_and_a_new_criterion_is_said_once(
    tmp_path: Path, run: Run, service: Pathway
) -> None:
    tried, letters, out = tmp_path / "tried.json", tmp_path / "letters", tmp_path / "changes.csv"
    draft = with_another(without_alert(service, AlertKind.SUICIDE_SELF_HARM), "opioid-use-disorder")
    tried.write_bytes(pathway.encode(draft))
    letters.mkdir()
    danger = "She talks of suicide"
    (letters / "1.txt").write_text(f"Dear team, she has pain. {danger}.")
    (letters / "2.txt").write_text("Dear team, she has pain. She has an opioid use disorder.")
    (letters / "3.txt").write_text("Dear team, she has pain.")
    (tmp_path / "groups.csv").write_text("document,practice\n1.txt,Elm\n2.txt,Elm\n3.txt,Elm\n")
    _, shown, _ = run(NAME, tried, letters, "--out", out, "--groups", tmp_path / "groups.csv")
    with out.open(newline="", encoding="utf-8") as file:
        lost, *rest = csv.DictReader(file)
    assert (lost["document"], lost["alert"], lost["criterion"]) == ("1.txt", "suicide_self_harm", "")
    assert (lost["before"], lost["after"], lost["quotes_after"]) == ("affirmed", "", "[]")
    assert json.loads(lost["quotes_before"])[0]["quote"] == danger
    assert [(row["document"], row["alert"], row["criterion"], row["after"]) for row in rest] == [
        ("2.txt", "", "one-more", "against")
    ]
    lines = [" ".join(line.split()) for line in shown.splitlines()]
    assert lines.index("1 of 3 letters LOSE AN ALERT.") < lines.index("1 of 3 letters change.")
    assert "Suicide or self-harm affirmed no alert 1" in lines
    assert "One more is new: 1 of 3 letters would get a state for it." in lines
    assert "Alert: Suicide or self-harm affirmed no alert 1" in lines
    run(NAME, tried, letters, "--out", out.with_suffix(".jsonl"))
    (row, *_) = map(json.loads, out.with_suffix(".jsonl").read_text().splitlines())
    assert [(one["kind"], one["after"]) for one in row["alerts"]] == [("suicide_self_harm", None)]
    _, shown, _ = run(tried, NAME, letters, "--out", out)
    assert "One more is no longer there: 1 of 3 letters had a state for it." in " ".join(shown.split())
    assert "LOSE" not in shown


def test_json_lines_have_every_letter(draft: Path, folder: Path, tmp_path: Path, run: Run, service: Pathway) -> None:
    out = tmp_path / "changes.jsonl"
    run(NAME, draft, folder, "--out", out)
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(rows) == 41
    assert rows[0]["before"]["digest"] == service.digest
    assert rows[0]["after"]["digest"] == "draft"
    assert next(row["changes"] for row in rows if row["document"] == "a/L003.txt")[0]["after"] == "not_stated"


def test_processes_and_a_cluster_give_the_same_bytes(
    draft: Path, folder: Path, tmp_path: Path, run: Run, scheduler: str
) -> None:
    names = {how: tmp_path / f"{how}.parquet" for how in ("one", "two", "cluster")}
    run(NAME, draft, folder, "--out", names["one"])
    run(NAME, draft, folder, "--out", names["two"], "--jobs", "2")
    run(NAME, draft, folder, "--out", names["cluster"], "--scheduler", scheduler)
    one = names["one"].read_bytes()
    assert len(one) > 2_000
    assert names["two"].read_bytes() == one
    assert names["cluster"].read_bytes() == one


def test_a_broken_run_goes_on_where_it_stopped(
    draft: Path, folder: Path, tmp_path: Path, run: Run, service: Pathway
) -> None:
    out = tmp_path / "changes.jsonl"
    plan = plan_of(folder, Job((service.digest, "draft"), clock.today()), 32)
    journal = Journal(out)
    journal.open(plan, anew=False)
    rows = compare_batch(batches(plan, folder)[0], plan.job, (pathway.encode(service), draft.read_bytes()))
    journal.put(0, rows.replace(b'"not_stated"', b'"mixed"'))
    run(NAME, draft, folder, "--out", out)
    done = [json.loads(line) for line in out.read_text().splitlines()]
    after = {row["document"][0]: row["changes"][0]["after"] for row in done if row.get("changes")}
    assert after == {"a": "mixed", "b": "not_stated"}
    assert not journal.folder.exists()


def test_another_draft_is_not_mixed_with_a_broken_run(draft: Path, folder: Path, tmp_path: Path, run: Run) -> None:
    out = tmp_path / "changes.jsonl"
    Journal(out).open(plan_of(folder, Job(("a", "b"), clock.today()), 32), anew=False)
    status, _, told = run(NAME, draft, folder, "--out", out)
    assert (status, "--anew" in told, out.exists()) == (1, True, False)


def test_a_version_does_not_differ_from_itself(folder: Path, tmp_path: Path, run: Run) -> None:
    (folder / "broken.pdf").unlink()
    status, shown, _ = run(NAME, pathway.find(NAME), folder, "--out", tmp_path / "changes.csv")
    assert status == 0
    assert "0 of 40 letters change." in shown
    assert "Both versions raise the same alerts." in shown
    assert "No criterion of any letter changes its state." in shown
    assert (tmp_path / "changes.csv").read_text().count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nowhere", NAME, "{folder}", "--out", "{tmp}/a.csv"], "There is no pathway of this name."),
        ([NAME, "{folder}/broken.pdf", "{folder}", "--out", "{tmp}/a.csv"], "This is not a kept pathway"),
        ([NAME, NAME, "{folder}"], "--out results.parquet"),
        ([NAME, NAME, "{folder}", "--out", "{tmp}/a.csv", "--date", "May"], "is not a date"),
        ([NAME, NAME, "{folder}", "--out", "{tmp}/a.csv", "--groups", "{tmp}/no.csv"], "cannot be opened"),
        ([NAME, NAME, "{folder}", "--out", "{tmp}/a.csv", "--groups", "{folder}/a/L001.txt"], "a column “document”"),
    ],
)
def test_what_cannot_be_done_is_said(arguments: list[str], told: str, folder: Path, tmp_path: Path, run: Run) -> None:
    status, _, words = run(*(one.format(folder=folder, tmp=tmp_path) for one in arguments))
    assert status == 1
    assert told in words
    assert not (tmp_path / "a.csv").exists()
