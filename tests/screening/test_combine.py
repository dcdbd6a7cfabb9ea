"""The truth tables of the three-valued combination, as the service's criteria describe them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from painpath.screening.combine import Weight, combine

FOR = Weight("for")
AGAINST = Weight("against")
BOTH = Weight("both")
MENTION = Weight("mention")
weak_for = Weight("for", weak=True)
weak_against = Weight("against", weak=True)
weak_both = Weight("both", weak=True)
EXCEPTION = Weight("for", exception=True)


@pytest.mark.parametrize(
    ("evidence", "state"),
    [
        # What the letter says       the state
        ([], "not_stated"),  # silence is a value of its own
        ([MENTION], "not_stated"),  # a mention settles nothing
        ([FOR], "for"),
        ([AGAINST], "against"),
        ([FOR, AGAINST], "mixed"),  # evidence both ways: a clinician judges
        ([BOTH], "mixed"),  # it applies, and so does its own exception
        ([FOR, MENTION], "for"),
        ([AGAINST, MENTION], "against"),
    ],
)
def test_plain_evidence(evidence: list[Weight], state: str) -> None:
    assert combine(evidence) == state


@pytest.mark.parametrize(
    ("strong", "weak", "state"),
    [
        # What is strong decides; what is weak decides only when nothing is strong.
        (None, weak_for, "for"),
        (None, weak_against, "against"),
        (None, weak_both, "mixed"),
        (FOR, weak_for, "for"),
        (FOR, weak_against, "for"),
        (FOR, weak_both, "for"),
        (AGAINST, weak_for, "against"),
        (AGAINST, weak_against, "against"),
        (AGAINST, weak_both, "against"),
        (BOTH, weak_for, "mixed"),
        (BOTH, weak_against, "mixed"),
    ],
)
def test_weak_evidence_yields(strong: Weight | None, weak: Weight, state: str) -> None:
    assert combine([weak, strong] if strong else [weak]) == state


@pytest.mark.parametrize(
    ("beside", "state"),
    [
        # A stabilisation plan, an agreement with the contracts team: it counts only beside something against.
        ([], "not_stated"),
        ([MENTION], "not_stated"),
        ([FOR], "for"),
        ([AGAINST], "mixed"),
        ([weak_against], "mixed"),
        ([AGAINST, FOR], "mixed"),
    ],
)
def test_an_exception_counts_only_beside_something_against(beside: list[Weight], state: str) -> None:
    assert combine([EXCEPTION, *beside]) == state


WEIGHTS = st.builds(Weight, st.sampled_from(["for", "against", "both", "mention"]), st.booleans(), st.booleans())


@given(st.lists(WEIGHTS), st.randoms())
def test_order_and_repetition_make_no_difference(evidence: list[Weight], random: object) -> None:
    shuffled = [*evidence, *evidence]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert combine(evidence) == combine(shuffled)


@given(st.lists(WEIGHTS.filter(lambda item: item.speaks in ("for", "mention"))))
def test_against_never_comes_from_nothing_against(evidence: list[Weight]) -> None:
    assert combine(evidence) in ("for", "not_stated")
