"""Definitions from strangers: what is supported is read whole, what is not is named, nothing crashes."""

import copy
import json
import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from painpath.questionnaires import Questionnaire, QuestionnaireError, enabled, pages, parse
from painpath.questionnaires.patterns import PatternError, pattern
from tests.questionnaires.making import (
    HL7,
    SDC,
    calculated,
    choice,
    control,
    definition,
    extension,
    group,
    item,
    made,
    when,
)
from tests.questionnaires.test_responding import spoil

FULL = definition(
    item(
        "rating",
        "integer",
        prefix="1.",
        required=True,
        extension=[
            control("slider"),
            extension(HL7 + "minValue", valueInteger=0),
            extension(HL7 + "maxValue", valueInteger=10),
            extension(HL7 + "questionnaire-sliderStepValue", valueInteger=1),
            extension("urn:painpath:why", valueString="It helps us."),
            extension("urn:painpath:criterion", valueCode="adult"),
            extension("urn:painpath:criterion", valueCode="other"),
            extension("urn:painpath:safety", valueDecimal=8),
        ],
        item=[
            item("h", "display", text="Think of today.", extension=[control("help")]),
            item("l", "display", text="No pain", extension=[control("lower")]),
            item("u", "display", text="Worst pain", extension=[control("upper")]),
        ],
    ),
    item(
        "set",
        "choice",
        answerValueSet="#vs",
        repeats=True,
        extension=[extension(HL7 + "questionnaire-maxOccurs", valueInteger=2)],
    ),
    item(
        "tried",
        "open-choice",
        answerOption=[
            {"valueString": "Heat", "extension": [extension(HL7 + "questionnaire-optionPrefix", valueString="a)")]},
            {"valueString": "None", "extension": [extension(HL7 + "questionnaire-optionExclusive", valueBoolean=True)]},
        ],
        repeats=True,
        enableWhen=[when("rating", ">", answerInteger=3)],
    ),
    item(
        "code",
        maxLength=8,
        extension=[
            extension(HL7 + "regex", valueString=r"[A-Z]{2}\d+"),
            extension(HL7 + "minLength", valueInteger=3),
            extension(HL7 + "entryFormat", valueString="AB12"),
        ],
    ),
    item("share", "decimal", extension=[extension(HL7 + "maxDecimalPlaces", valueInteger=1)]),
    item(
        "total",
        "decimal",
        readOnly=True,
        extension=[
            calculated("1 + 1"),
            extension(
                "urn:painpath:bands",
                extension=[
                    extension("from", valueDecimal=0),
                    extension("to", valueDecimal=4.5),
                    extension("words", valueString="low"),
                    extension("source", valueString="Smith 2001"),
                ],
            ),
        ],
    ),
    contained=[
        {
            "resourceType": "ValueSet",
            "id": "vs",
            "compose": {"include": [{"system": "s", "concept": [{"code": "a", "display": "A"}, {"code": "b"}]}]},
        }
    ],
    extension=[
        extension("urn:painpath:rights", valueCode="bundled"),
        extension("urn:painpath:source", valueString="Smith 2001"),
        extension("urn:painpath:minutes", valueInteger=3),
    ],
)


def test_everything_supported_is_read() -> None:
    form = parse(json.dumps(FULL))
    rating, chosen, tried, code, share, total = form.items
    assert (rating.prefix, rating.help, rating.lower, rating.upper) == (
        "1.",
        "Think of today.",
        "No pain",
        "Worst pain",
    )
    assert (rating.min_value, rating.max_value, rating.step, rating.control) == (Decimal(0), Decimal(10), 1, "slider")
    assert (rating.why, rating.criteria, rating.safety) == ("It helps us.", ("adult", "other"), Decimal(8))
    assert [(option.value, option.label, option.system) for option in chosen.options] == [
        ("a", "A", "s"),
        ("b", "b", "s"),
    ]
    assert (chosen.max_occurs, tried.open_choice) == (2, True)
    assert [(option.prefix, option.exclusive) for option in tried.options] == [("a)", False), ("", True)]
    assert (code.regex, code.min_length, code.max_length, code.entry_format) == (r"[A-Z]{2}\d+", 3, 8, "AB12")
    assert (share.decimal_places, total.calculated) == (1, "1 + 1")
    assert [(band.lowest, band.highest, band.words, band.source) for band in total.bands] == [
        (Decimal(0), Decimal("4.5"), "low", "Smith 2001")
    ]
    assert (form.canonical, form.rights, form.rights_source, form.minutes, form.skeleton) == (
        "https://example.org/q|1",
        "bundled",
        "Smith 2001",
        3,
        False,
    )
    assert form.source == FULL


def test_without_a_version_the_content_is_the_version() -> None:
    bare = {key: value for key, value in definition(item("a"), name="My Test").items() if key not in ("url", "version")}
    assert parse(bare).version == parse(copy.deepcopy(bare)).version != parse({**bare, "title": "Other"}).version
    assert parse(bare).canonical.startswith("urn:painpath:questionnaire:my-test|sha256-")


BAD: list[tuple[str, dict[str, Any]]] = [
    # words of a sentence about it, the items' fault
    ("Give the questionnaire a title", definition(item("a"), title=None)),
    ("status must be one of", definition(item("a"), status="ready")),
    ("asks nothing", definition(item=None)),
    ("subjectType must name Patient", definition(item("a"), subjectType=["Device"])),
    ("must not hold spaces", definition(item("a"), version="1|2")),
    ("needs a linkId", definition({"type": "string", "text": "x"})),
    ("Two items have this linkId", definition(item("a"), group("g", item("a")))),
    ("type must be one of", definition(item("a", "choose"))),
    ("Files cannot be asked for", definition(item("a", "attachment"))),
    ("Links to other records", definition(item("a", "reference"))),
    ("has no text", definition({"linkId": "a", "type": "string"})),
    ("no 'enablewhen' here", definition(item("a", enablewhen=[]))),
    ("modifierExtension", definition(item("a", modifierExtension=[{"url": "x"}]))),
    ("true or false", definition(item("a", required="yes"))),
    ("needs its answers", definition(item("a", "choice"))),
    ("none is fetched", definition(item("a", "choice", answerValueSet="http://example.org/vs"))),
    ("Two answers are the same", definition(choice("a", "x", "x"))),
    ("exactly one of", definition(item("a", "choice", answerOption=[{"valueReference": {}}]))),
    ("no such item", definition(item("a", enableWhen=[when("zz")]))),
    ("not a question", definition(item("w", "display"), item("a", enableWhen=[when("w")]))),
    ("itself or a part of it", definition(group("g", item("a"), enableWhen=[when("a")]))),
    ("circle", definition(item("a", enableWhen=[when("b")]), item("b", enableWhen=[when("a")]))),
    (
        "a value that this question never has",
        definition(choice("c", "x"), item("a", enableWhen=[when("c", "=", answerCoding={"code": "y"})])),
    ),
    (
        "another system",
        definition(
            choice("c", "x"), item("a", enableWhen=[when("c", "=", answerCoding={"code": "x", "system": "urn:o"})])
        ),
    ),
    ("cannot compare", definition(item("c", "boolean"), item("a", enableWhen=[when("c", ">", answerBoolean=True)]))),
    ("all or any", definition(item("b"), item("a", enableWhen=[when("b"), when("b", "=", answerString="x")]))),
    ("exactly one answer", definition(item("b"), item("a", enableWhen=[{"question": "b", "operator": "="}]))),
    (
        "only answers can decide",
        definition(
            item("t", "integer", extension=[calculated("1")]), item("a", enableWhen=[when("t", ">", answerInteger=1)])
        ),
    ),
    (
        "expression for it is not supported",
        definition(item("a", extension=[extension(SDC + "enableWhenExpression", valueExpression={})])),
    ),
    ("fills in nothing", definition(item("a", extension=[extension(SDC + "initialExpression", valueExpression={})]))),
    (
        "is not supported. Take it out",
        definition(item("a", extension=[extension("https://example.org/new", valueExpression={})])),
    ),
    ("Is it misspelt", definition(item("a", extension=[extension("urn:painpath:saftey", valueDecimal=0)]))),
    (
        "safety question needs numbers",
        definition(choice("a", "x", extension=[extension("urn:painpath:safety", valueDecimal=0)])),
    ),
    ("looks ahead", definition(item("a", extension=[extension(HL7 + "regex", valueString="(?=a)a")]))),
    (
        "repetitions are written out",
        definition(item("a", extension=[extension(HL7 + "regex", valueString="(a{99}){99}")])),
    ),
    (
        "smallest value",
        definition(
            item(
                "a",
                "integer",
                extension=[extension(HL7 + "minValue", valueInteger=2), extension(HL7 + "maxValue", valueInteger=1)],
            )
        ),
    ),
    (
        "does not suit",
        definition(item("a", "integer", extension=[extension(HL7 + "minValue", valueDate="2020-01-01")])),
    ),
    (
        "only where repeats",
        definition(item("a", extension=[extension(HL7 + "questionnaire-maxOccurs", valueInteger=3)])),
    ),
    ("cannot be required", definition(item("a", required=True, readOnly=True))),
    ("begins with valueString", definition(item("a", initial=[{"valueInteger": 1}]))),
    ("none of the options", definition(choice("a", "x", initial=[{"valueCoding": {"code": "y"}}]))),
    (
        "must be FHIRPath",
        definition(
            item(
                "a",
                "integer",
                extension=[
                    extension(SDC + "calculatedExpression", valueExpression={"language": "text/cql", "expression": "1"})
                ],
            )
        ),
    ),
    ("This group is empty", definition({"linkId": "g", "type": "group"})),
    (
        "at least",
        definition(
            group(
                "g",
                group(
                    "h",
                    item("a"),
                    repeats=True,
                    extension=[extension(HL7 + "questionnaire-minOccurs", valueInteger=40)],
                ),
                repeats=True,
                extension=[extension(HL7 + "questionnaire-minOccurs", valueInteger=40)],
            )
        ),
    ),
]


@pytest.mark.parametrize(("words", "source"), BAD)
def test_what_cannot_be_used_is_named(words: str, source: dict[str, Any]) -> None:
    with pytest.raises(QuestionnaireError) as refused:
        parse({key: value for key, value in source.items() if value is not None})
    assert [fault for fault in refused.value.faults if words in fault.sentence], refused.value


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(QuestionnaireError) as refused:
        parse(definition(item("a", "choice"), {"linkId": "b", "type": "nope"}, status="x"))
    assert len(refused.value.faults) == 3


def deep(levels: int) -> dict[str, Any]:
    inner = item("x")
    for level in range(levels):
        inner = group(f"g{level}", inner)
    return definition(inner)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"resourceType": "Patient"}',
        b'{"resourceType": "Questionnaire", "resourceType": "Patient"}',
        b'{"resourceType": "Questionnaire", "version": NaN}',
        b'{"resourceType": "Questionnaire", "version": 1e999}',
        b'{"resourceType": "Questionnaire", "version": ' + b"9" * 5000 + b"}",
        b'{"resourceType": "Questionnaire", "title": "\\ud800"}',
        b'{"resourceType": "Questionnaire", "title": "\\u0000"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"resourceType": "Questionnaire", "item": [' + b"{}," * 110_000 + b"{}]}",
        json.dumps(deep(30)),
        json.dumps(definition(*(item(str(at)) for at in range(2000)))),
        json.dumps(definition(*(item(str(at), enableWhen=[when(str(at + 1))]) for at in range(900)), item("900"))),
        {"resourceType": "Questionnaire", "item": [{1: 2}]},
        {"resourceType": "Questionnaire", "title": {1, 2}},
    ],
)
def test_hostile_bytes_are_refused_quickly(data: Any) -> None:
    started = time.perf_counter()
    with pytest.raises(QuestionnaireError) as refused:
        parse(data)
    assert refused.value.faults[0].sentence
    assert time.perf_counter() - started < 10


def test_a_long_chain_of_conditions_is_followed() -> None:
    chain = [
        item(str(at), enableWhen=[when(str(at - 1))] if at else [{**when("500"), "answerBoolean": False}])
        for at in range(500)
    ]
    form = made(*chain, item("500", "boolean"))
    answers = {str(at): ("x",) for at in range(499)}
    assert len(enabled(form, answers)) == 501
    assert enabled(form, {**answers, "500": (True,)}) == ["500"]


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_whatever_stands_in_a_definition_it_is_read_or_refused(data: st.DataObject) -> None:
    source = copy.deepcopy(FULL)
    spoil(source, data)
    try:
        form = parse(source)
    except QuestionnaireError:
        pass
    else:
        assert isinstance(form, Questionnaire)
        pages(form, {})


@pytest.mark.parametrize(
    ("text", "good", "bad"),
    [
        (r"^\d{3}-\d{2}$", ["123-45"], ["12-45", "123-456", "\u0661\u0662\u0663-45"[:2]]),
        (r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", ["SO16 6YD", "W1A 1AA"], ["SO166Y"]),
        (r"[^@\s]+@([a-z]+\.)+[a-z]{2,}", ["a@b.co"], ["a@b", "a b@c.de"]),
        (r"a|b(c|d)*|", ["", "a", "bcd"], ["ab", "abc"]),
        (r"[a\-z\]]+", ["-", "a]"], ["b"]),
    ],
)
def test_patterns_match_whole_values(text: str, good: list[str], bad: list[str]) -> None:
    assert all(pattern(text).matches(one) for one in good)
    assert not any(pattern(text).matches(one) for one in bad)


def test_no_pattern_takes_long() -> None:
    started = time.perf_counter()
    assert not pattern("(a+)+b").matches("a" * 2000)
    assert not pattern("(a*)*(a|aa)+(.*)*b").matches("a" * 2000)
    assert time.perf_counter() - started < 10
    with pytest.raises(PatternError):
        pattern(r"(a)\1")
