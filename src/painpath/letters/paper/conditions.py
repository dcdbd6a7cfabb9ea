"""What a question depends on, in words that somebody with a pen can follow."""

from collections.abc import Mapping, Sequence
from functools import reduce

from django.utils.translation import gettext as _

from painpath.questionnaires import Condition, Item, Questionnaire
from painpath.questionnaires.answers import in_words
from painpath.questionnaires.places import Instances

Numbers = Mapping[tuple[str, Instances], int]
"""The number of each question on the sheet, by linkId and the copies of the groups around it."""


def gate(questionnaire: Questionnaire, item: Item, instances: Instances, numbers: Numbers) -> str:
    """For whom an item is, as a sentence; empty when it is for everybody who comes to it.

    A question below another one is asked of whoever answered that one. What depends on something that nobody is asked
    (a sum) cannot be told on paper: it is said so, and the answer does no harm.
    """
    if not all(_number(one.question, instances, numbers) for one in item.conditions):
        return _("This may not be for you. Answer it if you can.")
    parts = _parts(questionnaire, item, instances, numbers)
    every = _("{one} and {other}")
    held = _joined(parts, every if item.behaviour == "all" else _("{one} or {other}"))
    parent = _parent(questionnaire, item)
    if parent and parent.link_id not in {one.question for one in item.conditions}:
        number = _number(parent.link_id, instances, numbers)
        answered = _("you answered question {number}").format(number=number) if number else ""
        held = _joined([one for one in (answered, held) if one], every)
    if not held:
        return ""
    if item.type == "display":
        return _("Read this only if {condition}.").format(condition=held)
    part = _("Answer this part only if {condition}.")
    return (part if item.type == "group" else _("Answer this only if {condition}.")).format(condition=held)


def _parent(questionnaire: Questionnaire, item: Item) -> Item | None:
    """The question that this one stands below; it is asked of whoever answered that."""
    above = questionnaire.above(item.link_id)
    return above[-1] if above and above[-1].is_question and item.type != "display" else None


def _joined(parts: Sequence[str], how: str) -> str:
    return reduce(lambda one, other: how.format(one=one, other=other), parts) if parts else ""


def _parts(questionnaire: Questionnaire, item: Item, instances: Instances, numbers: Numbers) -> list[str]:
    """Each condition as half a sentence. Where one of several answers is enough, those to a question stand together,
    and so do the questions for which it is the same answers."""
    ticked: dict[int, list[str]] = {}
    labels: dict[int, tuple[str, ...]] = {}
    parts = []
    for condition in item.conditions:
        asked = questionnaire.item(condition.question)
        number = _number(condition.question, instances, numbers)
        if item.behaviour == "any" and condition.operator == "=" and asked.options:
            ticked.setdefault(number, []).append(in_words(asked, condition.value))
            labels[number] = tuple(option.label for option in asked.options)
        else:
            parts.append(_condition(asked, condition, number))
    alike: dict[str, list[int]] = {}
    for number, answers in ticked.items():
        alike.setdefault(_ticked(answers, labels[number]), []).append(number)
    return [*(words.format(where=_questions(found)) for words, found in alike.items()), *parts]


def _ticked(answers: list[str], labels: tuple[str, ...]) -> str:
    """What has to be ticked, or, when that is shorter, what not. With `{where}` to be filled in."""
    others = [label for label in labels if label not in answers]
    if len(others) == 1 and len(answers) > 1:
        return _("you ticked an answer other than {answer} {where}").format(answer=_quoted(others), where="{where}")
    return _("you ticked {answer} {where}").format(answer=_quoted(answers), where="{where}")


def _quoted(answers: list[str]) -> str:
    # Braces in an answer are words, not fields of ours.
    quoted = ["“" + answer.replace("{", "{{").replace("}", "}}") + "”" for answer in answers]
    return _listed(quoted)


def _questions(numbers: list[int]) -> str:
    if len(numbers) == 1:
        return _("at question {number}").format(number=numbers[0])
    if len(numbers) > 2 and numbers == list(range(numbers[0], numbers[-1] + 1)):
        return _("at any of the questions {first} to {last}").format(first=numbers[0], last=numbers[-1])
    return _("at question {numbers}").format(numbers=_listed([str(one) for one in numbers]))


def _listed(parts: list[str]) -> str:
    *most, last = parts
    return _("{most} or {last}").format(most=", ".join(most), last=last) if most else last


def _condition(asked: Item, condition: Condition, number: int) -> str:
    """One condition as half a sentence."""
    answer = in_words(asked, condition.value)
    ticked = asked.options or asked.type == "boolean"
    match condition.operator:
        case "exists":
            words = _("you answered question {number}") if condition.value else _("you left out question {number}")
        case "=":
            words = (
                _("you ticked “{answer}” at question {number}")
                if ticked
                else _("you wrote “{answer}” at question {number}")
            )
        case "!=":
            words = _("“{answer}” is not your answer to question {number}")
        case ">":
            words = _("your answer to question {number} is more than {answer}")
        case ">=":
            words = _("your answer to question {number} is {answer} or more")
        case "<":
            words = _("your answer to question {number} is less than {answer}")
        case "<=":
            words = _("your answer to question {number} is {answer} or less")
    return words.format(number=number, answer=answer)


def _number(link_id: str, instances: Instances, numbers: Numbers) -> int:
    """The number of a question as seen from here: in the same copy of the groups around both, else in its first."""
    found = [(there, number) for (one, there), number in numbers.items() if one == link_id]
    shared = [sum(1 for mine, its in zip(instances, there, strict=False) if mine == its) for there, _number in found]
    return found[shared.index(max(shared))][1] if found else 0
