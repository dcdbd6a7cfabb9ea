"""The table itself: every state is reachable, owned while open, and no trap."""

from datetime import date

import pytest

from painpath.referrals.models.referral import CAME_BACK
from painpath.referrals.transitions import (
    CAN_COME_BACK,
    ENDED,
    LABELS,
    OPEN,
    OUTCOME_STATES,
    OWNERS,
    VERBS,
    Outcome,
    State,
    add_working_days,
    working_days_between,
)

EDGES = {(leave, verb.to) for verb in VERBS.values() if verb.to for leave in verb.leaves} | {
    (State.SCREENING, to) for to in OUTCOME_STATES.values()
}


def test_every_state_has_words_and_every_open_one_an_owner():
    assert set(LABELS) == set(State)
    assert set(OWNERS) == OPEN
    assert set(State) == OPEN | ENDED
    assert set(OUTCOME_STATES) == set(Outcome)


def test_every_state_can_be_reached_from_received():
    reached, fresh = {State.RECEIVED}, {State.RECEIVED}
    while fresh:
        fresh = {to for leave, to in EDGES if leave in fresh} - reached
        reached |= fresh
    assert reached == set(State)


@pytest.mark.parametrize("state", sorted(set(State) - {State.DISCHARGED}))
def test_no_state_is_a_trap(state):
    assert any(leave == state and to != state for leave, to in EDGES)


@pytest.mark.parametrize("state", sorted(State))
def test_from_every_state_a_way_leads_to_a_decision(state):
    """By verbs alone; after a discharge a new referral that follows it does so too (`receiving.check_follow`)."""
    reached, fresh = {state}, {state}
    while fresh:
        fresh = {to for leave, to in EDGES if leave in fresh} - reached
        reached |= fresh
    assert reached & VERBS["decide"].leaves


def test_only_discharged_needs_a_new_referral():
    assert {State.DISCHARGED} == ENDED - CAN_COME_BACK


def test_no_process_reaches_an_outcome():
    by_itself = [verb for verb in VERBS.values() if "process" in verb.who]
    assert {verb.name for verb in by_itself} == {
        "make_ready", "fall_due", "lapse", "assign", "remind", "report_silence", "record_needs",
    }  # fmt: skip
    assert {verb.to for verb in by_itself if not verb.stays} == {State.AWAITING_SCREENING}


def test_a_verb_leads_somewhere_or_stays():
    for verb in VERBS.values():
        assert not (verb.stays and verb.to), verb.name
        assert verb.came_back in {"", *CAME_BACK}, verb.name


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 11, 20), 1, date(2026, 11, 23)),  # Friday to Monday
        (date(2026, 11, 21), 1, date(2026, 11, 23)),  # from a Saturday
        (date(2026, 12, 24), 1, date(2026, 12, 29)),  # over Christmas Day, the weekend and the substitute day
        (date(2026, 4, 2), 1, date(2026, 4, 7)),  # over Easter
        (date(2026, 11, 23), 7, date(2026, 12, 2)),
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
    ],
)
def test_working_days(day, count, expected):
    assert add_working_days(day, count) == expected
    assert working_days_between(day, expected) == count
