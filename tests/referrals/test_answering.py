"""Whoever referred answers, speaks to the advice and writes: about what is theirs, and nothing else."""

import pytest

from painpath import clock, documents
from painpath.accounts.models import AuditEntry, Membership
from painpath.directory.models import Practice, Referrer
from painpath.letters.door import holder
from painpath.referrals import todo, verbs
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.reading_in import read_in
from painpath.referrals.decisions import asking
from painpath.referrals.guidance import conversation
from painpath.referrals.models import InformationRequest, Referral, Task
from painpath.referrals.referring import answering, changing
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import State
from tests.referrals.conftest import sent_by
from tests.referrals.deciding import decided

TWO = "Which medicines has he tried?\nIs he at risk of self-harm?"


@pytest.fixture
def asked(screening, team, referrer_account):
    """A referral with two questions to whoever sent it, from an account that is verified."""
    member = referrer_account()
    referral = sent_by(screening(), member)
    decided(referral, team.consultant, "ask_referrer", questions_referrer=TWO)
    return answering.asked_of_referrer(referral), member


def fresh(request: InformationRequest) -> InformationRequest:
    return InformationRequest.objects.select_related("referral").get(pk=request.pk)


def test_all_answered_goes_back_to_a_clinician_with_each_answer(asked):
    request, member = asked
    for _ in range(2):  # a double click
        answering.answer(request=fresh(request), by=member, answers={0: "Amitriptyline.", 1: "No."})
    request = fresh(request)
    referral = request.referral
    assert (referral.state, referral.came_back) == (State.AWAITING_SCREENING, "reply")
    assert [item["answer"] for item in request.items] == ["Amitriptyline.", "No."]
    assert request.closed_by == member
    assert "Answered: Amitriptyline." in request.answer
    assert referral.transitions.filter(verb="record_reply").count() == 1
    entry = referral.conversation.get(side="referrer")
    assert (entry.by, entry.text) == (member, "1. Amitriptyline.\n\n2. No.")
    assert "self-harm" in entry.question
    document = entry.documents.get()
    assert bytes(document.content).decode() == entry.text, "our questions are not read as if they had said them"
    assert AuditEntry.objects.get(action="request.answer").detail == {"answered": 2, "left": 0}


def test_what_is_left_out_stays_named(asked):
    request, member = asked
    answering.answer(request=request, by=member, answers={0: "Amitriptyline.", 1: " "})
    request = fresh(request)
    assert request.closed_at is not None
    assert answering.unanswered(request) == {1: "Is he at risk of self-harm?"}
    reply = request.referral.transitions.get(verb="record_reply")
    assert reply.reason.endswith("Not answered: Is he at risk of self-harm?")


def test_part_now_and_the_rest_later(asked):
    request, member = asked
    answering.answer(request=request, by=member, answers={0: "Amitriptyline."}, more_follows=True)
    request = fresh(request)
    assert (request.referral.state, request.closed_at) == (State.AWAITING_REFERRER, None)
    assert request.referral.came_back == "documents", "what has come is on a list of the team"
    with pytest.raises(Refused, match="answered already"):
        answering.answer(request=request, by=member, answers={0: "Another word."})
    with pytest.raises(Refused, match="at least one"):
        answering.answer(request=request, by=member, answers={}, more_follows=True)
    answering.answer(request=request, by=member, answers={})  # go on with what there is
    request = fresh(request)
    assert request.referral.state == State.AWAITING_SCREENING
    assert "Not answered: Is he at risk" in request.answer
    assert request.referral.conversation.filter(side="referrer").count() == 1


def test_while_the_patient_is_still_asked_it_waits_for_them(screening, team, referrer_account):
    member = referrer_account()
    referral = sent_by(screening(), member)
    decided(referral, team.consultant, "ask_referrer", questions_referrer="Which medicines?", questions_patient="What?")
    answering.answer(request=answering.asked_of_referrer(referral), by=member, answers={0: "None."})
    referral.refresh_from_db()
    assert referral.state == State.AWAITING_PATIENT
    for of, enough in (("patient", False), ("", False), ("referrer", True)):
        with pytest.raises(Refused):
            asking.record_reply(referral=referral, by=member, reason="x", of=of, enough=enough)


def test_a_file_alone_is_an_answer_and_nothing_is_none(asked):
    request, member = asked
    with pytest.raises(Refused, match="at least one question, or add a file"):
        answering.answer(request=request, by=member, answers={})
    answering.answer(request=request, by=member, answers={}, files=[File("list.txt", b"Amitriptyline 10 mg")])
    assert fresh(request).answer.startswith("Files were sent.")


def others(team, referrer_account) -> dict[str, Membership]:
    here, there = (Practice.objects.create(service=team.service, name=name) for name in ("Here", "There"))
    ended = referrer_account("Dr Gone Away", practice=here)
    Membership.objects.filter(pk=ended.pk).update(ended_at=clock.now())
    return {
        "another practice": referrer_account("Dr Else Where", practice=there),
        "not verified": referrer_account("Dr New Here", practice=here, checked_by=None),
        "ended": Membership.objects.get(pk=ended.pk),
    }


def test_nobody_else_does_any_of_it(screening, team, referrer_account):
    """A colleague of the practice may; another practice, an unverified account, one that has ended, another's code
    may not."""
    strangers = others(team, referrer_account)
    here = Practice.objects.get(name="Here")
    asked_referral, advised = screening(), screening(patient={"family_name": "Other"})
    Referral.objects.filter(pk__in=[asked_referral.pk, advised.pk]).update(
        referrer=Referrer.objects.create(service=team.service, name="Dr Colleague", practice=here)
    )
    decided(asked_referral, team.consultant, "ask_referrer")
    decided(advised, team.consultant, "advise")
    request = answering.asked_of_referrer(asked_referral)
    said = {"said_on": clock.today()}
    acts = (
        lambda by: answering.answer(request=fresh(request), by=by, answers={0: "None."}),
        lambda by: conversation.record_message(referral=asked_referral, by=by, words="A word.", **said),
        lambda by: conversation.record_verdict(referral=advised, by=by, verdict="still_refer", words="I do.", **said),
    )
    stranger_with_code = {"another's code": holder(team.service, advised.pk + 1000)}
    for who, by in (strangers | stranger_with_code).items():
        for act in acts:
            with pytest.raises(Refused):
                act(by)
        assert not changing.can_report(asked_referral, by=by), who
    assert asked_referral.conversation.filter(side="referrer").count() == 0
    colleague = referrer_account("Dr Here Too", practice=here)
    for act in acts:
        act(colleague)


def test_an_unverified_account_may_say_that_something_has_changed_and_nothing_more(screening, team, referrer_account):
    member = referrer_account(checked_by=None)
    referral = sent_by(screening(), member)
    decided(referral, team.consultant, "advise")
    assert changing.can_report(referral, by=member)
    with pytest.raises(Refused, match="checking your registration"):
        conversation.record_verdict(
            referral=referral, by=member, verdict="answered", words="", said_on=clock.today()
        )  # fmt: skip
    with pytest.raises(Refused, match="checking your registration"):
        conversation.record_message(referral=referral, by=member, words="A word.", said_on=clock.today())
    # nor does a code, which would go to the address that nobody has checked
    with pytest.raises(Refused, match="checking your registration"):
        conversation.record_message(
            referral=referral, by=holder(team.service, referral.pk), words="A word.", said_on=clock.today()
        )


def test_who_came_with_a_code_does_the_same_without_a_name_of_the_team(screening, team):
    referral = screening()
    decided(referral, team.consultant, "ask_referrer")
    by = holder(team.service, referral.pk)
    request = answering.asked_of_referrer(referral)
    todo.give_task(
        referral, "contact", "Ring.", by=team.administrator, role="administrator", due_on=clock.today(),
        request=request.pk,
    )  # fmt: skip
    answering.answer(request=request, by=by, answers={0: "Amitriptyline."})
    request = fresh(request)
    assert (request.closed_by, bool(request.closed_at)) == (None, True)
    task = Task.objects.get(kind="contact")
    assert (task.done_by, task.done_words) == (None, "The answer has come.")
    step = request.referral.transitions.get(verb="record_reply")
    assert (step.by, step.process) == (None, "referrer by one-time code")


@pytest.mark.parametrize("verdict", ["answered", "not_answered", "still_refer"])
def test_a_word_on_the_advice(screening, team, referrer_account, verdict):
    member = referrer_account()
    referral = sent_by(screening(), member)
    decided(referral, team.consultant, "advise")
    given = {"referral": referral, "by": member, "verdict": verdict, "said_on": clock.today()}
    if verdict != "answered":
        with pytest.raises(Refused, match="few words"):
            conversation.record_verdict(words=" ", **given)
    for _ in range(2):
        conversation.record_verdict(words="He has had all that.", **given)
    referral.refresh_from_db()
    assert referral.conversation.filter(side="referrer").count() == 1
    if verdict == "answered":
        assert referral.state == State.ADVICE_GIVEN
        return
    assert (referral.state, referral.not_by) == (State.AWAITING_SCREENING, team.consultant)
    with pytest.raises(Refused):
        verbs.start_screening(referral=referral, by=team.consultant)


def test_a_message_has_somebody_who_reads_it(screening, team, referrer_account):
    member = referrer_account()
    referral = sent_by(screening(), member)
    conversation.record_message(referral=referral, by=member, words="One more thing.", said_on=clock.today())
    assert not Task.objects.exists(), "a clinician is reading everything that is here"
    read_in(service_id=team.service.pk, referral_id=referral.pk, reader=documents.read)
    decided(referral, team.consultant, "delay", review_on=clock.tomorrow())
    conversation.record_message(referral=referral, by=member, words="And another.", said_on=clock.today())
    assert Task.objects.get().owner_role == "clinician"
    read_in(service_id=team.service.pk, referral_id=referral.pk, reader=documents.read)
    verbs.close(referral=referral, by=team.administrator, how="withdraw", reason="Rang.", asked_by="patient")
    referral.refresh_from_db()
    with pytest.raises(Refused, match="Something has changed"):
        conversation.record_message(referral=referral, by=member, words="A third.", said_on=clock.today())
