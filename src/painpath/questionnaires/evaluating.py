"""One set of answers, against which the calculated items of a questionnaire are evaluated one after the other."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from painpath.questionnaires.expressions import ExpressionError
from painpath.questionnaires.model import Answers, Item, Questionnaire, Value
from painpath.questionnaires.responding import answer_json, json_number, number_value, to_items
from painpath.questionnaires.state import State
from painpath.questionnaires.urls import WEIGHTS
from painpath.questionnaires.weights import weight, written

PLACES = 2
"""Digits after the point, where the definition says nothing (maxDecimalPlaces). Halves are rounded up."""
MOST_LETTERS = 1000
"""A calculated text is a word or two, never a page."""

Result = Decimal | str | None
"""What a calculated item comes to: a number, a text, or None when that is not known."""


def calculated_items(questionnaire: Questionnaire) -> list[Item]:
    """The items that we calculate, in order."""
    return [item for item in questionnaire.walk() if item.calculated]


class Run:
    """Evaluates expressions over a response made of the answers, and of what has been calculated so far."""

    def __init__(self, questionnaire: Questionnaire, answers: Answers) -> None:
        self.questionnaire = questionnaire
        self.state = State(questionnaire, answers)
        self._known: dict[str, Value] = {}
        self._resource: dict[str, Any] | None = None

    def put(self, item: Item, result: Result) -> None:
        """Make a result known to the expressions that come after."""
        if result is not None:
            self._known[item.link_id] = number_value(item, result) if isinstance(result, Decimal) else result
            self._resource = None

    def result(self, item: Item) -> Result:
        """What the item comes to; None when that cannot be said."""
        try:
            return self.attempt(item)
        except ExpressionError:
            return None

    def attempt(self, item: Item) -> Result:
        """The same, raising ExpressionError when the expression itself is at fault."""
        from painpath.questionnaires.engine import evaluate  # fhirpathpy takes a quarter of a second to import

        resource = self._response()
        names: dict[str, Any] = {
            "resource": resource,
            "rootResource": resource,
            "context": resource,
            "questionnaire": self.questionnaire.source,
        }
        around = (*self.questionnaire.above(item.link_id), item)
        for name, expression in (*self.questionnaire.variables, *(one for each in around for one in each.variables)):
            names[name] = evaluate(expression, resource, names)
        found = evaluate(item.calculated, resource, names)
        return _result(item, found[0]) if len(found) == 1 else None

    def _response(self) -> dict[str, Any]:
        if self._resource is None:
            items = to_items(self.state, self._known, _weighed)
            self._resource = {"resourceType": "QuestionnaireResponse", "status": "in-progress", "item": items}
        return self._resource


def _result(item: Item, found: Any) -> Result:
    if item.type in ("string", "text"):
        return found.strip()[:MOST_LETTERS] or None if isinstance(found, str) else None
    if isinstance(found, bool) or not isinstance(found, int | float | Decimal):
        return None
    return rounded(item, Decimal(str(found)))


def rounded(item: Item, number: Decimal) -> Decimal | None:
    """The number as the item takes it; None when it does not."""
    if not number.is_finite() or abs(number) >= 10**9:
        return None
    if item.type == "integer":
        return number.to_integral_value() if number == number.to_integral_value() else None
    places = PLACES if item.decimal_places is None else min(item.decimal_places, 6)
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP).normalize() + 0


def _weighed(item: Item, value: Value) -> dict[str, Any]:
    """An answer with what it counts beside its coding, where expressions look for it."""
    answer = answer_json(item, value)
    for key in ("valueCoding", "valueQuantity"):
        if key in answer:
            answer[key].setdefault("system", "")  # the engine asks for it
    number = weight(item, value)
    if number is not None and "valueCoding" in answer:
        plain = json_number(written(number))
        answer["valueCoding"]["extension"] = [{"url": url, "valueDecimal": plain} for url in WEIGHTS]
    return answer
