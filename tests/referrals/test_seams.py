"""Where one part of the record meets another: nothing that somebody must do or know falls between them."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from painpath import clock, documents
from painpath.accounts.scope import scope
from painpath.letters import calendar, channels, closing, following, outbox, refiling, reversing
from painpath.letters.models import Dispatch, DispatchState
from painpath.referrals import todo, verbs
from painpath.referrals.arriving import receiving, registering
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.reading_in import read_in
from painpath.referrals.corrections import merging
from painpath.referrals.decisions import reversing as second_thoughts
from painpath.referrals.guidance import asked, conversation
from painpath.referrals.models import Referral, Task
from painpath.referrals.moves import lock
from painpath.referrals.refusal import Refused
from tests.referrals.conftest import LETTER, details
from tests.referrals.deciding import decided


def open_tasks(referral) -> list[str]:
    return list(Task.objects.filter(referral=referral, done_at__isnull=True).values_list("kind", flat=True))


def fresh(referral) -> Referral:
    return Referral.objects.get(pk=referral.pk)


def of_the_same_person(team, referral) -> Referral:
    other = receiving.receive(by=team.administrator, files=[File("b.txt", LETTER.encode())], key=uuid.uuid4())
    read_in(service_id=team.service.pk, referral_id=other.pk, reader=documents.read)
    registering.register(referral=other, by=team.administrator, details=details())
    Referral.objects.filter(pk=other.pk).update(patient=referral.patient)
    return fresh(other)


def test_who_has_somebody_elses_document_is_told_also_when_the_decision_is_reversed(team, screening):
    referral = screening()
    [foreign] = receiving.add_documents(
        referral=referral, by=team.administrator, files=[File("hers.txt", b"Dear team\nMrs Otherwise has knee pain.")]
    )
    read_in(service_id=team.service.pk, referral_id=referral.pk, reader=documents.read)
    decided(referral, team.consultant, "redirect")
    refiling.move_document(document=foreign, to=None, by=team.administrator, reason="It is Mrs Otherwise's.")
    assert "recall_documents" in open_tasks(referral)
    reversing.reverse(referral=fresh(referral), by=team.consultant, reason="It rested on her letter.")
    assert "recall_documents" in open_tasks(referral)
    assert "send_documents" not in open_tasks(referral)


def test_what_the_referrer_writes_about_advice_comes_to_a_clinician(team, screening):
    referral = screening()
    decided(referral, team.consultant, "advise", no_question=True, recommendation="ADVICE_ONLY_NO_REFERRAL_RECOMMENDED")
    for _ in range(2):
        conversation.record_message(
            referral=referral, by=team.administrator, words="He cannot take it.", said_on=clock.today()
        )
    task = referral.tasks.get(kind="contact")
    assert (task.owner_role, task.due_on >= clock.today()) == ("clinician", True)
    conversation.record_verdict(
        referral=referral, by=team.administrator, verdict="not_answered", words="He had it.", said_on=clock.today()
    )
    assert not open_tasks(referral)


def test_a_message_about_somebody_else_is_not_quoted_once_it_was_moved(team, screening):
    referral = screening()
    conversation.record_message(
        referral=referral, by=team.administrator, words="Should Mrs Otherwise stop morphine?", said_on=clock.today()
    )
    read_in(service_id=team.service.pk, referral_id=referral.pk, reader=documents.read)
    assert asked.in_their_words(referral, "stop morphine")
    message = referral.documents.get(name__startswith="Message of")
    refiling.move_document(document=message, to=None, by=team.administrator, reason="About Mrs Otherwise.")
    assert not asked.in_their_words(referral, "stop morphine")
    entry = referral.conversation.get()
    assert asked.moved_away(referral) == {entry.pk}


def test_a_death_reaches_every_referral_of_the_person(team, screening):
    referral = screening()
    other, third = of_the_same_person(team, referral), of_the_same_person(team, referral)
    verbs.start_screening(referral=other, by=team.consultant)
    decided(other, team.consultant, "signpost")
    job = ProcrastinateJob.objects.get(task_name="letters.ask_signposts")
    todo.give_task(
        other, "correction_letter", "Put it right.", by=team.consultant, role="clinician", due_on=clock.today(),
        to="patient",
    )  # fmt: skip
    close = {"by": team.administrator, "how": "record_death", "reason": "The GP rang.", "told": "The GP"}
    closing.close(referral=referral, **close)
    assert open_tasks(other) == []
    with clock.at(clock.today() + timedelta(days=60)):
        calendar.ask_signposts(**job.args)
    assert open_tasks(other) == []
    assert not Dispatch.objects.filter(kind="signpost_question").exists()
    [task] = third.tasks.all()
    assert (task.kind, task.due_on, referral.reference in task.words) == ("contact", clock.today(), True)
    closing.close(referral=fresh(third), **close)
    assert open_tasks(third) == []


def test_a_look_by_another_clinician_is_still_owed_after_a_merge(team, screening):
    referral = screening()
    other = of_the_same_person(team, referral)
    decided(referral, team.consultant, "not_now")
    second_thoughts.look_again(referral=referral, by=team.administrator, asked_by="patient", words="Please look again.")
    merging.merge(duplicate=fresh(referral), into=other, by=team.administrator, reason="The same letter.")
    with pytest.raises(Refused, match="Another clinician"):
        verbs.start_screening(referral=other, by=team.consultant)


def test_whoever_comes_back_is_not_asked_nor_told_what_is_no_longer_so(team, screening):
    referral = screening()
    decision = decided(referral, team.consultant, "signpost")
    verbs.take_back(referral=referral, by=team.administrator, reason="The GP rang.")
    assert decision.follow_ups.get().answered_at is not None
    referral = fresh(referral)
    verbs.close(referral=referral, by=team.administrator, how="withdraw", reason="He said so.", asked_by="patient")
    assert open_tasks(referral) == ["door_open_letter"]
    second_thoughts.look_again(referral=referral, by=team.administrator, asked_by="patient", words="I want to come.")
    assert open_tasks(referral) == []


def test_after_an_answer_nobody_has_to_chase_it_nor_reminds_of_it(team, screening):
    referral = screening()
    request = decided(referral, team.consultant, "ask_patient").requests.get()
    following.remind(request=request, by=team.administrator)
    job = ProcrastinateJob.objects.filter(task_name="letters.chase").first()
    with clock.at(clock.today() + timedelta(days=40)):
        calendar.chase(**job.args)
    assert open_tasks(referral) == ["contact"]
    reminder = outbox.whole(kind="reminder").get()
    before = channels.reasons_to_hold(reminder)
    verbs.record_reply(referral=referral, by=team.administrator, reason="Moving helps.", of="patient")
    assert open_tasks(referral) == []
    [why] = set(channels.reasons_to_hold(reminder)) - set(before)
    assert why.startswith("An answer has come")


def test_what_could_not_be_sent_is_not_chased_once_it_was_stopped(team, waiting):
    referral = waiting()
    dispatch = outbox.queue(
        referral, by=team.administrator, kind="notice", to="gp", channel="print", name="N", address="A"
    )
    todo.give_task(
        referral, "contact", "It could not be sent.", by=team.administrator, role="administrator",
        due_on=clock.today(), dispatch=dispatch.pk,
    )  # fmt: skip
    outbox.stop([dispatch], by=team.administrator, why="The decision was reversed.")
    dispatch.refresh_from_db()
    assert (dispatch.state, open_tasks(referral)) == (DispatchState.CANCELLED, [])


@pytest.mark.django_db(transaction=True)
def test_what_only_points_to_a_referral_does_not_wait_for_it(service_id):
    """Else whoever holds a letter and adds a task, and whoever holds the referral and stops its letters, deadlock."""
    from tests.referrals.conftest import make_team, waiting_referral

    with scope(service_id):
        team = make_team()
        referral = waiting_referral(team)
    added = []

    def add() -> None:
        try:
            with scope(service_id), transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '2s'")
                todo.give_task(
                    referral, "contact", "Ring.", by=team.administrator, role="administrator", due_on=clock.today()
                )
            added.append(True)  # after the commit, when PostgreSQL looks where the row points
        finally:
            connection.close()

    with scope(service_id), transaction.atomic():
        lock(referral)
        thread = threading.Thread(target=add)
        thread.start()
        thread.join()
    assert added
