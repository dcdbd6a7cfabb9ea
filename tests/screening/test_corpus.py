"""Folders of letters into one table: the same bytes whoever reads, and nothing read twice after a broken run."""

import csv
import json
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from multiprocessing import active_children
from pathlib import Path

import pytest

from painpath import clock, pathway
from painpath.cli import main
from painpath.screening.corpus.batch import Given, Item, Job, screen_batch
from painpath.screening.corpus.journal import Journal, batches, plan_of
from painpath.screening.corpus.workers import ClusterError, cluster, here

LETTERS = Path(__file__).parents[1] / "data" / "letters"
Run = Callable[..., tuple[int, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """80 letters in two folders, one file that cannot be read, and one that is hidden."""
    home = tmp_path / "letters"
    for part, copies in (("a", range(2)), ("b", range(2, 4))):
        (home / part).mkdir(parents=True)
        for copy in copies:
            for letter in LETTERS.glob("*.txt"):
                shutil.copy(letter, home / part / f"{copy}-{letter.name}")
    (home / "broken.pdf").write_bytes(b"%PDF-1.7 nothing more")
    (home / ".hidden.txt").write_text("Not a letter.")
    return home


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def with_arguments(*arguments: str | Path) -> tuple[int, str]:
        with pytest.raises(SystemExit) as stopped:
            main(["screen", *map(str, arguments)])
        return int(stopped.value.code or 0), capsys.readouterr().err

    return with_arguments


@lru_cache
def given() -> Given:
    return (pathway.encode(pathway.load(pathway.find("southampton-portsmouth"))),)


def job() -> Job:
    return Job((pathway.decode(given()[0]).digest,), clock.today())


def test_one_table_of_a_folder(folder: Path, tmp_path: Path, run: Run) -> None:
    out = tmp_path / "results.csv"
    status, told = run("-r", folder, "--out", out)
    assert status == 1
    assert "broken.pdf: " in told
    assert "80 letters read" in told
    assert "1 files could not be read" in told
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["document"] for row in rows] == sorted(row["document"] for row in rows)
    assert len(rows) == 81
    first = next(row for row in rows if row["document"] == "a/0-L003.txt")
    assert first["active-cancer-or-palliative"] in ("against", "mixed")
    assert json.loads(first["evidence"])["adult"][0]["quote"]
    assert rows[-1]["error"].endswith(".")
    assert not (tmp_path / "results.csv.part").exists()


def test_json_lines_are_those_of_single_letters(
    folder: Path, tmp_path: Path, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "results.jsonl"
    run("-r", folder, "--out", out)
    with pytest.raises(SystemExit):
        main(["screen", str(folder / "a/0-L003.txt"), "--json"])
    single = json.loads(capsys.readouterr().out)
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert single | {"document": "a/0-L003.txt"} in rows


def test_processes_and_a_cluster_give_the_same_bytes(folder: Path, tmp_path: Path, run: Run, scheduler: str) -> None:
    names = {how: tmp_path / f"{how}.parquet" for how in ("one", "two", "cluster")}
    run("-r", folder, "--out", names["one"])
    run("-r", folder, "--out", names["two"], "--jobs", "2")
    run("-r", folder, "--out", names["cluster"], "--scheduler", scheduler)
    one = names["one"].read_bytes()
    assert len(one) > 10_000
    assert names["two"].read_bytes() == one
    assert names["cluster"].read_bytes() == one


def test_a_broken_run_goes_on_where_it_stopped(folder: Path, tmp_path: Path, run: Run) -> None:
    out = tmp_path / "results.jsonl"
    plan = plan_of(folder, job(), 32)
    journal = Journal(out)
    journal.open(plan, anew=False)
    rows = screen_batch(batches(plan, folder)[1], plan.job, given())
    journal.put(1, rows.replace(b'"not_stated"', b'"kept_from_before"'))
    run("-r", folder, "--out", out)
    kept = [number for number, line in enumerate(out.read_text().splitlines()) if "kept_from_before" in line]
    assert kept == list(range(32, 64))


def test_a_broken_run_over_other_files_is_not_mixed_in(folder: Path, tmp_path: Path, run: Run) -> None:
    out = tmp_path / "results.jsonl"
    Journal(out).open(plan_of(folder, job(), 32), anew=False)
    (folder / "new.txt").write_text("Chronic pain for years.")
    status, told = run("-r", folder, "--out", out)
    assert (status, "--anew" in told) == (1, True)
    assert not out.exists()
    status, told = run("-r", folder, "--out", out, "--anew")
    assert "81 letters read" in told


def test_a_process_that_dies_costs_no_letter(folder: Path) -> None:
    everything = list(enumerate(batches(plan_of(folder, job(), 20), folder)))
    done: Iterator[tuple[int, bytes]] = here(everything, job(), given(), screen_batch, 2)
    first = next(done)

    def strike() -> None:
        for child in active_children()[:1]:
            child.kill()

    threading.Thread(target=strike).start()
    time.sleep(0.2)
    rows = dict([first, *done])
    assert sorted(rows) == [number for number, _ in everything]
    assert rows == {number: screen_batch(items, job(), given()) for number, items in everything}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["-r", "{folder}"], "--out results.parquet"),
        (["-r", "{folder}", "--out", "{tmp}/results.txt"], ".jsonl, .csv, .parquet"),
        (["-r", "{folder}/nowhere", "--out", "{tmp}/results.csv"], "is not a folder"),
        (["-r", "{folder}", "--out", "{tmp}/nowhere/results.csv"], "Make it first"),
        (["-r", "{folder}", "--out", "{folder}/results.csv"], "elsewhere"),
        (["-r", "{folder}", "--out", "{tmp}/results.csv", "--jobs", "0"], "1 or more"),
        (["-r", "{folder}", "--out", "{tmp}/results.csv", "--scheduler", "nonsense"], "Check its address"),
        ([], "Name one letter"),
        (["-r", "{folder}", "{folder}/new.txt"], "Name one letter"),
    ],
)
def test_what_cannot_be_done_is_said(arguments: list[str], told: str, folder: Path, tmp_path: Path, run: Run) -> None:
    status, words = run(*(one.format(folder=folder, tmp=tmp_path) for one in arguments))
    assert status in (1, 2)
    assert told in words


def test_an_unreadable_file_is_a_row_like_any_other(tmp_path: Path) -> None:
    row = json.loads(screen_batch((Item("gone.txt", str(tmp_path / "gone.txt")),), job(), given()))
    assert row["error"].startswith("The file cannot be opened")
    careful = Job(job().digests, clock.today(), careful=True)
    row = json.loads(screen_batch((Item("letter.txt", data=b"Chronic pain for years."),), careful, given()))
    assert row["error"] is None


def test_a_cluster_that_is_not_there(folder: Path) -> None:
    pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
    with pytest.raises(ClusterError, match="Check its address"):
        next(cluster([(0, (Item("a.txt", data=b"pain"),))], job(), given(), screen_batch, "nonsense"))
