"""QuestionnaireResponses: what we write is what we read, and what others write wrongly is refused by name."""

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from painpath.questionnaires import (
    FreeText,
    ResponseError,
    check,
    drop_disabled,
    dump_answers,
    from_response,
    load_answers,
    plain_answers,
    question_at,
    to_response,
)
from painpath.questionnaires.answers import decimal_text
from tests.questionnaires.making import HL7, choice, extension, group, item, made, when

FORM = made(
    item("hello", "display"),
    item("yes", "boolean", required=True),
    group(
        "more",
        item("count", "integer", extension=[extension(HL7 + "minValue", valueInteger=-5)]),
        item("share", "decimal"),
        item("weight", "quantity", extension=[extension(HL7 + "questionnaire-unit", valueCoding={"code": "kg"})]),
        group("again", item("what/how", required=True), choice("did", "a", "b", repeats=True), repeats=True),
        enableWhen=[when("yes", "=", answerBoolean=True)],
    ),
    choice("else", "a", "b", kind="open-choice", repeats=True),
    item("number", "choice", answerOption=[{"valueInteger": 0}, {"valueInteger": 1}], item=[item("below", "text")]),
    item("day", "date"),
    item("moment", "dateTime"),
    item("hour", "time"),
    item("site", "url"),
    item(
        "fixed",
        initial=[{"valueString": "v1"}],
        extension=[extension(HL7 + "questionnaire-hidden", valueBoolean=True)],
    ),
)

_letters = st.characters(exclude_categories=("Cs", "Cc"))
texts = st.text(_letters, min_size=1, max_size=30).filter(str.strip)
numbers = st.decimals(-(10**6), 10**6, places=3).map(lambda number: decimal_text(f"{number:f}"))
chosen = st.lists(st.sampled_from(["a", "b"]), unique=True, min_size=1).map(tuple)
VALUES = {
    "yes": st.booleans().map(lambda value: (value,)),
    "count": st.integers(-5, 2**31 - 1).map(lambda value: (value,)),
    "share": numbers.map(lambda value: (value,)),
    "weight": numbers.map(lambda value: (value,)),
    "again:0/what%2Fhow": texts.map(lambda value: (value,)),
    "again:0/did": chosen,
    "again:1/what%2Fhow": texts.map(lambda value: (value,)),
    "again:1/did": chosen,
    "else": st.lists(st.sampled_from(["a", "b"]) | texts.map(FreeText), unique=True, min_size=1, max_size=4).map(tuple),
    "number": st.sampled_from([(0,), (1,)]),
    "below": texts.map(lambda value: (value,)),
    "day": (st.dates().map(str) | st.sampled_from(["2020", "2020-05"])).map(lambda value: (value,)),
    "moment": st.datetimes(timezones=st.just(UTC)).map(lambda value: (value.isoformat(timespec="seconds"),)),
    "hour": st.times().map(lambda value: (value.isoformat(timespec="seconds"),)),
    "site": st.just(("https://www.nhs.uk",)),
}


@settings(max_examples=100, deadline=None)
@given(st.fixed_dictionaries({}, optional=VALUES))
def test_what_is_written_is_read_back(answers: dict[str, Any]) -> None:
    if "again:0/did" not in answers and "again:0/what%2Fhow" not in answers:
        answers = {place: value for place, value in answers.items() if not place.startswith("again:1")}
    answers = drop_disabled(FORM, answers)
    assert load_answers(dump_answers(answers)) == load_answers(plain_answers(answers)) == answers
    response = to_response(FORM, answers, status="in-progress", authored=datetime(2026, 1, 2, tzinfo=UTC))
    assert check(FORM, answers, whole=False) == ()
    assert from_response(FORM, json.dumps(response)) == answers
    assert response["item"][-1] == {"linkId": "fixed", "text": "Text of fixed", "answer": [{"valueString": "v1"}]}


def test_numbers_are_exact_and_true_is_not_one() -> None:
    assert load_answers(dump_answers({"a": (True, 1, "0.10", FreeText("x"))})) == {
        "a": (True, 1, "0.10", FreeText("x"))
    }
    assert decimal_text("007.50") == "7.5"
    assert decimal_text("1,250") == "1250"
    assert decimal_text("1e5") == decimal_text("1234567890123456") == decimal_text("\u0661") == ""
    assert Decimal(str(json.loads("0.1"))) == Decimal("0.1")


WHOLE: dict[str, Any] = {
    "yes": (True,),
    "count": (3,),
    "again:0/what%2Fhow": ("heat",),
    "again:1/what%2Fhow": ("cold",),
    "number": (1,),
    "below": ("words",),
}


def whole() -> dict[str, Any]:
    return copy.deepcopy(to_response(FORM, WHOLE, status="completed"))


def at(response: dict[str, Any], *link_ids: str) -> dict[str, Any]:
    found = response
    for link_id in link_ids:
        inside = found.get("item") or found["answer"][0]["item"]
        found = next(one for one in inside if one["linkId"] == link_id)
    return found


def change(**values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda response: response.update(values)


def answer(*link_ids: str, **value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda response: at(response, *link_ids).update(answer=[value])


FAULTY: list[tuple[str, str, Callable[[dict[str, Any]], Any]]] = [
    # the linkId at fault, words of the sentence, what is done to a good response
    ("", "another questionnaire", change(questionnaire="https://example.org/other|1")),
    ("", "another version", change(questionnaire="https://example.org/q|2")),
    ("", "another version", change(questionnaire="https://example.org/q")),
    ("", "Name the questionnaire", lambda response: response.pop("questionnaire")),
    ("", "status must be one of", change(status="done")),
    ("", "status is missing", lambda response: response.pop("status")),
    ("", "no 'items' here", change(items=[])),
    ("", "modifierExtension", change(modifierExtension=[{"url": "x"}])),
    ("", "must be a date", change(authored="yesterday")),
    ("", "must be a list", change(item={"linkId": "yes"})),
    ("", "needs its linkId", lambda response: response["item"].append({"text": "x"})),
    ("nope", "no item with this linkId", lambda response: response["item"].append({"linkId": "nope"})),
    ("count", "wrong place", lambda response: response["item"].append(at(response, "more", "count"))),
    ("yes", "Keep its order", lambda response: response["item"].append(response["item"].pop(0))),
    ("number", "there twice", lambda response: response["item"].insert(2, at(response, "number"))),
    ("more", "A group has no answer", answer("more", valueString="x")),
    (
        "hello",
        "Words to read",
        lambda response: response["item"].insert(0, {"linkId": "hello", "answer": [{"valueString": "x"}]}),
    ),
    ("yes", "answered with valueBoolean", answer("yes", valueString="true")),
    ("yes", "of another kind", answer("yes", valueBoolean="true")),
    ("yes", "exactly one value", answer("yes")),
    ("yes", "exactly one value", answer("yes", valueBoolean=True, valueString="x")),
    (
        "yes",
        "Choose only 1 answer",
        lambda response: at(response, "yes").update(answer=[{"valueBoolean": True}, {"valueBoolean": False}]),
    ),
    ("yes", "Choose yes or no", lambda response: (response["item"].pop(0), response["item"].pop(0))),
    ("count", "-5 or more", answer("more", "count", valueInteger=-6)),
    ("count", "of another kind", answer("more", "count", valueInteger=True)),
    ("count", "not asked", answer("yes", valueBoolean=False)),
    (
        "what/how",
        "Enter an answer",
        lambda response: at(response, "more", "again").update(
            item=[{"linkId": "did", "answer": [{"valueCoding": {"code": "a"}}]}]
        ),
    ),
    ("number", "none of the answers", answer("number", valueInteger=7)),
    ("number", "none of the answers", answer("number", valueCoding={"code": "1"})),
    (
        "number",
        "inside its answer",
        lambda response: at(response, "number").update(answer=[], item=at(response, "number")["answer"][0]["item"]),
    ),
    (
        "else",
        "none of the answers",
        lambda response: response["item"].insert(2, {"linkId": "else", "answer": [{"valueCoding": {"code": "c"}}]}),
    ),
    (
        "else",
        "none of the answers",
        lambda response: response["item"].insert(
            2, {"linkId": "else", "answer": [{"valueCoding": {"code": "a", "system": "urn:x"}}]}
        ),
    ),
    (
        "else",
        "only once",
        lambda response: response["item"].insert(2, {"linkId": "else", "answer": [{"valueString": "c"}] * 2}),
    ),
    ("fixed", "only have the value", answer("fixed", valueString="v2")),
    (
        "weight",
        "unit must be kg",
        lambda response: at(response, "more")["item"].insert(
            1, {"linkId": "weight", "answer": [{"valueQuantity": {"value": 9, "unit": "lb"}}]}
        ),
    ),
    (
        "weight",
        "number is missing",
        lambda response: at(response, "more")["item"].insert(
            1, {"linkId": "weight", "answer": [{"valueQuantity": {"unit": "kg"}}]}
        ),
    ),
    (
        "share",
        "must be a number",
        lambda response: at(response, "more")["item"].insert(1, {"linkId": "share", "answer": [{"valueDecimal": "9"}]}),
    ),
    (
        "day",
        "real date",
        lambda response: response["item"].insert(3, {"linkId": "day", "answer": [{"valueDate": "2026-02-30"}]}),
    ),
]


@pytest.mark.parametrize(("link_id", "words", "spoil"), FAULTY)
def test_a_faulty_response_is_refused_with_the_item_at_fault(
    link_id: str, words: str, spoil: Callable[[dict[str, Any]], Any]
) -> None:
    response = whole()
    assert from_response(FORM, response) == WHOLE
    spoil(response)
    with pytest.raises(ResponseError) as refused:
        from_response(FORM, response)
    assert [fault for fault in refused.value.faults if fault.link_id == link_id and words in fault.sentence], (
        refused.value
    )


def test_all_faults_are_told_at_once() -> None:
    response = whole()
    response["questionnaire"] = "x"
    at(response, "yes")["answer"] = [{"valueString": "x"}]
    at(response, "number")["answer"] = [{"valueInteger": 7}]
    with pytest.raises(ResponseError) as refused:
        from_response(FORM, response)
    assert [fault.link_id for fault in refused.value.faults] == ["", "yes", "number"]


def test_unfinished_answers_may_miss_what_is_required() -> None:
    response = to_response(FORM, {"day": ("2020",)}, status="in-progress")
    assert from_response(FORM, response) == {"day": ("2020",)}
    with pytest.raises(ResponseError):
        from_response(FORM, {**response, "status": "completed"})


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_whatever_stands_in_a_response_it_is_read_or_refused(data: st.DataObject) -> None:
    response = whole()
    spoil(response, data)
    try:
        answers = from_response(FORM, response)
    except ResponseError:
        pass
    else:
        assert all(question_at(FORM, place) for place in answers)


def spoil(value: Any, data: st.DataObject) -> None:
    """Replace something, somewhere in `value`, with junk."""
    while True:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        key = data.draw(st.sampled_from(keys))
        inner = value[key]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.integers(0, 4)) == 0:
            value[key] = data.draw(junk)
            return
        value = inner
