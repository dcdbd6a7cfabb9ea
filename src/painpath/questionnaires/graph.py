"""Whether the conditions make sense: the questions exist, the answers suit, nothing turns in circles."""

from math import prod

from painpath.questionnaires import expressions
from painpath.questionnaires.answers import number_of
from painpath.questionnaires.faults import Fault
from painpath.questionnaires.model import Condition, FreeText, Item, Questionnaire

MOST_NESTED = 3
MOST_FORCED = 50
MOST_AHEAD = 40
"""So many conditions may look ahead at questions that look ahead; the evaluation goes as deep."""


def condition_faults(questionnaire: Questionnaire) -> list[Fault]:
    """Every condition that cannot work."""
    faults: list[Fault] = []
    known = {item.link_id: item for item in questionnaire.walk()}
    for item in questionnaire.walk():
        for condition in item.conditions:
            sentence = _fault(condition, item, known.get(condition.question))
            faults += [Fault("enableWhen", sentence, item.link_id)] if sentence else []
    faults += _calculation_faults(questionnaire)
    return faults or _circles(questionnaire) or _growth(questionnaire)


def _fault(condition: Condition, item: Item, asked: Item | None) -> str:
    named = f"{condition.question[:60]!r}"
    if asked is None:
        return f"It depends on {named}, and there is no such item."
    if not asked.is_question:
        return f"It depends on {named}, which is not a question."
    if asked.calculated:
        return f"It depends on {named}, which is calculated: only answers can decide what is asked."
    if asked is item or any(below.link_id == asked.link_id for below in item.walk()):
        return f"It depends on {named}, which is itself or a part of it, so it would never be asked."
    if condition.operator == "exists":
        return ""
    if condition.operator not in ("=", "!=") and not _is_ordered(asked):
        return f"{condition.operator} cannot compare answers to {named}. Use = or !=."
    option = asked.option(condition.value)
    if option and option.system and condition.system and option.system != condition.system:
        return f"Its condition names the answer to {named} with another system than the question does."
    if not _suits(condition, asked):
        return f"Its condition compares the answer to {named} with a value that this question never has."
    return ""


def _is_ordered(item: Item) -> bool:
    if item.options:
        return not any(option.coded or isinstance(option.value, FreeText) for option in item.options)
    return item.type in ("integer", "decimal", "quantity", "date", "dateTime", "time")


def _suits(condition: Condition, asked: Item) -> bool:
    value = condition.value
    if asked.options:
        if condition.operator in ("=", "!="):
            return asked.option(value) is not None or (asked.open_choice and isinstance(value, str))
        return any(type(option.value) is type(value) for option in asked.options)
    match asked.type:
        case "boolean":
            return isinstance(value, bool)
        case "integer" | "decimal" | "quantity":
            return number_of(value) is not None
        case _:
            return isinstance(value, str) and not isinstance(value, FreeText)


def _calculation_faults(questionnaire: Questionnaire) -> list[Fault]:
    """Expressions that do more than add up answers, or stand where they cannot."""
    found: list[Fault] = []
    defined = set[str]()

    def look(link_id: str, expression: str, names: set[str]) -> None:
        sentences = expressions.faults(expression, frozenset(names))
        found.extend(Fault("expression", sentence, link_id) for sentence in sentences)

    for name, expression in questionnaire.variables:
        look("", expression, defined)
        defined.add(name)
    for item in questionnaire.walk():
        around = (*questionnaire.above(item.link_id), item)
        names = defined | {name for one in around[:-1] for name, _ in one.variables}
        for name, expression in item.variables:
            look(item.link_id, expression, names)
            names.add(name)
        if item.calculated:
            look(item.link_id, item.calculated, names)
            if any(one.repeats for one in around):
                found.append(
                    Fault("repeats", "What is calculated cannot repeat, nor stand in what repeats.", item.link_id)
                )
    variables = sum(len(item.variables) for item in questionnaire.walk()) + len(questionnaire.variables)
    if variables > expressions.MOST_VARIABLES:
        found.append(Fault("variable", f"There are more than {expressions.MOST_VARIABLES} variables."))
    return found


def _circles(questionnaire: Questionnaire) -> list[Fault]:
    """Items whose being asked depends, in the end, on itself. Walked without recursion: chains may be long."""
    needs = {
        item.link_id: [
            *(condition.question for condition in item.conditions),
            *(above.link_id for above in questionnaire.above(item.link_id)[-1:]),
        ]
        for item in questionnaire.walk()
    }
    done: set[str] = set()
    for start in needs:
        path: dict[str, int] = {}
        """What is being looked at -> how many of its needs have been."""
        todo = [start]
        while todo:
            one = todo[-1]
            at = path.setdefault(one, 0)
            if one in done or at >= len(needs[one]):
                done.add(one)
                path.pop(one, None)
                todo.pop()
                continue
            path[one] += 1
            if len(path) > MOST_AHEAD:
                return [
                    Fault(
                        "enableWhen", "Too many conditions look ahead, one after the other. Ask in another order.", one
                    )
                ]
            then = needs[one][at]
            if then in path:
                return [Fault("enableWhen", f"Its conditions turn in a circle through {then[:60]!r}.", one)]
            if then not in done:
                todo.append(then)
    return []


def _growth(questionnaire: Questionnaire) -> list[Fault]:
    """Groups that must be repeated, inside groups that must be repeated, grow out of hand."""
    for item in questionnaire.walk():
        around = [one for one in (*questionnaire.above(item.link_id), item) if one.type == "group" and one.repeats]
        if len(around) > MOST_NESTED:
            return [
                Fault(
                    "repeats", f"Groups that repeat lie more than {MOST_NESTED} deep inside each other.", item.link_id
                )
            ]
        if prod(one.min_occurs or 1 for one in around) > MOST_FORCED:
            return [Fault("minOccurs", f"It would be asked more than {MOST_FORCED} times at least.", item.link_id)]
    return []
