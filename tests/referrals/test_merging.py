"""Two referrals of one person: offered, merged by a person, and taken apart again, with nothing out of sight."""

import re
from datetime import date

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from painpath import clock, documents
from painpath.accounts.models import AuditEntry
from painpath.directory.models import Practice
from painpath.letters import outbox, refiling
from painpath.letters.models import Dispatch, Letter
from painpath.referrals import pathways, verbs
from painpath.referrals.arriving import receiving
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.reading_in import read_in
from painpath.referrals.corrections import merging, misfiling
from painpath.referrals.models import Alert, Document, Merge, Referral
from painpath.referrals.refusal import Refused
from painpath.referrals.sheet import judging
from painpath.referrals.transitions import State
from painpath.referrals.unsettled import open_alerts
from painpath.referrals.worklist.queries import rows_of
from painpath.referrals.worklist.searching import search
from painpath.triage.presenters.page import frame
from painpath.triage.presenters.worklist_rows import rows
from tests.letters.posting import decide
from tests.referrals.conftest import LETTER
from tests.referrals.test_deciding import CLAUSE, confirm, delay, signed

NUMBER = "9990000018"
BORN = date(1966, 4, 3)
DANGER = LETTER + "\nHe says that he wants to end his life.\n"
AGAIN = LETTER.replace("low back pain", "low back pain, worse since the spring,")
SAME = {"patient": {"nhs_number": NUMBER, "date_of_birth": BORN}}


@pytest.fixture
def two(team, waiting):
    """(the one that stays, the duplicate with an alert) of one person."""
    return waiting(**SAME), waiting(DANGER, **SAME)


def fresh(referral: Referral) -> Referral:
    return Referral.objects.get(pk=referral.pk)


def make(two, team, **changes) -> Merge:
    into, duplicate = two
    given = {"duplicate": duplicate, "into": into, "by": team.administrator, "reason": "The GP sent it twice."}
    return merging.merge(**(given | changes))


@pytest.mark.parametrize(
    ("one", "other", "offered"),
    [
        ({"nhs_number": NUMBER, "date_of_birth": BORN}, {"nhs_number": NUMBER, "date_of_birth": BORN}, True),
        ({"nhs_number": NUMBER, "date_of_birth": BORN}, {"date_of_birth": BORN}, True),
        ({"date_of_birth": BORN}, {"date_of_birth": BORN, "family_name": "ASHCOMBE"}, True),
        ({"date_of_birth": BORN}, {"date_of_birth": date(1966, 4, 4)}, False),
        ({"date_of_birth": BORN}, {"date_of_birth": BORN, "family_name": "Ashcroft"}, False),
        ({"nhs_number": NUMBER, "date_of_birth": BORN}, {"nhs_number": "9990000026", "date_of_birth": BORN}, False),
        ({}, {}, False),
    ],
)
def test_who_is_offered(team, waiting, one, other, offered):
    first, second = waiting(patient=one), waiting(AGAIN, patient=other)
    for this, that in ((first, second), (second, first)):
        assert list(merging.possible_duplicates(this)) == ([that] if offered else [])
    if not offered:
        with pytest.raises(Refused, match="not about the same person"):
            merging.merge(duplicate=second, into=first, by=team.administrator, reason="x")


def test_a_merge_whole(team, two):
    into, duplicate = two
    before = into.version
    merge = make(two, team)
    into, duplicate = fresh(into), fresh(duplicate)
    assert (duplicate.state, into.state) == (State.CLOSED_IN_ERROR, State.AWAITING_SCREENING)
    copy = into.documents.get(copied_from__isnull=False)
    assert bytes(copy.content) == bytes(duplicate.documents.get().content)
    assert copy.copied_from == duplicate.documents.get()
    run = into.screenings.last()
    assert set(run.transcripts.values_list("document", flat=True)) == set(into.documents.values_list("pk", flat=True))
    assert into.version > before
    # the alert stands where the documents are, and nowhere twice
    assert (into.look_first, into.live) == (0, True)
    assert open_alerts(into).count() == duplicate.alerts.count() > 0
    assert (duplicate.live, open_alerts(duplicate).count()) == (False, 0)
    assert merging.merge(duplicate=duplicate, into=into, by=team.administrator, reason="Again.") == merge
    for action in ("merge.make", "referral.merge", "document.file"):
        assert AuditEntry.objects.filter(action=action, by=team.administrator).exists(), action
    # its UBRN and its reference lead to the one that stands
    for words in (duplicate.ubrn, duplicate.reference, duplicate.reference.lower()):
        assert into in search(team.administrator, words).referrals
    with pytest.raises(Refused, match="Take the merge back instead"):
        verbs.take_back(referral=duplicate, by=team.administrator, reason="It was not.")


def test_what_was_done_about_an_alert_comes_along(team, two):
    into, duplicate = two
    for alert in duplicate.alerts.all():
        judging.act_on_alert(alert=alert, by=team.consultant, action="Rang the GP, who sees him today.")
    make(two, team)
    carried = fresh(into).alerts.get()
    assert (carried.action.by, carried.action.action) == (team.consultant, "Rang the GP, who sees him today.")


def test_the_same_letter_is_not_filed_twice(team, waiting):
    into, duplicate = waiting(DANGER, **SAME), waiting(DANGER, **SAME)
    Alert.objects.get(referral=into)
    judging.act_on_alert(alert=into.alerts.get(), by=team.consultant, action="Rang the GP.")
    make((into, duplicate), team)
    assert fresh(into).documents.count() == 1
    assert not open_alerts(fresh(into)).exists()  # somebody acted on these words of this letter of this person


def test_a_merge_taken_back(team, two):
    into, duplicate = two
    merge = make(two, team)
    judging.act_on_alert(alert=fresh(into).alerts.get(), by=team.consultant, action="Rang him.")
    verbs.start_screening(referral=into, by=team.consultant)
    confirm(into, team.consultant, CLAUSE)
    signed(into, team.consultant, delay())
    letter = Letter.objects.filter(referral=into).first()
    queued = outbox.queue(
        into, by=team.consultant, kind="letter", to="patient", channel="print", name="Leonard Ashcombe", letter=letter
    )
    decisions = refiling.unmerge(merge=merge, by=team.administrator, reason="Another problem: his neck.")
    into, duplicate = fresh(into), fresh(duplicate)
    assert duplicate.state == State.AWAITING_SCREENING
    assert duplicate.came_back == "again"
    assert into.documents.current().count() == 1
    assert set(into.screenings.last().transcripts.all()) == set(into.documents.current().get().transcripts.all())
    assert (into.look_first, duplicate.look_first) == (2, 0)  # what was done there was done about another referral
    assert [decision.outcome for decision in decisions] == ["delay"]
    assert into.tasks.get().kind == "correction_letter"
    queued.refresh_from_db()
    assert queued.state == "cancelled"
    assert list(merging.possible_duplicates(into)) == [duplicate]
    with pytest.raises(Refused, match="taken back already"):
        merging.unmerge(merge=merge, by=team.consultant, reason="Again.")
    make((into, duplicate), team)  # and merged again after all
    assert fresh(into).documents.current().count() == 2


def test_an_alert_that_only_the_copy_has_is_there_again_after_it(team, two):
    into, duplicate = two
    merge = make(two, team)
    copy = fresh(into).documents.get(copied_from__isnull=False).transcripts.get()
    Alert.objects.create(
        service_id=team.service.pk, referral=into, transcript=copy, kind="safeguarding", certainty="uncertain",
        quote=copy.text[:4], start=0, end=4, page=1,
    )  # fmt: skip
    refiling.unmerge(merge=merge, by=team.administrator, reason="Not the same.")
    assert set(open_alerts(fresh(duplicate)).values_list("kind", flat=True)) >= {"safeguarding"}


def test_when_a_merge_is_refused(team, two, waiting):
    into, duplicate = two
    with pytest.raises(Refused, match="Only"):
        make(two, team, by=team.manager)
    with pytest.raises(Refused, match="same referral"):
        make(two, team, into=duplicate)
    with pytest.raises(Refused, match="Give a reason"):
        make(two, team, reason=" ")
    assert not Merge.objects.exists()
    receiving.add_documents(referral=duplicate, by=team.administrator, files=[File("b.txt", b"New words")])
    with pytest.raises(Refused, match="still being read"):
        make(two, team)
    read_in(service_id=team.service.pk, referral_id=duplicate.pk, reader=documents.read)
    verbs.start_screening(referral=duplicate, by=team.consultant)
    with pytest.raises(Refused, match="is screening this referral"):
        make(two, team)
    for alert in duplicate.alerts.all():
        judging.act_on_alert(alert=alert, by=team.consultant, action="Rang the GP.")
    confirm(duplicate, team.consultant, CLAUSE)
    signed(duplicate, team.consultant, delay())
    with pytest.raises(Refused, match="has been decided"):
        make(two, team)
    verbs.close(referral=into, by=team.administrator, how="withdraw", reason="He said so.", asked_by="patient")
    with pytest.raises(Refused, match="has ended"):
        make((into, waiting(AGAIN, **SAME)), team)


def test_a_restricted_record_is_not_merged_into_one_that_the_whole_team_reads(team, two):
    into, duplicate = two
    Referral.objects.filter(pk=duplicate.pk).update(restricted=True)
    with pytest.raises(Refused, match="whole team could read it"):
        make(two, team)
    assert make((duplicate, into), team).into == duplicate


def test_two_that_are_two_are_not_offered_again(team, two):
    into, duplicate = two
    with pytest.raises(Refused, match="Say how you know"):
        merging.tell_apart(one=into, other=duplicate, by=team.administrator, reason="")
    row = merging.tell_apart(one=duplicate, other=into, by=team.administrator, reason="Back and neck.")
    assert merging.tell_apart(one=into, other=duplicate, by=team.consultant, reason="The same.") == row
    assert not merging.possible_duplicates(into).exists()
    assert not merging.possible_duplicates(duplicate).exists()


def test_a_chain_is_taken_apart_from_its_end(team, two, waiting):
    first = make(two, team)
    third = waiting(AGAIN, **SAME)
    second = make((third, two[0]), team)
    assert fresh(third).documents.count() == 3
    with pytest.raises(Refused, match="Take that back first"):
        merging.unmerge(merge=first, by=team.administrator, reason="x")
    with pytest.raises(Refused, match="Move the document from there"):
        misfiling.move_document(
            document=Document.objects.filter(referral=two[1]).get(), to=third, by=team.administrator, reason="x"
        )
    merging.unmerge(merge=second, by=team.administrator, reason="x")
    merging.unmerge(merge=first, by=team.administrator, reason="x")
    assert [fresh(one).documents.current().count() for one in (*two, third)] == [1, 1, 1]


# --- what a merge leaves behind ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["into", "duplicate"])
def test_the_earlier_due_date_of_the_two_stands(team, two, first):
    into, duplicate = two
    days = {"into": date(2027, 3, 1), "duplicate": date(2027, 3, 1), first: date(2027, 2, 1)}
    for name, referral in (("into", into), ("duplicate", duplicate)):
        step = referral.transitions.last()
        Referral.objects.filter(pk=referral.pk).update(due_on=days[name])
        assert step is not None
    make(two, team)
    assert fresh(into).due_on == date(2027, 2, 1)
    brought = into.transitions.filter(verb="bring_forward")
    assert [step.due_on for step in brought] == ([date(2027, 2, 1)] if first == "duplicate" else [])


def test_a_delay_comes_back_on_the_day_of_what_was_merged_into_it(team, screening, waiting):
    into = screening(**SAME)
    confirm(into, team.consultant, CLAUSE)
    signed(into, team.consultant, delay())
    duplicate = waiting(AGAIN, **SAME)
    due = fresh(duplicate).due_on
    assert due < fresh(into).due_on
    make((fresh(into), duplicate), team)
    assert fresh(into).due_on == due
    jobs = ProcrastinateJob.objects.filter(task_name="referrals.fall_due", args__referral=into.pk)
    assert due in {job.scheduled_at.astimezone(clock.LONDON).date() for job in jobs}


def test_one_act_for_the_same_words_in_two_copies(team, waiting):
    into, duplicate = waiting(DANGER, **SAME), waiting(DANGER.replace("low back", "back"), **SAME)
    make((into, duplicate), team)
    one, twin = open_alerts(fresh(into)).order_by("pk")
    assert one.quote == twin.quote
    row = judging.act_on_alert(alert=one, by=team.consultant, action="Rang the GP.")
    assert not open_alerts(fresh(into)).exists()
    assert (
        row.action
        == twin.action.action
        == "Rang the GP. (Recorded once for the same words in two copies of this letter.)"
    )
    assert AuditEntry.objects.filter(action="alert.act", subject_id__in=[str(one.pk), str(twin.pk)]).count() == 2
    assert judging.act_on_alert(alert=one, by=team.consultant, action="Rang the GP.") == row


def test_other_words_and_other_letters_need_their_own_act(team, waiting):
    other = LETTER + "\nShe has thoughts of suicide and wants to end her life tonight.\n"
    into, duplicate = waiting(DANGER, **SAME), waiting(other, **SAME)
    make((into, duplicate), team)
    before = set(open_alerts(fresh(into)).values_list("pk", "quote"))
    pk, quote = min(before)
    judging.act_on_alert(alert=Alert.objects.get(pk=pk), by=team.consultant, action="Rang the GP.")
    assert set(open_alerts(fresh(into)).values_list("pk", "quote")) == before - {(pk, quote)}
    # the same words in two letters that no merge brought together are two alarms
    twice = waiting(DANGER)
    receiving.add_documents(
        referral=twice, by=team.administrator, files=[File("b.txt", (DANGER + "\nAgain.").encode())]
    )
    read_in(service_id=team.service.pk, referral_id=twice.pk, reader=documents.read)
    judging.act_on_alert(alert=twice.alerts.first(), by=team.consultant, action="Rang the GP.")
    assert open_alerts(fresh(twice)).count() == 1


def test_a_merged_referral_says_where_it_went(team, two):
    into, duplicate = two
    make(two, team)
    words = f"Merged into {into.reference}"
    assert frame(fresh(duplicate), team.administrator)["state"] == words
    pathway, _ = pathways.in_force(team.service)
    assert [row.state for row in rows(rows_of([duplicate.pk, into.pk]), pathway, team.administrator)] == [
        words, "Awaiting screening",
    ]  # fmt: skip


def test_everybody_who_sent_what_was_merged_is_told(team, waiting, screening):
    into = screening(**SAME)
    same = waiting(LETTER + "\nA third.", **SAME)
    other = waiting(LETTER + "\nA second.", **SAME, referrer_name="Dr B Else", practice_name="Seaview Surgery")
    nurse = waiting(LETTER + "\nA fourth.", **SAME, referrer_name="Nurse C", practice_name="")
    Practice.objects.filter(pk=other.practice_id).update(address="2 Sea Road", postcode="SO29 4WS")
    for duplicate in (same, other, nurse):
        make((into, duplicate), team, by=team.consultant)
    decide(team, fresh(into), begin=False)
    told = {
        (one.to, one.name, one.address, one.state)
        for one in Dispatch.objects.filter(referral=into, facts__has_key="merged")
    }
    assert told == {
        ("gp", "Seaview Surgery", "2 Sea Road\nSO29 4WS", "queued"),
        ("referrer", "Nurse C", "", "held"),
    }
    held = Dispatch.objects.get(referral=into, name="Nurse C")
    assert "There is no postal address on record for Nurse C." in held.why
    letter = Letter.objects.get(referral=into, audience="gp")
    assert {"Seaview Surgery", "Nurse C"} <= set(re.findall("Seaview Surgery|Nurse C", letter.text))
