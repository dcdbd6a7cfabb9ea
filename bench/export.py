"""What an export of the record costs: seconds, the memory it adds, and the size of its files, at several sizes.

`python bench/export.py 10000 1000000` for other sizes. Each size has a database of its own, in a folder that is gone
afterwards; `python bench/export.py in FOLDER 10000` takes a record that `bench/figures.py` has left there. Memory must
not grow with the record: a batch is all that is ever held. On a machine with other work, what the program worked itself
says more than the seconds.
"""

import resource
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from kit import seconds, show

from figures import filled
from painpath import postgres

SIZES = (10_000, 100_000)
KEY = bytes(32)


def main() -> None:
    """With sizes: each in a process of its own, which prints its row; then all of them as one table."""
    given = sys.argv[1:]
    if given[:1] == ["in"]:
        measure_in(given[1], int(given[2]))
        return
    rows = []
    for size in [int(one) for one in given] or SIZES:
        with tempfile.TemporaryDirectory(prefix="painpath-bench-") as home:
            made = subprocess.run([sys.executable, __file__, "in", home, str(size)], stdout=subprocess.PIPE, text=True)
            postgres.remove(Path(home))
        if made.returncode:
            sys.exit(made.returncode)
        rows.append(tuple(made.stdout.splitlines()[-1].split("\t")))
    headings = (
        "referrals",
        "rows of all tables",
        "seconds",
        "of them at work",
        "rows a second",
        "memory added, MB",
        "files, MB",
    )
    show("The record exported", headings, rows)


def measure_in(home: str, size: int) -> None:
    """Fill a database in this folder, export it, and print the row of the table."""
    by = filled(home, size)
    from painpath.measuring.export import making  # noqa: F401  # its libraries are no memory of the record

    before, worked, said = _peak(), time.process_time(), {}
    with tempfile.TemporaryDirectory(dir=home) as place:
        folder = Path(place) / "export"
        took = seconds(partial(_export, by.service, folder, said))
        worked = time.process_time() - worked
        stored = sum(file.stat().st_size for file in folder.iterdir())
    rows = sum(one["rows"] for one in said["files"].values())
    cells = (f"{size:,}", f"{rows:,}", f"{took:.1f}", f"{worked:.1f}", f"{rows / took:,.0f}", f"{_peak() - before:.0f}",
             f"{stored / 1e6:.1f}")  # fmt: skip
    print("\t".join(cells))


def _export(service: object, folder: Path, said: dict[str, object]) -> None:
    from painpath.measuring.export.making import make

    said.update(make(service, folder, KEY))  # type: ignore[arg-type]


def _peak() -> float:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
