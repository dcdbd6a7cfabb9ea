"""What a period is, and that every figure says what it is."""

from datetime import date

import pytest

from painpath.figures.definitions import BY_ID, FIGURES, SPLIT_LABELS, SPLIT_WORDS
from painpath.figures.model import Period, Split


def test_a_period_is_whole_months() -> None:
    assert Period(date(2026, 2, 1), date(2026, 2, 28)).months == 1
    assert Period(date(2023, 12, 1), date(2024, 2, 29)).months == 3
    for start, end in [
        (date(2026, 2, 2), date(2026, 2, 28)),
        (date(2026, 2, 1), date(2026, 2, 27)),
        (date(2024, 2, 1), date(2024, 2, 28)),
        (date(2026, 2, 1), date(2026, 1, 31)),
    ]:
        with pytest.raises(ValueError, match="whole months"):
            Period(start, end)


def test_every_figure_is_named_once_and_says_what_it_counts() -> None:
    assert len(BY_ID) == len(FIGURES) == 14
    for one in FIGURES:
        assert one.question.endswith("?"), one.id
        assert one.definition.endswith("."), one.id
        assert one.counted, one.id
        assert bool(one.numerator) == bool(one.denominator), one.id
        assert one.unit == "count" or one.numerator, one.id
        assert (one.kind == "times") == (one.unit == "working_days") == (one.within is not None), one.id
        assert (one.kind == "kappa") == (one.unit == "kappa"), one.id


def test_every_split_has_its_words() -> None:
    assert set(SPLIT_LABELS) == set(SPLIT_WORDS) == set(Split)
