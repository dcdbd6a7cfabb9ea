"""The published questions are no words of a letter: with them or without, the same is read."""

import pytest

from painpath import clock, pathway, screening
from painpath.documents.model import DocumentText, Page

SERVICE = pathway.load(pathway.find("southampton-portsmouth"))


def read(text: str) -> screening.Screening:
    whole = DocumentText(text=text, pages=(Page(1, 0, len(text)),), unread=(), media_type="text/plain")
    return screening.screen(whole, SERVICE, today=clock.today())


def test_questions_alone_say_nothing():
    sheet = read("\n\n".join(one.question for one in SERVICE.criteria))
    assert {one.state for one in sheet.criteria} == {"not_stated"}
    assert not [words.quote for one in sheet.criteria for words in one.evidence]
    assert sheet.alerts == ()


@pytest.mark.parametrize("criterion", SERVICE.criteria, ids=lambda one: one.id)
def test_an_answer_is_read_as_it_is_without_its_question(criterion):
    wrapped = criterion.question.replace(" ", "\n", 3)
    asked, alone = read(f"{wrapped}\n{criterion.example}\n"), read(criterion.example)
    states = [{one.id: one.state for one in sheet.criteria} for sheet in (asked, alone)]
    assert states[0] == states[1]
    for words in asked.criterion(criterion.id).evidence:  # and stands where it stood
        assert f"{wrapped}\n{criterion.example}\n"[words.start : words.end] == words.quote
