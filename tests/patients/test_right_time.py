"""“Is it the right time?” A conversation and a card: nothing kept anywhere, nothing judged, help first."""

import io
import re
from html import unescape

import pypdfium2
import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.test import Client

from painpath.accounts.signing_in import Counted
from tests.patients.conftest import HOME, even

TALK = f"{HOME}right-time/"
FILES = [f"{TALK}card.txt", f"{TALK}card.pdf", f"{TALK}card-large.pdf"]
SECRET = "I was in the wars with my knee"
ANSWERS = {
    "answer-feeling": "hard",
    "words-feeling": SECRET,
    "answer-hope": ["opinion", "live"],
    "answer-tests": "waiting",
    "answer-lasting": "not-sure",
    "words-matters": "Walk the dog",
    "answer-gp": "has",
}

pytestmark = pytest.mark.django_db


def sent(client, data, address=TALK, status=200):
    answer = client.post(address, data)
    assert answer.status_code == status
    assert answer["Cache-Control"] == "no-store"
    return even(unescape(answer.content.decode()))


def pdf_text(data: bytes) -> tuple[int, str]:
    with pypdfium2.PdfDocument(io.BytesIO(data)) as document:
        return len(document), even(" ".join(page.get_textpage().get_text_range() for page in document))


def test_every_published_statement_is_talked_about(words, pathway):
    shown = words(TALK)
    assert {one for question in pathway.right_time.questions for one in question.readiness} == {
        statement.id for statement in pathway.readiness
    }
    for question in pathway.right_time.questions:
        for text in (question.plain, question.plain_help or "", question.plain_why, question.plain_own_words or ""):
            assert even(text) in shown, text
        for answer in question.answers:
            assert even(answer.plain) in shown


def test_the_card_says_what_was_told_and_nothing_else(client, pathway):
    shown = sent(client, ANSWERS)
    for text in (SECRET, "Walk the dog", "I want to know what is wrong.", "I want to live better with my pain."):
        assert text in shown
    assert shown.index("Walk the dog") < shown.index(SECRET), "what matters most comes first"
    assert "What am I still waiting for, and how long will it take?" in shown
    assert "What pain does to my days" not in shown, "not answered, so not there"
    assert "How to find a GP" not in shown
    for statement in pathway.statements:
        if statement.topic in ("can", "cannot"):
            assert even(statement.plain) in shown
    assert "This is not a decision" in shown
    card = shown[shown.index('<article class="painpath-card"') : shown.index("</article>")]
    assert not re.search(r"\b(score|points|result|suitable|ready|right time)\b", card, re.IGNORECASE)
    assert not re.search(r"--(green|red|yellow|orange)|data-speaks", card)


def test_nothing_is_kept_anywhere(client):
    def rows() -> dict[str, int]:
        counts = {}
        for table in connection.introspection.table_names():
            with connection.cursor() as cursor:
                cursor.execute(f'SELECT count(*) FROM "{table}"')
                counts[table] = cursor.fetchone()[0]
        return counts

    # How often an address has asked for a PDF lately, as a hash that needs the site's key: no answer, no person.
    counted = Counted._meta.db_table

    before = rows()
    assert len(before) > len(list(apps.get_models())) / 2
    for address in (TALK, *FILES):
        answer = client.post(address, ANSWERS)
        assert answer.status_code == 200
        assert not answer.cookies
        assert answer["Cache-Control"] == "no-store"
    assert rows() | {counted: 0} == before | {counted: 0}
    assert not client.cookies
    assert not dict(client.session)


def test_the_forms_work_where_tokens_are_checked():
    strict = Client(enforce_csrf_checks=True)
    assert strict.get(TALK).status_code == 200
    assert strict.post(TALK, ANSWERS).status_code == 200


def test_no_answer_stands_in_an_address(client):
    shown = client.get(TALK).content.decode() + client.post(TALK, ANSWERS).content.decode()
    forms = re.findall(r"<form[^>]*>", shown)
    assert len(forms) == 2
    assert all('method="post"' in form and "?" not in form for form in forms)
    for address in FILES:
        assert f'formaction="{address}"' in shown
        assert client.get(address).url == TALK


def test_the_answers_go_back_into_the_questions_as_they_were(client):
    card = client.post(TALK, ANSWERS).content.decode()
    carried: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', card):
        carried.setdefault(name, []).append(unescape(value))
    assert carried == {name: value if isinstance(value, list) else [value] for name, value in ANSWERS.items()}
    shown = sent(client, carried | {"change": "yes"})
    assert shown.count(" checked") == 6
    assert SECRET in shown
    assert "Walk the dog" in shown


def test_help_comes_first_to_somebody_who_is_very_unwell(client, pathway):
    shown = sent(client, {"answer-feeling": "very-unwell"})
    main = shown[shown.index("<main") :]
    assert (
        main.index(even(pathway.right_time.plain_help_now[0])) < main.index("116 123") < main.index("My card for the")
    )
    assert even(pathway.right_time.plain_help_now[0]) not in sent(client, {"answer-feeling": "hard"})


def test_without_a_gp_the_card_says_how_to_find_one(client, pathway):
    for answer in ("has-none", "not-sure"):
        shown = sent(client, {"answer-gp": answer})
        for text in pathway.right_time.plain_find_gp:
            assert even(text) in shown


def test_an_empty_card_is_a_card(client, pathway):
    shown = sent(client, {})
    for text in (*pathway.right_time.plain_ask, *pathway.right_time.plain_no_decision):
        assert even(text) in shown
    assert "You have written nothing here" in shown


def test_words_that_are_too_long_are_not_lost(client):
    long = "very long words " * 40
    for address in (TALK, *FILES):
        shown = sent(client, ANSWERS | {"words-matters": long}, address, 422)
        assert "<title>Error: Is it the right time? - " in shown
        assert long.strip() in shown
        assert SECRET in shown
        assert "This can have 300 letters. You have written 639. Please make it shorter." in shown
        assert re.search(r'painpath-step--opens" id="question-7"', shown)


def test_null_characters_and_unknown_answers_do_no_harm(client):
    assert client.post(TALK, {"words-matters": "a\x00b"}).status_code == 400
    shown = sent(client, {"answer-feeling": "splendid", "words-feeling": SECRET, "answer-nothing": "y"}, status=422)
    assert "Choose an answer to “How are you in yourself?”" in shown
    assert SECRET in shown


def test_the_text_file(client):
    answer = client.post(FILES[0], ANSWERS)
    assert answer["Content-Disposition"] == 'attachment; filename="my-card.txt"'
    text = even(answer.content.decode())
    for words in (SECRET, "Walk the dog", "I want to know what is wrong.", "Call 116 123.", "jo@samaritans.org"):
        assert words in text


def test_the_pdf_is_one_page_and_large_print_is_large(client, pathway):
    full = ANSWERS | {f"words-{name}": "x" * 5 + " walk" * 20 for name in ("feeling", "hope", "tests", "daily-life")}
    pages, text = pdf_text(client.post(FILES[1], full).content)
    assert pages == 1
    for words in ("Walk the dog", "I want to know what is wrong.", "Call 116 123.", "This is not a decision"):
        assert words in text
    more = "There is more on the next page. The last page says how to get help now."
    assert more not in text
    own = {f"words-{one.id}": "I walk. " * 37 for one in pathway.right_time.questions if one.plain_own_words}
    pages, text = pdf_text(client.post(FILES[1], full | own).content)
    assert (pages, text.count("I walk.")) == (1, 37 * len(own)), "full of own words it is still one sheet"
    pages, text = pdf_text(client.post(FILES[1], full | {"words-feeling": "a\n" * 140}).content)
    assert (pages > 1, text.count(more)) == (True, pages - 1), "nothing is cut: it says so"
    assert "Call 116 123." in text
    pages, text = pdf_text(client.post(FILES[2], ANSWERS).content)
    assert pages > 1
    assert SECRET in text
    with pypdfium2.PdfDocument(io.BytesIO(client.post(FILES[2], ANSWERS).content)) as document:
        assert document.is_tagged()


def test_signs_without_a_shape_are_boxes_and_other_letters_are_explained(client):
    _pages, text = pdf_text(client.post(FILES[1], {"words-matters": "My dog 🐕 and me"}).content)
    assert "My dog □ and me" in text
    shown = sent(client, {"words-matters": "私の犬"}, FILES[1], 422)
    assert "We cannot make a PDF with the letters that you use" in shown
    assert "私の犬" in shown
    assert "私の犬" in client.post(FILES[0], {"words-matters": "私の犬"}).content.decode()


def test_who_asks_for_too_many_pdfs_waits_a_minute(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"pdf": "1/m/ip"}
    cache.clear()
    pdf = next(address for address in FILES if "pdf" in address)
    assert client.post(pdf, ANSWERS)["Content-Type"] == "application/pdf"
    refused = client.post(pdf, ANSWERS)
    assert refused.status_code == 429
    assert "Wait a minute" in refused.content.decode()
    assert client.post(TALK, ANSWERS).status_code == 200, "the card itself is there"
    cache.clear()
