"""“Is it the right time?”: a few questions that somebody answers for themselves, and a card to take to the GP.

A conversation, never a test: nothing is added up, no answer is better than another, "I am not sure" always is one.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from painpath.pathway.base import Data, Id, Words
from painpath.pathway.problems import Fault, FieldPath


class Answer(Data, frozen=True, kw_only=True):
    """One answer to choose."""

    id: Id
    plain: Words
    plain_card: Words | None = None
    """The same on the card, as the person would say it to a GP; absent when a GP need not be told."""
    plain_ask: tuple[Words, ...] = ()
    """Questions for the GP that go with this answer."""
    help_now: bool = False
    """Whoever says so sees first of all where help is now."""
    not_sure: bool = False
    find_gp: bool = False
    """The card says how to register with a GP."""


class Question(Data, frozen=True, kw_only=True):
    """One page of the conversation: answers to choose, or room for own words, or both."""

    id: Id
    plain: Words
    """The question."""
    plain_help: Words | None = None
    plain_why: Words
    """Why it is asked: what the GP or the team can do with it."""
    plain_heading: Words
    """What stands over the answer on the card."""
    readiness: tuple[Id, ...] = ()
    """The published statements on the right time that it is about."""
    criteria: tuple[Id, ...] = ()
    """Criteria that the patient can say something to."""
    answers: tuple[Answer, ...] = ()
    several: bool = False
    """More than one answer may be chosen."""
    plain_own_words: Words | None = None
    """The label of the box for own words beside the answers; a question without answers is its own label."""
    matters: bool = False
    """The answer is what matters most to the person: it stands first on the card."""


class RightTime(Data, frozen=True, kw_only=True):
    """The conversation, and the words around it."""

    plain_title: Words
    plain_summary: Words
    plain_intro: tuple[Words, ...]
    plain_private: tuple[Words, ...]
    """What happens with the answers."""
    questions: tuple[Question, ...]
    plain_help_now: tuple[Words, ...]
    """Said first to somebody who is very unwell, above the crisis contacts."""
    plain_card_title: Words
    plain_card_intro: tuple[Words, ...]
    """For whoever reads the card."""
    plain_ask: tuple[Words, ...]
    """Questions that anybody may ask their GP."""
    plain_find_gp: tuple[Words, ...]
    """How to register with a GP."""
    plain_no_decision: tuple[Words, ...]
    source: Words
    to_confirm: Words | None = None


def problems(talk: RightTime, readiness: Iterable[str], criteria: Iterable[str]) -> Iterator[Fault]:
    """Everything that makes the conversation unusable: two things with one id, references to nothing."""
    known = {"readiness": set(readiness), "criteria": set(criteria)}
    ids = Counter(question.id for question in talk.questions)
    for index, question in enumerate(talk.questions):
        path: FieldPath = ("right_time", "questions", index)
        if ids[question.id] > 1:
            yield Fault((*path, "id"), f"`{question.id}` is used twice. Give each question its own id.")
        for name, there in known.items():
            for one in getattr(question, name):
                if one not in there:
                    yield Fault((*path, name), f"`{one}` is not among the {name}: {', '.join(sorted(there))}.")
        answers = Counter(answer.id for answer in question.answers)
        for number, answer in enumerate(question.answers):
            if answers[answer.id] > 1:
                yield Fault((*path, "answers", number, "id"), f"`{answer.id}` is used twice. Give each its own id.")


def unsaid(talk: RightTime, readiness: Iterable[str]) -> Iterator[Fault]:
    """What an author should put right before anybody is asked."""
    here: FieldPath = ("right_time", "questions")
    asked = {one for question in talk.questions for one in question.readiness}
    for one in readiness:
        if one not in asked:
            yield Fault(
                here, f"No question is about the published statement `{one}`. Add it to a question's `readiness`."
            )
    for index, question in enumerate(talk.questions):
        if not question.answers and question.plain_own_words is not None:
            yield Fault(
                (*here, index, "plain_own_words"), "Take this out: a question without answers is its own label."
            )
        if question.answers and sum(answer.not_sure for answer in question.answers) != 1:
            yield Fault((*here, index, "answers"), "Mark one answer with `not_sure: true`: people may not know.")
    if not any(answer.help_now for question in talk.questions for answer in question.answers):
        yield Fault(here, "Mark the answer of somebody who is very unwell with `help_now: true`.")
    if not any(answer.find_gp for question in talk.questions for answer in question.answers):
        yield Fault(here, "Mark the answer of somebody who has no GP with `find_gp: true`.")
    if sum(question.matters for question in talk.questions) != 1:
        yield Fault(here, "Mark the question on what matters most with `matters: true`, and no other.")
