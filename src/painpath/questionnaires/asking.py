"""When a question is asked, in words for staff: it names the other question and the answer, not numbers or codes."""

from painpath.questionnaires.answers import in_words
from painpath.questionnaires.model import Condition, Item, Questionnaire

_SIGNS = {"=": "is", "!=": "is not", ">": "is more than", "<": "is less than", ">=": "is at least", "<=": "is at most"}


def only_if(form: Questionnaire, item: Item) -> str:
    """The conditions of this item itself: "Only if “Do you smoke?” is “Yes”". Empty where it has none.

    Where one of several answers is enough, those to a question stand together, and so do the questions for which it is
    the same answers.
    """
    answers: dict[str, list[str]] = {}
    rules = []
    for one in item.conditions:
        asked = form.item(one.question)
        if item.behaviour == "any" and one.operator == "=":
            answers.setdefault(f"“{asked.text}”", []).append(f"“{in_words(asked, one.value)}”")
        else:
            rules.append(_rule(asked, one))
    questions: dict[str, list[str]] = {}
    for question, found in answers.items():
        questions.setdefault(_one_of(found), []).append(question)
    rules = [*(f"{_one_of(alike)} is {found}" for found, alike in questions.items()), *rules]
    return f"Only if {(' and ' if item.behaviour == 'all' else ' or ').join(rules)}" if rules else ""


def asked_when(form: Questionnaire, item: Item) -> str:
    """The same with all that stands around it: a group's conditions hold for what is in it, and a question below
    another is asked of whoever answered that one (R4, Questionnaire.item.item)."""
    path = (*form.above(item.link_id), item)
    rules = []
    for at, one in enumerate(path):
        rules.append(only_if(form, one))
        below = path[at + 1 : at + 2]
        if one.is_question and below and below[0].type != "display":
            rules.append(f"Only if “{one.text}” is answered")
    return "; ".join(dict.fromkeys(filter(None, rules)))


def _rule(asked: Item, condition: Condition) -> str:
    if condition.operator == "exists":
        return f"“{asked.text}” is {'answered' if condition.value else 'not answered'}"
    return f"“{asked.text}” {_SIGNS[condition.operator]} “{in_words(asked, condition.value)}”"


def _one_of(words: list[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last
