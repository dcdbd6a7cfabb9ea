"""What a decision has set ends when the referral leaves it, by whichever way."""

from datetime import timedelta

import pytest

from painpath import clock
from painpath.accounts.audit import Process
from painpath.letters import ers, following, refiling, reversing
from painpath.letters.channels import reasons_to_hold
from painpath.letters.models import Dispatch
from painpath.referrals import verbs
from painpath.referrals.decisions import asking
from painpath.referrals.decisions.reversing import look_again
from painpath.referrals.models import Referral
from painpath.referrals.moves import CALENDAR
from painpath.referrals.refusal import Refused
from painpath.referrals.todo import give_task
from painpath.referrals.transitions import State
from tests.referrals.deciding import decided


def again(referral, by, outcome):
    """Another decision on a referral that awaits screening."""
    verbs.start_screening(referral=referral, by=by)
    return decided(referral, by, outcome)


def test_who_is_to_be_looked_after_does_not_decide_when_the_second_look_is_taken_back(team, screening):
    referral = screening()
    decided(referral, team.consultant, "not_now")
    look_again(referral=referral, by=team.administrator, asked_by="gp", words="You missed the plan.")
    again(referral, team.colleague, "accept")
    assert Referral.objects.get(pk=referral.pk).not_by is None
    reversing.reverse(referral=referral, by=team.colleague, reason="The wrong letter.")
    referral = Referral.objects.get(pk=referral.pk)
    assert referral.not_by == team.consultant
    with pytest.raises(Refused, match="Another clinician"):
        verbs.start_screening(referral=referral, by=team.consultant)
    again(referral, team.colleague, "accept")


def test_closing_ends_the_wait_for_the_gps_referral(team, screening):
    referral = screening(may_convert=False)
    decided(referral, team.consultant, "accept")
    assert referral.awaits_referral
    verbs.close(referral=referral, by=team.administrator, how="withdraw", reason="He asked.", asked_by="patient")
    referral.refresh_from_db()
    assert (referral.awaits_referral, referral.priority, referral.clock_started_on) == (False, "", None)


def test_taking_back_asks_nobody_whether_they_got_there(team, screening):
    referral = screening()
    decision = decided(referral, team.consultant, "signpost")
    verbs.take_back(referral=referral, by=team.administrator, reason="Sent back by the service.")
    assert not decision.follow_ups.filter(answered_at__isnull=True).exists()


def test_a_referral_closed_with_its_only_document_asks_nothing_more(team, screening):
    referral = screening()
    decided(referral, team.consultant, "ask_patient")
    refiling.move_document(
        document=referral.documents.get(), to=None, by=team.administrator, reason="Not his.", close_source=True
    )
    referral.refresh_from_db()
    assert referral.state == State.CLOSED_IN_ERROR
    assert not asking.open_requests(referral)


def test_after_the_answer_no_reminder_leaves_and_nobody_is_chased(team, screening):
    referral = screening()
    request = decided(referral, team.consultant, "ask_patient").requests.get()
    by = Process(team.service, CALENDAR)
    for days in (22, 30):
        with clock.at(clock.today() + timedelta(days=days)):
            following.chase(request=request, by=by)
    reminder = Dispatch.objects.get(kind="reminder")
    assert not any("An answer has come" in why for why in reasons_to_hold(reminder))
    assert referral.tasks.filter(kind="contact", done_at__isnull=True).count() == 1
    verbs.record_reply(referral=referral, by=team.administrator, reason="Moving helps.", of="patient")
    assert any("An answer has come" in why for why in reasons_to_hold(reminder))
    assert referral.tasks.get(kind="contact").done_by == team.administrator


def test_a_reversal_does_not_call_back_the_recall_of_somebody_elses_document(team, screening):
    referral = screening()
    decision = decided(referral, team.consultant, "redirect")
    recall = give_task(
        referral, "recall_documents", "One was somebody else's.", by=team.consultant, role="clinician",
        due_on=clock.today(), decision=decision.pk,
    )  # fmt: skip
    reversing.reverse(referral=referral, by=team.consultant, reason="Not his letter.")
    recall.refresh_from_db()
    assert recall.done_at is None
    assert referral.tasks.get(kind="send_documents").done_at is not None


def test_nobody_who_has_left_sends_a_reply_in_ers(team, screening):
    referral = screening()
    decided(referral, team.consultant, "accept")
    reply = Dispatch.objects.get(kind=ers.KIND)
    team.colleague.ended_at = clock.now()
    team.colleague.save()
    with pytest.raises(Refused, match="has ended"):
        ers.mark_sent(dispatch=reply, by=team.colleague)
