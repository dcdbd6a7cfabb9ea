"""The referrer's question, the answer that quotes it, and what the referrer says of it."""

import uuid
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from painpath import clock, documents
from painpath.letters.signing import prepare, sign
from painpath.letters.text import render_text
from painpath.referrals import pathways, verbs
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.reading_in import read_in
from painpath.referrals.decisions import decision_rules
from painpath.referrals.decisions.decision_content import DecisionContent
from painpath.referrals.guidance import asked, conversation
from painpath.referrals.models import Decision, Referral
from painpath.referrals.moves import reckon
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import State
from tests.referrals.conftest import LETTER
from tests.referrals.deciding import read_both

ASKING = LETTER.replace(
    "\nDr A Example\n",
    "\nHe sleeps badly. Would you try\nduloxetine next,\nor a higher dose of gabapentin? Thank you.\n\nDr A Example\n",
)
QUESTION = "Would you try duloxetine next, or a higher dose of gabapentin?"


def advise(**changes) -> DecisionContent:
    given = {
        "outcome": "advise", "reason": "A good question with an answer in primary care.", "question": QUESTION,
        "to_gp": "Duloxetine 30 mg, then 60 mg.", "recommendation": "ADVICE_ONLY_NO_REFERRAL_RECOMMENDED",
    }  # fmt: skip
    return DecisionContent(**(given | changes))


def signed(referral, by, content) -> Decision:
    referral = Referral.objects.get(pk=referral.pk)
    return sign(
        referral=referral, by=by, content=content, key=uuid.uuid4(), seen_version=referral.version,
        **read_both(referral, content, by),
    )  # fmt: skip


@pytest.fixture
def advised(team, screening) -> Referral:
    referral = screening(ASKING)
    signed(referral, team.consultant, advise())
    return Referral.objects.get(pk=referral.pk)


# --- the question -----------------------------------------------------------------------------------------------------


def test_the_sentences_that_ask_are_offered():
    text = (
        "Dear team. Thank you for seeing him.\n\nMRI normal? 2024.\nWould you try\nduloxetine? And"
        " what about\nhis work?\n"
        "- Is a block worth it?\n- (or two?)\n?any advice re analgesia. Thx\n\nDose of 5mg?/10mg. ??\n"
    )
    assert asked.questions_in(text) == [
        "MRI normal?", "Would you try duloxetine?", "And what about his work?", "Is a block worth it?", "(or two?",
    ]  # fmt: skip


WORD = st.text(st.sampled_from("abcdefgé5"), min_size=1, max_size=6)


@given(st.lists(WORD, min_size=3, max_size=12), st.data())
def test_any_run_of_whole_words_is_found_whatever_its_blanks_and_nothing_else(words, data):
    start = data.draw(st.integers(0, len(words) - 1))
    end = data.draw(st.integers(start + 1, len(words)))
    blank = st.sampled_from([" ", "\n", "  \t", "\r\n"])
    text = "".join(f"{word}{data.draw(blank)}" for word in words)
    pattern = asked._pattern(" ".join(words[start:end]).upper())
    assert pattern is not None
    assert pattern.search(text)
    assert not pattern.search(" ".join(f"{word}x" for word in words))


def test_advice_quotes_the_words_as_they_stand_in_the_letter(team, screening):
    referral = screening(ASKING)
    assert asked.questions(referral) == [QUESTION]
    content = advise(question="would you try  Duloxetine next")
    to_gp = render_text(prepare(referral, content, by=team.consultant)["gp"].draft)
    assert "You asked: “Would you try duloxetine next”." in to_gp
    decision = signed(referral, team.consultant, content)
    assert decision.details["question"] == "Would you try duloxetine next"
    assert "Would you try duloxetine" not in decision.letters.get(audience="patient").text


def test_quotation_marks_and_dashes_of_another_shape_are_the_same(team, waiting):
    referral = waiting(LETTER + "\nHe asks: “can’t it be cut – or burnt?”\n")
    assert asked.in_their_words(referral, '"can\'t it be cut - or burnt?"') == "“can’t it be cut – or burnt?”"


@pytest.mark.parametrize("words", ["Would you try pregabalin?", "ould you try duloxetine", "", "?", "you next try"])
def test_words_that_the_referrer_did_not_write_are_not_quoted(team, screening, words):
    referral = screening(ASKING)
    assert "question" in decision_rules.problems(referral, advise(question=words), by=team.consultant)
    with pytest.raises(Refused):
        signed(referral, team.consultant, advise(question=words))
    assert not Decision.objects.exists()


def test_a_letter_that_asks_nothing_is_answered_so(team, screening):
    decision = signed(screening(), team.consultant, advise(question="", no_question=True))
    assert "It asks no question that we could quote" in decision.letters.get(audience="gp").text
    assert decision.details["no_question"] is True


# --- the conversation -------------------------------------------------------------------------------------------------


def test_what_the_referrer_writes_is_read_and_can_be_quoted(team, waiting):
    referral = waiting()
    words = "I forgot to ask: is a block worth it? He says that he wants to end his life."
    said_on = clock.today() - timedelta(days=1)
    given = {"referral": referral, "by": team.administrator, "words": words, "said_on": said_on}
    entry = conversation.record_message(**given, files=[File("scan.txt", b"MRI normal")])
    again = conversation.record_message(**given)
    assert entry == again
    read_in(service_id=team.service.pk, referral_id=referral.pk, reader=documents.read)
    referral.refresh_from_db()
    assert referral.conversation.count() == 1
    assert sorted(document.name for document in entry.documents.all())[1] == "scan.txt"
    assert referral.alerts.filter(kind="suicide_self_harm").exists()
    assert asked.in_their_words(referral, "is a block worth it?")


@pytest.mark.parametrize("who", ["manager"])
def test_who_may_not_record(team, waiting, who):
    with pytest.raises(Refused, match="Only an administrator or a clinician"):
        conversation.record_message(referral=waiting(), by=getattr(team, who), words="Thank you", said_on=clock.today())


def test_nothing_is_recorded_where_nobody_would_read_it(team, waiting):
    referral = waiting()
    verbs.close(referral=referral, by=team.administrator, how="withdraw", reason="He rang.", asked_by="patient")
    with pytest.raises(Refused, match="Take the referral back first"):
        conversation.record_message(referral=referral, by=team.administrator, words="Hello", said_on=clock.today())
    with pytest.raises(Refused, match="in the future"):
        conversation.record_message(referral=waiting(), by=team.administrator, words="Hello", said_on=clock.tomorrow())


def test_signing_puts_the_answer_into_the_conversation(advised, team):
    entry = advised.conversation.get()
    assert (entry.side, entry.question, entry.text) == ("team", QUESTION, "Duloxetine 30 mg, then 60 mg.")
    assert entry.decision == advised.decisions.get()
    assert entry.by == team.consultant


# --- what the referrer says of it -------------------------------------------------------------------------------------


@pytest.mark.parametrize("verdict", ["not_answered", "still_refer"])
def test_who_still_wishes_to_refer_is_looked_at_by_somebody_else(advised, team, verdict):
    words = "He has tried duloxetine. I still wish to refer."
    given = {"referral": advised, "by": team.administrator, "verdict": verdict, "said_on": clock.today()}
    with pytest.raises(Refused, match="own words"):
        conversation.record_verdict(**given, words=" ")
    entry = conversation.record_verdict(**given, words=words)
    assert conversation.record_verdict(**given, words=words) == entry  # a double click
    advised.refresh_from_db()
    assert (advised.state, advised.came_back) == (State.AWAITING_SCREENING, verdict)
    assert advised.not_by == team.consultant
    limit = pathways.of(advised.pathway_version).target("look-again")
    assert advised.due_on == reckon(limit, clock.today())
    assert advised.conversation.filter(verdict=verdict).get() == entry
    assert advised.transitions.last().reason == words
    assert asked.in_their_words(advised, "I still wish to refer.")
    with pytest.raises(Refused, match="This referral is now"):
        conversation.record_verdict(**given, words="Something else.")


def test_an_answered_question_ends_there_and_the_door_stays_open(advised, team):
    given = {"referral": advised, "by": team.administrator, "said_on": clock.today()}
    conversation.record_verdict(**given, verdict="answered", words="")
    conversation.record_verdict(**given, verdict="answered", words="")
    advised.refresh_from_db()
    assert (advised.state, advised.not_by) == (State.ADVICE_GIVEN, None)
    assert advised.transitions.filter(verb="record_answered").count() == 1
    conversation.record_verdict(**given, verdict="still_refer", words="It did not help.")
    advised.refresh_from_db()
    assert advised.state == State.AWAITING_SCREENING


def test_a_manager_records_no_verdict(advised, team):
    with pytest.raises(Refused, match="Only"):
        conversation.record_verdict(
            referral=advised, by=team.manager, verdict="answered", words="", said_on=clock.today()
        )
    assert not advised.transitions.filter(verb="record_answered").exists()
