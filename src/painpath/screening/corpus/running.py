"""A run over every file of a folder: checked, planned, picked up where it stopped, done, written."""

import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from painpath import clock, pathway
from painpath.pathway.model import Pathway
from painpath.screening.corpus.batch import Job, Work
from painpath.screening.corpus.journal import Journal, OtherPlan, batches, plan_of
from painpath.screening.corpus.tables import KINDS
from painpath.screening.corpus.workers import Batch, ClusterError, cluster, here

BATCH = 32
"""Files in a batch: a second's work or so, lost at most when a run is broken off."""
Rows = Callable[[], Iterator[bytes]]
"""The rows of a whole run, a batch at a time; may be asked for more than once."""


class Asked(NamedTuple):
    """What the command line asks for."""

    folder: Path
    out: Path | None
    jobs: int = 1
    scheduler: str | None = None
    anew: bool = False
    written_on: date | None = None


def run_over(
    asked: Asked,
    pathways: tuple[Pathway, ...],
    work: Work,
    finish: Callable[[Path, Rows], None],
    done_words: str,
) -> int:
    """Do the work for every file below the folder and let `finish` write the result.

    0 when all files could be read, 1 when some could not or nothing could be done: what is wrong is told on stderr.
    """
    if problem := problem_of(asked):
        sys.stderr.write(f"{problem}\n")
        return 1
    folder, out = asked.folder, asked.out
    assert out  # noqa: S101 - `problem_of` has looked
    journal = Journal(out)
    started = None if asked.anew else journal.started()
    job = Job(tuple(one.digest for one in pathways), started.today if started else clock.today(), asked.written_on)
    given = tuple(map(pathway.encode, pathways))
    plan = plan_of(folder, job, BATCH)
    everything = list(enumerate(batches(plan, folder)))
    try:
        journal.open(plan, anew=asked.anew)
        todo = [batch for batch in everything if not journal.has(batch[0])]
        done = sum(len(items) for _, items in everything) - sum(len(items) for _, items in todo)
        sizes = {number: len(items) for number, items in todo}
        if asked.scheduler:
            working = cluster(todo, job, given, work, asked.scheduler)
        else:
            working = here(todo, job, given, work, asked.jobs)
        with _progress(len(plan.files), done) as progress:
            for number, rows in working if todo else ():
                journal.put(number, rows)
                progress.advance(progress.task_ids[0], sizes[number])
        finish(out, lambda: journal.rows(len(everything)))
        bad = list(_bad(journal, everything))
        journal.close()
    except (OtherPlan, ClusterError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write(f"\nStopped. The same command goes on from here; what is done is in {journal.folder}.\n")
        return 130
    except OSError as error:
        kept = f" What is done is kept in {journal.folder}." if journal.folder.exists() else ""
        sys.stderr.write(f"{out} cannot be written: {error.strerror}. Name another place for it.{kept}\n")
        return 1
    for name, reason in bad:
        sys.stderr.write(f"{name}: {reason}\n")
    sys.stderr.write(f"{len(plan.files) - len(bad)} letters {done_words} {out}; {len(bad)} files could not be read.\n")
    return int(bool(bad))


def problem_of(asked: Asked) -> str:
    """What is wrong with the command, in a sentence that says what to do."""
    folder, out = asked.folder, asked.out
    if not out:
        return "Name a file for the result: --out results.parquet, results.csv or results.jsonl."
    if out.suffix.lower() not in KINDS:
        return f"“{out.name}”: the name of the result has to end in {', '.join(KINDS)}."
    if not folder.is_dir():
        return f"“{folder}” is not a folder. Check its name."
    if not out.parent.is_dir():
        return f"“{out.parent}” is not a folder, so {out.name} cannot be written there. Make it first."
    if out.resolve().is_relative_to(folder.resolve()):
        return "The result cannot stand in the folder that is read. Name a file elsewhere."
    if asked.jobs < 1:
        return "--jobs takes a number of processes, 1 or more."
    return ""


def _progress(total: int, done: int) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    progress = Progress(*columns, console=console, disable=not console.is_terminal)
    progress.add_task("letters", total=total, completed=done)
    return progress


def _bad(journal: Journal, everything: list[Batch]) -> Iterator[tuple[str, str]]:
    for rows in journal.rows(len(everything)):
        for line in rows.splitlines():
            row = msgspec.json.decode(line, type=_Error)
            if row.error:
                yield row.document, row.error


class _Error(msgspec.Struct):
    document: str
    error: str | None
