"""The pages on which a patient answers: one thing at a time, help at once, nothing typed is lost."""

import html
import re

import pytest

from painpath.accounts.scope import scope
from painpath.letters import reversing
from painpath.letters.door import holder
from painpath.questionnaires import enabled, question_at
from painpath.referrals import verbs
from painpath.referrals.models import Answering, Referral, ReportedChange
from painpath.referrals.questionnaires import answering as verb
from painpath.referrals.questionnaires import library
from painpath.referrals.transitions import State
from tests.patients.conftest import address_of, opened
from tests.referrals.conftest import make_team, waiting_referral
from tests.referrals.deciding import decided
from tests.referrals.questionnaires import (
    EVERYTHING,
    MOOD,
    OFTEN,
    OURS,
    ask,
    ext,
    fill_rota,
    item,
    options,
    publish,
    questionnaire,
)


@pytest.fixture
def asked(db, service_id):
    """Asks for a questionnaire; gives the team, the referral and the browser of its patient."""

    def make(source):
        with scope(service_id):
            team = make_team()
            fill_rota(team.consultant)
            referral = verbs.start_screening(referral=waiting_referral(team), by=team.consultant)
            referral = ask(referral, team.consultant, publish(team.manager, source))
        return team, referral, opened(referral)

    return make


def text(response) -> str:
    words = html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode().partition("<main")[2]))
    return " ".join(words.split())


def begin(client, referral, **who) -> str:
    """From the start page to the first question; gives its address."""
    here = address_of("questions")
    answer = client.post(here, {"who": "patient"} | who)
    assert answer.status_code == 302, text(answer)
    return client.get(answer.url).url


def row(service_id) -> Answering:
    with scope(service_id):
        return Answering.objects.get()


def test_from_the_start_to_sent(asked, service_id):
    _team, referral, client = asked(MOOD)
    start = text(client.get(address_of("questions")))
    for words in ("How you feel", "reads it that day", "at night, at weekends", "116 123", "by phone", "not close"):
        assert words in start
    wrong = client.post(address_of("questions"), {"who": "proxy"})
    assert (wrong.status_code, "Enter your name" in text(wrong)) == (422, True)
    page = begin(client, referral, who="proxy", proxy_name="Joan", proxy_relationship="Daughter")
    assert "Question 1 of about 3" in text(client.get(page))
    page = client.post(page, {"a0": "c2"}).url
    assert "We need an answer" in text(client.get(page))
    wrong = client.post(page, {})
    assert wrong.status_code == 422
    assert "<title>Error:" in " ".join(wrong.content.decode().split()).replace("<title> ", "<title>")
    page = client.post(page, {"a0": "c0"}).url
    check = client.post(page, {"a0": ""}).url
    assert check == address_of("answering-check", key=row(service_id).key)
    words = text(client.get(check))
    for one in ("More than half the days", "Not at all", "Not answered", "Change"):
        assert one in words
    change = re.search(r'href="([^"]*at/low/[^"]*)"', client.get(check).content.decode())[1]
    assert client.post(change, {"a0": "c1", "check": "1"}).url == check
    for _ in range(2):
        answer = client.post(check)
    assert answer.url == address_of("answering-sent", key=row(service_id).key)
    assert "We have your answers" in text(client.get(answer.url))
    with scope(service_id):
        assert Referral.objects.get().state == State.AWAITING_SCREENING
        assert row(service_id).answers == {"low": ["c1"], "dead": ["c0"]}
    assert client.get(page).status_code == 302, "what was sent is not changed"
    late = client.post(page, {"a0": "One more thing."})
    assert (late.status_code, "One more thing." in text(late)) == (409, True)


def test_help_at_once_before_the_next_question_and_in_no_address(asked, service_id):
    team, referral, client = asked(MOOD)
    page = client.post(begin(client, referral), {"a0": "c0"}).url
    for _ in range(2):
        answer = client.post(page, {"a0": "c1"})
        words = text(answer)
        assert answer.status_code == 200, "the answer to the press itself, not another address"
        for one in ("116 123", "999", "reads this answer by", "You can stop here, or go on"):
            assert one in words
    with scope(service_id):
        alert = ReportedChange.objects.get()
        assert (alert.owner.name, Referral.objects.get().state) == ("Dr Con Sultant", State.AWAITING_PATIENT)
    session = str(dict(client.session.items()))
    assert "c1" not in session
    assert "dead" not in session
    later = client.post(page, {"a0": "c3", "do": "later"})
    assert "116 123" in text(later), "help comes before the page that says it is saved"
    with scope(service_id):
        reversing.reverse(referral=referral, by=team.consultant, reason="By mistake.")
    late = client.post(page, {"a0": "c2"})
    assert "reads this answer by" in text(late)
    with scope(service_id):
        assert ReportedChange.objects.count() == 3


CLOSING = questionnaire(
    "closing", "How you are",
    item("often", "choice", "How often do you feel low?", answerOption=options("Never", "Often")),
    item("dead", "choice", "Do you think of ending your life?", answerOption=options(*OFTEN, weighed=True),
         extension=[ext(f"{OURS}safety", valueDecimal=0)],
         enableWhen=[{"question": "often", "operator": "=", "answerCoding": {"code": "c1", "system": "urn:test"}}]),
    item("more", "text", "What else?"),
)  # fmt: skip


def test_what_was_said_to_a_question_that_another_device_has_closed_is_heard(asked, service_id):
    _, referral, client = asked(CLOSING)
    first = begin(client, referral)
    page = client.post(first, {"a0": "c1"}).url
    assert "/at/dead/" in page
    client.post(first, {"a0": "c0"})  # the other device
    assert client.post(page, {"a0": "c0"}).status_code == 302, "nothing to fear in this one"
    assert "116 123" in text(client.post(page, {"a0": "c3"}))
    with scope(service_id):
        assert ReportedChange.objects.get().kind == "safety_answer"
        assert "dead" not in row(service_id).answers


def test_when_nobody_waits_it_says_so_and_shows_what_was_typed(asked, service_id):
    team, referral, client = asked(MOOD)
    page = begin(client, referral)
    page = client.post(client.post(page, {"a0": "c0"}).url, {"a0": "c0"}).url
    with scope(service_id):
        reversing.reverse(referral=referral, by=team.consultant, reason="By mistake.")
    late = client.post(page, {"a0": "It burns at night."})
    assert late.status_code == 409
    for words in ("We do not need these answers now", "It burns at night.", "Nothing is wrong"):
        assert words in text(late)
    assert "We do not wait for answers" in text(client.get(address_of("questions")))


def test_every_type_of_question_on_pages(asked, service_id):
    _, referral, client = asked(EVERYTHING)
    page = begin(client, referral)
    assert "There are no right or wrong answers." in text(client.get(page))
    sent = [
        ({"a0": "true"}, {"yes": [True]}),
        ({"a0": ["c0", "c2"]}, {"where": ["c0", "c2"]}),
        ({"a0": "7"}, {"how-bad": [7]}),
        ({"a0": "4.50"}, {"hours": ["4.5"]}),
        ({"a0": "70"}, {"weight": ["70"]}),
        ({"a0-day": "", "a0-month": "Mar", "a0-year": "2019"}, {"since": ["2019-03"]}),
        (
            {"a0-day": "1", "a0-month": "11", "a0-year": "2026", "a0-time": "9:30"},
            {"seen": ["2026-11-01T09:30:00+00:00"]},
        ),
        ({"a0": "6:30"}, {"wake": ["06:30:00"]}),
        ({"a0": "Baker"}, {"job": ["Baker"]}),
        ({"a0": "Heat\r\nand rest"}, {"words": ["Heat\nand rest"]}),
        ({"a0": "https://example.org"}, {"page": ["https://example.org"]}),
        ({"a0": "own-words", "a0-own": "To bake again"}, {"hope": [{"text": "To bake again"}]}),
        ({"a0": "Amitriptyline"}, {"medicines:0/what": ["Amitriptyline"]}),
        ({"a0": "c1", "do": "again"}, {"medicines:0/helped": ["c1"]}),
        ({"a0": "Codeine"}, {"medicines:1/what": ["Codeine"]}),
        ({"a0": "c0"}, {"medicines:1/helped": ["c0"]}),
        ({"a0": "2", "a1": "c1"}, {"walk": [2], "work": ["c1"]}),
    ]
    wrong = {2: {"a0": "11"}, 3: {"a0": "four"}, 5: {"a0-day": "31", "a0-month": "2", "a0-year": "2020"},
             7: {"a0": "25:00"}, 8: {"a0": "B" * 41}}  # fmt: skip
    for number, (given, saved) in enumerate(sent):
        if number in wrong:
            answer = client.post(page, wrong[number])
            assert answer.status_code == 422, wrong[number]
            typed = next(iter(wrong[number].values()))
            assert number == 2 or f'value="{typed}"' in answer.content.decode(), "what was typed stands there"
        answer = client.post(page, given)
        assert answer.status_code == 302, (given, text(answer))
        found = row(service_id).answers
        assert {place: found[place] for place in saved} == saved
        assert client.get(page).status_code == 200, "going back shows it"
        page = answer.url
    words = text(client.get(page))
    for one in ("March 2019", "1 November 2026, 09:30", "70 kg", "To bake again", "Codeine", "Your week", "06:30"):
        assert one in words, one
    taken = re.search(r'href="([^"]*at/medicines~0~what/[^"]*)"', client.get(page).content.decode())[1]
    shown = re.search(r'name="shown" value="(\d+)"', client.get(taken).content.decode())[1]
    for _ in range(2):  # pressed twice, it is one
        assert client.post(taken, {"do": "remove", "shown": shown}).url == page
        assert row(service_id).answers["medicines:0/what"] == ["Codeine"]
    client.post(taken, {"do": "remove", "shown": "9" * 5000})
    assert row(service_id).answers["medicines:0/what"] == ["Codeine"]
    assert client.post(page).url == address_of("answering-sent", key=row(service_id).key)


def test_a_question_that_is_asked_no_more_shows_what_was_typed(asked, service_id):
    _, referral, client = asked(EVERYTHING)
    client.post(begin(client, referral), {"a0": "true"})
    where = address_of("answering-page", key=row(service_id).key, page="where")
    with scope(service_id):
        by = holder(referral.service, referral.pk, "patient")
        verb.save(answering=row(service_id), given={"yes": (False,)}, by=by)
    assert client.get(where).status_code == 302
    late = client.post(where, {"a0": "c0", "a0-own": "behind my knee"})
    assert (late.status_code, "behind my knee" in text(late)) == (409, True)


def test_a_stranger_gets_nothing(asked, service_id, db):
    team, referral, client = asked(MOOD)
    page = begin(client, referral)
    with scope(service_id):
        other = waiting_referral(team)
    stranger = opened(other)
    assert stranger.get(page).status_code == 404
    assert stranger.post(page, {"a0": "c1"}).status_code == 404
    assert row(service_id).answers == {}


def test_staying_too_long_shows_what_was_typed_and_whom_to_call(asked, service_id):
    _, referral, client = asked(EVERYTHING)
    page = begin(client, referral)
    client.cookies.clear()
    late = client.post(page, {"a0": "I cannot go on."})
    assert late.status_code == 409
    for words in ("I cannot go on.", "116 123", "999", "Nobody has read it"):
        assert words in text(late)
    assert row(service_id).answers == {}


def test_a_pack_of_several_questionnaires_goes_back_with_the_last(db, service_id):
    with scope(service_id):
        team = make_team()
        referral = verbs.start_screening(referral=waiting_referral(team), by=team.consultant)
        decided(referral, team.consultant, "send_questionnaire")
        forms = library.forms_of(verb.asked_of_patient(referral))
    client = opened(referral)
    begin(client, referral)
    assert len(forms) > 1
    with scope(service_id):
        by = holder(referral.service, referral.pk, "patient")
        rows = list(Answering.objects.order_by("pk"))
        for one in rows:
            form = library.parsed(one.questionnaire)
            needed = {
                place: (item.options[0].value,)
                for place in enabled(form, {})
                if (item := question_at(form, place)).required
            }
            verb.save(answering=one, given=needed, by=by)
    for number, one in enumerate(rows, 1):
        check = address_of("answering-check", key=one.key)
        sent = client.get(client.post(check).url)
        with scope(service_id):
            state = Referral.objects.get().state
        last = number == len(rows)
        assert state == (State.AWAITING_SCREENING if last else State.AWAITING_PATIENT)
        assert ("There is one more thing we ask" in text(sent)) != last
