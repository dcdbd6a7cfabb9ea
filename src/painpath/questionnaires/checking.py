"""Whether answers can stand: each by itself, and all together. Sentences say what to do, as the NHS writes them."""

from decimal import Decimal

from painpath.questionnaires.answers import (
    can_be_kept,
    date_in_words,
    decimal_text,
    is_date,
    is_moment,
    is_time,
    number_of,
)
from painpath.questionnaires.faults import Fault, Sentence
from painpath.questionnaires.model import Answers, FreeText, Item, Questionnaire, Value, same
from painpath.questionnaires.patterns import MOST_TEXT, pattern
from painpath.questionnaires.places import question_at
from painpath.questionnaires.state import State
from painpath.questionnaires.weights import written

MOST_LETTERS = 10_000
"""No answer is longer, whatever its definition allows."""
MOST_VALUES = 200
MOST_PLACES = 5000


def check_item(item: Item, values: tuple[Value, ...], *, whole: bool = True) -> tuple[Sentence, ...]:
    """What is wrong with the answers to one question, in sentences for the person; empty when nothing is.

    `whole` is false where a required answer may still be missing.
    """
    found = list(_count_faults(item, values, whole))
    for value in values[:MOST_VALUES]:
        found += _value_faults(item, value)
    return tuple(dict.fromkeys(found))


def check(questionnaire: Questionnaire, answers: Answers, *, whole: bool) -> tuple[Fault, ...]:
    """What is wrong with all answers together, in the order of the questionnaire.

    `whole`: the answers are to be sent, so every required one is there. An answer to what is not asked is a fault too:
    see `drop_disabled`.
    """
    if len(answers) > MOST_PLACES:
        return (Fault("", Sentence("There are more than {most} answers", most=MOST_PLACES)),)
    state = State(questionnaire, answers)
    found, asked = [], set()
    for here in state.walk():
        item = here.item
        if item.is_asked:
            asked.add(here.place)
            wrong = check_item(item, answers.get(here.place, ()), whole=whole)
            found += [Fault(here.place, sentence, item.link_id) for sentence in wrong]
        elif (
            whole
            and item.type == "group"
            and item.required
            and not item.hidden
            and not _answered(here.place, item, state, here.instances)
        ):
            found.append(Fault(here.place, Sentence("Answer at least 1 of these questions"), item.link_id))
        if item.type == "group" and item.repeats and item.max_occurs and here.instances[-1][1] >= item.max_occurs:
            sentence = Sentence("There can be {most} of these at most", most=item.max_occurs)
            found.append(Fault(here.place, sentence, item.link_id))
    for place, values in answers.items():
        if place in asked:
            continue
        question = question_at(questionnaire, place)
        if question is None:
            found.append(Fault(place, Sentence("There is no such question.")))
        elif values and not question.is_asked:
            found.append(Fault(place, Sentence("Nobody is asked this: it is filled in by us."), question.link_id))
        elif values:
            found.append(Fault(place, Sentence("This is not asked, given the other answers."), question.link_id))
    return tuple(found)


def drop_disabled(questionnaire: Questionnaire, answers: Answers) -> dict[str, tuple[Value, ...]]:
    """The answers to what is asked now; what no condition opens any more is left out."""
    kept: dict[str, tuple[Value, ...]] = dict(answers)
    while True:  # what a dropped answer opened closes too; each round drops one at least
        asked = {here.place for here in State(questionnaire, kept).walk() if here.item.is_asked}
        left = {place: values for place, values in kept.items() if place in asked}
        if len(left) == len(kept):
            return left
        kept = left


def _count_faults(item: Item, values: tuple[Value, ...], whole: bool) -> list[Sentence]:
    least = max(item.min_occurs or 0, 1 if item.required else 0)
    most = item.max_occurs if item.repeats else 1
    if not values:
        return [_missing(item)] if whole and least else []
    found = []
    if whole and len(values) < least:
        found.append(Sentence("Choose or enter at least {least} answers", least=least))
    if most is not None and len(values) > most:
        found.append(
            Sentence("Choose only 1 answer") if most == 1 else Sentence("Choose up to {most} answers", most=most)
        )
    if len(values) > MOST_VALUES:
        found.append(Sentence("Choose up to {most} answers", most=MOST_VALUES))
    if any(same(one, other) for at, one in enumerate(values[:MOST_VALUES]) for other in values[:at]):
        found.append(Sentence("Give each answer only once"))
    chosen = [item.option(value) for value in values[:MOST_VALUES]]
    exclusive = next((option for option in chosen if option and option.exclusive), None)
    if exclusive and len(values) > 1:
        found.append(Sentence('Choose "{option}", or choose the others', option=exclusive.label))
    return found


def _missing(item: Item) -> Sentence:
    if item.options:
        return Sentence("Choose at least 1 answer") if item.repeats else Sentence("Choose an answer")
    match item.type:
        case "boolean":
            return Sentence("Choose yes or no")
        case "integer" | "decimal" | "quantity":
            return Sentence("Enter a number")
        case "date" | "dateTime":
            return Sentence("Enter a date")
        case "time":
            return Sentence("Enter a time, like 14:30")
        case "url":
            return Sentence("Enter a web address")
        case _:
            return Sentence("Enter an answer")


def _value_faults(item: Item, value: Value) -> list[Sentence]:
    if isinstance(value, FreeText):
        if not item.open_choice:
            return [Sentence("Choose one of the answers listed")]
        return _text_faults(item, value.text) if value.text.strip() else [Sentence("Enter an answer")]
    if item.options:
        return [] if item.option(value) else [Sentence("Choose one of the answers listed")]
    match item.type:
        case "boolean":
            return [] if isinstance(value, bool) else [Sentence("Choose yes or no")]
        case "integer":
            if isinstance(value, bool) or not isinstance(value, int):
                return [Sentence("Your answer must be a whole number, like 7")]
            return _number_faults(item, Decimal(value))
        case "decimal" | "quantity":
            number = number_of(value)
            if number is None or not isinstance(value, str) or decimal_text(value) != value:
                return [Sentence("Your answer must be a number, like 7 or 7.5")]
            return _number_faults(item, number)
        case "date":
            if not (isinstance(value, str) and is_date(value)):
                return [Sentence("Your answer must be a real date")]
            return _order_faults(item, value)
        case "dateTime":
            if not (isinstance(value, str) and is_moment(value)):
                return [Sentence("Your answer must be a real date and time")]
            return _order_faults(item, value)
        case "time":
            if not (isinstance(value, str) and is_time(value)):
                return [Sentence("Your answer must be a time, like 14:30")]
            return _order_faults(item, value)
        case _:
            if not isinstance(value, str) or not value.strip():
                return [Sentence("Enter an answer")]
            return _text_faults(item, value)


def _number_faults(item: Item, number: Decimal) -> list[Sentence]:
    least, most = item.min_value, item.max_value
    found = []
    if isinstance(least, Decimal) and isinstance(most, Decimal):
        if not least <= number <= most:
            found.append(
                Sentence("Your answer must be between {least} and {most}", least=written(least), most=written(most))
            )
    elif isinstance(least, Decimal) and number < least:
        found.append(Sentence("Your answer must be {least} or more", least=written(least)))
    elif isinstance(most, Decimal) and number > most:
        found.append(Sentence("Your answer must be {most} or less", most=written(most)))
    places = item.decimal_places
    exponent = number.as_tuple().exponent
    if places is not None and isinstance(exponent, int) and -exponent > places:
        found.append(
            Sentence("Your answer must be a whole number, like 7")
            if places == 0
            else Sentence("Your answer can have up to {places} digits after the point", places=places)
        )
    if item.type == "integer" and abs(number) >= 2**31:
        found.append(Sentence("Your answer must be a smaller number"))
    if item.regex and not pattern(item.regex).matches(written(number)):
        found.append(_wrong_form(item))
    return found


def _order_faults(item: Item, text: str) -> list[Sentence]:
    """Dates and times in ISO text order as text; of a date without its day only what is known is compared."""
    if isinstance(item.min_value, str) and text < item.min_value[: len(text)]:
        return [Sentence("Your answer must be {least} or later", least=_said(item.min_value))]
    if isinstance(item.max_value, str) and text[: len(item.max_value)] > item.max_value:
        return [Sentence("Your answer must be {most} or earlier", most=_said(item.max_value))]
    return []


def _text_faults(item: Item, text: str) -> list[Sentence]:
    found = []
    if not can_be_kept(text):
        found.append(Sentence("Your answer has a character that we cannot keep. Type it again"))
    most = min(item.max_length or MOST_LETTERS, MOST_LETTERS, MOST_TEXT if item.regex else MOST_LETTERS)
    if len(text) > most:
        found.append(Sentence("Your answer must be {most} characters or fewer", most=most))
    elif item.min_length and len(text) < item.min_length:
        found.append(Sentence("Your answer must be {least} characters or more", least=item.min_length))
    elif item.regex and not pattern(item.regex).matches(text):
        found.append(_wrong_form(item))
    if item.type == "url" and any(letter.isspace() for letter in text):
        found.append(Sentence("A web address has no spaces"))
    return found


def _wrong_form(item: Item) -> Sentence:
    if item.entry_format:
        return Sentence("Write your answer like this: {format}", format=item.entry_format)
    return Sentence("Write your answer in the form that the question asks for")


def _answered(place: str, group: Item, state: State, instances: tuple[tuple[str, int], ...]) -> bool:
    if group.repeats:
        return any(values and one.startswith(f"{place}/") for one, values in state.answers.items())
    inside = {item.link_id for item in group.walk()}
    return any(
        here.instances[: len(instances)] == instances and here.item.link_id in inside and state.answers.get(here.place)
        for here in state.walk()
        if here.item.is_question
    )


def _said(text: str) -> str:
    return date_in_words(text) if is_date(text) else text
