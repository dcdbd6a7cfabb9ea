"""XmR charts: limits by hand, and every rule with a line that breaks it and one that just does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from painpath.figures.process_control import FEWEST_POINTS, process_chart

QUIET = [10.0, 12.0, 9.0, 11.0, 10.0, 12.0, 9.0, 11.0, 10.0, 12.0, 9.0, 11.0]


def rules(values: list[float], rule: str) -> list[int]:
    return [at for at, mark in enumerate(process_chart(values, "lower").marks) if rule in mark.rules]


def test_the_limits_by_hand() -> None:
    chart = process_chart(QUIET, "lower")
    assert chart.mean == pytest.approx(10.5)
    ranges = [2, 3, 2, 1, 2, 3, 2, 1, 2, 3, 2]
    assert chart.upper == pytest.approx(10.5 + 2.66 * sum(ranges) / 11)
    assert chart.lower == pytest.approx(10.5 - 2.66 * sum(ranges) / 11)
    assert {mark.cause for mark in chart.marks} == {"common"}


def test_a_limit_is_not_drawn_where_no_value_can_be() -> None:
    chart = process_chart([0.9, 1.0, 0.8] * 4, "higher", lowest=0, highest=1)
    assert chart.upper == 1


def test_too_few_points_have_no_limits() -> None:
    chart = process_chart([1.0, 9.0] * 5, "lower")
    assert (chart.mean, chart.lower, chart.upper) == (None, None, None)
    assert len(chart.marks) == 10 < FEWEST_POINTS


def test_a_point_outside_is_a_concern_or_an_improvement() -> None:
    high = [*QUIET, 30.0]
    assert rules(high, "outside") == [12]
    assert process_chart(high, "lower").marks[12].cause == "concern"
    assert process_chart(high, "higher").marks[12].cause == "improvement"
    assert process_chart(high, "neither").marks[12].cause == "neither"


def test_seven_on_one_side_and_not_six() -> None:
    six = [10.0, 14.0] * 5 + [13.0, 13.5] * 3 + [9.0, 10.0]
    seven = [10.0, 14.0, 10.0, 14.0, 10.0, 14.0, 10.0, 14.0, 10.0] + [13.0, 13.5] * 3 + [13.0, 9.0, 10.0]
    assert rules(six[:9] + six[10:], "run") == []
    assert rules(seven, "run") == list(range(9, 16))


def test_seven_rising_and_not_six() -> None:
    assert rules([5, 9, 5, 9, 5, 9, 5, 6, 7, 8, 9, 10, 5, 9], "trend") == []
    assert rules([5, 9, 5, 9, 5, 9, 5, 6, 7, 8, 9, 10, 11, 5, 9], "trend") == list(range(6, 13))
    falling = process_chart([5, 9, 5, 9, 5, 9, 11, 10, 9, 8, 7, 6, 5, 9, 9], "lower")
    assert {mark.cause for mark in falling.marks[6:13]} == {"improvement"}


def test_two_of_three_near_one_limit() -> None:
    base = QUIET * 2
    near = 10.5 + 2.66 * 2.0869 * 0.8
    assert rules([*base, near, 11.0, near], "two_of_three") == [24, 26]
    assert rules([*base, near, 10.0, near], "two_of_three") == [], "one lies below the mean"
    assert rules([*base, near, 11.0, 11.0], "two_of_three") == []
    beyond = [*base, 16.0, 11.5, 20.0]
    assert rules(beyond, "outside") == [26]
    assert rules(beyond, "two_of_three") == [], "what lies outside is near no limit: it is a rule of its own"


def test_no_change_at_all_is_no_signal() -> None:
    assert {mark.cause for mark in process_chart([4.0] * 20, "lower").marks} == {"common"}


@given(st.lists(st.integers(0, 50), min_size=FEWEST_POINTS, max_size=30), st.integers(-40, 40))
def test_the_same_line_higher_up_has_the_same_marks(values: list[int], step: int) -> None:
    here = process_chart(values, "lower")
    there = process_chart([value * 4 + step * 4 for value in values], "lower")
    assert [mark.rules for mark in here.marks] == [mark.rules for mark in there.marks] or any(
        abs(abs(value - (here.mean or 0)) - ((here.upper or 0) - (here.mean or 0)) * part) < 1e-6
        for value in values for part in (1, 2 / 3)
    )  # fmt: skip
