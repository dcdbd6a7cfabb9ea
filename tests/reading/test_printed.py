"""What a form of ours printed says nothing; what stands beside it is read, and dangers are read everywhere."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from painpath.documents.model import DocumentText, Page
from painpath.pathway import Pathway
from painpath.reading import printed
from painpath.screening import Screening, State, screen


def screened(text: str, service: Pathway) -> Screening:
    document = DocumentText(text=text, pages=(Page(1, 0, len(text)),), unread=(), media_type="text/plain")
    return screen(document, service, today=date(2026, 11, 23))


@given(st.text(alphabet="[]«»<>_: \nQuestion3For example", max_size=200))
def test_every_other_character_keeps_its_place(text: str) -> None:
    left = printed.without(text)
    assert len(left) == len(text)
    assert all(now in (before, " ") for before, now in zip(text, left, strict=True))
    assert [at for at, one in enumerate(left) if one == "\n"] == [at for at, one in enumerate(text) if one == "\n"]


@pytest.mark.parametrize(
    "words",
    [
        printed.question(12, "Is there [severe] depression now?"),
        printed.example("He has severe depression."),
        printed.note("Write about severe depression."),
        "[Question 4: Is there psychosis, severe depression\nor severe anxiety   now?]",  # the lines of a PDF
        "«criterion_severe_depression»",
        "<criterion_severe_depression>",
    ],
)
def test_printed_words_are_known(words: str) -> None:
    assert printed.without(f"A {words} B").split() == ["A", "B"]


@pytest.mark.parametrize(
    "words",
    [
        "Question 4: is severe depression a bar?",
        "[sic]",
        "[severe depression]",
        "«severe depression»",
        "pain score <5 and >2",
        "[For example: no end",
        "[Note: severe depression]",
        f"[For example: {'x' * 700}]",
    ],
)
def test_other_words_are_left_alone(words: str) -> None:
    assert printed.without(words) == words


def test_the_answer_is_read_and_the_question_is_not(service: Pathway) -> None:
    asked = printed.question(4, "Is there psychosis, severe depression or severe anxiety now?")
    hint = printed.example("There is no psychosis.")
    states = {
        answer: {one.id: one.state for one in screened(f"{asked}\n{hint}\n{answer}\n", service).criteria}
        for answer in ("", "She has severe depression at present.", "There is no psychosis or severe depression.")
    }
    assert set(states[""].values()) == {State.NOT_STATED}
    assert states["She has severe depression at present."]["major-psychiatric-disturbance"] != State.NOT_STATED
    assert states["There is no psychosis or severe depression."]["major-psychiatric-disturbance"] == State.FOR


def test_a_danger_is_found_wherever_it_is_written(service: Pathway) -> None:
    danger = "He has thoughts of ending his life."
    (alert,) = screened(printed.example(f"No opioid use disorder. {danger}"), service).alerts
    assert "ending his life" in alert.quote
