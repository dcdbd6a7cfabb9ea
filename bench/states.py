"""How well letters are read: the labelled sets, and on request those that the vocabulary was not developed on.

`bench/states.py` scores the two development sets. `bench/states.py --unseen` scores the set that is kept apart: run it
rarely, print no errors of it, and tune nothing to it, or it says nothing any more.
"""

import sys
from datetime import date
from pathlib import Path

from kit import show

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.scoring import LETTERS, score  # noqa: E402

from painpath import pathway  # noqa: E402
from painpath.documents.model import DocumentText, Page  # noqa: E402
from painpath.screening import Screening, screen  # noqa: E402

DAY = date(2025, 11, 23)
SERVICE = pathway.load(pathway.find("southampton-portsmouth"))


def main() -> None:
    """Print the table."""
    sets = ("letters-unseen",) if "--unseen" in sys.argv[1:] else ("letters", "letters-more")
    rows = []
    for name in sets:
        found = score(LETTERS / name, screened)
        rows.append(
            (name, str(found.cells), f"{found.precision:.3f}", f"{found.recall:.3f}", f"{found.f1:.3f}",
             f"{found.caught}/{found.against}", f"{found.alarms / found.cells:.3f}",
             f"{found.overlapping / found.quoted:.3f}")
        )  # fmt: skip
    show(
        "States of labelled letters",
        ("letters", "cells", "precision", "recall", "F1", "against caught", "false against", "right words"),
        rows,
    )


def screened(text: str) -> Screening:
    """A letter without a date of its own is of the day the sets were written for."""
    letter = DocumentText(text, (Page(1, 0, len(text)),), (), "text/plain")
    return screen(letter, SERVICE, written_on=DAY, today=date(2026, 11, 23))


if __name__ == "__main__":
    main()
