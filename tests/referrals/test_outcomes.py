"""Every outcome whole: what it needs, what it leaves behind, what follows, and how it comes back."""

from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from painpath import clock
from painpath.letters import calendar, closing, following, reversing
from painpath.letters.models import Dispatch, DispatchState
from painpath.letters.outbox import queue
from painpath.letters.signing import prepare
from painpath.referrals import todo, verbs
from painpath.referrals.arriving.needs import record_needs
from painpath.referrals.decisions import accepting, asking, decision_rules, following_up
from painpath.referrals.decisions import reversing as second_thoughts
from painpath.referrals.decisions.decision_content import DecisionContent
from painpath.referrals.models import Referral, Task
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import State
from tests.referrals.conftest import acceptance
from tests.referrals.deciding import CLAUSE, NEEDS, confirm, decided


def fresh(referral) -> Referral:
    return Referral.objects.get(pk=referral.pk)


def open_tasks(referral) -> set[str]:
    return set(Task.objects.filter(referral=referral, done_at__isnull=True).values_list("kind", flat=True))


def letter(decision, audience) -> str:
    return decision.letters.get(audience=audience).text


# --- accepted -------------------------------------------------------------------------------------------------------


def test_an_acceptance_tells_priority_wait_and_its_day(team, screening):
    referral = screening()
    today = clock.today()
    wait = {"wait": "range", "wait_from": 12, "wait_to": 20, "wait_as_of": today - timedelta(days=20)}
    decision = decided(referral, team.consultant, "accept", priority="urgent", **wait)
    assert (referral.priority, referral.clock_started_on, referral.awaits_referral) == ("urgent", today, False)
    assert decision.details["wait_as_of"] == (today - timedelta(days=20)).isoformat()
    for audience in ("patient", "gp"):
        words = " ".join(letter(decision, audience).split())
        assert "between 12 and 20 weeks" in words
        assert f"{today - timedelta(days=20):%-d %B %Y}" in words
        assert "You will be seen sooner than most people." in words
        assert "cannot say yet" not in words
    assert f"clock started on {today:%-d %B %Y}" in " ".join(letter(decision, "gp").split())


def test_no_wait_is_invented(team, screening):
    referral = screening()
    decision = decided(referral, team.consultant, "accept")
    assert all("We cannot say yet how long" in " ".join(letter(decision, to).split()) for to in ("patient", "gp"))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"priority": "soonish"}, "priority"),
        ({"wait": "range"}, "wait_from"),
        ({"wait": "range", "wait_from": 9, "wait_to": 8, "wait_as_of": clock.today()}, "wait_to"),
        ({"wait": "range", "wait_from": 8, "wait_to": 9}, "wait_as_of"),
        ({"wait": "range", "wait_from": 8, "wait_to": 9, "wait_as_of": clock.tomorrow()}, "wait_as_of"),
        ({"wait": "range", "wait_from": 8, "wait_to": 9, "wait_as_of": clock.today() - timedelta(400)}, "wait_as_of"),
        ({"clock_started_on": clock.tomorrow()}, "clock_started_on"),
    ],
)
def test_what_is_odd_in_an_acceptance_is_named(team, screening, changes, field):
    content = DecisionContent(reason="Clear.", **acceptance(**changes))
    assert field in decision_rules.problems(screening(), content, by=team.consultant)


def test_a_clock_that_ran_out_before_the_letter_came_is_pointed_out(team, screening):
    referral = screening()
    for days, odd in ((18 * 7, False), (18 * 7 + 1, True)):
        started = referral.received_at.astimezone(clock.LONDON).date() - timedelta(days=days)
        content = DecisionContent(reason="Clear.", **acceptance(clock_started_on=started))
        assert not decision_rules.problems(referral, content, by=team.consultant)
        found = [check.id for check in prepare(referral, content, by=team.consultant)["gp"].to_change]
        assert ("clock" in found) is odd


@pytest.mark.parametrize("may_convert", [None, False])
def test_without_authority_the_gps_own_referral_is_awaited(team, screening, may_convert):
    referral = screening(may_convert=may_convert)
    decision = decided(referral, team.consultant, "accept", clock_started_on=None)
    assert (referral.state, referral.awaits_referral, referral.clock_started_on) == (State.ACCEPTED, True, None)
    assert referral.due_on == clock.today() + timedelta(days=14)
    assert f"advice request {referral.ubrn}" in " ".join(letter(decision, "gp").split())
    booked = {"system": "Clinic", "number": "1", "on": clock.today()}
    with pytest.raises(Refused, match="own referral has not come"):
        verbs.hand_over(referral=referral, by=team.administrator, **booked)
    for ubrn, on in (("123", clock.today()), ("000000000777", clock.tomorrow())):
        with pytest.raises(Refused):
            accepting.record_gp_referral(referral=referral, by=team.administrator, ubrn=ubrn, on=on)
    for _ in range(2):  # a double click is one
        accepting.record_gp_referral(referral=referral, by=team.administrator, ubrn="0000 0000 0777", on=clock.today())
    referral = fresh(referral)
    assert (referral.ubrn, referral.awaits_referral, referral.clock_started_on) == (
        "000000000777",
        False,
        clock.today(),
    )
    assert referral.transitions.filter(verb="record_gp_referral").count() == 1
    verbs.hand_over(referral=referral, by=team.administrator, **booked)


def test_a_letter_needs_nobodys_authority(team, screening):
    referral = screening(route="practitioner-letter", ubrn="", may_convert=None)
    decided(referral, team.consultant, "accept")
    assert not referral.awaits_referral


# --- information requested ------------------------------------------------------------------------------------------


def test_one_bundled_request_each_and_a_reply_of_one_waits_for_the_other(team, screening):
    referral = screening()
    asks = {f"referrer:{CLAUSE}": "Is there a care plan?", f"patient:{CLAUSE}": "Who helps you?", "patient:adult": "No"}
    decision = decided(
        referral, team.consultant, "ask_referrer", asks=asks, questions_referrer="- Which medicines?\n\n",
        questions_patient="",
    )  # fmt: skip
    of = {request.of: request for request in decision.requests.all()}
    assert of["referrer"].items == [
        {"criterion": CLAUSE, "words": "Is there a care plan?"},
        {"criterion": "", "words": "Which medicines?"},
    ]
    assert of["patient"].items == [{"criterion": CLAUSE, "words": "Who helps you?"}]
    assert referral.state == State.AWAITING_REFERRER
    assert (of["referrer"].due_on, of["patient"].due_on) == (
        clock.today() + timedelta(days=14), clock.today() + timedelta(days=21),
    )  # fmt: skip
    assert referral.due_on == of["referrer"].due_on
    assert "Who helps you?" in letter(decision, "patient")
    assert "Is there a care plan?" not in letter(decision, "patient")
    assert "do not need to do anything" not in " ".join(letter(decision, "patient").split())

    verbs.record_reply(referral=referral, by=team.administrator, of="referrer", reason="Yes, since May.")
    referral = fresh(referral)
    assert (referral.state, referral.due_on, referral.came_back) == (
        State.AWAITING_PATIENT, of["patient"].due_on, "",
    )  # fmt: skip
    with pytest.raises(Refused, match="the patient"):
        verbs.record_reply(referral=referral, by=team.administrator, of="referrer", reason="Again.")
    verbs.record_reply(referral=referral, by=team.administrator, of="patient", reason="My sister.")
    referral = fresh(referral)
    assert (referral.state, referral.came_back) == (State.AWAITING_SCREENING, "reply")
    assert [request.answer for request in decision.requests.all()] == ["Yes, since May.", "My sister."]


def test_a_request_may_hold_only_what_the_cited_clauses_ask(team, screening):
    """Nothing written freely: signed like any other, and the conversation holds every question."""
    referral = screening()
    asks = {f"referrer:{CLAUSE}": "Is there a care plan?", f"patient:{CLAUSE}": "Who helps you?"}
    decision = decided(referral, team.consultant, "ask_referrer", asks=asks, questions_referrer="", to_gp="Thank you.")
    assert decision.conversation.get().text == "Is there a care plan?\n\nThank you."


def test_staff_may_say_that_one_answer_is_enough(team, screening):
    referral = screening()
    decided(referral, team.consultant, "ask_referrer", questions_patient="Who helps you?")
    verbs.record_reply(referral=referral, by=team.administrator, of="patient", reason="A plan is there.", enough=True)
    assert fresh(referral).state == State.AWAITING_SCREENING
    assert not asking.open_requests(referral)


@pytest.mark.parametrize(
    ("outcome", "days", "state"),
    [
        ("ask_referrer", 14, State.AWAITING_REFERRER),
        ("ask_patient", 21, State.AWAITING_PATIENT),
        ("send_questionnaire", 21, State.AWAITING_PATIENT),
    ],
)
def test_silence_leads_to_one_reminder_then_to_a_person_and_never_to_an_end(team, screening, outcome, days, state):
    referral = screening()
    asked_on = clock.today()
    decision = decided(referral, team.consultant, outcome)
    request = decision.requests.get()
    assert bool(request.questionnaire) == (outcome == "send_questionnaire")
    job = ProcrastinateJob.objects.get(task_name="letters.chase")
    assert job.scheduled_at.astimezone(clock.LONDON).date() == asked_on + timedelta(days=days + 1)

    with clock.at(asked_on + timedelta(days=days)):  # the day itself is not over
        calendar.chase(**job.args)
    assert not Dispatch.objects.filter(kind="reminder").exists()
    with clock.at(asked_on + timedelta(days=days + 1)):
        calendar.chase(**job.args)
        calendar.chase(**job.args)
    reminder = Dispatch.objects.get(kind="reminder")
    assert reminder.to == request.of
    assert referral.reference in reminder.text
    assert "psych" not in reminder.text
    assert (fresh(referral).state, fresh(referral).due_on) == (state, asked_on + timedelta(days=days + 8))
    assert not open_tasks(referral)
    with clock.at(asked_on + timedelta(days=days + 9)):
        calendar.chase(**job.args)
        calendar.chase(**job.args)
    referral = fresh(referral)
    assert (referral.state, referral.came_back) == (state, "silence")
    assert referral.tasks.get().owner_role == "administrator"
    assert [step.verb for step in referral.transitions.all()][-2:] == ["remind", "report_silence"]
    verbs.record_reply(referral=referral, by=team.administrator, reason="Rang: here it is.", of=request.of)
    assert fresh(referral).state == State.AWAITING_SCREENING


def test_an_answer_in_time_stops_the_clock(team, screening):
    referral = screening()
    decided(referral, team.consultant, "ask_patient")
    job = ProcrastinateJob.objects.get(task_name="letters.chase")
    verbs.record_reply(referral=referral, by=team.administrator, reason="Moving helps.", of="patient")
    with clock.at(clock.today() + timedelta(days=60)):
        calendar.chase(**job.args)
    assert not Dispatch.objects.filter(kind="reminder").exists()


def test_a_person_may_remind_at_any_time_once(team, screening):
    referral = screening()
    request = decided(referral, team.consultant, "ask_patient").requests.get()
    assert following.remind(request=request, by=team.administrator)
    assert not following.remind(request=request, by=team.administrator)
    assert Dispatch.objects.filter(kind="reminder").count() == 1


# --- delayed --------------------------------------------------------------------------------------------------------


def test_a_member_of_the_team_watches_and_owns_the_delay(team, screening):
    referral = screening()
    day = clock.today() + timedelta(days=60)
    decided(
        referral, team.consultant, "delay", review_on=day, watcher_member=team.physiotherapist.pk, watcher="Phys Io"
    )
    assert referral.owner == team.physiotherapist
    verbs.say_ready(referral=referral, by=team.administrator, said_by="patient", words="I am ready.")
    referral = fresh(referral)
    assert (referral.state, referral.came_back, referral.owner) == (State.AWAITING_SCREENING, "ready", None)


def test_somebody_who_has_left_cannot_watch(team, screening):
    referral = screening()
    team.colleague.ended_at = clock.now()
    team.colleague.save()
    confirm(referral, team.consultant, CLAUSE)
    content = DecisionContent(
        outcome="delay", clauses=(CLAUSE,), reason="r", condition="c", watcher="w",
        review_on=clock.tomorrow(), watcher_member=team.colleague.pk,
    )  # fmt: skip
    assert set(decision_rules.problems(referral, content, by=team.consultant)) == {"watcher_member"}


# --- signposted, redirected -----------------------------------------------------------------------------------------


def signposted(referral, by):
    decision = decided(referral, by, "signpost", signposts=("msk-service", "neurology"))
    day = clock.today() + timedelta(days=42)
    job = ProcrastinateJob.objects.get(task_name="letters.ask_signposts")
    calendar.ask_signposts(**job.args)
    assert not Dispatch.objects.filter(kind="signpost_question").exists()
    with clock.at(day):
        calendar.ask_signposts(**job.args)
        calendar.ask_signposts(**job.args)
    return list(decision.follow_ups.all())


def test_did_you_get_there(team, screening):
    referral = screening()
    first, second = signposted(referral, team.consultant)
    question = Dispatch.objects.get(kind="signpost_question")
    assert question.to == "patient"
    assert first.name not in question.text  # nothing that tells others what it is about
    assert open_tasks(referral) == {"contact"}
    with clock.at(clock.today() + timedelta(days=43)):
        assert list(following_up.due(team.administrator)) == [first, second]
    following_up.got_there(follow_up=first, by=team.administrator, words="Rang: yes.")
    assert fresh(referral).state == State.SIGNPOSTED
    following_up.did_not_get_there(follow_up=second, by=team.administrator, words="Rang: no place for her.")
    referral = fresh(referral)
    assert (referral.state, referral.came_back) == (State.AWAITING_SCREENING, "no_signpost")
    assert not open_tasks(referral)
    with pytest.raises(Refused, match="answered already"):
        following_up.got_there(follow_up=second, by=team.administrator, words="Rang: yes.")


def test_a_redirection_sends_the_documents_and_tells_the_gp(team, screening):
    referral = screening()
    given = {"needs": ["bsl"], "other": "Rings twice", "interpreter": "BSL"}
    record_needs(patient=referral.patient, referral=referral, by=team.administrator, **given)
    decision = decided(referral, team.consultant, "redirect", target_address="1 Clinic Road\nExampleton")
    sent = Dispatch.objects.get(kind="documents")
    for words in ("British Sign Language (BSL)", "Interpreter: BSL", "Rings twice"):
        assert words in sent.text, "needs are shared with whoever sees the patient next"
    assert (sent.state, sent.to, sent.name, sent.address) == (
        DispatchState.HELD, "service", "Rheumatology", "1 Clinic Road\nExampleton",
    )  # fmt: skip
    assert "letter.txt" in sent.text
    assert open_tasks(referral) == {"send_documents"}
    assert "Rheumatology" in letter(decision, "gp")


# --- not now, unable to engage --------------------------------------------------------------------------------------


def test_not_now_says_why_what_would_change_it_what_to_do_how_to_come_back_and_to_whom(team, screening):
    decision = decided(screening(), team.consultant, "not_now")
    words = letter(decision, "patient")
    for heading in ("Why we decided this", "What would change this", "What you can do now", "You can come back",
                    "If you do not agree", "Who to speak to"):  # fmt: skip
        assert heading in words
    assert "your mood is steady" in words
    assert team.consultant.contact in words


# --- withdrawn and closed -------------------------------------------------------------------------------------------


def test_a_withdrawal_on_somebodys_behalf_names_them(team, screening):
    referral = screening()
    content = DecisionContent(outcome="withdraw", reason="r", asked_by="other")
    found = decision_rules.problems(referral, content, by=team.consultant)
    assert set(found) == {"asked_by_name", "asked_by_relationship"}
    with pytest.raises(Refused, match="who on their behalf"):
        verbs.close(referral=referral, by=team.administrator, how="withdraw", reason="Rang")
    with pytest.raises(Refused, match="related"):
        verbs.close(referral=referral, by=team.administrator, how="withdraw", reason="Rang", asked_by="Jan")
    verbs.close(
        referral=referral, by=team.administrator, how="withdraw", reason="Rang", asked_by="Jan", relationship="Son"
    )
    task = referral.tasks.get()
    assert (task.kind, task.owner_role) == ("door_open_letter", "clinician")
    with pytest.raises(Refused, match="Only a clinician"):
        todo.do_task(task=task, by=team.administrator, words="Written.")
    todo.do_task(task=task, by=team.consultant, words="Written.")
    assert not open_tasks(referral)


def test_after_a_death_nobody_is_written_to_and_it_is_on_record_who_was_told(team, screening):
    referral = screening()
    decision = decided(referral, team.consultant, "ask_patient")
    waiting = {
        to: queue(referral, by=team.consultant, kind="letter", to=to, channel="print", name="N", address="A",
                  letter=decision.letters.first())
        for to in ("patient", "gp")
    }  # fmt: skip
    with pytest.raises(Refused, match="Say who was told"):
        closing.close(referral=referral, by=team.administrator, how="record_death", reason="The GP rang.")
    closing.close(referral=referral, by=team.administrator, how="record_death", reason="The GP rang.", told="The GP")
    for dispatch in waiting.values():
        dispatch.refresh_from_db()
    assert waiting["patient"].state == DispatchState.CANCELLED
    assert waiting["gp"].state != DispatchState.CANCELLED
    assert referral.transitions.last().facts == {"told": "The GP"}
    assert not asking.open_requests(referral)


# --- reversed, looked at again --------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", list(NEEDS))
def test_a_decision_is_reversed_in_sight_of_everybody_and_can_be_made_again(team, screening, outcome):
    referral = screening()
    changes = {"review_on": clock.tomorrow()} if outcome == "delay" else {}
    decision = decided(referral, team.consultant, outcome, **changes)
    with pytest.raises(Refused, match="Only a clinician"):
        reversing.reverse(referral=referral, by=team.administrator, reason="Wrong person.")
    with pytest.raises(Refused, match="decided by others"):
        reversing.reverse(referral=referral, by=team.physiotherapist, reason="Wrong person.")
    row = reversing.reverse(referral=referral, by=team.colleague, reason="Wrong clause.")
    referral = fresh(referral)
    assert (referral.state, referral.came_back) == (State.AWAITING_SCREENING, "reversed")
    assert (referral.priority, referral.clock_started_on, referral.awaits_referral) == ("", None, False)
    assert (row.decision, row.reason) == (decision, "Wrong clause.")
    assert not asking.open_requests(referral)
    assert not referral.follow_ups.filter(answered_at__isnull=True).exists()
    assert not open_tasks(referral)  # nothing has left: there is nothing to correct
    assert set(Dispatch.objects.filter(referral=referral).values_list("state", flat=True)) == {DispatchState.CANCELLED}
    assert decision.letters.count() == 2  # nothing is deleted
    with pytest.raises(Refused):
        reversing.reverse(referral=referral, by=team.colleague, reason="Again.")
    verbs.start_screening(referral=referral, by=team.colleague)
    decided(referral, team.colleague, "accept")
    assert referral.state == State.ACCEPTED


def test_what_has_not_left_is_stopped_and_what_has_left_is_corrected(team, screening):
    referral = screening()
    decision = decided(referral, team.consultant, "not_now")
    letters = {row.audience: row for row in decision.letters.all()}
    held, left = (
        queue(referral, by=team.consultant, kind="letter", to=to, channel="print", name=f"Name {to}", address="A",
              letter=letters[to], held="x" if to == "patient" else "")
        for to in ("patient", "gp")
    )  # fmt: skip
    Dispatch.objects.filter(pk=left.pk).update(state=DispatchState.SENT)
    reversing.reverse(referral=referral, by=team.consultant, reason="Wrong clause.")
    held.refresh_from_db()
    left.refresh_from_db()
    assert (held.state, left.state) == (DispatchState.CANCELLED, DispatchState.SENT)
    task = referral.tasks.get()
    assert (task.kind, task.owner_role, task.facts["to"]) == ("correction_letter", "clinician", "gp")
    assert "Name gp" in task.words


def test_a_reply_of_one_leaves_the_decision_standing_and_a_move_on_does_not(team, screening):
    referral = screening()
    decision = decided(referral, team.consultant, "ask_referrer", questions_patient="Who helps?")
    verbs.record_reply(referral=referral, by=team.administrator, of="referrer", reason="A plan.")
    assert second_thoughts.standing(fresh(referral)) == decision
    verbs.record_reply(referral=referral, by=team.administrator, of="patient", reason="My sister.")
    assert second_thoughts.standing(fresh(referral)) is None


def test_another_clinician_looks_again(team, screening):
    referral = screening()
    decided(referral, team.consultant, "not_now")
    with pytest.raises(Refused, match="in their words"):
        second_thoughts.look_again(referral=referral, by=team.administrator, asked_by="patient", words=" ")
    second_thoughts.look_again(
        referral=referral, by=team.administrator, asked_by="patient", words="You missed my new treatment."
    )
    referral = fresh(referral)
    assert (referral.state, referral.came_back, referral.not_by) == (
        State.AWAITING_SCREENING, "look_again", team.consultant,
    )  # fmt: skip
    with pytest.raises(Refused, match="Another clinician"):
        verbs.start_screening(referral=referral, by=team.consultant)
    verbs.start_screening(referral=referral, by=team.colleague)
    with pytest.raises(Refused, match="Another clinician"):
        verbs.take_over(referral=referral, by=team.consultant)
    Referral.objects.filter(pk=referral.pk).update(owner=team.consultant)  # however it got there
    assert not decision_rules.can_decide(fresh(referral), by=team.consultant)
    Referral.objects.filter(pk=referral.pk).update(owner=team.colleague)
    decided(referral, team.colleague, "accept")
    assert referral.not_by is None


def test_who_withdrew_without_a_decision_may_come_back_to_anybody(team, screening):
    referral = screening()
    verbs.close(referral=referral, by=team.administrator, how="withdraw", reason="Rang", asked_by="patient")
    second_thoughts.look_again(referral=referral, by=team.administrator, asked_by="patient", words="I changed my mind.")
    assert fresh(referral).not_by is None
    verbs.start_screening(referral=referral, by=team.consultant)


# --- discharged, returned -------------------------------------------------------------------------------------------


def test_what_an_acceptance_set_does_not_outlive_it(team, screening):
    referral = screening()
    decided(referral, team.consultant, "accept")
    verbs.return_to_screening(referral=referral, by=team.administrator, reason="New letter.")
    assert (fresh(referral).priority, fresh(referral).clock_started_on) == ("", None)
