"""Scores: what a questionnaire adds up, with the arithmetic for a clinician to check by eye.

A missing answer makes a score unknown. Nothing is filled in for it, unless the definition says with
`urn:painpath:prorated` that its expression deals with missing answers as the instrument's authors published.
"""

from dataclasses import dataclass
from decimal import Decimal

from painpath.questionnaires.evaluating import Result, Run, calculated_items
from painpath.questionnaires.expressions import ExpressionError
from painpath.questionnaires.faults import Fault
from painpath.questionnaires.model import Answers, Band, Item, Questionnaire, Value
from painpath.questionnaires.recipes import Recipe, complete, recipes
from painpath.questionnaires.state import State
from painpath.questionnaires.weights import weight, written


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """One calculated item."""

    link_id: str
    label: str
    value: Decimal | None
    """None: not known, because answers are missing or the expression gives nothing."""
    words: str = ""
    """What a calculated text says, where the definition calculates one; empty when that is not known."""
    arithmetic: tuple[tuple[str, Decimal], ...]
    """The answers that it is made of, in order: the question, and what the answer counts."""
    how: str
    """The arithmetic in one line: `2 + 2 + 1 = 5`."""
    highest: Decimal | None = None
    """The most that it can be, where that is known."""
    band: Band | None = None
    missing: tuple[str, ...] = ()
    """Places of the answers that are missing."""


def scores(questionnaire: Questionnaire, answers: Answers) -> tuple[Score, ...]:
    """Every calculated item that is shown with these answers, calculated now, in the order of the questionnaire."""
    items = calculated_items(questionnaire)
    if not items:
        return ()
    run = Run(questionnaire, answers)
    known = recipes(questionnaire)
    results: dict[str, Result] = {}
    made: list[Score] = []
    for item in items:
        if not run.state.enabled(item, ()):
            continue
        recipe = known[item.link_id]
        given = _inputs(questionnaire, run.state, recipe)
        missing = () if item.prorated else tuple(place for _, place, values in given if not values)
        lacks = missing or (not item.prorated and any(results.get(one) is None for one in recipe.needs))
        # A number that depends on no answer says nothing about anybody: an expression that misses its items gives 0.
        result = None if lacks or not (recipe.inputs or recipe.needs) else run.result(item)
        results[item.link_id] = result
        run.put(item, result)
        counted = tuple(
            (question.text, number)
            for question, _, values in given
            for value in values
            if (number := weight(question, value)) is not None
        )
        made.append(_score(item, recipe, result, counted, missing))
    return tuple(made)


def expression_faults(questionnaire: Questionnaire) -> list[Fault]:
    """Expressions that give nothing even when everything is answered, or depend on no answer.

    For whoever brings a questionnaire in; `parse` has told what an expression may not do.
    """
    items = calculated_items(questionnaire)
    if not items:
        return []
    known = recipes(questionnaire)
    run = Run(questionnaire, complete(questionnaire, 0))
    found = []
    for item in items:
        sentence, result = "", None
        try:
            result = run.attempt(item)
        except ExpressionError as error:
            sentence = f"The calculation does not work: {error}."
        if not sentence and result is None:
            sentence = "The calculation gives nothing that fits its type, even when every question is answered."
        elif not sentence and not (known[item.link_id].inputs or known[item.link_id].needs):
            sentence = "The calculation depends on no answer. Do its linkIds and paths exist?"
        run.put(item, result)
        found += [Fault("calculatedExpression", sentence, item.link_id)] if sentence else []
    return found


def _inputs(questionnaire: Questionnaire, state: State, recipe: Recipe) -> list[tuple[Item, str, tuple[Value, ...]]]:
    """The questions that are asked now and belong to a score, with their places and answers."""
    return [
        (here.item, here.place, state.values(here.item, here.instances))
        for here in state.walk()
        if here.item.link_id in recipe.inputs
    ]


def _score(
    item: Item, recipe: Recipe, result: Result, counted: tuple[tuple[str, Decimal], ...], missing: tuple[str, ...]
) -> Score:
    value = result if isinstance(result, Decimal) else None
    return Score(
        link_id=item.link_id,
        label=item.text,
        value=value,
        words=result if isinstance(result, str) else "",
        arithmetic=counted,
        how=_how(recipe.form, result, [number for _, number in counted], len(missing)),
        highest=recipe.highest,
        band=next((one for one in item.bands if value is not None and one.lowest <= value <= one.highest), None),
        missing=missing,
    )


def _how(form: str, result: Result, numbers: list[Decimal], missing: int) -> str:
    if result is None:
        if missing:
            return f"Not known: {missing} {'answer is' if missing == 1 else 'answers are'} missing."
        return "Not known: it cannot be worked out from these answers."
    if isinstance(result, str):
        return result
    row = " + ".join(map(written, numbers))
    if form == "sum" and numbers and sum(numbers) == result:
        return f"{row} = {written(result)}"
    if form == "mean" and len(numbers) > 1:
        return f"({row}) \N{DIVISION SIGN} {len(numbers)} = {written(result)}"
    return f"{written(result)}, worked out from {', '.join(map(written, numbers))}" if numbers else written(result)
