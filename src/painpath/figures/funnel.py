"""Funnel limits: how far a group's number may lie from the whole service's by chance alone, given how big the group is.

Never a league table: who draws groups orders them by size or by name, not by result (Spiegelhalter DJ. Funnel plots for
comparing institutional performance. Statistics in Medicine 2005;24:1185-1202, doi 10.1002/sim.1970; limits of 95% and
99.8% are its own). Shares have exact binomial limits without interpolation, which hold at least what they promise.
Medians have limits by order statistics: the chance of a value above the service's q-th centile is known whatever the
shape of the times (David HA, Nagaraja HN. Order Statistics. 3rd ed. Wiley, 2003, section 7.1).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import exp, lgamma, log

from painpath.figures import statistics

INNER, OUTER = 0.95, 0.998


@dataclass(frozen=True)
class Limits:
    """Between which values a group of `n` lies by chance in 95 and in 998 of 1,000 cases, at the least."""

    n: int
    lower: float
    upper: float
    far_lower: float
    far_upper: float


def of_share(numerator: int, denominator: int, n: int) -> Limits:
    """Limits for the share of a group of `n` when the service's share is numerator / denominator (above 0)."""
    inner, outer = (_binomial(n, numerator / denominator, within) for within in (INNER, OUTER))
    return Limits(n, inner[0] / n, inner[1] / n, outer[0] / n, outer[1] / n)


def of_median(histogram: Mapping[int, int], n: int) -> Limits:
    """Limits for the median of a group of `n` when all values of the service are `histogram` (not empty).

    At most Binomial(n, p) of the group lie below the service's p-th centile, and the median does only when half of the
    group or more do. The same from above.
    """
    inner, outer = (_ranks(n, within) for within in (INNER, OUTER))
    low, high = (statistics.centile(histogram, p) or 0 for p in inner)
    far_low, far_high = (statistics.centile(histogram, p) or 0 for p in outer)
    return Limits(n, low, high, far_low, far_high)


def position(value: float, limits: Limits) -> str:
    """`inside`, or where outside: `above`, `below` (95%), `far_above`, `far_below` (99.8%)."""
    if value > limits.far_upper:
        return "far_above"
    if value < limits.far_lower:
        return "far_below"
    if value > limits.upper:
        return "above"
    return "below" if value < limits.lower else "inside"


@lru_cache(maxsize=4096)
def _binomial(n: int, share: float, within: float) -> tuple[int, int]:
    """The smallest and largest count that leave at most half of 1 - `within` beyond them on each side."""
    tail = (1 - within) / 2
    chances = [_chance(n, k, share) for k in range(n + 1)]
    low, below = 0, 0.0
    while low < n and below + chances[low] <= tail:
        below += chances[low]
        low += 1
    high, above = n, 0.0
    while high > 0 and above + chances[high] <= tail:
        above += chances[high]
        high -= 1
    return low, high


def _chance(n: int, k: int, share: float) -> float:
    if share <= 0 or share >= 1:
        return float(k == (n if share >= 1 else 0))
    ways = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    return exp(ways + k * log(share) + (n - k) * log(1 - share))


@lru_cache(maxsize=4096)
def _ranks(n: int, within: float) -> tuple[int, int]:
    """The centiles of the service between which the median of `n` lies: the lower one is the largest p at which half of
    the group or more lie below it in at most half of 1 - `within` cases; the upper one is as far from 100."""
    tail = (1 - within) / 2
    lower = 1
    for p in range(1, 50):
        if sum(_chance(n, k, p / 100) for k in range((n + 1) // 2, n + 1)) > tail:
            break
        lower = p
    return lower, 100 - lower
