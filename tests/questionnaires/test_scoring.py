"""Scores: what is added up, of what, and never more than is known."""

import time
from decimal import Decimal
from typing import Any

import pytest

from painpath.questionnaires import (
    Questionnaire,
    QuestionnaireError,
    engine,
    expression_faults,
    parse,
    recipes,
    scores,
    to_response,
)
from tests.questionnaires.making import HL7, calculated, choice, definition, extension, group, item, made, when

RATING = [extension(HL7 + "minValue", valueInteger=0), extension(HL7 + "maxValue", valueInteger=10)]


def scored(expression: str, *more: dict[str, Any], kind: str = "decimal", **root: Any) -> Questionnaire:
    """A questionnaire of three choices (0 to 3), two ratings (0 to 10), and a score."""
    return made(
        group("mood", *(choice(name, "no", "some", "much", weights=(0, 1, 3)) for name in ("a", "b", "c"))),
        item("x", "integer", extension=RATING),
        item("y", "integer", extension=RATING),
        item("score", kind, readOnly=True, extension=[calculated(expression), *more]),
        **root,
    )


MOOD: dict[str, Any] = {"a": ("no",), "b": ("some",), "c": ("much",)}
ALL: dict[str, Any] = {**MOOD, "x": (7,), "y": (8,)}
WEIGHT_OF_B = (
    "%questionnaire.item.item.where(linkId='b').answerOption.where(value.code ="
    " %resource.item.item.where(linkId='b').answer.value.code).value.extension.where(url ="
    " 'http://hl7.org/fhir/StructureDefinition/ordinalValue').value"
)


@pytest.mark.parametrize(
    ("expression", "value", "how", "highest"),
    [
        ("%resource.item.where(linkId='mood').item.answer.value.ordinal().sum()", "4", "0 + 1 + 3 = 4", "9"),
        ("%resource.item.where(linkId = 'mood').item.answer.value.weight().sum()", "4", "0 + 1 + 3 = 4", "9"),
        ("%resource.item.item.answer.value.ordinal().sum()", "4", "0 + 1 + 3 = 4", "9"),
        ("%resource.descendants().where(linkId in ('a'|'c')).answer.value.ordinal().sum()", "3", "0 + 3 = 3", "6"),
        ("item.where(linkId='x' or linkId='y').answer.value.sum()", "15", "7 + 8 = 15", "20"),
        ("item.where(linkId='x' or linkId='y').answer.value.aggregate($this + $total, 0)", "15", "7 + 8 = 15", "20"),
        ("item.where(linkId='x' or linkId='y').answer.value.avg()", "7.5", "(7 + 8) ÷ 2 = 7.5", "10"),
        ("item.where(linkId='x').answer.value * 2", "14", "14, worked out from 7", None),
        ("item.where(linkId='x').answer.value / 3", "2.33", "2.33, worked out from 7", None),
        (WEIGHT_OF_B, "1", "1 = 1", "3"),
        ("%resource.answers().value.ordinal().sum()", "4", "0 + 1 + 3 = 4", "9"),
        ("%resource.answers().where(valueCoding.exists()).weight().sum()", "4", "0 + 1 + 3 = 4", "9"),
        ("%resource.repeat(item).where(linkId.matches('^[ac]$')).answer.value.weight().sum()", "3", "0 + 3 = 3", "6"),
        ("%context.item.where(linkId='x').answer.value.power(2).round(0)", "49", "49, worked out from 7", None),
    ],
)
def test_a_score_shows_its_arithmetic(expression: str, value: str, how: str, highest: str | None) -> None:
    form = scored(expression)
    assert expression_faults(form) == []
    (score,) = scores(form, ALL)
    assert score.value == Decimal(value)
    assert score.how.startswith(how)
    assert score.highest == (Decimal(highest) if highest else None)
    last = to_response(form, ALL, status="completed")["item"][-1]
    assert last["answer"] == [{"valueDecimal": float(value)}]


@pytest.mark.parametrize("left_out", ["a", "b", "c"])
@pytest.mark.parametrize(
    "expression",
    [
        "%resource.item.item.answer.value.ordinal().sum()",
        "%resource.item.where(linkId='mood').item.answer.value.ordinal().sum()",
    ],
)
def test_a_missing_answer_makes_a_score_unknown(expression: str, left_out: str) -> None:
    form = scored(expression)
    (score,) = scores(form, {place: values for place, values in ALL.items() if place != left_out})
    assert (score.value, score.band, score.missing) == (None, None, (left_out,))
    assert score.how == "Not known: 1 answer is missing."
    (score,) = scores(form, MOOD)
    assert score.value == 4, "what does not count is not missed"


def test_nothing_is_filled_in_unless_the_definition_says_so() -> None:
    mean = "%resource.item.item.answer.value.ordinal().avg()"
    some = {"a": ("some",), "c": ("much",)}
    assert scores(scored(mean), some)[0].value is None
    (score,) = scores(scored(mean, extension("urn:painpath:prorated", valueBoolean=True)), some)
    assert (score.value, score.how) == (Decimal(2), "(1 + 3) ÷ 2 = 2")


def test_what_is_not_asked_is_not_missing() -> None:
    form = made(
        choice("a", "no", "yes", weights=(0, 1)),
        choice("b", "no", "yes", weights=(0, 5), enableWhen=[when("a", "=", answerCoding={"code": "yes"})]),
        item("total", "integer", extension=[calculated("%resource.item.answer.value.ordinal().sum()")]),
    )
    assert [scores(form, answers)[0].value for answers in ({"a": ("no",)}, {"a": ("yes",)})] == [Decimal(0), None]


def test_a_total_of_totals_and_variables() -> None:
    variable = extension(
        HL7 + "variable",
        valueExpression={
            "name": "ratings",
            "language": "text/fhirpath",
            "expression": "item.where(linkId='x').answer.value",
        },
    )
    form = made(
        item("x", "integer", extension=RATING),
        item("y", "integer", extension=RATING),
        item("half", "integer", extension=[calculated("%ratings + %resource.item.where(linkId='y').answer.value")]),
        item("double", "integer", extension=[calculated("%resource.item.where(linkId='half').answer.value * 2")]),
        extension=[variable],
    )
    assert [score.value for score in scores(form, {"x": (1,), "y": (2,)})] == [Decimal(3), Decimal(6)]
    assert [score.missing for score in scores(form, {"y": (2,)})] == [("x",), ("x",)]


def band(lowest: float, highest: float, words: str) -> dict[str, Any]:
    return extension(
        "urn:painpath:bands",
        extension=[
            extension("from", valueDecimal=lowest),
            extension("to", valueDecimal=highest),
            extension("words", valueString=words),
            extension("source", valueString="Smith 2001"),
        ],
    )


def test_a_band_has_its_source_and_a_gap_between_bands_has_none() -> None:
    form = scored("item.where(linkId='x').answer.value", band(0, 4, "low"), band(6, 10, "high"))
    found = [scores(form, {"x": (number,)})[0].band for number in (0, 4, 5, 6, 10)]
    assert [one and (one.words, one.source) for one in found] == [
        ("low", "Smith 2001"),
        ("low", "Smith 2001"),
        None,
        ("high", "Smith 2001"),
        ("high", "Smith 2001"),
    ]


@pytest.mark.parametrize(
    "expression",
    [
        "trace('x', %resource)",
        "today()",
        "%patient.name",
        "trace/* */('x')",
        "trace//\n('x')",
        "resolve()",
        "`trace`('x')",
        "%resource.item. trace  ('x')",
    ],
)
def test_an_expression_that_does_more_than_add_up_is_refused(expression: str) -> None:
    with pytest.raises(QuestionnaireError) as refused:
        scored(expression)
    assert refused.value.faults[0].link_id == "score"


SLOW = "%resource.descendants().where(" + "%questionnaire.descendants().where(" * 6 + "true" + ")" * 7 + ".count()"


@pytest.mark.parametrize(
    "expression",
    [
        "1 +",
        "((((",
        "%resource.item.first().answer.value + 1",
        "{}",
        "'text'",
        "1 / 0",
        "(1|2)",
        "(" * 900 + "1" + ")" * 900,
        "true",
        "2.power(99999999)",
        "'a'.matches('(?=a)')",
        "%resource.item.where(type = 'choice').answer.value.weight().sum()",
        SLOW,
    ],
)
def test_an_engine_that_fails_is_unknown_and_told_to_whoever_brings_it(
    expression: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "SECONDS", 0.5)
    monkeypatch.setattr(recipes, "SECONDS", 1)
    started = time.monotonic()
    form = scored(expression)
    assert scores(form, ALL)[0].value is None
    assert expression_faults(form)[0].link_id == "score"
    assert capfd.readouterr() == ("", "")
    assert time.monotonic() - started < 60


def test_bands_in_disorder_are_refused() -> None:
    source = definition(item("x", "integer", extension=[calculated("1"), band(0, 4, "low"), band(4, 9, "high")]))
    with pytest.raises(QuestionnaireError):
        parse(source)


def test_a_word_is_calculated_too_and_ticks_are_counted() -> None:
    ticks = [item(name, "boolean") for name in ("a", "b", "c")]
    count = "%resource.item.where(linkId in ('a'|'b'|'c')).answer.where(value = true).count()"
    word = "iif(%resource.item.where(linkId='count').answer.value > 1, 'many', 'few')"
    form = made(
        *ticks,
        item("count", "integer", extension=[calculated(count)]),
        item("word", extension=[calculated(word)], readOnly=True),
    )
    assert expression_faults(form) == []
    number, words = scores(form, {"a": (True,), "b": (False,), "c": (True,)})
    assert (number.value, words.words, words.value) == (Decimal(2), "many", None)
    assert to_response(form, {"a": (True,), "b": (True,), "c": (True,)}, status="completed")["item"][-1]["answer"] == [
        {"valueString": "many"}
    ]
    number, words = scores(form, {"a": (True,)})
    assert (number.value, number.missing, words.words) == (None, ("b", "c"), "")
