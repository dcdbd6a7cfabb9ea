"""Medians and centiles of whole numbers, out of how often each occurs.

The p-th centile is the smallest value that at least p hundredths of all values do not exceed (the "inverted
distribution function", type 1 of Hyndman RJ, Fan Y. Sample quantiles in statistical packages. The American Statistician
1996;50:361-365, doi 10.1080/00031305.1996.10473566). It is always a value that occurred: "nine in ten were told within
12 working days" is then true of the people counted. The median of an even number of values is the mean of the two
in the middle, as everybody expects.
"""

from collections.abc import Mapping
from fractions import Fraction


def total(histogram: Mapping[int, int]) -> int:
    """How many values there are. A count below 0 raises ValueError."""
    if any(count < 0 for count in histogram.values()):
        raise ValueError("A value cannot occur less than never.")
    return sum(histogram.values())


def centile(histogram: Mapping[int, int], p: int) -> int | None:
    """The p-th centile (1 to 100); None without a value."""
    n = total(histogram)
    if not n:
        return None
    return _ranked(histogram, -(-p * n // 100))


def median(histogram: Mapping[int, int]) -> float | None:
    """The middle value, or the mean of the two in the middle; None without a value."""
    n = total(histogram)
    if not n:
        return None
    low, high = _ranked(histogram, (n + 1) // 2), _ranked(histogram, n // 2 + 1)
    return (low + high) / 2


def within(histogram: Mapping[int, int], most: int) -> Fraction | None:
    """The share of values that are `most` or less; None without a value."""
    n = total(histogram)
    return Fraction(sum(count for value, count in histogram.items() if value <= most), n) if n else None


def percent(share: Fraction | float) -> int:
    """A share (0 to 1) as a whole per cent, halves upwards; 0 and 100 only when it is none or all. A float is taken for
    the fraction that it was made of, so that 23 of 40 are the same in a table and in a chart."""
    exact = Fraction(share).limit_denominator(10**6)
    whole = int(exact * 100 + Fraction(1, 2))
    return whole if exact in (0, 1) else min(max(whole, 1), 99)


def merged(*histograms: Mapping[int, int]) -> dict[int, int]:
    """All values of several together."""
    whole: dict[int, int] = {}
    for one in histograms:
        for value, count in one.items():
            whole[value] = whole.get(value, 0) + count
    return whole


def _ranked(histogram: Mapping[int, int], rank: int) -> int:
    """The value at this place (from 1) when all stand in order."""
    seen = 0
    for value in sorted(histogram):
        seen += histogram[value]
        if seen >= rank:
            return value
    raise ValueError("There are not so many values.")
