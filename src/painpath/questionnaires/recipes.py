"""Of what a calculated item is made: which answers it needs, and whether it is their sum or their mean.

Nobody says so in a definition, so the expression is read for linkIds, and tried out with made-up answers.
"""

import time
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from painpath.questionnaires import expressions
from painpath.questionnaires.evaluating import Result, Run, calculated_items, rounded
from painpath.questionnaires.model import Item, Questionnaire, Value
from painpath.questionnaires.places import place_of
from painpath.questionnaires.weights import weight, written

SECONDS = 5.0
"""How long it is tried out of what a score is made. What was not reached by then counts as a part of it."""


class Recipe(NamedTuple):
    """What is known of a calculated item without any answers."""

    inputs: tuple[str, ...]
    """linkIds of the questions that it is made of."""
    needs: tuple[str, ...]
    """linkIds of calculated items that it is made of."""
    form: Literal["sum", "mean", "other"]
    highest: Decimal | None
    """The most that it can come to."""


def recipes(questionnaire: Questionnaire) -> dict[str, Recipe]:
    """By linkId: of what each calculated item is made. Worked out once for each content.

    An expression that names linkIds is made of these (of a group of which it names nothing more: of all that counts in
    it). Besides, everything is tried out: whatever changes the result when its answer is taken away belongs to it.
    """
    return _recipes(_Keyed(questionnaire))


class _Keyed:
    """A questionnaire as a key, by its content."""

    def __init__(self, questionnaire: Questionnaire) -> None:
        self.questionnaire = questionnaire

    def __hash__(self) -> int:
        return hash(self.questionnaire.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Keyed) and other.questionnaire.digest == self.questionnaire.digest


@lru_cache(maxsize=64)
def _recipes(keyed: _Keyed) -> dict[str, Recipe]:
    questionnaire = keyed.questionnaire
    probes = [_probe(questionnaire, complete(questionnaire, turn)) for turn in (0, 1)]
    counting = [item for item in questionnaire.walk() if item.is_asked]
    until = time.monotonic() + SECONDS
    without = {
        item.link_id: [_probe(questionnaire, _without(answers, item)) for answers, _ in probes]
        for item in counting
        if time.monotonic() < until
    }
    calculated = calculated_items(questionnaire)
    return {item.link_id: _recipe(questionnaire, item, counting, probes, without) for item in calculated}


_Probe = tuple[dict[str, tuple[Value, ...]], dict[str, Result]]
"""Answers, and what every calculated item comes to with them."""


def _recipe(
    questionnaire: Questionnaire,
    item: Item,
    counting: list[Item],
    probes: list[_Probe],
    without: dict[str, list[_Probe]],
) -> Recipe:
    named = expressions.texts(_whole_expression(questionnaire, item))
    whole = [values[item.link_id] for _, values in probes]
    inputs = []
    for one in counting:
        by_name = one.link_id in named or any(
            _counts(one)
            and above.link_id in named
            and not named & {below.link_id for below in above.walk() if below is not above}
            for above in questionnaire.above(one.link_id)
        )
        tried = without.get(one.link_id)
        if by_name or tried is None or [values[item.link_id] for _, values in tried] != whole:
            inputs.append(one.link_id)
    needs = tuple(one.link_id for one in calculated_items(questionnaire) if one.link_id in named and one is not item)
    totals = [(values[item.link_id], _numbers(questionnaire, inputs, answers)) for answers, values in probes]
    form: Literal["sum", "mean", "other"] = "other"
    if inputs and all(value == sum(numbers) for value, numbers in totals):
        form = "sum"
    elif inputs and all(
        value is not None and numbers and value == rounded(item, sum(numbers, Decimal(0)) / len(numbers))
        for value, numbers in totals
    ):
        form = "mean"
    most = whole[0] if isinstance(whole[0], Decimal) else None
    highest = most if form != "other" and not _unbounded(questionnaire, inputs) else None
    return Recipe(tuple(inputs), needs, form, highest)


def _probe(questionnaire: Questionnaire, answers: dict[str, tuple[Value, ...]]) -> _Probe:
    run = Run(questionnaire, answers)
    found: dict[str, Result] = {}
    for item in calculated_items(questionnaire):
        found[item.link_id] = run.result(item)
        run.put(item, found[item.link_id])
    return answers, found


def complete(questionnaire: Questionnaire, turn: int) -> dict[str, tuple[Value, ...]]:
    """Made-up answers to everything: those that count most, or (`turn` 1) of all kinds."""
    answers: dict[str, tuple[Value, ...]] = {}
    for at, item in enumerate(questionnaire.walk()):
        if item.is_asked and (ladder := _ladder(item)):
            answers[_first_place(questionnaire, item)] = (ladder[-1] if turn == 0 else ladder[at % len(ladder)],)
    return answers


_SAMPLES = {"date": "2020-01-01", "dateTime": "2020-01-01T12:00:00Z", "time": "12:00:00", "url": "urn:x"}


def _ladder(item: Item) -> list[Value]:
    """Some answers to an item, by what they count, smallest first; for what counts nothing, any one."""
    if item.options:
        weighed = [option for option in item.options if weight(item, option.value) is not None]
        return [one.value for one in sorted(weighed, key=lambda one: weight(item, one.value) or Decimal(0))] or [
            item.options[0].value
        ]
    if item.type == "boolean":
        return [False, True]
    if not _counts(item):
        return [_SAMPLES.get(item.type, "x")]
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
