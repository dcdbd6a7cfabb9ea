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
    return any(is_above(item, value) for value in values)


def is_above(item: Item, value: Value) -> bool:
    """Whether this answer to a question about safety shows help and raises an alert.

    It does when it weighs more than the item says, and also when nothing says what it weighs (own words, an option
    without a weight): better once too often.
    """
    if item.safety is None:
        return False
    counts = weight(item, value)
    return counts is None or counts > item.safety


def written(number: Decimal) -> str:
    """A number as people write it: 7, 7.5."""
    return f"{number.normalize():f}" if number else "0"
