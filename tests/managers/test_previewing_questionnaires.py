"""All of a questionnaire is previewed: page by page for patients, and as the team reads it and reads it out."""

import re
from html import unescape

import pytest
from django.urls import reverse

from painpath.managers.workbench import Workbench
from painpath.questionnaires import asked_when, every_page, parse


@pytest.fixture
def shown(manager_client, draft):
    def show(kind: str, one: str) -> str:
        answer = manager_client.get(reverse("managers:preview", args=[draft.key, kind, one]))
        assert answer.status_code == 200, (kind, one)
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))

    return show


def test_every_page_is_shown_in_order_with_when_it_is_asked(shown, draft) -> None:
    whole = Workbench(draft).compiled.pathway
    for name in ("about-your-pain", "phq-9"):
        form = parse(whole.form(name).text)
        book, page = every_page(form), shown("questions", name)
        headings = [page.index(f"Page {at} of {len(book)} ") for at in range(1, len(book) + 1)]
        parts = [page[start:end] for start, end in zip(headings, [*headings[1:], None], strict=True)]
        for part, one in zip(parts, book, strict=True):
            for item in one.items:
                assert re.sub(r"\s+", " ", item.text) in part, item.link_id
                assert asked_when(form, item) in part, item.link_id
            assert all(words in part for words in one.intro)
    pain = shown("questions", "about-your-pain")
    assert "Only if “Have you tried anything to help with your pain?” is “Yes”. " in pain
    assert "Sent in: “Questionnaire about pain and how it affects the patient” (number 1 of 3)." in pain
    assert "After an answer about safety: help at once" in page  # question 9 of the PHQ-9
    assert "After an answer about safety" not in pain


def test_the_team_reads_and_reads_out_the_same_questions(shown, draft) -> None:
    whole = Workbench(draft).compiled.pathway
    form = parse(whole.form("phq-9").text)
    team, phone = shown("team-questions", "phq-9"), shown("phone", "phq-9")
    asked = [item for item in form.walk() if item.is_asked]
    assert all(item.text in team and item.text in phone for item in asked)
    assert "Sent as Mood and worry: PHQ-9 and GAD-7" in team
    assert "On the phone: How you have felt: PHQ-9" in phone
