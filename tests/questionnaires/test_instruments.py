"""The shipped questionnaires: whose they are, that they work and fit the pathway; the published worked examples."""

import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import textstat

from painpath.pathway import find, load
from painpath.questionnaires import (
    Questionnaire,
    alarming,
    expression_faults,
    from_response,
    pages,
    parse,
    scores,
    to_response,
)

PATHWAYS = Path(__file__).parents[2] / "pathways"
FILES = sorted(PATHWAYS.glob("*/questionnaires/*.json"))
OWN = ("about-your-pain", "pain-ratings")
"""In our own words; the others stay word for word as their authors wrote them."""
SKELETONS = {"bpi", "pseq-2", "pcs", "eq-5d-5l"}
FREQUENCY = ("not-at-all", "several-days", "more-than-half-the-days", "nearly-every-day")


@cache
def instrument(name: str) -> Questionnaire:
    (file,) = PATHWAYS.glob(f"*/questionnaires/{name}.json")
    return parse(file.read_bytes())


def frequencies(*numbers: int) -> dict[str, Any]:
    return {f"q{at}": (FREQUENCY[number],) for at, number in enumerate(numbers, 1)}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_says_whose_it_is_and_works(file: Path) -> None:
    form = instrument(file.stem)
    assert form.id == file.stem
    assert form.rights
    assert form.rights_source
    assert form.copyright
    assert form.url == f"urn:painpath:questionnaire:{form.id}"
    assert expression_faults(form) == []
    assert form.skeleton == (form.id in SKELETONS) == (form.rights == "local") == (not form.items)


def test_each_names_criteria_that_exist() -> None:
    pathway = load(find("southampton-portsmouth"))
    known = {criterion.id for criterion in pathway.criteria}
    form = instrument("about-your-pain")
    bound = {criterion for item in form.walk() for criterion in item.criteria}
    assert bound <= known
    assert {one.id for one in pathway.criteria if "patient" in one.answered_by} <= bound, "what patients are asked for"
    assert {form.id for form in pathway.forms} >= {file.stem for file in FILES}
    named, *offered_too = pathway.questionnaires
    assert named.forms == ("about-your-pain", "peg", "phq-4"), "the step that the page names"
    assert all(item.safety is None for name in named.forms for item in instrument(name).walk())
    for step in offered_too:
        dangers = [item for name in step.forms for item in instrument(name).walk() if item.safety is not None]
        assert not dangers or pathway.safety, "who looks after such an answer is named first"


def test_our_own_questions_are_short_and_plain_and_say_why() -> None:
    textstat.set_lang("en_GB")
    for name in OWN:
        for item in instrument(name).walk():
            words = " ".join(filter(None, (item.text, item.help, item.why)))
            for sentence in words.replace("?", ".").split(". "):
                assert len(sentence.split()) <= 25, sentence
            assert textstat.flesch_kincaid_grade(words) <= 6 or len(words.split()) < 5, words
            assert item.why or not item.is_asked, item.link_id


def test_our_own_questionnaire_takes_few_pages_and_its_answers_open_more() -> None:
    form = instrument("about-your-pain")
    assert len(pages(form, {})) <= 25
    answers: dict[str, Any] = {"tried": (True,), "waiting": (True,), "told-cause": (True,), "work": ("off-sick",)}
    opened = {page.key for page in pages(form, answers)} - {page.key for page in pages(form, {})}
    assert opened == {"treatments~0", "waiting-for", "cause", "work-hard"}
    required = [item.link_id for item in form.walk() if item.required]
    assert required == ["how-long", "want"], "each of them can be answered with not sure"
    whole = {**answers, "treatments:0/what": ("medicine",), "how-long": ("not-sure",), "want": ("not-sure",)}
    response = to_response(form, whole, status="completed")
    assert from_response(form, json.dumps(response)) == whole


@pytest.mark.parametrize(
    ("answers", "mean", "how"),
    [
        # iatrox.com/calculators/peg-pain; plustopcare.org, assessing analgesia and function
        ((7, 8, 6), "7", "(7 + 8 + 6) ÷ 3 = 7"),
        ((5, 5, 5), "5", "(5 + 5 + 5) ÷ 3 = 5"),
        ((7, 7, 6), "6.7", "(7 + 7 + 6) ÷ 3 = 6.7"),
        ((0, 0, 0), "0", "(0 + 0 + 0) ÷ 3 = 0"),
    ],
)
def test_peg_is_a_mean_without_bands(answers: tuple[int, ...], mean: str, how: str) -> None:
    given = dict(zip(("pain", "enjoyment", "activity"), ((number,) for number in answers), strict=True))
    (score,) = scores(instrument("peg"), given)
    assert (score.value, score.how, score.highest, score.band) == (Decimal(mean), how, Decimal(10), None)
    assert scores(instrument("peg"), {"pain": (7,)})[0].value is None


def spread(total: int, items: int) -> dict[str, Any]:
    """Answers that add up to `total`, as many 3 as go."""
    return frequencies(*(min(3, max(0, total - 3 * at)) for at in range(items)))


@pytest.mark.parametrize(
    ("name", "items", "edges"),
    [
        ("phq-9", 9, {0: "minimal", 4: "minimal", 5: "mild", 9: "mild", 10: "moderate", 14: "moderate",
                      15: "moderately severe", 19: "moderately severe", 20: "severe", 27: "severe"}),
        ("gad-7", 7, {0: "minimal", 4: "minimal", 5: "mild", 9: "mild", 10: "moderate", 14: "moderate", 15: "severe",
                      21: "severe"}),
        ("phq-4", 4, {0: "normal", 2: "normal", 3: "mild", 5: "mild", 6: "moderate", 8: "moderate", 9: "severe",
                      12: "severe"}),
    ],
)  # fmt: skip
def test_band_edges(name: str, items: int, edges: dict[int, str]) -> None:
    form = instrument(name)
    for total, words in edges.items():
        score = scores(form, spread(total, items))[0]
        assert (score.value, score.band and score.band.words, score.highest) == (
            Decimal(total),
            words,
            Decimal(3 * items),
        )
        assert score.band
        assert score.band.source


def test_phq_9_worked_example_and_its_safety_question() -> None:
    form = instrument("phq-9")
    answers = frequencies(2, 2, 1, 2, 1, 1, 1, 0, 1)
    (score,) = scores(form, answers)
    assert (score.value, score.how) == (Decimal(11), "2 + 2 + 1 + 2 + 1 + 1 + 1 + 0 + 1 = 11")
    assert score.band
    assert score.band.words == "moderate"
    assert alarming(form, answers) == ("q9",)
    assert alarming(form, {**answers, "q9": ("not-at-all",)}) == ()
    assert scores(form, {**answers, "q9": ()})[0].missing == ("q9",)
    assert [item.link_id for item in form.walk() if item.safety is not None] == ["q9"]
    assert "q10" in {page.key for page in pages(form, answers)}
    assert "q10" not in {page.key for page in pages(form, frequencies(*[0] * 9))}


def test_gad_7_begins_with_the_right_words() -> None:
    """Many copies say "not at all sure" (Lancet Psychiatry 2021;8:180)."""
    for item in instrument("gad-7").walk():
        if item.options:
            assert [option.label for option in item.options] == [
                "Not at all",
                "Several days",
                "More than half the days",
                "Nearly every day",
            ]


def test_phq_4_has_two_parts() -> None:
    total, anxiety, depression = scores(instrument("phq-4"), frequencies(3, 2, 0, 1))
    assert [score.value for score in (total, anxiety, depression)] == [6, 5, 1]
    assert [one.band and one.band.words for one in (anxiety, depression)] == [
        "at or above the cut-off of 3",
        "below the cut-off of 3",
    ]
    assert [one.highest for one in (anxiety, depression)] == [6, 6]
