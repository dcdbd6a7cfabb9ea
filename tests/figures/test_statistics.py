"""Medians and centiles out of a histogram, against the same out of the plain list of values."""

import statistics as plain
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from painpath.figures import statistics

HISTOGRAMS = st.dictionaries(st.integers(0, 60), st.integers(0, 40), max_size=12)


def listed(histogram: dict[int, int]) -> list[int]:
    return sorted(value for value, count in histogram.items() for _ in range(count))


@given(HISTOGRAMS)
def test_the_median_is_that_of_the_list(histogram: dict[int, int]) -> None:
    values = listed(histogram)
    assert statistics.median(histogram) == (plain.median(values) if values else None)


@given(HISTOGRAMS, st.integers(1, 100))
def test_a_centile_is_the_smallest_value_that_enough_do_not_exceed(histogram: dict[int, int], p: int) -> None:
    values = listed(histogram)
    enough = [one for one in values if 100 * sum(other <= one for other in values) >= p * len(values)]
    assert statistics.centile(histogram, p) == (min(enough) if enough else None)


@given(HISTOGRAMS, st.integers(-1, 61))
def test_the_share_within_is_that_of_the_list(histogram: dict[int, int], most: int) -> None:
    values = listed(histogram)
    share = Fraction(sum(one <= most for one in values), len(values)) if values else None
    assert statistics.within(histogram, most) == share


@given(HISTOGRAMS, HISTOGRAMS)
def test_two_together_are_the_two_lists_together(one: dict[int, int], other: dict[int, int]) -> None:
    assert listed(statistics.merged(one, other)) == sorted(listed(one) + listed(other))


def test_nothing_occurs_less_than_never() -> None:
    with pytest.raises(ValueError, match="less than never"):
        statistics.median({3: -1, 4: 2})


def test_a_share_is_the_same_whole_per_cent_in_a_table_and_in_a_chart():
    """Python writes 23/40, which is 57.5%, as 57%, and 1 in 300 as 0%."""
    for n, of, said in ((23, 40, 58), (1, 8, 13), (1, 300, 1), (299, 300, 99), (0, 9, 0), (9, 9, 100), (2, 3, 67)):
        assert (statistics.percent(Fraction(n, of)), statistics.percent(n / of)) == (said, said)
