"""Nobody finds a count of 1 to 6 that is hidden, whatever else they know: every possible world is tried."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from painpath.figures.definitions import BY_ID, FIGURES
from painpath.figures.model import Counted, GroupCount, Period, Split
from painpath.figures.small_numbers import FEWEST, hidden, parts, shares_are_shown, shown

Row = tuple[int, ...]
Table = tuple[Row, ...]


def seen(table: Table) -> tuple[object, ...]:
    """Everything that is published of a table: every row that is shown, and the total of every part."""
    away = hidden(table)
    return (*(None if at in away else row for at, row in enumerate(table)), *map(sum, zip(*table, strict=True)))


def pinned(worlds: Iterable[Table]) -> Iterator[tuple[Table, int, int]]:
    """Hidden counts of 1 to 6 that an attacker knows who knows the rules, every total and all that is shown."""
    alike: dict[tuple[object, ...], list[Table]] = defaultdict(list)
    for table in worlds:
        alike[seen(table)].append(table)
    for same in alike.values():
        for at in hidden(same[0]):
            for part in range(len(same[0][at])):
                values = {world[at][part] for world in same}
                if len(values) == 1 and 0 < min(values) < FEWEST:
                    yield same[0], at, part


def split_up(total: int, rows: int) -> Iterator[tuple[int, ...]]:
    """Every way to share a total among so many rows."""
    if rows == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in split_up(total - first, rows - 1):
            yield (first, *rest)


@pytest.mark.parametrize("rows", [2, 3, 4])
def test_no_hidden_count_is_known_in_any_table_of_counts(rows: int) -> None:
    for total in range(34 if rows < 4 else 24):
        worlds = (tuple((n,) for n in counts) for counts in split_up(total, rows))
        assert not list(pinned(worlds))


@pytest.mark.parametrize("rows", [2, 3])
def test_no_hidden_count_is_known_in_any_table_of_shares(rows: int) -> None:
    """Numerators and the others beside them: both totals are known."""
    most = 18 if rows == 2 else 9
    for inside, outside in product(range(most), repeat=2):
        worlds = (tuple(zip(yes, no, strict=True)) for yes in split_up(inside, rows) for no in split_up(outside, rows))
        assert not list(pinned(worlds))


@settings(deadline=None, max_examples=5)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=3, max_size=3))
def test_nor_in_a_larger_table_of_shares(table: list[Row]) -> None:
    inside, outside = map(sum, zip(*table, strict=True))
    ours = seen(tuple(table))
    worlds = [
        one for yes in split_up(inside, 3) for no in split_up(outside, 3)
        if seen(one := tuple(zip(yes, no, strict=True))) == ours
    ]  # fmt: skip
    assert tuple(table) in worlds
    assert not list(pinned(worlds))


def test_without_the_second_row_the_attacker_would_succeed() -> None:
    """The same attack finds what hiding the small row alone gives away: it is able to."""
    worlds = [tuple((n,) for n in counts) for counts in split_up(20, 2)]
    alone = [one for one in worlds if one[0][0] < FEWEST and one[1] == (17,)]
    assert {one[0][0] for one in alone} == {3}


@given(st.lists(st.integers(0, 40), max_size=30))
def test_what_is_shown_is_never_small_and_hides_no_more_than_needed(counts: list[int]) -> None:
    away = hidden([(n,) for n in counts])
    assert all(n == 0 or n >= FEWEST for at, n in enumerate(counts) if at not in away)
    small = [n for n in counts if 0 < n < FEWEST]
    others = [counts[at] for at in away if not 0 < counts[at] < FEWEST]
    if not small:
        assert not away
    elif any(n >= FEWEST for n in counts):
        assert set(others) == {min(n for n in counts if n >= FEWEST)}
    else:
        assert len(away) == len(counts)


def counted(figure: str, split: str | None, *groups: GroupCount) -> Counted:
    period = Period(date(2026, 4, 1), date(2026, 9, 30))
    return Counted(figure, period, split, groups, datetime(2026, 10, 1, 6, tzinfo=UTC))


def group(key: str, n: int, **more: object) -> GroupCount:
    return GroupCount(key, key.title(), n, **more)  # type: ignore[arg-type]


def test_a_hidden_row_tells_nothing_of_itself() -> None:
    times = counted(
        "to_decision", Split.SEX,
        group("female", 40, numerator=37, denominator=40, histogram={5: 37, 9: 3}),
        group("male", 30, numerator=24, denominator=30, histogram={5: 24, 9: 6}),
        group("not_known", 3, numerator=3, denominator=3, histogram={4: 3}),
    )  # fmt: skip
    female, male, unknown = shown(times, BY_ID["to_decision"])
    assert (male.count, unknown.count) == (None, None)
    assert female.count == GroupCount("female", "Female", 40, histogram={5: 37, 9: 3})


def test_a_share_near_all_or_nothing_is_hidden_too() -> None:
    accepted = counted(
        "outcomes", Split.SEX,
        group("female", 70, numerator=38, denominator=40), group("male", 70, numerator=20, denominator=40),
        group("other", 60, numerator=30, denominator=55),
    )  # fmt: skip
    rows = shown(accepted, BY_ID["outcomes"])
    assert [row.count for row in rows] == [None, None, GroupCount("other", "Other", 55, 30, 55)]


def test_the_whole_service_and_what_waits_now_are_never_hidden() -> None:
    whole = counted("volumes", None, group("all", 3))
    assert shown(whole, BY_ID["volumes"])[0].count == whole.groups[0]
    alerts = counted("alerts_overdue", Split.STATE, group("overdue", 2), group("in_time", 9))
    assert [row.count for row in shown(alerts, BY_ID["alerts_overdue"])] == list(alerts.groups)


def test_no_two_tables_by_group_count_the_same_things() -> None:
    """What one table hides would be read in another: requests stand beside all referrals received and not beside those
    of the practice, and decisions are told apart by outcome once. Who ended without acceptance in one half-year is who
    may come back in the next: by group, either table would give the other away."""
    by_practice = {one.id for one in FIGURES if Split.PRACTICE in one.splits}
    assert by_practice == {"to_decision", "volumes", "outcomes"}
    assert {one.id for one in FIGURES if Split.OUTCOME in one.splits} == {"outcomes"}


def test_what_other_tables_tell_hides_nothing() -> None:
    """Acceptances are known from the shares by group, and questions from requests: neither can hide the discharges."""
    outcomes = [
        ("accept", 9),
        ("discharge", 3),
        ("advise", 40),
        ("signpost", 20),
        ("ask_referrer", 2),
        ("ask_patient", 4),
    ]
    rows = shown(counted("outcomes", Split.OUTCOME, *(group(key, n) for key, n in outcomes)), BY_ID["outcomes"])
    told = {row.key: row.count and row.count.n for row in rows}
    assert told == {"accept": 9, "discharge": None, "advise": 40, "signpost": None, "questions": 6}
    few = [("accept", 4), ("discharge", 30), ("advise", 40)]
    rows = shown(counted("outcomes", Split.OUTCOME, *(group(key, n) for key, n in few)), BY_ID["outcomes"])
    assert {row.key: row.count and row.count.n for row in rows} == {"accept": None, "discharge": None, "advise": 40}
    assert not shares_are_shown(4, 74)


def test_a_share_that_is_told_alone_needs_seven() -> None:
    figure = BY_ID["not_now_checklist"]
    for n, told in ((6, False), (7, True)):
        (row,) = shown(counted(figure.id, None, group("all", n, numerator=n, denominator=n)), figure)
        assert (row.count is not None) == told


def test_parts_are_what_a_row_gives_away() -> None:
    row = group("accept", 12, numerator=9, denominator=30)
    assert parts(row, BY_ID["outcomes"], Split.SEX) == (9, 21)
    assert parts(row, BY_ID["outcomes"], Split.OUTCOME) == (12,)
    assert parts(row, BY_ID["information_requests"], Split.CLAUSE) == (12,)
