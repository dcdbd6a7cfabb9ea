"""The pages on which a patient answers: one thing at a time, help at once, nothing typed is lost."""

import html
import re

import pytest
from django.db import connection

from painpath.accounts.scope import scope
from painpath.letters import reversing
from painpath.letters.door import holder
from painpath.questionnaires import enabled, question_at
from painpath.referrals import verbs
from painpath.referrals.models import Answering, Referral, ReportedChange
from painpath.referrals.questionnaires import answering as verb
from painpath.referrals.questionnaires import library
from painpath.referrals.transitions import State
from painpath.web.answer_fields import name_of
from tests.patients.conftest import address_of, opened
from tests.referrals.conftest import make_team, waiting_referral
from tests.referrals.deciding import decided
from tests.referrals.questionnaires import (
    EVERYTHING,
    MOOD,
    OFTEN,
    OURS,
    ask,
    control,
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


def said(page: str, value, **more) -> dict:
    """What the page of one question sends: its field is named by its place. `day=` and so on are parts of it."""
    *around, last = re.search(r"/at/([^/?]+)", page)[1].split("~")
    groups = [f"{group}:{index}/" for group, index in zip(around[::2], around[1::2], strict=True)]
    name = name_of("".join([*groups, last]))
    parts = {f"{name}-{part}": text for part, text in more.items() if part in ("day", "month", "year", "time", "own")}
    return ({} if value is None else {name: value}) | parts | {one: more[one] for one in more if one in ("do", "check")}


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
    page = client.post(page, said(page, "c2")).url
    assert "We need an answer" in text(client.get(page))
    wrong = client.post(page, {})
    assert wrong.status_code == 422
    assert "<title>Error:" in " ".join(wrong.content.decode().split()).replace("<title> ", "<title>")
    page = client.post(page, said(page, "c0")).url
    check = client.post(page, said(page, "")).url
    assert check == address_of("answering-check", key=row(service_id).key)
    words = text(client.get(check))
    for one in ("More than half the days", "Not at all", "Not answered", "Change"):
        assert one in words
    change = re.search(r'href="([^"]*at/low/[^"]*)"', client.get(check).content.decode())[1]
    assert client.post(change, said(change, "c1", check="1")).url == check
    for _ in range(2):
        answer = client.post(check)
    assert answer.url == address_of("answering-sent", key=row(service_id).key)
    assert "We have your answers" in text(client.get(answer.url))
    with scope(service_id):
        assert Referral.objects.get().state == State.AWAITING_SCREENING
        assert row(service_id).answers == {"low": ["c1"], "dead": ["c0"]}
    assert client.get(page).status_code == 302, "what was sent is not changed"
    late = client.post(page, said(page, "One more thing."))
    assert (late.status_code, "One more thing." in text(late)) == (409, True)


def test_help_at_once_before_the_next_question_and_in_no_address(asked, service_id):
    team, referral, client = asked(MOOD)
    page = begin(client, referral)
    page = client.post(page, said(page, "c0")).url
    for _ in range(2):
        answer = client.post(page, said(page, "c1"))
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
    later = client.post(page, said(page, "c3", do="later"))
    assert "116 123" in text(later), "help comes before the page that says it is saved"
    with scope(service_id):
        reversing.reverse(referral=referral, by=team.consultant, reason="By mistake.")
    late = client.post(page, said(page, "c2"))
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
    page = client.post(first, said(first, "c1")).url
    assert "/at/dead/" in page
    client.post(first, said(first, "c0"))  # the other device
    assert client.post(page, said(page, "c0")).status_code == 302, "nothing to fear in this one"
    assert "116 123" in text(client.post(page, said(page, "c3")))
    with scope(service_id):
        assert ReportedChange.objects.get().kind == "safety_answer"
        assert "dead" not in row(service_id).answers


WHEN_OFTEN = [{"question": "often", "operator": "=", "answerCoding": {"code": "c1", "system": "urn:test"}}]
GROUPED = questionnaire(
    "grouped", "How you are",
    item("ask", "boolean", "May we ask how you feel?"),
    item("feel", "group", "How you feel", extension=[control("page")],
         enableWhen=[{"question": "ask", "operator": "!=", "answerBoolean": False}], item=[
        item("often", "choice", "How often do you feel low?", required=True, answerOption=options("Never", "Often")),
        item("why", "string", "What makes you low?", maxLength=10, enableWhen=WHEN_OFTEN),
        item("dead", "choice", "Do you think of ending your life?", required=True,
             answerOption=options(*OFTEN, weighed=True), extension=[ext(f"{OURS}safety", valueDecimal=0)],
             enableWhen=WHEN_OFTEN),
    ]),
    item("more", "text", "What else?"),
)  # fmt: skip
OFTEN_FIELD, WHY, DEAD = map(name_of, ("often", "why", "dead"))


def shown(page: str) -> str:
    """What the browser says that it showed."""
    return re.search(r'name="shown"[^>]*value="([^"]*)"', page)[1]


def test_what_a_page_opens_on_itself_is_asked_next_and_what_another_device_closes_is_heard(asked, service_id):
    _, referral, client = asked(GROUPED)
    ask_page = begin(client, referral)
    page = client.post(ask_page, said(ask_page, "true")).url
    first = client.get(page).content.decode()
    assert DEAD not in first

    # --- the same page again, with what the answer has opened; it is needed there
    again = client.post(page, {"shown": shown(first), OFTEN_FIELD: "c1"})
    assert again.url == page
    opened_now = client.get(page)
    assert "something more to answer on this page" in text(opened_now)
    stale = shown(opened_now.content.decode())
    assert stale == f"{OFTEN_FIELD}+ {WHY} {DEAD}"
    assert client.post(page, {"shown": stale, OFTEN_FIELD: "c1"}).status_code == 422
    on = client.get(address_of("answering", key=row(service_id).key)).url
    assert on == page, "what is needed there is open"

    # --- another device closes the two; then the whole page; each time what was said is heard
    client.post(page, {"shown": shown(first), OFTEN_FIELD: "c0"})
    assert DEAD not in client.get(page).content.decode()
    assert "116 123" in text(client.post(page, {"shown": stale, OFTEN_FIELD: "c0", WHY: "Pain", DEAD: "c1"}))
    with scope(service_id):
        assert (ReportedChange.objects.count(), row(service_id).answers["why"]) == (1, ["Pain"]), "nothing is lost"
    client.post(ask_page, said(ask_page, "false"))
    late = client.post(page, {"shown": stale, OFTEN_FIELD: "c1", WHY: "All of it", DEAD: "c3"})
    assert all(words in text(late) for words in ("116 123", "reads this answer by", "All of it"))
    assert "so far are saved" not in text(late)
    with scope(service_id):
        assert [one.facts["answer"] for one in ReportedChange.objects.order_by("pk")] == [OFTEN[1], OFTEN[3]]

    # --- a page that never showed the question takes no answer out and puts none under another one
    client.post(ask_page, said(ask_page, "true"))
    client.post(page, {"shown": stale, OFTEN_FIELD: "c1", WHY: "Pain", DEAD: "c3"})
    client.post(page, {"shown": shown(first), OFTEN_FIELD: "c1"})
    assert row(service_id).answers["dead"] == ["c3"]
    with scope(service_id):
        assert not any("later" in one.facts for one in ReportedChange.objects.all())


def test_what_is_typed_beside_an_answer_about_safety_is_kept_and_mended_after_the_help(asked, service_id):
    _, referral, client = asked(GROUPED)
    page = begin(client, referral)
    page = client.post(page, said(page, "true")).url
    client.post(page, {OFTEN_FIELD: "c1"})
    long = "Everything that I had"
    given = {"shown": shown(client.get(page).content.decode()), OFTEN_FIELD: "c1", WHY: long, DEAD: "c2"}
    helped = client.post(page, given)
    assert "116 123" in text(helped)
    assert "another look" in text(helped)
    assert "so far are saved" not in text(helped), "it would say the opposite of what stands below it"
    assert row(service_id).answers.get("why") is None
    passed_on = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', helped.content.decode()))
    assert passed_on.items() >= given.items()
    mend = client.post(page, passed_on)
    assert (mend.status_code, long in mend.content.decode(), "10 characters" in text(mend)) == (422, True, True)
    # --- an answer that is none of those listed cannot stand, and was said
    assert "116 123" in text(client.post(page, given | {WHY: "Pain", DEAD: "c9"}))
    with scope(service_id):
        assert [one.facts["answer"] for one in ReportedChange.objects.order_by("pk")] == [OFTEN[2], "c9"]


def test_the_alert_is_kept_and_there_is_help_though_its_page_cannot_be_made(asked, service_id, monkeypatch):
    _, referral, client = asked(MOOD)
    page = begin(client, referral)
    page = client.post(page, said(page, "c0")).url

    def broken(*_args):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    monkeypatch.setattr("painpath.patients.views.answering.present.at_once", broken)
    answer = client.post(page, said(page, "c1"))
    assert answer.status_code == 200
    assert all(words in text(answer) for words in ("Do you need help now?", "116 123", "999"))
    with scope(service_id):
        assert ReportedChange.objects.get().kind == "safety_answer"
        assert row(service_id).answers["dead"] == ["c1"]


def test_when_nobody_waits_it_says_so_and_shows_what_was_typed(asked, service_id):
    team, referral, client = asked(MOOD)
    page = begin(client, referral)
    for _ in range(2):
        page = client.post(page, said(page, "c0")).url
    with scope(service_id):
        reversing.reverse(referral=referral, by=team.consultant, reason="By mistake.")
    late = client.post(page, said(page, "It burns at night."))
    assert late.status_code == 409
    for words in ("We do not need these answers now", "It burns at night.", "Nothing is wrong"):
        assert words in text(late)
    assert "We do not wait for answers" in text(client.get(address_of("questions")))


def test_every_type_of_question_on_pages(asked, service_id):
    _, referral, client = asked(EVERYTHING)
    page = begin(client, referral)
    assert "There are no right or wrong answers." in text(client.get(page))
    sent = [
        (("true",), {"yes": [True]}),
        ((["c0", "c2"],), {"where": ["c0", "c2"]}),
        (("7",), {"how-bad": [7]}),
        (("4.50",), {"hours": ["4.5"]}),
        (("70",), {"weight": ["70"]}),
        ((None, {"day": "", "month": "Mar", "year": "2019"}), {"since": ["2019-03"]}),
        (
            (None, {"day": "1", "month": "11", "year": "2026", "time": "9:30"}),
            {"seen": ["2026-11-01T09:30:00+00:00"]},
        ),
        (("6:30",), {"wake": ["06:30:00"]}),
        (("Baker",), {"job": ["Baker"]}),
        (("Heat\r\nand rest",), {"words": ["Heat\nand rest"]}),
        (("https://example.org",), {"page": ["https://example.org"]}),
        (("own-words", {"own": "To bake again"}), {"hope": [{"text": "To bake again"}]}),
        (("Amitriptyline",), {"medicines:0/what": ["Amitriptyline"]}),
        (("c1", {"do": "again"}), {"medicines:0/helped": ["c1"]}),
        (("Codeine",), {"medicines:1/what": ["Codeine"]}),
        (("c0",), {"medicines:1/helped": ["c0"]}),
        ((), {"walk": [2], "work": ["c1"]}),
    ]
    wrong = {2: ("11",), 3: ("four",), 5: (None, {"day": "31", "month": "2", "year": "2020"}), 7: ("25:00",),
             8: ("B" * 41,)}  # fmt: skip

    def data(given) -> dict:
        if not given:  # a group on one page
            return {name_of("walk"): "2", name_of("work"): "c1"}
        return said(page, given[0], **(given[1] if len(given) > 1 else {}))

    for number, (given, saved) in enumerate(sent):
        if number in wrong:
            answer = client.post(page, data(wrong[number]))
            assert answer.status_code == 422, wrong[number]
            typed = next(iter(data(wrong[number]).values()))
            assert number == 2 or f'value="{typed}"' in answer.content.decode(), "what was typed stands there"
        answer = client.post(page, data(given))
        assert answer.status_code == 302, (given, text(answer))
        found = row(service_id).answers
        assert {place: found[place] for place in saved} == saved
        assert client.get(page).status_code == 200, "going back shows it"
        page = answer.url
    words = text(client.get(page))
    for one in ("March 2019", "1 November 2026, 09:30", "70 kg", "To bake again", "Codeine", "Your week", "06:30"):
        assert one in words, one
    taken = re.search(r'href="([^"]*at/medicines~0~what/[^"]*)"', client.get(page).content.decode())[1]
    shown = re.search(r'name="how_many" value="(\d+)"', client.get(taken).content.decode())[1]
    for _ in range(2):  # pressed twice, it is one
        assert client.post(taken, {"do": "remove", "how_many": shown}).url == page
        assert row(service_id).answers["medicines:0/what"] == ["Codeine"]
    client.post(taken, {"do": "remove", "how_many": "9" * 5000})
    assert row(service_id).answers["medicines:0/what"] == ["Codeine"]
    assert client.post(page).url == address_of("answering-sent", key=row(service_id).key)


def test_a_question_that_is_asked_no_more_shows_what_was_typed(asked, service_id):
    _, referral, client = asked(EVERYTHING)
    page = begin(client, referral)
    client.post(page, said(page, "true"))
    where = address_of("answering-page", key=row(service_id).key, page="where")
    with scope(service_id):
        by = holder(referral.service, referral.pk, "patient")
        verb.save(answering=row(service_id), given={"yes": (False,)}, by=by)
    assert client.get(where).status_code == 302
    late = client.post(where, said(where, "c0", own="behind my knee"))
    assert (late.status_code, "behind my knee" in text(late)) == (409, True)


def test_a_stranger_gets_nothing(asked, service_id, db):
    team, referral, client = asked(MOOD)
    page = begin(client, referral)
    with scope(service_id):
        other = waiting_referral(team)
    stranger = opened(other)
    assert stranger.get(page).status_code == 404
    assert stranger.post(page, said(page, "c1")).status_code == 404
    assert row(service_id).answers == {}


def test_staying_too_long_shows_what_was_typed_and_whom_to_call(asked, service_id):
    _, referral, client = asked(EVERYTHING)
    page = begin(client, referral)
    client.cookies.clear()
    late = client.post(page, said(page, "I cannot go on."))
    assert late.status_code == 409
    for words in ("I cannot go on.", "116 123", "999", "Nobody has read it"):
        assert words in text(late)
    chosen = client.post(page, {"shown": "a1", **said(page, "true")})
    assert (chosen.status_code, "has not been saved" in text(chosen), "a1" in text(chosen)) == (409, True, False)
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
