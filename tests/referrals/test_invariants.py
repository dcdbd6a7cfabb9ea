"""Random sequences of verbs on the real record: what must hold after every step, whoever does what in which order.

A verb is one line of `ACTS`. What is not there yet stands in `NOT_HERE`, so that nothing is left out in silence.
"""

import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from painpath import clock, documents
from painpath.accounts.audit import Process
from painpath.accounts.models import AuditEntry, Membership, Service, ServiceRecord, User
from painpath.accounts.scope import scope
from painpath.postgres.owner import as_owner
from painpath.referrals import (
    deciding,
    drawing,
    judging,
    merging,
    misfiling,
    pathways,
    receiving,
    registering,
    second,
    verbs,
)
from painpath.referrals.decision_content import DecisionContent
from painpath.referrals.filing import File
from painpath.referrals.models import (
    Alert,
    Decision,
    Document,
    Merge,
    Referral,
    SecondScreening,
    Transcript,
    Transition,
)
from painpath.referrals.moves import CALENDAR
from painpath.referrals.reading_in import read_in
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import (
    ADVERSE,
    CLINICAL,
    OPEN,
    OUTCOME_STATES,
    PROGRAM,
    STAFF,
    VERBS,
    Outcome,
    State,
)
from tests.referrals.conftest import LETTER, Team, details, make_team, received_referral, waiting_referral

CLAUSES = ("major-psychiatric-disturbance", "previous-significant-intervention", "re-referral-exhausted")
ADVERSE_STATES = {OUTCOME_STATES[outcome] for outcome in ADVERSE}
STEPS = 12


@dataclass
class World:
    """The people, the day, and what has been done."""

    team: Team
    leaver: Membership
    draw: Callable[[st.SearchStrategy], object]
    today: date = field(default_factory=clock.today)
    done: Counter = field(default_factory=Counter)

    def pick(self, things):
        """One of these; Refused when there is none, as if a page had offered nothing."""
        things = list(things)
        if not things:
            raise Refused("There is nothing to choose.")
        return things[self.draw(st.integers(0, len(things) - 1))]

    def other(self, referral: Referral) -> Referral:
        likely = list(merging.possible_duplicates(referral))
        return self.pick(likely or Referral.objects.exclude(pk=referral.pk).order_by("pk"))

    def everybody(self) -> list[Membership]:
        team = self.team
        return [team.administrator, team.consultant, team.colleague, team.physiotherapist, team.manager, self.leaver]


Do = Callable[[World, Referral, Membership], object]


@dataclass(frozen=True)
class Act:
    """One thing that can be done to a referral. `verb` is that of the table, whose roles and states then hold."""

    do: Do
    verb: str = ""
    who: frozenset[str] = STAFF
    leaves: frozenset[State] = frozenset(State)


def table(verb: str, do: Do) -> Act:
    """An act that is a verb of the transition table."""
    return Act(do, verb, VERBS[verb].who, VERBS[verb].leaves)


def decide(outcome: Outcome) -> Act:
    """A decision, with what it needs; the clinician makes the clauses their own first."""

    def do(world: World, referral: Referral, by: Membership) -> object:
        pathway = pathways.of(referral.pathway_version)
        for clause in CLAUSES:
            judging.judge(referral=referral, by=by, criterion=clause, state="against", reason="As written.")
        content = DecisionContent(
            outcome=outcome.value, clauses=CLAUSES, reason="As written.", to_gp="Please review.",
            stage=pathway.stages[0].id,
            review_on=clock.today() + timedelta(days=world.draw(st.integers(1, 40))), condition="a plan", watcher="us",
            signposts=(pathway.signposts[0].id,), target_service="Rheumatology",
            questionnaire=pathway.questionnaires[0].id, questions_referrer="Which?", questions_patient="What?",
            adjustments_offered="By phone.",
        )  # fmt: skip
        version = Referral.objects.get(pk=referral.pk).version
        return deciding.decide(referral=referral, by=by, content=content, key=uuid.uuid4(), seen_version=version)

    leaves = {State.SCREENING, State.ACCEPTED} if outcome == Outcome.DISCHARGE else {State.SCREENING}
    return Act(do, "decide", CLINICAL, frozenset(leaves))


def open_alert(world: World, referral: Referral) -> Alert:
    return world.pick(referral.alerts.filter(action__isnull=True).order_by("pk"))


def new_file(world: World) -> File:
    words = world.draw(st.sampled_from(["He is keen to learn.", "He wants to end his life.", "MRI is awaited."]))
    return File("more.txt", f"{words} {world.draw(st.integers(0, 3))}\n".encode())


def move_document(world: World, referral: Referral, by: Membership) -> object:
    document = world.pick(Document.objects.filter(referral=referral).order_by("pk"))
    to = world.other(referral) if world.draw(st.booleans()) else None
    close = world.draw(st.booleans())
    reason = str(uuid.uuid4())  # so that it is never the double click of an earlier move
    return misfiling.move_document(document=document, to=to, by=by, reason=reason, close_source=close)


def finish_second(world: World, referral: Referral, by: Membership) -> object:
    row = of_second(world, referral)
    states = {criterion.id: "not_stated" for criterion in pathways.of(referral.pathway_version).criteria}
    run = referral.screenings.last()
    return second.finish(second=row, by=by, states=states, outcome="accept", run=run.pk if run else 0)


def of_second(world: World, referral: Referral) -> SecondScreening:
    return world.pick(SecondScreening.objects.filter(referral=referral))


ACTS: dict[str, Act] = {
    # --- arriving
    "receive": Act(lambda w, r, by: receiving.receive(by=by, files=[new_file(w)], key=uuid.uuid4())),
    "register": Act(  # before it is read, or as a correction after that
        lambda w, r, by: registering.register(referral=r, by=by, details=details()), "register", leaves=OPEN
    ),
    "add_documents": Act(
        lambda w, r, by: receiving.add_documents(referral=r, by=by, files=[new_file(w)]), leaves=OPEN
    ),
    "move_document": table("move_document", move_document),
    "merge": table(
        "merge", lambda w, r, by: merging.merge(duplicate=r, into=w.other(r), by=by, reason="Sent twice.")
    ),
    "unmerge": table(
        "unmerge",
        lambda w, r, by: merging.unmerge(
            merge=w.pick(Merge.objects.filter(duplicate=r).order_by("pk")), by=by, reason="Two after all."
        ),
    ),
    "tell_apart": Act(lambda w, r, by: merging.tell_apart(one=r, other=w.other(r), by=by, reason="Two.")),
    # --- screening
    "start_screening": table("start_screening", lambda w, r, by: verbs.start_screening(referral=r, by=by)),
    "take_over": table("take_over", lambda w, r, by: verbs.take_over(referral=r, by=by)),
    "stop_screening": table("stop_screening", lambda w, r, by: verbs.stop_screening(referral=r, by=by)),
    "judge": Act(
        lambda w, r, by: judging.judge(referral=r, by=by, criterion="adult", state="mixed", reason="Two dates."),
        who=CLINICAL, leaves=frozenset({State.SCREENING, State.ACCEPTED}),
    ),
    "act_on_alert": Act(lambda w, r, by: judging.act_on_alert(alert=open_alert(w, r), by=by, action="Rang the GP.")),
    "start_second": Act(lambda w, r, by: second.start_second(second=of_second(w, r), by=by), who=CLINICAL),
    "finish_second": Act(finish_second, who=CLINICAL),
    # --- deciding
    **{f"decide {outcome}": decide(outcome) for outcome in Outcome},
    # --- what follows
    "record_reply": table("record_reply", lambda w, r, by: verbs.record_reply(referral=r, by=by, reason="He rang.")),
    "return_to_screening": table(
        "return_to_screening", lambda w, r, by: verbs.return_to_screening(referral=r, by=by, reason="Look again.")
    ),
    "hand_over": table(
        "hand_over", lambda w, r, by: verbs.hand_over(referral=r, by=by, system="PAS", number="1", on=clock.today())
    ),
    # --- ending, and coming back
    **{how: table(how, lambda w, r, by, how=how: verbs.close(referral=r, by=by, how=how, reason="So it is."))
       for how in verbs.CLOSINGS},
    "take_back": table("take_back", lambda w, r, by: verbs.take_back(referral=r, by=by, reason="They came back.")),
}  # fmt: skip

THE_SAME_ACT = {"receive", "correct_details", "discharge"}
"""Verbs that an act above does too: the first of all, `register` after receipt, `decide` from accepted."""

BY_ITSELF = {"make_ready", "fall_due"}
"""What the program does between the acts, as its jobs do: reading what has arrived, and bringing back what is due."""

NOT_HERE = {
    "assign", "lapse", "remind", "report_silence", "say_ready", "record_gp_referral", "record_answered",
    "record_not_answered", "still_refer", "got_there", "did_not_get_there", "look_again", "reverse",
}  # fmt: skip
"""Verbs of the table that no function does yet."""


def test_every_verb_of_the_table_is_tried():
    assert {act.verb for act in ACTS.values()} - {""} | THE_SAME_ACT | BY_ITSELF | NOT_HERE == set(VERBS)


# --- the invariants -------------------------------------------------------------------------------------------------


def no_adverse_outcome_without_one_signed_human_act() -> None:
    decisions = Counter(Decision.objects.values_list("transition", flat=True))
    for step in Transition.objects.select_related("by"):
        if step.verb in ("decide", "discharge"):
            decision = Decision.objects.get(transition=step)
            assert decisions[step.pk] == 1
            assert (decision.by_id, decision.by.role, decision.by.ended_at) == (step.by_id, "clinician", None)
            assert OUTCOME_STATES[Outcome(decision.outcome)] == step.to_state
            assert decision.by.grade in pathways.of(decision.pathway_version).route(decision.referral.route).decided_by
        elif step.from_state != step.to_state:
            assert step.to_state not in ADVERSE_STATES, f"{step.verb} led to {step.to_state} without a decision"


def every_open_referral_has_an_owner_and_a_due_date(referral: Referral) -> None:
    if referral.is_open:
        assert referral.owner_role
        assert referral.due_on is not None
    else:
        assert (referral.owner_role, referral.owner_id, referral.due_on) == ("", None, None)


def every_delay_comes_back(referral: Referral) -> None:
    if referral.state == State.DELAYED:
        assert referral.due_on > clock.today()  # the calendar has been before
        assert referral.live


def replaying_gives_the_stored_state(referral: Referral) -> None:
    state, due_on = "", None
    for number, step in enumerate(referral.transitions.order_by("number"), 1):
        assert (step.number, step.from_state) == (number, state)
        assert step.verb == "receive" or State(step.from_state) in VERBS[step.verb].leaves
        state, due_on = step.to_state, step.due_on
    assert (referral.state, referral.due_on) == (state, due_on)


def what_is_kept_equals_what_is_reckoned(referral: Referral) -> None:
    current = list(Document.objects.filter(referral=referral, quarantine__isnull=True).defer("content"))
    read = {d.pk: Transcript.objects.filter(document=d).order_by("pk").last() for d in current}
    merged = Merge.objects.filter(duplicate=referral, undone_at__isnull=True).exists()
    alert = not merged and any(
        not hasattr(row, "action") for t in read.values() if t for row in Alert.objects.filter(transcript=t)
    )
    torn = any(t.unread or t.problem for t in read.values() if t)
    assert referral.look_first == (0 if alert else 1 if torn else 2)
    assert referral.live == (State(referral.state) in OPEN or alert)
    run = referral.screenings.last()
    if all(read.values()):
        assert run is not None
        assert set(run.transcripts.all()) == set(read.values())
    if run is not None:
        silent = run.clauses.filter(source="letter", state="not_stated").values_list("criterion", flat=True)
        assert sorted(referral.missing) == sorted(silent)
        assert not run.transcripts.filter(document__quarantine__isnull=False).exists(), "read from somebody else's"
    if referral.state in (State.AWAITING_SCREENING, State.SCREENING):
        assert referral.is_registered


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


def check(world: World) -> None:
    """All of them, on all referrals."""
    no_adverse_outcome_without_one_signed_human_act()
    no_alert_is_out_of_sight()
    every_step_is_audited()
    for referral in Referral.objects.all():
        every_open_referral_has_an_owner_and_a_due_date(referral)
        every_delay_comes_back(referral)
        replaying_gives_the_stored_state(referral)
        what_is_kept_equals_what_is_reckoned(referral)


TABLES = [
    model._meta.db_table for model in apps.get_models() if issubclass(model, ServiceRecord) and model is not AuditEntry
]
COUNTS = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in TABLES)


def snapshot() -> tuple[object, int]:
    """Everything on record that can be told apart quickly, and how many audit entries there are."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS)
        counts = tuple(cursor.fetchall())
    rows = tuple(Referral.objects.order_by("pk").values_list())
    merges = tuple(Merge.objects.order_by("pk").values_list("pk", "undone_at"))
    seconds = tuple(SecondScreening.objects.order_by("pk").values_list("pk", "by", "finished_at"))
    return (counts, str(rows), merges, seconds), AuditEntry.objects.count()


# --- the walk -------------------------------------------------------------------------------------------------------


def step(world: World) -> None:
    """One person does, or tries to do, one thing; then the program does what it owes."""
    referral = world.pick(Referral.objects.order_by("pk"))
    names = sorted(ACTS)
    if world.draw(st.integers(0, 4)):  # mostly what the state allows, for else nobody gets far
        names = [name for name in names if State(referral.state) in ACTS[name].leaves]
    if world.draw(st.booleans()):  # and half of it what only this state allows
        names = [name for name in names if len(ACTS[name].leaves) < len(OPEN)] or names
    name = world.draw(st.sampled_from(names))
    act = ACTS[name]
    team = world.team
    likely = referral.owner or (team.administrator if act.who == STAFF else team.consultant)
    by = world.draw(st.sampled_from([likely, likely, likely, *world.everybody()]))
    before, audited = snapshot()
    refused = ""
    try:
        with transaction.atomic():
            act.do(world, referral, by)
    except Refused as no:
        refused = no.sentence
    after, entries = snapshot()
    if refused:
        assert (after, entries) == (before, audited), f"{name} was refused and changed something: {refused}"
    else:
        assert by.role in act.who, f"a {by.role} did {name}"
        assert by.ended_at is None, f"{name} by somebody who has left"
        assert after == before or State(referral.state) in act.leaves, f"{name} from {referral.state}"
        assert after == before or entries > audited, f"{name} left no trace in the audit"
        world.done[name] += 1
    if world.draw(st.integers(0, 3)):
        for unread in Document.objects.filter(transcripts__isnull=True).values_list("referral", flat=True).distinct():
            read_in(service_id=team.service.pk, referral_id=unread, reader=documents.read)
    check(world)


@pytest.fixture
def start(team, monkeypatch) -> tuple[Team, Membership]:
    """Two referrals of one person, one with an alert, and a third that nobody has registered, of two documents."""
    monkeypatch.setattr(drawing, "lot", lambda below: 0)
    leaver = make_team().colleague
    Membership.objects.filter(pk=leaver.pk).update(ended_at=clock.now())
    leaver.refresh_from_db()
    known = {"patient": {"nhs_number": "9990000018", "date_of_birth": date(1966, 4, 3)}}
    waiting_referral(team, **known)
    waiting_referral(team, LETTER.replace("6 years", "7 years") + "\nHe wants to end his life.\n", **known)
    third = received_referral(team, LETTER.replace("Leonard", "Lionel"))
    receiving.add_documents(referral=third, by=team.administrator, files=[File("b.txt", b"Has thoughts of suicide.")])
    read_in(service_id=team.service.pk, referral_id=third.pk, reader=documents.read)
    return team, leaver


def begin(world: World, outcome: Outcome) -> None:
    """Each walk starts from another outcome: else chance would rarely get that far; half of them after a merge."""
    first, second_one, _ = Referral.objects.order_by("pk")
    consultant = world.team.consultant
    if world.draw(st.booleans()):
        merging.merge(duplicate=second_one, into=first, by=world.team.administrator, reason="Sent twice.")
    for alert in first.alerts.all():
        judging.act_on_alert(alert=alert, by=consultant, action="Rang the GP.")
    verbs.start_screening(referral=first, by=consultant)
    name = f"decide {outcome}"
    ACTS[name].do(world, Referral.objects.get(pk=first.pk), consultant)
    world.done[name] += 1
    check(world)


def test_whatever_people_do_in_whatever_order(start):
    done: Counter = Counter()
    begun: list[World] = []
    outcomes = list(Outcome)

    @given(st.data())
    @settings(
        max_examples=len(outcomes), deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
    )  # fmt: skip
    def walk(data) -> None:
        with transaction.atomic():
            world = World(*start, draw=data.draw)
            begin(world, outcomes[len(begun) % len(outcomes)])
            begun.append(world)
            for _ in range(STEPS):
                world.today += timedelta(days=data.draw(st.sampled_from([0, 0, 0, 1, 7])))
                with clock.at(world.today):
                    calendar = Process(world.team.service, CALENDAR)
                    for delayed in Referral.objects.filter(state=State.DELAYED):
                        verbs.fall_due(referral=delayed, by=calendar)
                    step(world)
            done.update(world.done)
            transaction.set_rollback(True)

    walk()
    # it went somewhere: a test in which everything is refused would prove nothing
    assert {name for name in ACTS if name.startswith("decide ")} <= set(done)
    assert len(done) > len(ACTS) / 2, f"never happened: {sorted(set(ACTS) - set(done))}"


def test_nobody_of_another_service_does_any_of_it(transactional_db, service_id):
    with scope(service_id):
        team = make_team()
        referral = waiting_referral(team)
        alert = Alert(pk=1, referral=referral)
        assert referral.pathway_version  # fetched while it can be seen
        document = referral.documents.get()
        before = snapshot()
    with as_owner():
        elsewhere = Service.objects.create(slug="elsewhere", name="Elsewhere")
        user = User.objects.create_user("elsewhere@example.nhs.uk", "Else Where")
        outsider = Membership.objects.create(service=elsewhere, user=user, role="clinician", grade="consultant")
    world = World(team, outsider, draw=lambda strategy: 1)
    for name, act in ACTS.items():
        if name in (
            "receive",
            "act_on_alert",
            "move_document",
            "merge",
            "unmerge",
            "tell_apart",
            "start_second",
            "finish_second",
        ):
            continue
        with scope(elsewhere), pytest.raises(Referral.DoesNotExist):
            act.do(world, referral, outsider)
    with scope(elsewhere):
        for there in (
            lambda: judging.act_on_alert(alert=alert, by=outsider, action="x"),
            lambda: misfiling.move_document(document=document, to=None, by=outsider, reason="x"),
            lambda: merging.merge(duplicate=referral, into=referral, by=outsider, reason="x"),
        ):
            with pytest.raises(Referral.DoesNotExist):
                there()
        assert not Referral.objects.exists()
    with scope(service_id):
        assert snapshot() == before


def test_the_program_itself_decides_nothing():
    for verb in VERBS.values():
        if PROGRAM & verb.who:
            assert verb.stays or verb.to == State.AWAITING_SCREENING
