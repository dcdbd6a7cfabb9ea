"""How long a record is kept: which classes apply, and the arithmetic. The latest day counts, never a day too few."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from painpath.pathway import load, retention
from painpath.pathway.linting import lint, warnings
from painpath.pathway.retention import END_STATES, Facts, RetentionClass, add_years, age_on, review
from painpath.referrals.transitions import ENDED
from tests.pathway.test_linting import change, said

ENDED_ON = date(2020, 5, 4)


def facts(**changes) -> Facts:
    given = {"state": "discharged", "accepted": False, "ended_on": ENDED_ON, "last_contact": ENDED_ON}
    return Facts(**(given | changes))


def test_the_ends_are_those_of_the_transition_table() -> None:
    assert set(END_STATES) == {state.value for state in ENDED}


@pytest.mark.parametrize(
    ("changes", "klass", "on"),
    [
        ({}, "adult-care", date(2028, 5, 4)),
        ({"state": "handed_over", "accepted": True}, "adult-care", date(2028, 5, 4)),
        ({"state": "not_now"}, "not-accepted", date(2022, 5, 4)),
        ({"state": "withdrawn"}, "not-accepted", date(2022, 5, 4)),
        ({"state": "withdrawn", "accepted": True}, "accepted-and-ended", date(2028, 5, 4)),
        ({"last_contact": date(2021, 1, 2)}, "adult-care", date(2029, 1, 2)),
        ({"state": "not_now", "alerts": frozenset({"suicide_self_harm"})}, "mental-health", date(2040, 5, 4)),
        ({"state": "not_now", "alerts": frozenset({"red_flag"})}, "not-accepted", date(2022, 5, 4)),
        ({"state": "deceased", "died": date(2020, 5, 6)}, "deceased", date(2028, 5, 6)),
        ({"state": "not_now", "died": date(2021, 5, 6)}, "deceased", date(2029, 5, 6)),
        # --- children: the age at the last contact
        ({"born": date(2004, 5, 5)}, "child", date(2029, 5, 5)),
        ({"born": date(2003, 5, 4)}, "child-of-17", date(2029, 5, 4)),
        ({"born": date(2002, 5, 5)}, "child-of-17", date(2028, 5, 5)),
        ({"born": date(2002, 5, 4)}, "adult-care", date(2028, 5, 4)),
        ({"born": date(2019, 2, 28), "state": "not_now"}, "child", date(2044, 2, 28)),
        # --- leap days
        ({"born": date(2004, 2, 29), "last_contact": date(2021, 2, 28)}, "child", date(2029, 3, 1)),
        ({"born": date(2004, 2, 29), "last_contact": date(2021, 3, 1)}, "child-of-17", date(2030, 3, 1)),
        ({"last_contact": date(2020, 2, 29), "ended_on": date(2020, 2, 29)}, "adult-care", date(2028, 2, 29)),
        ({"state": "not_now", "ended_on": date(2024, 2, 29)}, "not-accepted", date(2026, 3, 1)),
    ],
)  # fmt: skip
def test_each_end_has_its_class_and_its_day(folder: Path, changes: dict, klass: str, on: date) -> None:
    schedule = load(folder).retention
    assert schedule is not None
    found = review(facts(**changes), schedule.classes)
    assert found is not None
    assert (found.of.id, found.on) == (klass, on)


def test_the_arithmetic_stands_in_words(folder: Path) -> None:
    schedule = load(folder).retention
    assert schedule is not None
    found = review(facts(born=date(2004, 5, 5)), schedule.classes)
    assert found is not None
    assert found.words == (
        "Child, until the 25th birthday: the date of birth (5 May 2004) and 25 years is 5 May 2029.",
        "Adult, seen or advised: the last contact (4 May 2020) and 8 years is 4 May 2028.",
        "The latest day counts: 5 May 2029.",
    )


def test_while_anything_of_the_person_is_open_there_is_no_day(folder: Path) -> None:
    schedule = load(folder).retention
    assert schedule is not None
    assert review(facts(ended_on=None), schedule.classes) is None
    assert review(facts(), ()) is None


days = st.dates(date(1940, 1, 1), date(2060, 12, 31))


@given(day=days, years=st.integers(1, 100))
def test_a_year_more_is_never_a_day_less(day: date, years: int) -> None:
    later = add_years(day, years)
    assert later.year == day.year + years
    assert (later.month, later.day) == (day.month, day.day) or ((day.month, day.day), later.month) == ((2, 29), 3)
    assert later - timedelta(days=365 * years) >= day
    assert add_years(day, years) <= add_years(day, years + 1)


@given(born=days, day=days)
def test_age_changes_on_the_birthday_alone(born: date, day: date) -> None:
    if day >= born:
        age = age_on(born, day)
        assert add_years(born, age) <= day < add_years(born, age + 1)


classes = st.builds(
    RetentionClass, id=st.sampled_from(["a", "b", "c"]), name=st.just("A class"), source=st.just("A test"),
    starts=st.sampled_from(["end", "last_contact", "death", "birth"]), years=st.integers(1, 100),
    age_from=st.none() | st.integers(0, 20), age_below=st.none() | st.integers(1, 25),
    accepted=st.none() | st.booleans(), alerts=st.sampled_from([(), ("red_flag",)]),
)  # fmt: skip


@given(
    st.lists(classes, max_size=6), st.sampled_from(END_STATES), st.booleans(), days, days, st.none() | days,
    st.none() | days,
)  # fmt: skip
def test_another_class_or_a_later_contact_only_ever_keeps_longer(schedule, state, accepted, end, later, born, died):
    end, later = min(end, later), max(end, later)
    before = Facts(state=state, accepted=accepted, ended_on=end, last_contact=end, died=died)
    found = [review(before, schedule[:count]) for count in range(len(schedule) + 1)]
    reached = [one.on for one in found if one is not None]
    assert reached == sorted(reached)
    assert [one is None for one in found] == sorted((one is None for one in found), reverse=True)
    seen_again = review(Facts(state=state, accepted=accepted, ended_on=later, last_contact=later, died=died), schedule)
    assert found[-1] is None or (seen_again is not None and seen_again.on >= found[-1].on)
    whole = Facts(state=state, accepted=accepted, ended_on=end, last_contact=end, died=died, born=born)
    reckoned = retention.periods(whole, schedule)
    assert all(add_years(one.start, one.of.years) == one.until for one in reckoned)
    best = review(whole, schedule)
    assert (best.on if best else None) == max((one.until for one in reckoned), default=None)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("states: [handed_over, advice_given, discharged, deceased]", "states: [handed_over]", "No class covers every"),
        ("id: child-of-17", "id: child", "`child` is used twice"),
        ("age_from: 17", "age_from: 18", "Nobody is of that age"),
        ("years: 8", "years: 8\n      confirmed_by: The records manager", "Say both who confirmed"),
        ("years: 8", "years: 0", "Expected `int` >= 1"),
    ],
)
def test_a_schedule_that_cannot_hold_is_said(copy: Path, old: str, new: str, words: str) -> None:
    change(copy / "retention.yaml", old, new)
    assert said(lint(copy), words).file.name == "retention.yaml"


def test_years_that_nobody_has_confirmed_are_warned_of_until_somebody_has(copy: Path) -> None:
    before = [one for one in warnings(copy) if "has confirmed that" in one.message]
    assert len(before) == 7
    sworn = "years: 2\n      confirmed_by: The records manager\n      confirmed_on: 2026-11-26"
    change(copy / "retention.yaml", "years: 2", sworn)
    assert len([one for one in warnings(copy) if "has confirmed that" in one.message]) == 6
    (copy / "retention.yaml").unlink()
    assert "No retention schedule" in said(warnings(copy), "No retention schedule").message
