"""Dangers: affirmed and uncertain mentions are alerts, negated, family and safety-net ones are not."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from painpath.screening import Screening

SENTENCES = Path(__file__).parents[1] / "data" / "alerts.tsv"
"""Written in four rounds, each before the phrases were looked at and then used to widen them. The recall of each round
at first sight was 0.73, 0.44, 0.64 and 0.45: that is what unseen words may expect, not the floors below."""


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
        ("Husband anxious she may do something silly.", "suicide_self_harm", "uncertain"),
        ("If nothing can be done she will take matters into her own hands.", "suicide_self_harm", "affirmed"),
        ("Her husband screams abuse at her.", "safeguarding", "affirmed"),
        ("His neighbour takes his money.", "safeguarding", "affirmed"),
        ("Cold white hand, no radial pulse.", "red_flag", "affirmed"),
        ("Possible osteoporotic collapse of T12.", "red_flag", "uncertain"),
        ("No improvement, now has saddle numbness.", "red_flag", "affirmed"),
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
        "His sister's husband beats her.",
        "Her best friend died by suicide.",
        "Bladder and bowels normal, no saddle symptoms.",
        "Laying floors is suicide on the knees.",
        "Amitriptyline is toxic in overdose.",
        "Has lost two stone intentionally with Slimming World.",
    ],
)
def test_no_alert(sentence: str, screened: Callable[[str], Screening]) -> None:
    assert screened(sentence).alerts == ()


def test_words_for_dangers_hide_nothing_that_decides_a_criterion(screened: Callable[[str], Screening]) -> None:
    """A danger's wide phrase holds the "no" and the "MRI" of shorter ones; both are still read."""
    screening = screened("No red flags, MRI awaited. She is not eating and drinking and has back pain for two years.")
    assert screening.criterion("investigations-complete").state == "against"
    assert screening.criterion("disability-distress-over-3-months").state == "for"


def test_the_labelled_sentences(screened: Callable[[str], Screening]) -> None:
    with SENTENCES.open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    found = {row["sentence"]: screened(row["sentence"]).alerts for row in rows}
    dangers = [row for row in rows if row["label"] != "none"]
    harmless = [row for row in rows if row["label"] == "none"]
    missed = [row["sentence"] for row in dangers if row["kind"] not in {alert.kind for alert in found[row["sentence"]]}]
    alarms = [row["sentence"] for row in harmless if found[row["sentence"]]]
    assert len(dangers) >= 250
    assert len(harmless) >= 130
    assert len(missed) / len(dangers) <= 0.03, missed
    assert len(alarms) / len(harmless) <= 0.03, alarms
    doubted = [row for row in dangers if row["label"] not in {alert.certainty for alert in found[row["sentence"]]}]
    assert len(doubted) / len(dangers) <= 0.06, doubted
