"""A draft over letters of the past: how many a second, what a second process gains, what one reading for both saves.

`python bench/simulate.py 100000` for another number of letters than 2,000. For figures the machine must be quiet.
"""

import hashlib
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

import msgspec
from kit import LETTERS, medians, seconds, show

from painpath import pathway
from painpath.documents.model import DocumentText, Page
from painpath.pathway import Pathway
from painpath.screening import screen, screen_each

COUNT = 2_000
PART = 1000
"""Letters in a folder."""
ROUNDS = 5
DROPPED = ("active-cancer-or-palliative", "drug-alcohol-dependence")
"""Criteria of which the draft takes the evidence away: a change that letters of many kinds feel."""


def main() -> None:
    """Print both tables."""
    service = pathway.load(pathway.find("southampton-portsmouth"))
    draft = drafted(service)
    reading(service, draft)
    running(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT, draft)


def drafted(service: Pathway) -> Pathway:
    """The draft, as a process that was sent it has it."""
    evidence = tuple(
        msgspec.structs.replace(one, rules=()) if one.criterion in DROPPED else one for one in service.evidence
    )
    return pathway.decode(pathway.encode(msgspec.structs.replace(service, digest="draft", evidence=evidence)))


def reading(service: Pathway, draft: Pathway) -> None:
    """One core, no files: one version; two, each reading for itself; two on one reading."""
    texts = [file.read_text() for file in sorted(LETTERS.glob("*.txt"))]
    letters = [DocumentText(text, (Page(1, 0, len(text)),), (), "text/plain") for text in texts]
    day = date(2026, 11, 23)
    ways = {
        "one version": lambda: [screen(letter, service, today=day) for letter in letters],
        "two versions, two readings": lambda: [
            (screen(letter, service, today=day), screen(letter, draft, today=day)) for letter in letters
        ],
        "two versions, one reading": lambda: [screen_each(letter, (service, draft), today=day) for letter in letters],
    }
    taken = medians(list(ways.values()), ROUNDS)
    show(
        f"{len(letters)} letters, one core, median of {ROUNDS}",
        ("way", "letters/s", "ms a letter"),
        (
            (name, f"{len(letters) / s:.0f}", f"{s / len(letters) * 1000:.2f}")
            for name, s in zip(ways, taken, strict=True)
        ),
    )


def running(count: int, draft: Pathway) -> None:
    """The command, from files to a Parquet file, with one process and with two."""
    with tempfile.TemporaryDirectory(prefix="painpath-bench-") as home:
        folder, compiled = Path(home, "letters"), Path(home, "draft.json")
        write_letters(folder, count)
        compiled.write_bytes(pathway.encode(draft))
        outs = {jobs: Path(home, f"{jobs}.parquet") for jobs in (1, 2)}
        taken = {jobs: seconds(lambda jobs=jobs: simulate(compiled, folder, outs[jobs], jobs)) for jobs in outs}  # type: ignore[misc]
        digests = {hashlib.sha256(out.read_bytes()).hexdigest() for out in outs.values()}
    if len(digests) > 1:
        raise SystemExit("One process and two have written other bytes.")
    show(
        f"painpath pathway simulate, {count:,} letters, the same bytes",
        ("processes", "seconds", "letters/s", "times one"),
        ((str(jobs), f"{s:.1f}", f"{count / s:.0f}", f"{taken[1] / s:.2f}") for jobs, s in taken.items()),
    )


def simulate(draft: Path, folder: Path, out: Path, jobs: int) -> None:
    """One run of the command."""
    code = "from painpath.cli import main; main()"
    command = [sys.executable, "-c", code, "pathway", "simulate", "southampton-portsmouth", str(draft), str(folder)]
    subprocess.run([*command, "--out", str(out), "--jobs", str(jobs)], check=True, stdout=subprocess.DEVNULL)


def write_letters(folder: Path, count: int) -> None:
    """So many letters, no two alike: each of the labelled ones with lines of another in its middle, in turn."""
    texts = [file.read_text().splitlines() for file in sorted(LETTERS.glob("*.txt"))]
    for number in range(count):
        own, other = texts[number % len(texts)], texts[number // len(texts) % len(texts)]
        middle, start = len(own) // 2, number // len(texts) ** 2 % max(1, len(other) - 3)
        part = folder / f"{number // PART:04d}"
        if number % PART == 0:
            part.mkdir(parents=True)
        lines = [*own[:middle], "", *other[start : start + 3], f"Our reference {number}.", "", *own[middle:]]
        (part / f"{number % PART:04d}.txt").write_text("\n".join(lines))


if __name__ == "__main__":
    main()
