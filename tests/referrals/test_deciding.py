import threading
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from painpath import clock
from painpath.accounts.models import AuditEntry
from painpath.accounts.scope import scope
from painpath.letters.models import Letter
from painpath.letters.signing import prepare, sign
from painpath.referrals import looking, pathways, tasks, verbs
from painpath.referrals.arriving import receiving
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.reading_in import read_in
from painpath.referrals.decisions import deciding, decision_rules
from painpath.referrals.decisions.decision_content import DecisionContent
from painpath.referrals.models import Decision, Referral
from painpath.referrals.refusal import Refused
from painpath.referrals.sheet import judging
from painpath.referrals.transitions import OUTCOME_STATES, Outcome, State
from tests.referrals.conftest import LETTER, acceptance, make_team, waiting_referral
from tests.referrals.deciding import read_both

CLAUSE = "major-psychiatric-disturbance"


def delay(**changes) -> DecisionContent:
    content = DecisionContent(
        outcome="delay", clauses=(CLAUSE,), reason="Severe depression, no plan yet.",
        to_patient="We would like you to get help with your mood first.", review_on=clock.today() + timedelta(days=84),
        condition="mood is stable, with a plan in place", watcher="the clinical nurse specialist",
    )  # fmt: skip
    return replace(content, **changes)


def confirm(referral, by, *criteria, state="against") -> None:
    for criterion in criteria:
        judging.judge(referral=referral, by=by, criterion=criterion, state=state, reason="As the letter says.")


def seen(referral, by, content) -> dict[str, Any]:
    """The letters as the clinician sees them; nothing to see where they cannot even be written."""
    try:
        return read_both(referral, content, by)
    except (Refused, KeyError):
        return {"seen_letters": ""}


def signed(referral, by, content, **changes) -> Decision:
    referral = Referral.objects.get(pk=referral.pk)
    given = {"key": uuid.uuid4(), "seen_version": referral.version} | seen(referral, by, content) | changes
    return sign(referral=referral, by=by, content=content, **given)


def test_a_delay_whole(team, screening):
    referral = screening()
    confirm(referral, team.consultant, CLAUSE)
    decision = signed(referral, team.consultant, delay())

    referral.refresh_from_db()
    assert (referral.state, referral.due_on) == (State.DELAYED, delay().review_on)
    assert decision.by == team.consultant
    assert decision.clauses.get().published.startswith("Current major psychiatric disturbance")
    assert decision.pathway_version == referral.pathway_version
    letters = Letter.objects.filter(decision=decision)
    assert {letter.audience for letter in letters} == {"patient", "gp"}
    assert all(bytes(letter.pdf).startswith(b"%PDF") for letter in letters)
    assert AuditEntry.objects.filter(action="decision.sign", by=team.consultant).count() == 1


def test_nothing_is_decided_without_a_confirmed_clause(team, screening):
    referral = screening()
    with pytest.raises(Refused, match="Confirm or correct each criterion"):
        signed(referral, team.consultant, delay())
    with pytest.raises(Refused, match="Choose the criteria"):
        signed(referral, team.consultant, delay(clauses=()))
    assert not Decision.objects.exists()


def test_a_colleagues_confirmation_is_not_mine(team, screening):
    referral = screening()
    confirm(referral, team.consultant, CLAUSE)
    verbs.take_over(referral=referral, by=team.colleague)
    with pytest.raises(Refused, match="Confirm or correct each criterion"):
        signed(referral, team.colleague, delay())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"outcome": ""}, "outcome"),
        ({"outcome": "decline"}, "outcome"),
        ({"reason": ""}, "reason"),
        ({"review_on": None}, "review_on"),
        ({"review_on": clock.today()}, "review_on"),
        ({"condition": ""}, "condition"),
        ({"watcher": ""}, "watcher"),
        ({"outcome": "discharge"}, "clauses"),
        ({"outcome": "accept"}, "stage"),
        ({"outcome": "accept"}, "priority"),
        ({"outcome": "accept"}, "wait"),
        ({"outcome": "accept"}, "clock_started_on"),
        ({"outcome": "withdraw"}, "asked_by"),
        ({"outcome": "advise"}, "to_gp"),
        ({"outcome": "advise"}, "question"),
        ({"outcome": "advise"}, "recommendation"),
        ({"outcome": "signpost"}, "signposts"),
        ({"outcome": "redirect"}, "target_service"),
        ({"outcome": "send_questionnaire"}, "questionnaire"),
        ({"outcome": "ask_referrer"}, "questions_referrer"),
        ({"outcome": "ask_patient"}, "questions_patient"),
    ],
)
def test_what_is_missing_is_named_by_its_field(team, screening, changes, field):
    referral = screening()
    confirm(referral, team.consultant, CLAUSE)
    content = delay(**changes)
    assert field in decision_rules.problems(referral, content, by=team.consultant)
    with pytest.raises(Refused):
        signed(referral, team.consultant, content)


def test_access_problems_need_adjustments_on_record_first(team, screening):
    referral = screening()
    confirm(referral, team.consultant, "unable-to-engage")
    content = delay(outcome="not_now", clauses=("unable-to-engage",))
    assert "adjustments_offered" in decision_rules.problems(referral, content, by=team.consultant)
    content = replace(content, adjustments_offered="Telephone and home visit offered, interpreter booked.")
    assert "adjustments_offered" not in decision_rules.problems(referral, content, by=team.consultant)


def test_a_gp_referral_is_decided_by_a_consultant(team, waiting):
    referral = verbs.start_screening(referral=waiting(), by=team.physiotherapist)
    confirm(referral, team.physiotherapist, CLAUSE)
    with pytest.raises(Refused, match="decided by others"):
        signed(referral, team.physiotherapist, delay())


def test_a_letter_by_another_practitioner_may_be_decided_by_a_physiotherapist(team, waiting):
    referral = waiting(route="practitioner-letter", ubrn="")
    verbs.start_screening(referral=referral, by=team.physiotherapist)
    confirm(referral, team.physiotherapist, CLAUSE)
    assert signed(referral, team.physiotherapist, delay()).outcome == "delay"


@pytest.mark.parametrize("who", ["administrator", "manager"])
def test_nobody_but_a_clinician_decides(team, screening, who):
    referral = screening()
    with pytest.raises(Refused, match="Only a clinician"):
        signed(referral, getattr(team, who), delay())


def test_a_double_click_is_one_decision(team, screening):
    referral = screening()
    confirm(referral, team.consultant, CLAUSE)
    key = uuid.uuid4()
    first = signed(referral, team.consultant, delay(), key=key)
    again = sign(referral=referral, by=team.consultant, content=delay(), key=key, seen_version=1, seen_letters="")
    assert first == again
    assert (Decision.objects.count(), Letter.objects.count()) == (1, 2)


def test_what_changed_in_between_stops_the_signature_and_keeps_the_draft(team, screening):
    referral = screening()
    confirm(referral, team.consultant, CLAUSE)
    draft = deciding.save_draft(
        referral=referral,
        by=team.consultant,
        content=delay(),
        seen_version=Referral.objects.get(pk=referral.pk).version,
    )
    receiving.add_documents(referral=referral, by=team.administrator, files=[File("new.txt", b"New information")])
    with pytest.raises(Refused, match="Something has changed"):
        signed(referral, team.consultant, delay(), seen_version=draft.seen_version)
    assert referral.drafts.get().content["reason"] == delay().reason


def test_of_two_clinicians_at_once_the_second_gets_a_sentence(transactional_db, service_id):
    """Two threads, two connections: one signs and the other takes over in the same moment."""
    with scope(service_id):
        team = make_team()
        referral = waiting_referral(team)
        verbs.start_screening(referral=referral, by=team.consultant)
        confirm(referral, team.consultant, CLAUSE)
        version = Referral.objects.get(pk=referral.pk).version
        letters = seen(referral, team.consultant, delay())["seen_letters"]
    results: list[object] = []
    barrier = threading.Barrier(2)

    def act(work) -> None:
        try:
            barrier.wait(timeout=60)
            with scope(service_id):
                results.append(work())
        except Refused as refused:
            results.append(refused)
        finally:
            connection.close()

    def ours():
        return sign(
            referral=referral, by=team.consultant, content=delay(), key=uuid.uuid4(), seen_version=version,
            seen_letters=letters,
        )  # fmt: skip

    def theirs():
        return verbs.take_over(referral=referral, by=team.colleague)

    threads = [threading.Thread(target=act, args=(work,)) for work in (ours, theirs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refusals = [result for result in results if isinstance(result, Refused)]
    assert (len(results), len(refusals)) == (2, 1)
    assert "This referral is now" in refusals[0].sentence or "is screening" in refusals[0].sentence
    with scope(service_id):
        assert Decision.objects.count() == (0 if "is screening" in refusals[0].sentence else 1)


def test_unread_pages_have_to_be_opened_in_the_original_first(team, screening):
    referral = screening()
    receiving.add_documents(referral=referral, by=team.consultant, files=[File("torn.pdf", b"%PDF-1.4 torn")])
    read_in(service_id=team.service.pk, referral_id=referral.pk)
    confirm(referral, team.consultant, CLAUSE)
    with pytest.raises(Refused, match=r"Open the original of “torn\.pdf”"):
        signed(referral, team.consultant, delay())
    torn = referral.documents.get(name="torn.pdf")
    looking.open_document(referral.reference, torn.pk, by=team.consultant)
    assert signed(referral, team.consultant, delay())


def test_an_alert_has_to_be_acted_on_first(team, screening):
    referral = screening(LETTER + "\nHe says that he wants to end his life.\n")
    confirm(referral, team.consultant, CLAUSE)
    with pytest.raises(Refused, match="alert that nobody has acted on"):
        signed(referral, team.consultant, delay())
    with pytest.raises(Refused, match="Say what you did"):
        judging.act_on_alert(alert=referral.alerts.first(), by=team.consultant, action=" ")
    for alert in referral.alerts.all():
        judging.act_on_alert(alert=alert, by=team.consultant, action="Rang the GP, who sees him today.")
    assert signed(referral, team.consultant, delay())


def test_a_correction_needs_a_reason_and_is_kept_beside_what_was_read(team, screening):
    referral = screening()
    read = judging.read_states(referral.screenings.last())["adult"]
    assert read == "for"
    with pytest.raises(Refused, match="Say why you correct"):
        judging.judge(referral=referral, by=team.consultant, criterion="adult", state="mixed")
    row = judging.judge(
        referral=referral, by=team.consultant, criterion="adult", state="mixed", reason="Two dates of birth."
    )
    assert (row.read_state, row.state, row.is_correction) == ("for", "mixed", True)


def test_only_the_clinician_who_screens_confirms(team, waiting):
    referral = waiting()
    for who in (team.administrator, team.manager, team.consultant):
        assert not judging.can_judge(referral, by=who)
    verbs.start_screening(referral=referral, by=team.consultant)
    referral.refresh_from_db()
    assert judging.can_judge(referral, by=team.consultant)
    assert not judging.can_judge(referral, by=team.colleague)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_leads_somewhere_with_both_letters(team, screening, outcome):
    referral = screening()
    confirm(referral, team.consultant, CLAUSE, "previous-significant-intervention")
    pathway = pathways.of(referral.pathway_version)
    content = delay(
        outcome=outcome.value,
        clauses=(CLAUSE, "previous-significant-intervention"),
        stage=pathway.stages[0].id,
        priority=pathway.priorities[0].id,
        wait="unknown",
        clock_started_on=clock.today(),
        asked_by="patient",
        signposts=(pathway.signposts[0].id,),
        target_service="Rheumatology",
        questionnaire=pathway.questionnaires[0].id,
        questions_referrer="Which medicines have been tried?",
        questions_patient="What have you tried?",
        to_gp="Please review the medicines.",
        no_question=True,
        recommendation="ADVICE_FOLLOWED_BY_REFERRAL_IF_REQUIRED",
        review_on=clock.today() + timedelta(days=30),
    )
    assert not decision_rules.problems(referral, content, by=team.consultant)
    shown = prepare(referral, content, by=team.consultant)
    decision = signed(referral, team.consultant, content)
    referral.refresh_from_db()
    assert referral.state == OUTCOME_STATES[outcome]
    for letter in decision.letters.all():
        assert letter.facts["outcome"] == outcome
        assert letter.facts["heading"] == shown[letter.audience].draft.heading


def test_a_decision_stays_with_the_criteria_it_was_made_with(team, screening):
    referral = screening()
    confirm(referral, team.consultant, CLAUSE)
    decision = signed(referral, team.consultant, delay())
    kept = pathways.of(decision.pathway_version)
    assert kept.digest == decision.pathway_version.digest
    assert kept.criterion(CLAUSE).published


def test_discharge_from_accepted(team, screening):
    referral = screening()
    confirm(referral, team.consultant, CLAUSE)
    pathway = pathways.of(referral.pathway_version)
    signed(referral, team.consultant, delay(**acceptance()))
    decision = signed(referral, team.consultant, delay(outcome="discharge", clauses=()) if not _needs_clauses(pathway)
                      else delay(outcome="discharge"))  # fmt: skip
    referral.refresh_from_db()
    assert (decision.outcome, referral.state) == ("discharge", State.DISCHARGED)


def _needs_clauses(pathway) -> bool:
    return "clauses" in pathway.outcome("discharge").needs


def test_a_delay_comes_back_by_itself_on_its_day(team, screening):
    referral = screening()
    confirm(referral, team.consultant, CLAUSE)
    decision = signed(referral, team.consultant, delay())
    job = ProcrastinateJob.objects.get(task_name="referrals.fall_due")
    assert job.scheduled_at.astimezone(clock.LONDON).date() == decision.review_on

    tasks.fall_due(**job.args)
    referral.refresh_from_db()
    assert referral.state == State.DELAYED  # too early: nothing happens
    with clock.at(decision.review_on):
        tasks.fall_due(**job.args)
        tasks.fall_due(**job.args)
    referral.refresh_from_db()
    assert (referral.state, referral.owner_role) == (State.AWAITING_SCREENING, "clinician")
    assert referral.transitions.last().process == "calendar"
    assert referral.due_on > decision.review_on


ADVERSE_OUTCOMES = ["delay", "signpost", "redirect", "not_now", "discharge"]


@pytest.mark.parametrize("outcome", ADVERSE_OUTCOMES)
@pytest.mark.parametrize("state", ["not_stated", "for"])
def test_neither_silence_nor_what_speaks_for_somebody_turns_them_away(team, screening, outcome, state):
    referral = screening()
    confirm(referral, team.consultant, CLAUSE, "re-referral-exhausted", state=state)
    content = delay(outcome=outcome, clauses=(CLAUSE, "re-referral-exhausted"))
    assert "clauses" in decision_rules.problems(referral, content, by=team.consultant)


def test_silence_is_not_cited_even_beside_something_that_speaks_against(team, screening):
    referral = screening()
    confirm(referral, team.consultant, CLAUSE)
    confirm(referral, team.consultant, "adult", state="not_stated")
    content = delay(outcome="not_now", clauses=(CLAUSE, "adult"))
    assert "Silence" in decision_rules.problems(referral, content, by=team.consultant)["clauses"]


def test_nothing_is_signed_while_a_document_is_unread(team, screening):
    referral = screening()
    confirm(referral, team.consultant, CLAUSE)
    receiving.add_documents(
        referral=referral, by=team.administrator, files=[File("new.txt", b"He plans to end his life")]
    )
    with pytest.raises(Refused, match="still being read"):
        signed(referral, team.consultant, delay())


def test_a_judgement_made_before_a_new_document_counts_no_more(team, screening):
    referral = screening()
    confirm(referral, team.consultant, CLAUSE)
    receiving.add_documents(
        referral=referral, by=team.administrator, files=[File("new.txt", b"A care plan is in place.")]
    )
    read_in(service_id=team.service.pk, referral_id=referral.pk)
    with pytest.raises(Refused, match="Confirm or correct each criterion"):
        signed(referral, team.consultant, delay())
    confirm(referral, team.consultant, CLAUSE, state="mixed")
    assert signed(referral, team.consultant, delay())


def test_what_was_written_for_another_outcome_goes_nowhere(team, screening):
    referral = screening()
    confirm(referral, team.consultant, CLAUSE)
    decision = signed(referral, team.consultant, delay(**acceptance()))
    referral.refresh_from_db()
    assert (decision.review_on, decision.condition, decision.watcher) == (None, "", "")
    assert referral.due_on < clock.today() + timedelta(days=14)
    assert not any("84" in letter.text or "stable" in letter.text for letter in decision.letters.all())


def test_what_is_signed_is_what_was_seen(team, screening):
    referral = screening()
    confirm(referral, team.consultant, CLAUSE)
    letters = seen(referral, team.consultant, delay())["seen_letters"]
    patient = referral.patient
    patient.family_name = "Somebody-Else"
    patient.save()
    with pytest.raises(Refused, match="letters have changed since you saw them"):
        signed(referral, team.consultant, delay(), seen_letters=letters)
    assert not Decision.objects.exists()


def test_a_letter_quotes_only_words_that_speak_as_the_clinician_judged(team, screening):
    referral = screening()
    confirm(referral, team.consultant, CLAUSE)
    confirm(referral, team.consultant, "interventions-exhausted", state="against")
    words = str(prepare(referral, delay(clauses=(CLAUSE, "interventions-exhausted")), by=team.consultant)["gp"].draft)
    assert "severe depression" in words
    assert "amitriptyline" not in words  # read as speaking for, judged against


def test_only_who_is_screening_stops_the_screening(team, screening):
    referral = screening()
    with pytest.raises(Refused, match="is screening this referral"):
        verbs.stop_screening(referral=referral, by=team.colleague)


def test_an_accepted_referral_can_go_back_until_it_is_handed_over(team, screening):
    referral = screening()
    signed(referral, team.consultant, delay(**acceptance(clauses=())))
    verbs.return_to_screening(referral=referral, by=team.administrator, reason="The GP sent something new.")
    referral.refresh_from_db()
    assert referral.state == State.AWAITING_SCREENING


def test_another_clinician_can_discharge_an_accepted_referral(team, screening):
    referral = screening()
    signed(referral, team.consultant, delay(**acceptance(clauses=())))
    confirm(Referral.objects.get(pk=referral.pk), team.colleague, CLAUSE)
    assert signed(referral, team.colleague, delay(outcome="discharge")).by == team.colleague
