"""Scores: what a questionnaire adds up, with the arithmetic for a clinician to check by eye.

A missing answer makes a score unknown. Nothing is filled in for it, unless the definition says with
`urn:painpath:prorated` that its expression deals with missing answers as the instrument's authors published.
"""

import time
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from painpath.questionnaires import expressions
from painpath.questionnaires.expressions import ExpressionError
from painpath.questionnaires.faults import Fault
from painpath.questionnaires.model import Answers, Band, Item, Questionnaire, Value
from painpath.questionnaires.places import Instances, place_of
from painpath.questionnaires.responding import answer_json, json_number, to_items
from painpath.questionnaires.state import State
from painpath.questionnaires.urls import WEIGHTS
from painpath.questionnaires.weights import weight

SECONDS = 5.0
"""How long it is tried out of what a score is made. What was not reached by then counts as a part of it."""
PLACES = 2
"""Digits after the point, where the definition says nothing (maxDecimalPlaces). Halves are rounded up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One calculated item."""

    link_id: str
    label: str
    value: Decimal | None
    """None: not known, because answers are missing or the expression gives nothing."""
    arithmetic: tuple[tuple[str, Decimal], ...]
    """The answers that it is made of, in order: the question, and what the answer counts."""
    how: str
    """The arithmetic in one line: `2 + 2 + 1 = 5`."""
    highest: Decimal | None = None
    """The most that it can be, where that is known."""
    band: Band | None = None
    missing: tuple[str, ...] = ()
    """Places of the answers that are missing."""


class _Recipe(NamedTuple):
    """What is known of a calculated item without any answers."""

    inputs: tuple[str, ...]
    """linkIds of the questions that it is made of."""
    needs: tuple[str, ...]
    """linkIds of calculated items that it is made of."""
    form: Literal["sum", "mean", "other"]
    highest: Decimal | None


def scores(questionnaire: Questionnaire, answers: Answers) -> tuple[Score, ...]:
    """Every calculated item that is shown with these answers, calculated now, in the order of the questionnaire."""
    run = _Run(questionnaire, answers)
    recipes = _recipes(_Keyed(questionnaire))
    made: list[Score] = []
    known: dict[str, Decimal | None] = {}
    for item in _calculated(questionnaire):
        if not run.state.enabled(item, ()):
            continue
        recipe = recipes[item.link_id]
        missing = () if item.prorated else run.missing(recipe)
        unknown = [one for one in recipe.needs if known.get(one) is None and not item.prorated]
        value = None if missing or unknown else run.value(item)
        known[item.link_id] = value
        run.put(item, value)
        made.append(_score(item, recipe, value, run.arithmetic(recipe), missing))
    return tuple(made)


def expression_faults(questionnaire: Questionnaire) -> list[Fault]:
    """Expressions that give no number even when everything is answered: for whoever brings a questionnaire in."""
    found = []
    run = _Run(questionnaire, _complete(questionnaire, 0))
    for item in _calculated(questionnaire):
        try:
            value = run.attempt(item)
        except ExpressionError as error:
            found.append(Fault("calculatedExpression", f"The calculation does not work: {error}.", item.link_id))
        else:
            run.put(item, value)
            if value is None:
                sentence = "The calculation gives no number, even when every question is answered."
                found.append(Fault("calculatedExpression", sentence, item.link_id))
    return found


def _score(
    item: Item,
    recipe: _Recipe,
    value: Decimal | None,
    arithmetic: tuple[tuple[str, Decimal], ...],
    missing: tuple[str, ...],
) -> Score:
    band = next((one for one in item.bands if value is not None and one.lowest <= value <= one.highest), None)
    return Score(
        link_id=item.link_id,
        label=item.text,
        value=value,
        arithmetic=arithmetic,
        how=_how(recipe.form, value, [number for _, number in arithmetic], len(missing)),
        highest=recipe.highest,
        band=band,
        missing=missing,
    )


def _how(form: str, value: Decimal | None, numbers: list[Decimal], missing: int) -> str:
    if value is None:
        if missing:
            return f"Not known: {missing} {'answer is' if missing == 1 else 'answers are'} missing."
        return "Not known: it cannot be worked out from these answers."
    row = " + ".join(map(written, numbers))
    if form == "sum" and sum(numbers) == value:
        return f"{row} = {written(value)}"
    if form == "mean" and len(numbers) > 1:
        return f"({row}) \N{DIVISION SIGN} {len(numbers)} = {written(value)}"
    return f"{written(value)}, worked out from {', '.join(map(written, numbers))}" if numbers else written(value)


def written(number: Decimal) -> str:
    """A number as people write it: 7, 7.5."""
    return f"{number.normalize():f}" if number else "0"


def _calculated(questionnaire: Questionnaire) -> list[Item]:
    return [item for item in questionnaire.walk() if item.calculated]


class _Run:
    """One set of answers being evaluated."""

    def __init__(self, questionnaire: Questionnaire, answers: Answers) -> None:
        self.questionnaire = questionnaire
        self.state = State(questionnaire, answers)
        self._known: dict[str, Decimal | None] = {}
        self._resource: dict[str, Any] | None = None

    def put(self, item: Item, value: Decimal | None) -> None:
        """Make a value known to the expressions that come after."""
        self._known[item.link_id] = value
        self._resource = None

    def value(self, item: Item) -> Decimal | None:
        """What the item comes to; None when that cannot be said."""
        try:
            return self.attempt(item)
        except ExpressionError:
            return None

    def attempt(self, item: Item) -> Decimal | None:
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
        if len(found) != 1 or isinstance(found[0], bool) or not isinstance(found[0], int | float | Decimal):
            return None
        return _rounded(item, Decimal(str(found[0])))

    def missing(self, recipe: _Recipe) -> tuple[str, ...]:
        """The places that are asked, count, and have no answer."""
        return tuple(place for _, _, place, values in self._inputs(recipe) if not values)

    def arithmetic(self, recipe: _Recipe) -> tuple[tuple[str, Decimal], ...]:
        """What each answer that counts does count."""
        return tuple(
            (item.text, number)
            for item, _, _, values in self._inputs(recipe)
            for value in values
            if (number := weight(item, value)) is not None
        )

    def _inputs(self, recipe: _Recipe) -> list[tuple[Item, Instances, str, tuple[Value, ...]]]:
        return [
            (here.item, here.instances, here.place, self.state.values(here.item, here.instances))
            for here in self.state.walk()
            if here.item.link_id in recipe.inputs
        ]

    def _response(self) -> dict[str, Any]:
        if self._resource is None:
            known = {link_id: value for link_id, value in self._known.items() if value is not None}
            items = to_items(self.state, known, _weighed)
            self._resource = {"resourceType": "QuestionnaireResponse", "status": "in-progress", "item": items}
        return self._resource


def _weighed(item: Item, value: Value) -> dict[str, Any]:
    """An answer with what it counts beside its coding, where expressions look for it."""
    answer = answer_json(item, value)
    number = weight(item, value)
    if number is not None and "valueCoding" in answer:
        plain = json_number(written(number))
        answer["valueCoding"]["extension"] = [{"url": url, "valueDecimal": plain} for url in WEIGHTS]
    return answer


def _rounded(item: Item, number: Decimal) -> Decimal | None:
    if not number.is_finite() or abs(number) >= 10**12:
        return None
    if item.type == "integer":
        return number.to_integral_value() if number == number.to_integral_value() else None
    places = PLACES if item.decimal_places is None else min(item.decimal_places, 6)
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP).normalize() + 0


class _Keyed:
    """A questionnaire as a key, by its content."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire

    def __hash__(self) -> int:
        return hash(self.questionnaire.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Keyed) and other.questionnaire.digest == self.questionnaire.digest


@lru_cache(maxsize=64)
def _recipes(keyed: _Keyed) -> dict[str, _Recipe]:
    """Of what each calculated item is made.

    An expression that names linkIds is made of these (of a group of which it names nothing more: of all that counts in
    it). Besides, everything is tried
    out: whatever changes the result when its answer is taken away belongs to it.
    """
    questionnaire = keyed.questionnaire
    probes = [_probe(questionnaire, _complete(questionnaire, turn)) for turn in (0, 1)]
    counting = [item for item in questionnaire.walk() if item.is_asked and _counts(item)]
    until = time.monotonic() + SECONDS
    without = {
        item.link_id: [_probe(questionnaire, _without(answers, item)) for answers, _ in probes]
        for item in counting
        if time.monotonic() < until
    }
    calculated = _calculated(questionnaire)
    return {item.link_id: _recipe(questionnaire, item, counting, probes, without) for item in calculated}


_Probe = tuple[dict[str, tuple[Value, ...]], dict[str, Decimal | None]]
"""Answers, and what every calculated item comes to with them."""


def _recipe(
    questionnaire: Questionnaire,
    item: Item,
    counting: list[Item],
    probes: list[_Probe],
    without: dict[str, list[_Probe]],
) -> _Recipe:
    named = expressions.texts(_whole_expression(questionnaire, item))
    whole = [values[item.link_id] for _, values in probes]
    inputs = []
    for one in counting:
        by_name = one.link_id in named or any(
            above.link_id in named and not named & {below.link_id for below in above.walk() if below is not above}
            for above in questionnaire.above(one.link_id)
        )
        tried = without.get(one.link_id)
        if by_name or tried is None or [values[item.link_id] for _, values in tried] != whole:
            inputs.append(one.link_id)
    needs = tuple(one.link_id for one in _calculated(questionnaire) if one.link_id in named and one is not item)
    totals = [(values[item.link_id], _numbers(questionnaire, inputs, answers)) for answers, values in probes]
    form: Literal["sum", "mean", "other"] = "other"
    if inputs and all(value == sum(numbers) for value, numbers in totals):
        form = "sum"
    elif inputs and all(
        value is not None and numbers and value == _rounded(item, sum(numbers, Decimal(0)) / len(numbers))
        for value, numbers in totals
    ):
        form = "mean"
    highest = whole[0] if form != "other" and not _unbounded(questionnaire, inputs) else None
    return _Recipe(tuple(inputs), needs, form, highest)


def _probe(questionnaire: Questionnaire, answers: dict[str, tuple[Value, ...]]) -> _Probe:
    run = _Run(questionnaire, answers)
    found: dict[str, Decimal | None] = {}
    for item in _calculated(questionnaire):
        found[item.link_id] = run.value(item)
        run.put(item, found[item.link_id])
    return answers, found


def _complete(questionnaire: Questionnaire, turn: int) -> dict[str, tuple[Value, ...]]:
    """Made-up answers to everything that counts: the largest each, or (`turn` 1) all kinds of smaller ones."""
    answers: dict[str, tuple[Value, ...]] = {}
    for at, item in enumerate(questionnaire.walk()):
        if item.is_asked and (ladder := _ladder(item)):
            answers[_first_place(questionnaire, item)] = (ladder[-1] if turn == 0 else ladder[at % len(ladder)],)
    return answers


def _ladder(item: Item) -> list[Value]:
    """Some answers to an item, by what they count, smallest first; for what counts nothing, any one."""
    if item.options:
        weighed = [option for option in item.options if weight(item, option.value) is not None]
        return [one.value for one in sorted(weighed, key=lambda one: weight(item, one.value) or Decimal(0))] or [
            item.options[0].value
        ]
    if item.type == "boolean":
        return [True]
    if not _counts(item):
        return []
    least = item.min_value if isinstance(item.min_value, Decimal) else Decimal(0)
    most = item.max_value if isinstance(item.max_value, Decimal) else least + 10
    steps = [least, (least + (most - least) / 2).to_integral_value(), most]
    return [int(step) if item.type == "integer" else written(step) for step in steps]


def _counts(item: Item) -> bool:
    if item.options:
        return any(weight(item, option.value) is not None for option in item.options)
    return item.type in ("integer", "decimal", "quantity")


def _unbounded(questionnaire: Questionnaire, inputs: list[str]) -> bool:
    """True when nobody can say what the most would be."""
    items = [questionnaire.item(link_id) for link_id in inputs]
    return any(
        item.repeats
        or (not item.options and item.max_value is None)
        or any(above.repeats for above in questionnaire.above(item.link_id))
        for item in items
    )


def _without(answers: dict[str, tuple[Value, ...]], item: Item) -> dict[str, tuple[Value, ...]]:
    ending = place_of(item.link_id)
    return {place: values for place, values in answers.items() if place.rsplit("/", 1)[-1] != ending}


def _first_place(questionnaire: Questionnaire, item: Item) -> str:
    around = (one for one in questionnaire.above(item.link_id) if one.type == "group" and one.repeats)
    return place_of(item.link_id, tuple((one.link_id, 0) for one in around))


def _numbers(questionnaire: Questionnaire, inputs: list[str], answers: dict[str, tuple[Value, ...]]) -> list[Decimal]:
    found = []
    for link_id in inputs:
        item = questionnaire.item(link_id)
        for value in answers.get(_first_place(questionnaire, item), ()):
            number = weight(item, value)
            found += [] if number is None else [number]
    return found


def _whole_expression(questionnaire: Questionnaire, item: Item) -> str:
    """The expression with the variables that it uses, and that these use."""
    around = (*questionnaire.above(item.link_id), item)
    defined = dict((*questionnaire.variables, *(one for each in around for one in each.variables)))
    text, todo, seen = item.calculated, [item.calculated], set[str]()
    while todo:
        for name in expressions.used_variables(todo.pop()) & defined.keys() - seen:
            seen.add(name)
            todo.append(defined[name])
            text += "\n" + defined[name]
    return text
