"""What answers count: in scores, and for safety."""

from decimal import Decimal

from painpath.questionnaires.answers import number_of
from painpath.questionnaires.model import Answers, FreeText, Item, Questionnaire, Value
from painpath.questionnaires.places import question_at


def weight(item: Item, value: Value) -> Decimal | None:
    """What one answer counts: the weight of its option, or the number itself. None when it counts nothing."""
    if item.options:
        option = item.option(value)
        if option is None:
            return None
        if option.weight is not None or option.coded:
            return option.weight
    return None if isinstance(value, FreeText) or item.type in ("string", "text", "url") else number_of(value)


def alarming(questionnaire: Questionnaire, answers: Answers) -> tuple[str, ...]:
    """The places whose answer weighs more than its question's `safety` allows: help is shown at once.

    Every answer counts, also one to a question that is no longer asked: what somebody said about their safety is not
    unsaid by another answer.
    """
    return tuple(place for place, values in answers.items() if _alarms(question_at(questionnaire, place), values))


def _alarms(item: Item | None, values: tuple[Value, ...]) -> bool:
    if item is None or item.safety is None:
        return False
    weights = (weight(item, value) for value in values)
    return any(one is not None and one > item.safety for one in weights)


def written(number: Decimal) -> str:
    """A number as people write it: 7, 7.5."""
    return f"{number.normalize():f}" if number else "0"
