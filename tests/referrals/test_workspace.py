"""Marked words, earlier referrals, the discussion and the MDT list: what the verbs keep, and what they refuse."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from painpath import clock
from painpath.accounts.models import AuditEntry
from painpath.letters.signing import facts_of
from painpath.referrals import verbs
from painpath.referrals.arriving import receiving
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.reading_in import read_in
from painpath.referrals.decisions import deciding
from painpath.referrals.decisions.decision_content import DecisionContent
from painpath.referrals.models import AddedEvidence, Comment, MeetingItem, Referral, Transcript
from painpath.referrals.refusal import Refused
from painpath.referrals.sheet import adding_evidence, judging
from painpath.referrals.sheet.adding_evidence import Place, add_evidence, find_words, take_back_evidence
from painpath.referrals.sheet.earlier import earlier_referrals, look_at_earlier
from painpath.referrals.together import discussing
from tests.referrals.conftest import LETTER, waiting_referral

CLAUSE = "major-psychiatric-disturbance"
WORDS = "He drinks 4 units a week."


def place_of(referral: Referral, words: str) -> Place:
    transcript = Transcript.objects.get(document__referral=referral)
    start = transcript.text.index(words)
    return Place(transcript.pk, start, start + len(words))


def marked(referral: Referral, by: Any, words: str = WORDS, **changes: Any) -> AddedEvidence:
    asked: dict[str, Any] = {"criterion": CLAUSE, "speaks": "against", "quote": words}
    place = changes.pop("place", None) or place_of(referral, words)
    return add_evidence(referral=referral, by=by, place=place, **(asked | changes))


# ---- marking words


def test_marked_words_are_kept_with_their_exact_place_once(screening, team):
    referral = screening()
    version = Referral.objects.get(pk=referral.pk).version
    row = marked(referral, team.consultant)
    assert row.transcript.text[row.start : row.end] == row.quote == WORDS
    assert row.page == 1
    assert marked(referral, team.consultant) == row
    assert Referral.objects.get(pk=referral.pk).version == version + 1
    entry = AuditEntry.objects.get(action="evidence.add")
    assert entry.detail == {"referral": referral.pk, "criterion": CLAUSE, "speaks": "against"}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"quote": "He drinks 5 units a week."}, "Mark the words again"),
        ({"quote": WORDS.lower()}, "Mark the words again"),
        ({"criterion": "no-such-criterion"}, "Choose the criterion"),
        ({"speaks": "mention"}, "for or against"),
        ({"place": Place(0, 0, 5), "quote": "Larkf"}, "Mark the words again"),
    ],
)
def test_words_that_do_not_stand_there_are_not_marked(screening, team, changes, sentence):
    referral = screening()
    with pytest.raises(Refused, match=sentence):
        marked(referral, team.consultant, **changes)
    assert not AddedEvidence.objects.exists()


def test_a_place_out_of_the_text_or_without_words_is_refused(screening, team):
    referral = screening()
    here = place_of(referral, WORDS)
    for start, end, quote in ((here.end, here.start, ""), (0, 0, ""), (-5, 4, "x"), (10**6, 10**6 + 4, "")):
        with pytest.raises(Refused):
            marked(referral, team.consultant, place=Place(here.transcript, start, end), quote=quote)


def test_words_over_two_pages_are_refused(screening, team):
    referral = screening()
    transcript = Transcript.objects.get(document__referral=referral)
    half = len(transcript.text) // 2
    two = Transcript.objects.create(
        service_id=referral.service_id, document=transcript.document, text=transcript.text,
        pages=[{"number": 1, "start": 0, "end": half}, {"number": 2, "start": half, "end": len(transcript.text)}],
    )  # fmt: skip
    quote = two.text[half - 5 : half + 5]
    with pytest.raises(Refused, match="one page"):
        marked(referral, team.consultant, place=Place(two.pk, half - 5, half + 5), quote=quote)
    with pytest.raises(Refused, match="read again"):
        marked(referral, team.consultant, place=Place(transcript.pk, 0, 5), quote=transcript.text[:5])


def test_only_who_screens_the_referral_marks_words_and_only_who_marked_takes_them_back(waiting, team):
    referral = waiting()
    with pytest.raises(Refused, match="Start screening"):
        marked(referral, team.consultant)
    verbs.start_screening(referral=referral, by=team.consultant)
    with pytest.raises(Refused, match="is screening this referral"):
        marked(referral, team.colleague)
    with pytest.raises(Refused, match="Only a clinician"):
        marked(referral, team.administrator)
    row = marked(referral, team.consultant)
    verbs.take_over(referral=referral, by=team.colleague)
    with pytest.raises(Refused, match="Dr Con Sultant marked these words"):
        take_back_evidence(evidence=row, by=team.colleague)
    with pytest.raises(Refused, match="is screening this referral"):
        take_back_evidence(evidence=row, by=team.consultant)
    verbs.take_over(referral=referral, by=team.consultant)
    version = Referral.objects.get(pk=referral.pk).version
    assert take_back_evidence(evidence=row, by=team.consultant).taken_back_at is not None
    assert take_back_evidence(evidence=row, by=team.consultant).taken_back_at is not None
    assert Referral.objects.get(pk=referral.pk).version == version + 1
    assert AuditEntry.objects.filter(action="evidence.take_back").count() == 1
    assert marked(referral, team.consultant) != row


def test_pasted_words_are_found_whatever_their_blanks_and_must_be_unique(screening, team):
    referral = screening()
    place = find_words(referral, "he DRINKS\n4   units a week.")
    assert place == place_of(referral, WORDS)
    with pytest.raises(Refused, match="2 times"):
        find_words(referral, "he has")
    with pytest.raises(Refused, match="do not stand"):
        find_words(referral, "he drinks 40 units")
    with pytest.raises(Refused, match="Paste the words"):
        find_words(referral, " \n ")


def test_a_hint_counts_only_where_it_fits(screening, team):
    referral = screening()
    place = place_of(referral, WORDS)
    assert find_words(referral, WORDS, place) == place
    assert find_words(referral, WORDS, Place(place.transcript, 0, 5)) == place
    assert find_words(referral, WORDS, Place(place.transcript + 1, place.start, place.end)) == place
    short = Place(place.transcript, place.start, place.start + 2)
    assert find_words(referral, "He", short) == short  # "He" stands there more than once: the place tells which


@given(start=st.integers(0, 400), length=st.integers(1, 60))
def test_every_piece_of_a_text_that_is_unique_is_found_where_it_stands(start: int, length: int) -> None:
    """The pattern that finds pasted words, on its own: any piece, its blanks changed, is found at its place."""
    piece = LETTER[start : start + length].strip()
    if not piece or len(re.findall(r"\s+".join(map(re.escape, piece.split())), LETTER, re.IGNORECASE)) != 1:
        return
    spread = "\n\t ".join(piece.split())
    match = adding_evidence.pattern_of(spread).search(LETTER)
    assert match is not None
    assert match.group() == piece


def test_the_letter_quotes_what_the_clinician_marked_first_and_only_for_the_state_they_gave(screening, team):
    referral = screening()
    judging.judge(referral=referral, by=team.consultant, criterion=CLAUSE, state="against")
    against = marked(referral, team.consultant)
    marked(referral, team.consultant, "He is keen to learn self-management", speaks="for")
    referral.refresh_from_db()
    content = DecisionContent(outcome="delay", clauses=(CLAUSE,), reason="x")

    def quotes() -> tuple[str, ...]:
        return facts_of(referral, content, by=team.consultant, on=clock.today()).clauses[0].quotes

    assert quotes()[0] == WORDS
    assert len(quotes()) > 1
    assert "He is keen to learn self-management" not in quotes()
    take_back_evidence(evidence=against, by=team.consultant)
    assert WORDS not in quotes()


def test_confirming_what_has_been_read_again_since_is_refused(screening, team):
    referral = screening()
    seen = referral.screenings.last().pk
    new = [File("more.txt", b"He has a care plan with the community mental health team.")]
    receiving.add_documents(referral=referral, by=team.administrator, files=new)
    read_in(service_id=team.service.pk, referral_id=referral.pk)
    with pytest.raises(Refused, match="Something new has been read"):
        judging.judge(referral=referral, by=team.consultant, criterion="adult", state="not_stated", seen_run=seen)


# ---- earlier referrals


def decided(referral: Referral, by: Any, **changes: Any) -> Referral:
    content = DecisionContent(
        outcome="delay", clauses=(CLAUSE,), reason="Severe and no plan.", condition="there is a plan",
        watcher="the nurse", review_on=clock.today() + timedelta(days=30),
    )  # fmt: skip
    judging.judge(referral=referral, by=by, criterion=CLAUSE, state="against")
    version = Referral.objects.get(pk=referral.pk).version
    deciding.decide(referral=referral, by=by, content=content, key=uuid.uuid4(), seen_version=version)
    return Referral.objects.get(pk=referral.pk)


def test_what_was_decided_then_stands_beside_what_is_read_now(team):
    person = {"nhs_number": "9990000018"}
    before = waiting_referral(team, patient=person)
    verbs.start_screening(referral=before, by=team.consultant)
    before = decided(before, team.consultant)
    somebody_else = waiting_referral(team, patient={"family_name": "Other"})
    text = LETTER.replace("severe depression and there is no\ncare plan in place", "no mental health problems")
    now = waiting_referral(team, text, patient=person)

    assert list(earlier_referrals(now)) == [before]
    assert list(earlier_referrals(before)) == []
    assert list(earlier_referrals(somebody_else)) == []
    sheet, [earlier] = look_at_earlier(now, by=team.manager)
    assert earlier.last_decision is not None
    assert earlier.last_decision.reason == "Severe and no plan."
    assert earlier.sheet[CLAUSE].state == "against"
    assert earlier.sheet[CLAUSE].judged is not None
    assert earlier.sheet[CLAUSE].judged.by == team.consultant
    assert sheet[CLAUSE].state != "against"
    entry = AuditEntry.objects.get(action="referral.look", by=team.manager)
    assert (entry.subject_id, entry.detail) == (str(before.pk), {"beside": now.pk})


# ---- discussion and MDT list


def test_a_word_to_colleagues_is_kept_at_any_state_once(waiting, team):
    referral = waiting()
    first = discussing.add_comment(referral=referral, by=team.administrator, text=" Rang the GP. ")
    assert discussing.add_comment(referral=referral, by=team.administrator, text="Rang the GP.") == first
    assert discussing.add_comment(referral=referral, by=team.consultant, text="Rang the GP.") != first
    verbs.close(referral=referral, by=team.administrator, how="record_death", reason="The family rang.", told="The GP")
    discussing.add_comment(referral=referral, by=team.consultant, text="I have written to the family.")
    assert Comment.objects.count() == 3
    with pytest.raises(Refused, match="Only an administrator or a clinician"):
        discussing.add_comment(referral=referral, by=team.manager, text="x")
    with pytest.raises(Refused, match="Write what"):
        discussing.add_comment(referral=referral, by=team.consultant, text="  ")
    assert "GP" not in str(list(AuditEntry.objects.filter(action="comment.add").values_list("detail", flat=True)))


def test_a_question_to_the_meeting_stands_once_and_closes_with_what_was_agreed(waiting, team):
    referral, other = waiting(), waiting()
    today = clock.today()
    item = discussing.put_on_meeting_list(referral=referral, by=team.consultant, question="Who leads?")
    assert discussing.put_on_meeting_list(referral=referral, by=team.consultant, question="Who leads?") == item
    with pytest.raises(Refused, match="on the MDT list already"):
        discussing.put_on_meeting_list(referral=referral, by=team.colleague, question="And who rings?")
    with pytest.raises(Refused, match="in the past"):
        discussing.put_on_meeting_list(
            referral=other, by=team.colleague, question="When?", meets_on=today - timedelta(days=1)
        )
    soon = discussing.put_on_meeting_list(referral=other, by=team.colleague, question="When?", meets_on=today)
    assert list(discussing.meeting_list(team.consultant)) == [soon, item]
    verbs.close(
        referral=referral, by=team.administrator, how="withdraw", reason="Changed his mind.", asked_by="patient"
    )
    assert item in discussing.meeting_list(team.consultant)
    with pytest.raises(Refused, match="Write what was agreed"):
        discussing.record_agreed(item=item, by=team.colleague, agreed=" ")
    discussing.record_agreed(item=item, by=team.colleague, agreed="Nobody rings: he has withdrawn.")
    discussing.record_agreed(item=item, by=team.colleague, agreed="Nobody rings: he has withdrawn.")
    with pytest.raises(Refused, match="Dr Col League has already recorded"):
        discussing.record_agreed(item=item, by=team.consultant, agreed="Something else")
    assert list(discussing.meeting_list(team.consultant)) == [soon]
    assert MeetingItem.objects.get(pk=item.pk).agreed_by == team.colleague
    assert AuditEntry.objects.filter(action="meeting.agree").count() == 1
    discussing.put_on_meeting_list(referral=referral, by=team.consultant, question="And now?")
