"""The labelled letters: what the reading must not fall below.

The vocabulary was developed on them. The floors leave room on purpose: a floor at today's figures would reward copying
a letter's own words into the vocabulary, which helps no other letter.
"""

import json
from collections.abc import Callable
from pathlib import Path

from painpath.screening import Screening

LETTERS = Path(__file__).parents[1] / "data" / "letters"


def test_the_labelled_letters(screened: Callable[[str], Screening]) -> None:
    right = stated = claimed = against = caught = alarms = cells = 0
    for line in (LETTERS / "labels.jsonl").read_text().splitlines():
        row = json.loads(line)
        text = (LETTERS / f"{row['letter']}.txt").read_text()
        screening = screened(text)
        for criterion, label in row["labels"].items():
            truths = {label["state"], label.get("also", label["state"])}
            got = screening.criterion(criterion)
            cells += 1
            stated += "not_stated" not in truths
            claimed += got.state != "not_stated" and truths != {"not_stated", got.state}
            right += got.state in truths and got.state != "not_stated" and "not_stated" not in truths
            against += truths == {"against"}
            caught += truths == {"against"} and got.state in ("against", "mixed")
            alarms += got.state == "against" and "against" not in truths
    precision, recall = right / claimed, right / stated
    assert 2 * precision * recall / (precision + recall) >= 0.90
    assert caught / against >= 0.95
    assert alarms / cells <= 0.02
