"""Scores: stage 2."""

from decimal import Decimal
from typing import NamedTuple

from painpath.questionnaires.model import Answers, Questionnaire


class Score(NamedTuple):
    link_id: str
    value: Decimal | None


def scores(questionnaire: Questionnaire, answers: Answers) -> tuple[Score, ...]:
    return ()
