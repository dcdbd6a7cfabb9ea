"""What every measurement shares. `make bench` runs the files beside this folder, one after the other."""

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from statistics import median

LETTERS = Path(__file__).resolve().parents[2] / "tests/data/letters"


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def medians(works: Sequence[Callable[[], object]], rounds: int) -> list[float]:
    """The median seconds of each. They take turns, so that a busy machine is busy for all of them."""
    for work in works:
        work()
    taken = [[seconds(work) for work in works] for _ in range(rounds)]
    return [median(column) for column in zip(*taken, strict=True)]


def show(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a small table: the first column to the left, numbers to the right."""
    lines = [list(headings), *(list(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headings))]
    print(f"\n{title}")
    for first, *others in lines:
        cells = [other.rjust(width) for other, width in zip(others, widths[1:], strict=True)]
        print("  ".join([first.ljust(widths[0]), *cells]).rstrip())
