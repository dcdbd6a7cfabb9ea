"""How well labelled letters are read: cells are criteria of letters; a disputed cell (`also`) is right either way."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from painpath.screening import Screening
from painpath.screening.model import CriterionScreening, Speaks

LETTERS = Path(__file__).parent / "data"


@dataclass
class Score:
    """Counts over the cells of a set of letters."""

    cells: int = 0
    right: int = 0
    stated: int = 0
    claimed: int = 0
    hits: int = 0
    against: int = 0
    caught: int = 0
    alarms: int = 0
    quoted: int = 0
    overlapping: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Of the cells that were given a state, those given the right one."""
        return self.hits / self.claimed if self.claimed else 1.0

    @property
    def recall(self) -> float:
        """Of the cells that state something, those read right."""
        return self.hits / self.stated if self.stated else 1.0

    @property
    def f1(self) -> float:
        """Of stated cells with the state right."""
        return 2 * self.hits / (self.claimed + self.stated) if self.stated else 1.0

    @property
    def against_recall(self) -> float:
        """Of the cells that are against, those shown as against or mixed."""
        return self.caught / self.against if self.against else 1.0

    def add(self, where: str, label: dict[str, Any], got: CriterionScreening, text: str) -> None:
        """Count a cell."""
        truths = {label["state"], label.get("also", label["state"])}
        state, silent = got.state.value, "not_stated" in truths
        self.cells += 1
        self.right += state in truths
        self.stated += not silent
        self.claimed += state != "not_stated" and truths != {"not_stated", state}
        hit = state in truths and state != "not_stated" and not silent
        self.hits += hit
        if truths == {"against"}:
            self.against += 1
            self.caught += state in ("against", "mixed")
        self.alarms += state == "against" and "against" not in truths
        if hit:
            self.quoted += 1
            self.overlapping += any(
                item.start < end and start < item.end and item.speaks is not Speaks.MENTION
                for item in got.evidence
                for start, end in _places(label["quotes"], text)
            )
        if state not in truths:
            self.wrong.append(
                f"{where} {got.id}: {state}, labelled {' or '.join(sorted(truths))} {label['quotes'][:2]}"
            )


def score(folder: Path, screened: Callable[[str], Screening]) -> Score:
    """Read the letters of a folder and count against its labels.jsonl."""
    result = Score()
    for line in (folder / "labels.jsonl").read_text().splitlines():
        row = json.loads(line)
        text = (folder / f"{row['letter']}.txt").read_text()
        screening = screened(text)
        for criterion, label in row["labels"].items():
            result.add(row["letter"], label, screening.criterion(criterion), text)
    return result


def _places(quotes: list[str], text: str) -> Iterator[tuple[int, int]]:
    for quote in quotes:
        at = text.find(quote)
        while at >= 0:
            yield at, at + len(quote)
            at = text.find(quote, at + 1)
