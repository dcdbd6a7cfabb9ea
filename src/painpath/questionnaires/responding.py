"""From answers to a FHIR R4 QuestionnaireResponse."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from painpath.questionnaires.model import Answers, FreeText, Item, Questionnaire, Value
from painpath.questionnaires.places import Instances
from painpath.questionnaires.state import Here, State
from painpath.questionnaires.weights import written

STATUSES = ("in-progress", "completed", "amended", "entered-in-error", "stopped")

ANSWER_KEYS = {
    "boolean": "valueBoolean",
    "decimal": "valueDecimal",
    "integer": "valueInteger",
    "date": "valueDate",
    "dateTime": "valueDateTime",
    "time": "valueTime",
    "string": "valueString",
    "text": "valueString",
    "url": "valueUri",
    "quantity": "valueQuantity",
}
"""Item type -> the key of its answers; options that are codings have valueCoding."""


def to_response(
    questionnaire: Questionnaire,
    answers: Answers,
    *,
    status: str,
    authored: datetime | None = None,
    subject: dict[str, Any] | None = None,
    author: dict[str, Any] | None = None,
    source: dict[str, Any] | None = None,
    identifier: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The answers as an R4 QuestionnaireResponse.

    `subject`, `author`, `source` are References, `identifier` an Identifier, as the caller has them. What is asked and
    answered stands in the order and the nesting of the questionnaire; answers to what is not asked are left out; what
    is calculated is filled in, where it is known; what a hidden or read-only item begins with is there too.
    """
    if status not in STATUSES:
        raise ValueError(f"status must be one of {', '.join(STATUSES)}")
    response: dict[str, Any] = {"resourceType": "QuestionnaireResponse"}
    if identifier:
        response["identifier"] = identifier
    response |= {"questionnaire": questionnaire.canonical, "status": status}
    if subject:
        response["subject"] = subject
    if authored:
        response["authored"] = authored.isoformat(timespec="seconds")
    if author:
        response["author"] = author
    if source:
        response["source"] = source
    if items := to_items(State(questionnaire, answers), _calculated(questionnaire, answers), answer_json):
        response["item"] = items
    return response


def _calculated(questionnaire: Questionnaire, answers: Answers) -> dict[str, Value]:
    if not any(item.calculated for item in questionnaire.walk()):
        return {}
    from painpath.questionnaires.scoring import scores  # which writes responses itself

    found: dict[str, Value] = {}
    for score in scores(questionnaire, answers):
        if score.value is not None:
            found[score.link_id] = number_value(questionnaire.item(score.link_id), score.value)
        elif score.words:
            found[score.link_id] = score.words
    return found


def to_items(
    state: State, calculated: dict[str, Value], write: Callable[[Item, Value], dict[str, Any]]
) -> list[dict[str, Any]]:
    """The items of a response: what is asked and answered, and what is calculated. `write` writes one answer."""
    return _Writer(state, calculated, write).items(state.questionnaire.items, ())


class _Writer:
    def __init__(
        self, state: State, calculated: dict[str, Value], write: Callable[[Item, Value], dict[str, Any]]
    ) -> None:
        self._state = state
        self._calculated = calculated
        self._write = write

    def items(self, items: tuple[Item, ...], around: Instances) -> list[dict[str, Any]]:
        """The items that have something to say."""
        found = []
        for item in items:
            for here in self._state.instances(item, around):
                if item.type == "group":
                    inside = self.items(item.items, here.instances)
                    if inside:
                        found.append({**_head(item), "item": inside})
                elif item.is_question and (answer := self._answer(here)):
                    found.append({**_head(item), "answer": answer})
        return found

    def _answer(self, here: Here) -> list[dict[str, Any]]:
        item = here.item
        if item.calculated:
            value = self._calculated.get(item.link_id)
            return [] if value is None else [self._write(item, value)]
        answer = [self._write(item, value) for value in self._state.values(item, here.instances)]
        if answer and (inside := self.items(item.items, here.instances)):
            answer[0]["item"] = inside
        return answer


def _head(item: Item) -> dict[str, Any]:
    return {"linkId": item.link_id, **({"text": item.text} if item.text else {})}


def number_value(item: Item, number: Decimal) -> Value:
    """A number as an answer to this item."""
    if item.type == "integer":
        return int(number)
    return written(number)


def answer_json(item: Item, value: Value) -> dict[str, Any]:
    """One answer as it stands in a response."""
    if isinstance(value, FreeText):
        return {"valueString": value.text}
    if item.options:
        option = item.option(value)
        if option is None or not option.coded:
            return {_plain_key(value): value}
        coding = {"system": option.system, "code": str(value), "display": option.label}
        return {"valueCoding": {key: text for key, text in coding.items() if text}}
    if item.type == "quantity":
        quantity: dict[str, Any] = {"value": json_number(str(value))}
        if item.unit:
            quantity["unit"] = item.unit.label
            quantity |= {"system": item.unit.system} if item.unit.system and item.unit.code else {}
            quantity |= {"code": item.unit.code} if item.unit.code else {}
        return {"valueQuantity": quantity}
    if item.type == "decimal":
        return {"valueDecimal": json_number(str(value))}
    return {ANSWER_KEYS[item.type]: value}


def json_number(text: str) -> int | float:
    """A number of at most 15 digits as JSON has it: reading it back gives the same digits."""
    return float(text) if "." in text else int(text)


def _plain_key(value: Value) -> str:
    return "valueInteger" if isinstance(value, int) else "valueString"
