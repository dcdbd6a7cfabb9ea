"""`painpath screen -r FOLDER --out FILE`: a whole folder of letters into one table."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from painpath import clock
from painpath.pathway.model import Pathway
from painpath.screening.corpus.batch import Job, OtherVersion
from painpath.screening.corpus.journal import Journal, OtherPlan, batches, plan_of
from painpath.screening.corpus.tables import KINDS, write
from painpath.screening.corpus.workers import Batch, ClusterError, cluster, here

BATCH = 32
"""Files in a batch: a second's work or so, lost at most when a run is broken off."""


def run(args: argparse.Namespace, service: Pathway) -> int:
    """Screen every file below the folder. 0 when all could be read, 1 when some could not or nothing could be done."""
    folder, out = args.recursive, args.out
    if problem := _problem(folder, out, args.jobs):
        sys.stderr.write(f"{problem}\n")
        return 1
    journal = Journal(out)
    started = None if args.anew else journal.started()
    job = Job(service.name, service.digest, started.today if started else clock.today(), args.date)
    plan = plan_of(folder, job, BATCH)
    everything = list(enumerate(batches(plan, folder)))
    try:
        journal.open(plan, anew=args.anew)
        todo = [batch for batch in everything if not journal.has(batch[0])]
        done = sum(len(items) for _, items in everything) - sum(len(items) for _, items in todo)
        sizes = {number: len(items) for number, items in todo}
        work = cluster(todo, job, args.scheduler) if args.scheduler else here(todo, job, args.jobs)
        with _progress(len(plan.files), done) as progress:
            for number, rows in work if todo else ():
                journal.put(number, rows)
                progress.advance(progress.task_ids[0], sizes[number])
        write(out, journal.rows(len(everything)), service)
        bad = list(_bad(journal, everything))
        journal.close()
    except (OtherPlan, OtherVersion, ClusterError) as error:
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
    sys.stderr.write(f"{len(plan.files) - len(bad)} letters read into {out}; {len(bad)} files could not be read.\n")
    return int(bool(bad))


def _problem(folder: Path, out: Path | None, jobs: int) -> str:
    """What is wrong with the command, in a sentence that says what to do."""
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
    if jobs < 1:
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
