"""Funnel limits hold what they promise, for shares and for medians."""

import random
from math import comb

import pytest

from painpath.figures import funnel, statistics


@pytest.mark.parametrize(("n", "yes", "of"), [(7, 3, 10), (25, 1, 2), (80, 9, 10), (200, 1, 20)])
def test_limits_of_a_share_leave_no_more_outside_than_they_say(n: int, yes: int, of: int) -> None:
    limits, share = funnel.of_share(yes, of, n), yes / of
    chances = [comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)]
    for lower, upper, tail in ((limits.lower, limits.upper, 0.025), (limits.far_lower, limits.far_upper, 0.001)):
        low, high = round(lower * n), round(upper * n)
        assert sum(chances[:low]) <= tail
        assert sum(chances[high + 1 :]) <= tail
        assert sum(chances[: low + 1]) > tail, "no limit is further in than it must be"
        assert sum(chances[high:]) > tail


def test_the_larger_the_group_the_narrower_the_funnel() -> None:
    widths = [one.upper - one.lower for one in (funnel.of_share(1, 2, n) for n in (10, 50, 250, 1250))]
    assert widths == sorted(widths, reverse=True)


def test_where_everybody_is_the_same_there_is_no_room() -> None:
    assert funnel.of_share(10, 10, 30) == funnel.Limits(30, 1, 1, 1, 1)
    assert funnel.of_median({5: 100}, 20) == funnel.Limits(20, 5, 5, 5, 5)


@pytest.mark.parametrize("n", [8, 15, 40])
def test_medians_of_groups_drawn_from_the_service_lie_within(n: int) -> None:
    service = {2: 30, 3: 60, 4: 80, 5: 50, 7: 40, 10: 25, 15: 10, 40: 5}
    limits, dice = funnel.of_median(service, n), random.Random(10)
    values = [value for value, count in service.items() for _ in range(count)]
    outside = 0
    for _ in range(2000):
        histogram: dict[int, int] = {}
        for value in dice.choices(values, k=n):
            histogram[value] = histogram.get(value, 0) + 1
        outside += not limits.lower <= (statistics.median(histogram) or 0) <= limits.upper
    assert outside <= 100
    assert limits.far_lower <= limits.lower <= limits.upper <= limits.far_upper


def test_where_a_value_lies() -> None:
    limits = funnel.Limits(50, 0.3, 0.7, 0.2, 0.8)
    assert [funnel.position(value, limits) for value in (0.1, 0.25, 0.3, 0.7, 0.75, 0.9)] == [
        "far_below", "below", "inside", "inside", "above", "far_above",
    ]  # fmt: skip
