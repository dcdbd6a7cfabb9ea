"""Dangers: affirmed and uncertain mentions are alerts, negated, family and safety-net ones are not."""

from collections.abc import Callable

import pytest

from painpath.screening import Screening


@pytest.mark.parametrize(
    ("sentence", "kind", "certainty"),
    [
        ("New saddle numbness since Tuesday.", "red_flag", "affirmed"),
        ("?cauda equina.", "red_flag", "uncertain"),
        ("Unexplained weight loss with night pain.", "red_flag", "affirmed"),
        ("Progressive leg weakness over two weeks.", "red_flag", "affirmed"),
        ("He has thoughts of ending his life.", "suicide_self_harm", "affirmed"),
        ("She has been self-harming.", "suicide_self_harm", "affirmed"),
        ("There was an overdose aged 19.", "suicide_self_harm", "uncertain"),
        ("There are safeguarding concerns.", "safeguarding", "affirmed"),
        ("She is afraid of her husband.", "safeguarding", "affirmed"),
        ("She is deteriorating rapidly.", "urgent_deterioration", "affirmed"),
    ],
)
def test_an_alert(sentence: str, kind: str, certainty: str, screened: Callable[[str], Screening]) -> None:
    assert (kind, certainty) in {(alert.kind, alert.certainty) for alert in screened(sentence).alerts}


@pytest.mark.parametrize(
    "sentence",
    [
        "No saddle anaesthesia, no weight loss, no night sweats.",
        "She is not suicidal.",
        "No plans to end her life.",
        "Denies suicidal thoughts.",
        "His brother took an overdose.",
        "If he develops saddle numbness he will go to the emergency department.",
        "Chronic back pain for years.",
    ],
)
def test_no_alert(sentence: str, screened: Callable[[str], Screening]) -> None:
    assert screened(sentence).alerts == ()
