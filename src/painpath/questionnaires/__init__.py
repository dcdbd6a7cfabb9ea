"""Questionnaires: FHIR R4 (with the common part of SDC) read, asked one thing at a time, checked, answered, scored.

A library of its own: it knows nothing of pathways, referrals or web pages.
"""

from painpath.questionnaires.answers import (
    date_in_words,
    dump_answers,
    in_words,
    load_answers,
    plain_answers,
    understand,
)
from painpath.questionnaires.asking import asked_when
from painpath.questionnaires.checking import check, check_item, drop_disabled
from painpath.questionnaires.faults import Fault, QuestionnaireError, ResponseError, Sentence
from painpath.questionnaires.flow import (
    Page,
    Progress,
    add_instance,
    enabled,
    every_page,
    first_open_page,
    next_page,
    page,
    pages,
    previous_page,
    progress,
    whole_page,
)
from painpath.questionnaires.model import Answers, Band, Condition, FreeText, Item, Option, Questionnaire, Unit, Value
from painpath.questionnaires.parsing import parse
from painpath.questionnaires.places import place_of, question_at
from painpath.questionnaires.receiving import from_response
from painpath.questionnaires.responding import to_response
from painpath.questionnaires.scoring import Score, expression_faults, scores
from painpath.questionnaires.self_harm import unguarded
from painpath.questionnaires.weights import alarming, is_above, weight

__all__ = [
    "Answers",
    "Band",
    "Condition",
    "Fault",
    "FreeText",
    "Item",
    "Option",
    "Page",
    "Progress",
    "Questionnaire",
    "QuestionnaireError",
    "ResponseError",
    "Score",
    "Sentence",
    "Unit",
    "Value",
    "add_instance",
    "alarming",
    "asked_when",
    "check",
    "check_item",
    "date_in_words",
    "drop_disabled",
    "dump_answers",
    "enabled",
    "every_page",
    "expression_faults",
    "first_open_page",
    "from_response",
    "in_words",
    "is_above",
    "load_answers",
    "next_page",
    "page",
    "pages",
    "parse",
    "place_of",
    "plain_answers",
    "previous_page",
    "progress",
    "question_at",
    "scores",
    "to_response",
    "understand",
    "unguarded",
    "weight",
    "whole_page",
]
