"""The labelled letters: what the reading must not fall below.

The vocabulary was developed on them. The floors leave room on purpose: a floor at today's figures would reward copying
a letter's own words into the vocabulary, which helps no other letter. `tests/data/letters-unseen` is kept apart for
`bench/states.py` and is looked at rarely: what it says of unseen letters holds only as long as nobody tunes to it.
"""

from collections.abc import Callable

import pytest
from tests.scoring import LETTERS, score

from painpath.screening import Screening


@pytest.mark.parametrize(
    ("letters", "f1", "against", "alarms"), [("letters", 0.95, 0.97, 0.01), ("letters-more", 0.90, 0.90, 0.015)]
)
def test_the_labelled_letters(
    letters: str, f1: float, against: float, alarms: float, screened: Callable[[str], Screening]
) -> None:
    result = score(LETTERS / letters, screened)
    assert result.f1 >= f1, result.wrong
    assert result.against_recall >= against
    assert result.alarms / result.cells <= alarms
    assert result.overlapping / result.quoted >= 0.95
