"""What must hold of the whole record at any moment, whoever did what in which order (`test_invariants.py`)."""

from collections import Counter
from datetime import date

from django.db.models import Q

from painpath import clock
from painpath.accounts.models import AuditEntry
from painpath.letters.channels import reasons_to_hold
from painpath.letters.models import Dispatch, Letter
from painpath.letters.outbox import NOT_SENT
from painpath.referrals import pathways
from painpath.referrals.models import (
    Alert,
    Decision,
    Document,
    InformationRequest,
    Merge,
    Referral,
    Reversal,
    RotaEntry,
    SecondScreening,
    SignpostFollowUp,
    Task,
    Transcript,
    Transition,
)
from painpath.referrals.transitions import ADVERSE, OPEN, OUTCOME_STATES, STAFF, VERBS, Outcome, State
from painpath.referrals.unsettled import open_changes

ADVERSE_STATES = {OUTCOME_STATES[outcome] for outcome in ADVERSE}
AWAITS = {State.AWAITING_REFERRER: "referrer", State.AWAITING_PATIENT: "patient"}


# --- decisions ------------------------------------------------------------------------------------------------------


def no_adverse_outcome_without_one_signed_human_act() -> None:
    decisions = Counter(Decision.objects.values_list("transition", flat=True))
    made = {one.transition_id: one for one in Decision.objects.select_related("by", "pathway_version", "referral")}
    for step in Transition.objects.all():
        if step.verb in ("decide", "discharge"):
            decision = made[step.pk]
            assert decisions[step.pk] == 1
            assert (decision.by_id, decision.by.role) == (step.by_id, "clinician")
            assert decision.by.ended_at is None or decision.by.ended_at >= decision.at
            assert OUTCOME_STATES[Outcome(decision.outcome)] == step.to_state
            assert decision.by.grade in pathways.of(decision.pathway_version).route(decision.referral.route).decided_by
        elif step.from_state != step.to_state:
            assert step.to_state not in ADVERSE_STATES, f"{step.verb} led to {step.to_state} without a decision"


def another_clinician_looks(referral: Referral) -> None:
    """Who was asked to be looked at again does not decide next, also when the one who looked took that back."""
    decisions = {one.transition_id: one for one in referral.decisions.all()}
    reversals = dict(Reversal.objects.filter(decision__in=decisions.values()).values_list("transition", "decision"))
    barred, before, advice = None, {}, None
    for step in referral.transitions.order_by("number"):
        if step.verb == "look_again":
            barred = step.facts.get("not_by")
        elif step.verb in ("record_not_answered", "still_refer"):
            barred = advice
        elif (decision := decisions.get(step.pk)) is not None:
            assert barred is None or decision.by_id != barred, "decided by whom another was to look after"
            before[decision.pk], barred = barred, None
            advice = decision.by_id if decision.outcome == "advise" else advice
        elif step.pk in reversals:
            barred = before[reversals[step.pk]]
    if barred is None and referral.not_by_id is not None:
        barred = referral.not_by_id
        assert barred in promised_for_others(referral), "barred without anybody having asked"
    assert referral.not_by_id == barred
    if referral.state == State.SCREENING:
        assert referral.owner_id != barred or barred is None


def promised_for_others(referral: Referral) -> set[int]:
    """Whose decisions were to be looked at again about a referral that was merged into this one: that holds here."""
    merged = Merge.objects.filter(into=referral).values("duplicate")
    asked = Transition.objects.filter(referral__in=merged, verb="look_again")
    advised = Decision.objects.filter(referral__in=merged, outcome="advise")
    return {step.facts.get("not_by") for step in asked} | set(advised.values_list("by", flat=True))


def what_an_acceptance_sets_ends_with_it(referral: Referral) -> None:
    """No hand-over while the GP's own referral is to come; nothing of an acceptance stands where it does not."""
    if referral.awaits_referral:
        assert referral.state == State.ACCEPTED
    if referral.priority or referral.clock_started_on:
        assert referral.state in (State.ACCEPTED, State.HANDED_OVER)


def reversed_letters_have_not_left_or_are_corrected() -> None:
    for row in Reversal.objects.select_related("decision"):
        mine = Q(letter__decision=row.decision) | Q(facts__decision=row.decision_id)
        dispatches = list(Dispatch.objects.filter(mine, referral=row.decision.referral_id))
        assert not [one for one in dispatches if one.state in NOT_SENT], "a letter of a reversed decision still waits"
        tasks = Task.objects.filter(kind="correction_letter", facts__reversal=row.pk)
        told = {task.facts.get("to") for task in tasks}
        for one in dispatches:
            if one.state == "sent":
                assert one.to in told, f"nobody corrects what went to the {one.to}"
        followed = {one.letter_id for one in dispatches}
        for letter in Letter.objects.filter(decision=row.decision).defer("pdf"):
            assert letter.pk in followed or letter.audience in told


# --- open referrals -------------------------------------------------------------------------------------------------


def every_open_referral_has_an_owner_and_a_due_date(referral: Referral) -> None:
    if referral.is_open:
        assert referral.owner_role
        assert referral.due_on is not None
    else:
        assert (referral.owner_role, referral.owner_id, referral.due_on) == ("", None, to_be_read_by(referral))


def to_be_read_by(referral: Referral) -> date | None:
    """The day of an ended referral: only what was reported about it since gives it one."""
    soonest = open_changes(referral).order_by("due_at").first()
    return soonest.due_at.astimezone(clock.LONDON).date() if soonest else None


def nobody_answers_what_nobody_asks(referral: Referral) -> None:
    stopped_or_sent = referral.answerings.filter(request__closed_at__isnull=False)
    assert not [one for one in stopped_or_sent if one.is_open]


def every_delay_comes_back(referral: Referral) -> None:
    if referral.state == State.DELAYED:
        assert referral.due_on > clock.today()  # the calendar has been before
        assert referral.live


def a_claim_holds_while_it_is_screened(referral: Referral) -> None:
    assert (referral.claimed_until is not None) == (referral.state == State.SCREENING)
    if referral.claimed_until is not None:
        assert referral.claimed_until > clock.now()  # the calendar has been before
        assert referral.owner_id is not None


def what_is_asked_has_a_clock_while_it_waits(referral: Referral) -> None:
    asked = {one.of: one for one in InformationRequest.objects.filter(referral=referral, closed_at__isnull=True)}
    if asked:
        assert referral.state in AWAITS, f"still asked while {referral.state}"
    if referral.state in AWAITS:
        assert AWAITS[State(referral.state)] in asked, "waits for somebody who is not asked"
        assert referral.due_on <= max(one.due_on for one in asked.values()) or _reported(asked)


def _reported(asked: dict[str, InformationRequest]) -> bool:
    """Whether a person was told that one of these was not answered: the due date is the day of that."""
    requests = [one.pk for one in asked.values()]
    return Task.objects.filter(kind="contact", facts__request__in=requests).exists()


def a_question_to_come_belongs_to_who_is_signposted() -> None:
    for row in SignpostFollowUp.objects.filter(answered_at__isnull=True).select_related("referral"):
        assert row.referral.state == State.SIGNPOSTED, f"to be asked while {row.referral.state}"
        assert row.decision_id == row.referral.decisions.last().pk


def nothing_is_chased_that_needs_no_answer() -> None:
    """A reminder or a question that nobody needs to answer any more does not leave without a person."""
    for one in Dispatch.objects.filter(kind__in=("reminder", "signpost_question"), state="queued"):
        if one.kind == "reminder":
            needed = InformationRequest.objects.filter(pk=one.facts["request"], closed_at__isnull=True).exists()
        else:
            follow_ups = SignpostFollowUp.objects.filter(decision=one.facts["decision"], answered_at__isnull=True)
            needed = follow_ups.exists()
        assert needed or reasons_to_hold(one), f"a {one.kind} waits that is not needed"
    for task in Task.objects.filter(kind="contact", done_at__isnull=True, facts__has_key="request"):
        assert InformationRequest.objects.get(pk=task.facts["request"]).closed_at is None, "chased, and answered"


def nothing_hangs_on_somebody_who_has_left() -> None:
    gone = {"ended_at__isnull": False}
    held = Referral.objects.filter(**{f"owner__{name}": value for name, value in gone.items()})
    left = [(one.state, [(step.verb, step.facts) for step in one.transitions.all()]) for one in held]
    assert not left, left
    for task in Task.objects.filter(done_at__isnull=True).select_related("owner"):
        assert task.owner_role in STAFF
        assert task.due_on is not None
        assert task.owner is None or task.owner.ended_at is None
    assert not SecondScreening.objects.filter(finished_at__isnull=True, by__ended_at__isnull=False).exists()
    running = RotaEntry.objects.exclude(ends_on__lt=clock.today())
    assert not running.filter(membership__ended_at__isnull=False).exists()


# --- what is kept ---------------------------------------------------------------------------------------------------


def replaying_gives_the_stored_state(referral: Referral) -> None:
    state, due_on = "", None
    for number, step in enumerate(referral.transitions.order_by("number"), 1):
        assert (step.number, step.from_state) == (number, state)
        assert step.verb == "receive" or State(step.from_state) in VERBS[step.verb].leaves
        state, due_on = step.to_state, step.due_on
    assert (referral.state, referral.due_on) == (state, due_on if referral.is_open else to_be_read_by(referral))


def what_is_kept_equals_what_is_reckoned(referral: Referral) -> None:
    current = list(Document.objects.filter(referral=referral, quarantine__isnull=True).defer("content"))
    read = {d.pk: Transcript.objects.filter(document=d).order_by("pk").last() for d in current}
    merged = Merge.objects.filter(duplicate=referral, undone_at__isnull=True).exists()
    alert = not merged and any(
        not hasattr(row, "action") for t in read.values() if t for row in Alert.objects.filter(transcript=t)
    )
    changed = referral.changes.filter(read_at__isnull=True).exists()
    torn = any(t.unread or t.problem for t in read.values() if t)
    assert referral.look_first == (0 if alert or changed else 1 if torn else 2)
    assert referral.live == (State(referral.state) in OPEN or alert or changed)
    run = referral.screenings.last()
    if all(read.values()):
        assert run is not None
        assert set(run.transcripts.all()) == set(read.values())
    if run is not None:
        assert sorted(referral.missing) == sorted(missing(referral, run))
        assert not run.transcripts.filter(document__quarantine__isnull=False).exists(), "read from somebody else's"
    if referral.state in (State.AWAITING_SCREENING, State.SCREENING):
        assert referral.is_registered


def missing(referral: Referral, run) -> list[str]:
    """Criteria that neither what was read last settles, nor a clinician since."""
    states = dict(run.clauses.filter(source="letter").values_list("criterion", "state"))
    states |= dict(run.judgements.order_by("id").values_list("criterion", "state"))
    return [name for name, state in states.items() if state == "not_stated"]


def no_alert_is_out_of_sight() -> None:
    gone = set(Merge.objects.filter(undone_at__isnull=True).values_list("duplicate", flat=True))
    rows = list(Alert.objects.select_related("transcript__document__quarantine", "action", "referral"))
    here = {
        (row.kind, row.quote, row.transcript.document.sha256)
        for row in rows
        if not hasattr(row.transcript.document, "quarantine") and row.referral_id not in gone
    }
    for row in rows:
        if not hasattr(row, "action"):
            assert (row.kind, row.quote, row.transcript.document.sha256) in here, "an alert got out of sight"


def every_step_is_audited() -> None:
    steps = Counter(Transition.objects.values_list("verb", flat=True))
    entries = Counter(
        action.removeprefix("referral.")
        for action in AuditEntry.objects.filter(subject_type="referral").values_list("action", flat=True)
    )
    assert {verb: entries[verb] for verb in steps} == dict(steps)


def check() -> None:
    """All of them, on all referrals."""
    no_adverse_outcome_without_one_signed_human_act()
    reversed_letters_have_not_left_or_are_corrected()
    a_question_to_come_belongs_to_who_is_signposted()
    nothing_is_chased_that_needs_no_answer()
    nothing_hangs_on_somebody_who_has_left()
    no_alert_is_out_of_sight()
    every_step_is_audited()
    for referral in Referral.objects.all():
        every_open_referral_has_an_owner_and_a_due_date(referral)
        nobody_answers_what_nobody_asks(referral)
        every_delay_comes_back(referral)
        a_claim_holds_while_it_is_screened(referral)
        another_clinician_looks(referral)
        what_an_acceptance_sets_ends_with_it(referral)
        what_is_asked_has_a_clock_while_it_waits(referral)
        replaying_gives_the_stored_state(referral)
        what_is_kept_equals_what_is_reckoned(referral)
