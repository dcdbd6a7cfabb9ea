"""Combinations by their truth tables: silence is never against, and judgement is never hidden by silence."""

from io import StringIO
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from tests.screening.shaped import SERVICE, change, criterion, of, read

from painpath.pathway import Pathway
from painpath.pathway.measures import Threshold
from painpath.pathway.shapes import Combination
from painpath.screening import State
from painpath.screening.combinations import bypassed, combined, tie
from painpath.screening.table import show

F, A, M, N = State.FOR, State.AGAINST, State.MIXED, State.NOT_STATED
STATES = st.sampled_from(list(State))

ALL = {
    (F, F): F, (F, A): A, (F, M): M, (F, N): N,
    (A, F): A, (A, A): A, (A, M): A, (A, N): A,
    (M, F): M, (M, A): A, (M, M): M, (M, N): M,
    (N, F): N, (N, A): A, (N, M): M, (N, N): N,
}  # fmt: skip
ANY = {
    (F, F): F, (F, A): F, (F, M): F, (F, N): F,
    (A, F): F, (A, A): A, (A, M): M, (A, N): N,
    (M, F): F, (M, A): M, (M, M): M, (M, N): M,
    (N, F): F, (N, A): N, (N, M): M, (N, N): N,
}  # fmt: skip
NOT = {F: A, A: F, M: M, N: N}


def made(*combinations: Combination, **fields: object) -> Pathway:
    return of(criterion("one"), criterion("two"), criterion("three"), combinations=combinations, **fields)


def tied(how: str, *members: str, **fields: object) -> Combination:
    return Combination(**({"id": "tied", "name": "Tied", "how": how, "of": members} | fields))


def states(service: Pathway, *given_: State) -> dict[str, State]:
    said = dict(zip(("one", "two", "three"), given_, strict=False))
    return {one.id: one.state for one in combined(service, said)}


@pytest.mark.parametrize(("how", "table"), [("all", ALL), ("any", ANY)])
def test_two_members(how: str, table: dict[tuple[State, State], State]) -> None:
    assert set(table) == set(product(State, State))
    for pair, state in table.items():
        assert states(made(tied(how, "one", "two")), *pair) == {"tied": state}, pair


def test_not() -> None:
    for state, turned in NOT.items():
        assert states(made(tied("not", "one")), state) == {"tied": turned}


@pytest.mark.parametrize(("how", "table"), [("any", ALL), ("all", ANY)])
def test_of_exclusions_any_that_applies_speaks_against(how: str, table: dict[tuple[State, State], State]) -> None:
    for pair, state in table.items():
        assert states(made(tied(how, "one", "two", group="exclusion")), *pair) == {"tied": state}, pair


@given(st.lists(STATES, min_size=1, max_size=6), st.sampled_from(["all", "any"]), st.randoms())
def test_the_order_of_members_makes_no_difference(members: list[State], how: str, chance) -> None:
    shuffled = members.copy()
    chance.shuffle(shuffled)
    assert tie(how, members) is tie(how, shuffled)


@given(st.lists(STATES, min_size=1, max_size=6))
def test_not_all_is_any_not(members: list[State]) -> None:
    assert NOT[tie("all", members)] is tie("any", [NOT[one] for one in members])


@given(st.lists(STATES, min_size=1, max_size=6), st.sampled_from(["all", "any"]))
def test_silence_is_never_against(members: list[State], how: str) -> None:
    if A not in members:
        assert tie(how, members) is not A
    if set(members) == {N}:
        assert tie(how, members) is N


@given(STATES, STATES, STATES, st.sampled_from(["all", "any"]))
def test_nesting_the_same_makes_no_difference(one: State, two: State, three: State, how: str) -> None:
    inner = tied(how, "one", "two", id="inner")
    nested = made(tied(how, "inner", "three"), inner)
    flat = made(tied(how, "one", "two", "three"))
    assert states(nested, one, two, three)["tied"] is states(flat, one, two, three)["tied"]


def test_an_or_of_ands() -> None:
    service = made(
        tied("any", "both", "three"),
        tied("all", "one", "two", id="both"),
    )
    assert states(service, F, F, A) == {"tied": F, "both": F}
    assert states(service, F, A, F) == {"tied": F, "both": A}
    assert states(service, F, A, N) == {"tied": N, "both": A}
    assert states(service, A, F, A) == {"tied": A, "both": A}


def test_what_a_criterion_bypasses_need_not_hold() -> None:
    first = criterion("one", bypasses=("two", "inner"))
    service = change(
        made(tied("all", "one", "two"), tied("all", "three", id="inner")),
        criteria=(first, criterion("two"), criterion("three")),
    )
    assert states(service, F, A, A) == {"tied": F, "inner": F}
    assert bypassed(service, {"one": F}) == {"two": "one", "inner": "one"}
    for state in (A, M, N):
        assert states(service, state, A, A)["inner"] is A
        assert not bypassed(service, {"one": state})


@pytest.mark.parametrize(
    ("fields", "state", "alone", "with_for"),
    [
        ({"tier": "limited"}, A, M, M),
        ({"tier": "limited"}, F, F, F),
        ({"strength": "should"}, A, M, M),
        ({"strength": "should"}, N, N, N),
        ({"strength": "may"}, A, N, F),
        ({"strength": "may"}, N, N, F),
        ({"strength": "must"}, A, A, A),
    ],
)
def test_how_a_weaker_member_counts(fields: dict[str, str], state: State, alone: State, with_for: State) -> None:
    service = change(
        made(tied("all", "one", id="alone"), tied("all", "one", "two")),
        criteria=(criterion("one", **fields), criterion("two"), criterion("three")),
    )
    assert states(service, state, F) == {"alone": alone, "tied": with_for}


def test_a_letter_gives_combinations_their_states() -> None:
    adult = Threshold(of="age", low=18, unit="years")
    long = Threshold(of="duration", low=6, low_included=False, unit="months")
    service = of(criterion("one", adult), criterion("two", long), combinations=(tied("all", "one", "two"),))
    screening = read(service, "This 42 year old woman has had back pain for 8 months.")
    assert [(one.id, one.state) for one in screening.combinations] == [("tied", F)]
    assert list(screening.to_contract("a.txt")["combinations"]) == [{"id": "tied", "state": "for"}]
    assert read(service, "This 42 year old woman has back pain.").combinations[0].state is N
    assert read(service, "This 42 year old woman has had back pain for 8 weeks.").combinations[0].state is A


def test_without_combinations_nothing_is_added_to_what_is_printed() -> None:
    screening = read(of(criterion("one")), "A letter.")
    assert screening.combinations == ()
    assert list(screening.to_contract("a.txt")) == [
        "document", "pathway", "version", "digest", "criteria", "alerts", "unread"
    ]  # fmt: skip
    assert combined(SERVICE, {}) == ()


def test_the_table_shows_the_limited_tier_apart_and_what_is_tied_together() -> None:
    service = of(
        criterion("one", Threshold(of="age", low=55, unit="years"), tier="limited"),
        combinations=(tied("all", "one"),),
    )
    console = Console(record=True, width=100, file=StringIO())
    show("a.txt", read(service, "This 42 year old woman has pain."), service, console)
    text = console.export_text()
    assert "Can be seen, helped less (1)" in text
    assert "Speaks against" not in text
    assert "Tied: mixed (all of one)" in text
