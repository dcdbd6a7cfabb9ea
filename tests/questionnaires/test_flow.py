"""What is asked when: conditions, groups that repeat, questions below answers, one thing a page."""

import time
from typing import Any

import pytest

from painpath.questionnaires import (
    Answers,
    FreeText,
    add_instance,
    alarming,
    check,
    check_item,
    drop_disabled,
    enabled,
    in_words,
    next_page,
    pages,
    previous_page,
    progress,
    understand,
)
from tests.questionnaires.making import HL7, choice, control, extension, group, item, made, when

COMPARED: list[tuple[dict[str, Any], str, dict[str, Any], tuple[Any, ...], bool]] = [
    # the question asked, operator, the answer compared with, what was answered -> is the other question asked?
    (item("q"), "exists", {"answerBoolean": True}, (), False),
    (item("q"), "exists", {"answerBoolean": True}, ("x",), True),
    (item("q"), "exists", {"answerBoolean": False}, (), True),
    (item("q"), "exists", {"answerBoolean": False}, ("x",), False),
    (item("q", "boolean"), "=", {"answerBoolean": True}, (True,), True),
    (item("q", "boolean"), "=", {"answerBoolean": True}, (False,), False),
    (item("q", "boolean"), "=", {"answerBoolean": False}, (), False),
    (item("q", "boolean"), "!=", {"answerBoolean": True}, (), True),
    (item("q", "integer"), "=", {"answerInteger": 1}, (1,), True),
    (item("q", "integer"), ">", {"answerInteger": 4}, (4,), False),
    (item("q", "integer"), ">", {"answerInteger": 4}, (5,), True),
    (item("q", "integer"), ">=", {"answerInteger": 4}, (4,), True),
    (item("q", "integer"), "<", {"answerInteger": 4}, (4,), False),
    (item("q", "integer"), "<", {"answerInteger": 4}, (-5,), True),
    (item("q", "integer"), "<=", {"answerInteger": 4}, (4,), True),
    (item("q", "integer"), "<=", {"answerInteger": 4}, (), False),
    (item("q", "decimal"), "=", {"answerDecimal": 0.1}, ("0.1",), True),
    (item("q", "decimal"), ">", {"answerDecimal": 9.5}, ("10",), True),
    (item("q", "quantity"), ">=", {"answerQuantity": {"value": 5}}, ("4.9",), False),
    (item("q", "date"), "<", {"answerDate": "2020-05-01"}, ("2019-12-31",), True),
    (item("q", "date"), "<", {"answerDate": "2020-05-01"}, ("2020",), False),  # nobody knows
    (item("q", "date"), ">", {"answerDate": "2020-05-01"}, ("2020",), False),
    (item("q", "date"), ">", {"answerDate": "2020-05-01"}, ("2021",), True),
    (item("q", "dateTime"), "=", {"answerDateTime": "2020-05-01T10:00:00+01:00"}, ("2020-05-01T09:00:00Z",), True),
    (item("q", "time"), ">", {"answerTime": "12:00:00"}, ("13:30:00",), True),
    (item("q"), "=", {"answerString": "yes"}, ("Yes",), False),
    (choice("q", "a", "b"), "=", {"answerCoding": {"code": "a"}}, ("a",), True),
    (choice("q", "a", "b", repeats=True), "=", {"answerCoding": {"code": "a"}}, ("b", "a"), True),
    (choice("q", "a", "b", repeats=True), "!=", {"answerCoding": {"code": "a"}}, ("b", "a"), False),
    (choice("q", "a", "b"), "!=", {"answerCoding": {"code": "a"}}, ("b",), True),
    (choice("q", "a", kind="open-choice"), "=", {"answerString": "else"}, (FreeText("else"),), True),
]


@pytest.mark.parametrize(("question", "operator", "wanted", "answer", "asked"), COMPARED)
def test_a_condition_holds_as_fhir_says(
    question: dict[str, Any], operator: str, wanted: dict[str, Any], answer: tuple[Any, ...], asked: bool
) -> None:
    form = made(question, item("then", enableWhen=[when("q", operator, **wanted)]))
    assert enabled(form, {"q": answer} if answer else {}) == (["q", "then"] if asked else ["q"])


@pytest.mark.parametrize(
    ("behaviour", "one", "other", "asked"),
    [
        ("all", True, True, True),
        ("all", True, False, False),
        ("any", True, False, True),
        ("any", False, False, False),
    ],
)
def test_all_or_any_of_the_conditions(behaviour: str, one: bool, other: bool, asked: bool) -> None:
    form = made(
        item("a", "boolean"),
        item("b", "boolean"),
        item(
            "c",
            enableWhen=[when("a", "=", answerBoolean=True), when("b", "=", answerBoolean=True)],
            enableBehavior=behaviour,
        ),
    )
    assert ("c" in enabled(form, {"a": (one,), "b": (other,)})) is asked


def test_what_is_closed_closes_what_depends_on_it_and_its_answers_do_not_count() -> None:
    form = made(
        item("a", "boolean"),
        group("g", item("b", "boolean"), enableWhen=[when("a", "=", answerBoolean=True)]),
        item("c", enableWhen=[when("b", "=", answerBoolean=True)]),
    )
    answers: Answers = {"a": (True,), "g/b": (), "b": (True,), "c": ("x",)}
    assert enabled(form, answers) == ["a", "b", "c"]
    changed = {**answers, "a": (False,)}
    assert enabled(form, changed) == ["a"]
    assert drop_disabled(form, changed) == {"a": (False,)}
    assert {fault.place for fault in check(form, changed, whole=False)} == {"g/b", "b", "c"}


def test_a_question_below_a_question_is_asked_once_that_is_answered() -> None:
    form = made(item("a", "boolean", item=[item("b", enableWhen=[when("a", "=", answerBoolean=True)]), item("c")]))
    assert [enabled(form, answers) for answers in ({}, {"a": (True,)}, {"a": (False,)})] == [
        ["a"],
        ["a", "b", "c"],
        ["a", "c"],
    ]


def test_a_condition_in_a_repeated_group_looks_into_its_own_instance() -> None:
    form = made(
        group("g", item("what"), item("help", "boolean", enableWhen=[when("what")]), repeats=True),
        item("any", enableWhen=[when("help", "=", answerBoolean=True)]),
    )
    answers: Answers = {"g:0/what": ("heat",), "g:1/what": (), "g:2/what": ("cold",), "g:2/help": (True,)}
    assert enabled(form, answers) == ["g:0/what", "g:0/help", "g:1/what", "g:2/what", "g:2/help", "any"]


TREATMENTS = group(
    "treatments",
    item("what"),
    item("helped", "boolean"),
    repeats=True,
    extension=[
        control("page"),
        extension(HL7 + "questionnaire-maxOccurs", valueInteger=3),
    ],
)


def test_one_thing_a_page_and_words_go_with_the_next_question() -> None:
    form = made(
        item("hello", "display"),
        group("mood", item("low", "boolean"), item("total", "integer", readOnly=True), item("worry", "boolean")),
        item(
            "hidden",
            extension=[extension(HL7 + "questionnaire-hidden", valueBoolean=True)],
        ),
        TREATMENTS,
        item("1.1/x"),
        item("bye", "display"),
    )
    found = pages(form, {})
    assert [page.heading for page in found] == [
        "Text of low",
        "Text of worry",
        "Text of treatments",
        "Text of 1.1/x",
    ]
    assert found[0].intro == ("Text of hello",)
    assert found[0].section == "Text of mood"
    assert found[2].places == ("treatments:0/what", "treatments:0/helped")
    assert (found[2].key, found[2].number, found[2].again) == ("treatments~0", 1, "treatments:1")
    assert found[3].intro == ("Text of bye",)
    assert found[3].key.startswith("q-"), "a slash cannot stand in a URL"
    assert next_page(form, {}, "low") == found[1]
    assert previous_page(form, {}, "low") is None
    assert next_page(form, {}, found[3].key) is None
    assert progress(form, {}, "treatments~0") == (3, 4)


def test_a_group_is_repeated_on_demand_up_to_its_limit() -> None:
    form = made(TREATMENTS)
    answers: dict[str, Any] = {"treatments:0/what": ("heat",)}
    for number in (2, 3):
        answers = add_instance(form, answers, pages(form, answers)[-1].again)
        assert [page.number for page in pages(form, answers)] == list(range(1, number + 1))
    assert pages(form, answers)[-1].again == ""
    assert check(form, {**answers, "treatments:3/what": ("x",)}, whole=False)


def test_an_answer_above_the_limit_of_a_safety_question_alarms_whatever_else_is_answered() -> None:
    form = made(
        item("a", "boolean"),
        choice(
            "dead",
            "never",
            "often",
            weights=(0, 3),
            enableWhen=[when("a", "=", answerBoolean=True)],
            extension=[extension("urn:painpath:safety", valueDecimal=0)],
        ),
    )
    assert alarming(form, {"a": (True,), "dead": ("never",)}) == ()
    assert alarming(form, {"a": (True,), "dead": ("often",)}) == ("dead",)
    assert alarming(form, {"a": (False,), "dead": ("often",)}) == ("dead",)


def test_many_instances_with_conditions_between_them_take_no_time() -> None:
    form = made(
        group("g", group("h", item("a", "integer"), repeats=True), repeats=True),
        group(
            "k",
            group("l", item("b", enableWhen=[when("a", "=", answerInteger=-1)]), item("c"), repeats=True),
            repeats=True,
        ),
    )
    many: dict[str, Any] = {f"g:{one}/h:{other}/a": (1,) for one in range(50) for other in range(49)}
    many |= {f"k:{one}/l:{other}/c": ("x",) for one in range(50) for other in range(49)}
    started = time.perf_counter()
    assert check(form, many, whole=True) == ()
    assert time.perf_counter() - started < 10
    assert check(
        form,
        many
        | {f"k:{one}/l:49/c": ("x",) for one in range(50)}
        | {f"g:{one}/h:49/a": (1,) for one in range(50)}
        | {"x": ()},
        whole=False,
    )


@pytest.mark.parametrize(
    ("kind", "typed", "values", "sentence"),
    [
        ("integer", " 7 ", (7,), ""),
        ("integer", "seven", ("seven",), "Your answer must be a whole number, like 7"),
        ("integer", "7.5", ("7.5",), "Your answer must be a whole number, like 7"),
        ("decimal", "07.50", ("7.5",), ""),
        ("decimal", "a lot", ("a lot",), "Your answer must be a number, like 7 or 7.5"),
        ("boolean", "true", (True,), ""),
        ("boolean", "maybe", ("maybe",), "Choose yes or no"),
        ("time", "9:30", ("09:30:00",), ""),
        ("time", "25:00", ("25:00:00",), "Your answer must be a time, like 14:30"),
        ("date", "2024-02-30", ("2024-02-30",), "Your answer must be a real date"),
        ("string", "a\r\nb", ("a\nb",), ""),
        ("string", "a\x00b", ("a\x00b",), "Your answer has a character that we cannot keep. Type it again"),
        ("url", "a b", ("a b",), "A web address has no spaces"),
        ("text", "   ", (), "Enter an answer"),
    ],
)
def test_what_is_typed_is_understood_or_told_in_plain_words(
    kind: str, typed: str, values: tuple[Any, ...], sentence: str
) -> None:
    (question,) = made(item("q", kind, required=True)).items
    assert understand(question, [typed]) == values
    assert list(check_item(question, values)) == ([sentence] if sentence else [])


def test_limits_are_told_with_their_numbers() -> None:
    rated = made(
        item(
            "q",
            "integer",
            extension=[extension(HL7 + "minValue", valueInteger=0), extension(HL7 + "maxValue", valueInteger=10)],
        )
    ).items[0]
    (sentence,) = check_item(rated, (11,))
    assert sentence == "Your answer must be between 0 and 10"
    assert (sentence.template, sentence.values) == (
        "Your answer must be between {least} and {most}",
        {"least": "0", "most": "10"},
    )
    several = made(
        choice("q", "a", "b", "c", repeats=True, extension=[extension(HL7 + "questionnaire-maxOccurs", valueInteger=2)])
    ).items[0]
    assert check_item(several, ("a", "b", "c")) == ("Choose up to 2 answers",)
    coded = made(
        item(
            "q",
            extension=[
                extension(HL7 + "regex", valueString="[A-Z]{2}"),
                extension(HL7 + "entryFormat", valueString="AB"),
            ],
        )
    ).items[0]
    assert check_item(coded, ("abc",)) == ("Write your answer like this: AB",)
    none = {
        "valueCoding": {"code": "none", "display": "None of these"},
        "extension": [extension(HL7 + "questionnaire-optionExclusive", valueBoolean=True)],
    }
    exclusive = made(item("q", "choice", repeats=True, answerOption=[{"valueCoding": {"code": "a"}}, none])).items[0]
    assert check_item(exclusive, ("a", "none")) == ('Choose "None of these", or choose the others',)
    assert check_item(exclusive, ("none",)) == ()


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [
        ("date", "1971-03-04", "4 March 1971"),
        ("date", "2020-05", "May 2020"),
        ("date", "2020", "2020"),
        ("dateTime", "2026-11-01T09:30:00+00:00", "1 November 2026, 09:30"),
        ("time", "06:30:00", "06:30"),
        ("boolean", False, "No"),
        ("integer", 7, "7 kg"),
        ("string", "2020", "2020"),
    ],
)
def test_answers_are_read_as_people_write_them(kind: str, value: Any, words: str) -> None:
    unit = extension(HL7 + "questionnaire-unit", valueCoding={"code": "kg"})
    (question,) = made(item("q", kind, extension=[unit])).items
    assert in_words(question, value) == words
