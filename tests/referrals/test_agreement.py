"""Kappa against published examples and by hand, and what must hold of it whatever the counts."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from painpath.referrals.together.agreement import FEW, agreement

STATES = ["for", "against", "mixed", "not_stated"]
PAIRS = st.lists(st.tuples(st.sampled_from(STATES), st.sampled_from(STATES)), max_size=40)


def pairs(table: list[list[int]]) -> list[tuple[str, str]]:
    """The cases behind a table of counts."""
    return [
        (str(row), str(column))
        for row, counts in enumerate(table)
        for column, count in enumerate(counts)
        for _ in range(count)
    ]


@pytest.mark.parametrize(
    ("table", "observed", "expected", "kappa"),
    [
        # Sim and Wright, Physical Therapy 2005;85:257-268, lateral shift in back pain: 39 patients, kappa .67
        ([[22, 2], [4, 11]], Fraction(33, 39), Fraction(819, 1521), 0.67),
        # Cohen, Psychological Bulletin 1968;70:213-220, three diagnoses of 200 patients: kappa .492
        ([[88, 14, 18], [10, 40, 10], [2, 6, 12]], Fraction(7, 10), Fraction(41, 100), 0.492),
    ],
)
def test_published_examples(table, observed, expected, kappa):
    found = agreement(pairs(table), [str(number) for number in range(len(table))])
    assert found.table == tuple(map(tuple, table))
    assert (found.observed, found.expected) == (observed, expected)
    assert float(found.kappa) == pytest.approx(kappa, abs=0.005)


@given(PAIRS)
def test_by_hand(given_pairs):
    found = agreement(given_pairs, STATES)
    n = len(given_pairs)
    assert found.n == n
    assert found.is_few == (n < FEW)
    if not n:
        assert (found.observed, found.expected, found.kappa) == (None, None, None)
        return
    same = sum(one == two for one, two in given_pairs) / n
    firsts, seconds = zip(*given_pairs, strict=True)
    chance = sum(firsts.count(state) / n * seconds.count(state) / n for state in STATES)
    assert float(found.observed) == pytest.approx(same)
    assert float(found.expected) == pytest.approx(chance)
    if len({*firsts, *seconds}) == 1:
        assert found.kappa is None  # undefined: neither 0 nor 1
    else:
        assert float(found.kappa) == pytest.approx((same - chance) / (1 - chance))
        assert -1 <= found.kappa <= 1


@given(PAIRS)
def test_whoever_is_called_first(given_pairs):
    turned = agreement([(two, one) for one, two in given_pairs], STATES)
    assert turned.kappa == agreement(given_pairs, STATES).kappa


@given(PAIRS, st.permutations(STATES))
def test_the_order_of_the_categories_says_nothing(given_pairs, order):
    assert agreement(given_pairs, order).kappa == agreement(given_pairs, STATES).kappa


@given(st.lists(st.sampled_from(STATES), min_size=2, max_size=40).filter(lambda words: len(set(words)) > 1))
def test_full_agreement_on_varied_cases_is_one(words):
    assert agreement([(word, word) for word in words], STATES).kappa == 1


def test_a_word_that_is_no_category_is_not_dropped_in_silence():
    with pytest.raises(KeyError):
        agreement([("for", "maybe")], STATES)
