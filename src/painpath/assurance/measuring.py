"""What axe saw, from the lines that the browser tests write (`tests/browsing.py`, `PAINPATH_AXE_RECORD`)."""

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from painpath import clock
from painpath.assurance.model import Look, Measured
from painpath.pathway.base import Data


class Line(Data, frozen=True, kw_only=True):
    """One look at one page. A page on which axe found a fault writes no line: its test has failed."""

    view: str
    address: str
    errors: bool
    axe: str = ""
    width: int = 0
    theme: str | None = None
    rules: str = ""
    """`all`, or `colours` where only a theme was changed."""
    undecided: tuple[str, ...] = ()
    fits: int = 0
    """The width of a window at 400% zoom in which nothing stuck out; only in a line of its own."""


def condense(lines: Iterable[str]) -> Measured:
    """The looks of a run, by page. Raises ValueError when there is none."""
    pages: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        seen = msgspec.json.decode(line, type=Line)
        pages[seen.view].append(seen)
    versions = sorted({seen.axe for page in pages.values() for seen in page if seen.axe})
    if not versions:
        raise ValueError("there is no look of axe in it")
    return Measured(
        measured_on=clock.today().isoformat(),
        axe=" and ".join(versions),
        pages=tuple(_look(pages[view]) for view in sorted(pages)),
    )


def _look(lines: list[Line]) -> Look:
    by_axe = [seen for seen in lines if seen.axe]
    return Look(
        view=lines[0].view,
        address=lines[0].address,
        widths=tuple(sorted({seen.width for seen in by_axe if seen.rules == "all"})),
        themes=tuple(sorted({seen.theme for seen in by_axe if seen.theme})),
        fits=any(seen.fits for seen in lines),
        errors=any(seen.errors for seen in by_axe),
        looks=len(by_axe),
        undecided=tuple(sorted({rule for seen in by_axe for rule in seen.undecided})),
    )
