"""Random sequences of verbs on the real record: what must hold after every step, whoever does what in which order.

What can be done stands in `acts.py`, what must hold in `holds.py`. The walk is the same every time: its first day is
fixed and nothing in it is left to chance.
"""

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest
from django.apps import apps
from django.db import connection, transaction

from painpath import clock, documents
from painpath.accounts.audit import Process
from painpath.accounts.models import AuditEntry, Membership, Service, ServiceRecord, User
from painpath.accounts.scope import scope
from painpath.letters import ers, following, refiling
from painpath.letters.models import Dispatch, PrintBatch
from painpath.postgres.owner import as_owner
from painpath.referrals import todo, verbs
from painpath.referrals.arriving import receiving, registering
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.reading_in import read_in
from painpath.referrals.corrections import merging
from painpath.referrals.decisions import following_up
from painpath.referrals.models import (
    Alert,
    Answering,
    Document,
    InformationRequest,
    Merge,
    Referral,
    ReportedChange,
    SecondScreening,
    SignpostFollowUp,
    Task,
    Transition,
)
from painpath.referrals.moves import CALENDAR
from painpath.referrals.refusal import Refused
from painpath.referrals.sheet import judging
from painpath.referrals.together import drawing
from painpath.referrals.transitions import PROGRAM, VERBS, Outcome, State
from painpath.referrals.worklist import claims, leaving
from tests.referrals.acts import ACTS, BY_ITSELF, NOT_FOUND, THE_SAME_ACT, World
from tests.referrals.conftest import LETTER, Team, details, make_team, received_referral, waiting_referral
from tests.referrals.deciding import decided
from tests.referrals.holds import check

STEPS = 10
TRIES = 5
NARROW = 3
"""An act that at most so many states allow."""
FIRST_DAY = date(2026, 11, 9)
"""A Monday, after the day of the letter."""
KNOWN = {
    "nhs_number": "9990000018",
    "date_of_birth": date(1966, 4, 3),
    "address": "1 High Street",
    "postcode": "ZZ99 9ZZ",
}


def test_every_verb_of_the_table_is_tried():
    assert {act.verb for act in ACTS.values()} - {""} | THE_SAME_ACT | BY_ITSELF == set(VERBS)


TABLES = [
    model._meta.db_table for model in apps.get_models() if issubclass(model, ServiceRecord) and model is not AuditEntry
]
COUNTS = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in TABLES)
CHANGING = (
    Answering,
    Referral,
    InformationRequest,
    ReportedChange,
    SignpostFollowUp,
    Task,
    SecondScreening,
    Merge,
    Membership,
)


def snapshot() -> tuple[object, int]:
    """Everything on record that can be told apart quickly, and how many audit entries there are."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS)
        counts = tuple(cursor.fetchall())
    rows = [str(list(model.objects.order_by("pk").values_list())) for model in CHANGING]
    letters = tuple(Dispatch.objects.order_by("pk").values_list("pk", "state", "channel", "address", "batch"))
    batches = tuple(PrintBatch.objects.order_by("pk").values_list("pk", "posted_at"))
    return (counts, rows, letters, batches), AuditEntry.objects.count()


# --- the walk -------------------------------------------------------------------------------------------------------


def calendar(world: World) -> bool:
    """What the jobs of the day do, early or late, once more or not at all; tells whether there was anything to do."""
    before = AuditEntry.objects.count()
    by = Process(world.team.service, CALENDAR)
    for delayed in Referral.objects.filter(state=State.DELAYED):
        verbs.fall_due(referral=delayed, by=by)
    for begun in Transition.objects.filter(to_state=State.SCREENING, verb__in=("start_screening", "take_over")):
        claims.lapse(referral=begun.referral, by=by, since=begun.pk)
    for request in InformationRequest.objects.filter(due_on__lt=clock.today()).select_related("referral"):
        following.chase(request=request, by=by)
    for row in SignpostFollowUp.objects.filter(ask_on__lte=clock.today()).select_related("decision__referral"):
        following.ask_signposts(decision=row.decision, by=by)
    return AuditEntry.objects.count() > before


def choose(world: World, referral: Referral, seldom: Counter, *, narrow: bool) -> str:
    """Mostly what the state allows, for else nobody gets far; and mostly what has been tried least.

    `narrow`: what few states allow, to get far from what a walk begins with.
    """
    names = sorted(ACTS)
    if referral.changes.filter(read_at__isnull=True).exists() and world.chance.randrange(3):
        return "read_change"  # nothing else leaves the worklist before
    if narrow and (few := [name for name in names if referral.state in ACTS[name].leaves and _is_narrow(name)]):
        return min(few, key=lambda name: (seldom[name], name))
    if world.chance.randrange(5):
        names = [name for name in names if State(referral.state) in ACTS[name].leaves]
    if world.chance.randrange(5):
        least = min(seldom[name] for name in names)
        names = [name for name in names if seldom[name] == least]
    return world.chance.choice(names)


def _is_narrow(name: str) -> bool:
    return len(ACTS[name].leaves) <= NARROW


def who_tries(world: World, referral: Referral, name: str) -> Membership:
    everybody = world.everybody()
    can = [one for one in everybody if one.role in ACTS[name].who and one.ended_at is None]
    own = [one for one in can if one.pk == referral.owner_id and one.grade in ("", "consultant")]
    likely = own or [one for one in can if one.pk != referral.not_by_id and one.grade in ("", "consultant")]
    return world.chance.choice([*likely * 4, *everybody])


def step(world: World, tried: Counter, *, narrow: bool) -> None:
    """Somebody does something, after a few tries that are refused; then the program does what it owes."""
    before, audited = snapshot()
    for _ in range(TRIES):
        everything = list(Referral.objects.order_by("pk"))
        referral = everything[0] if narrow or world.coin() else world.pick(everything)
        name = choose(world, referral, tried, narrow=narrow)
        tried[name] += 1
        act, by = ACTS[name], who_tries(world, referral, name)
        refused = ""
        try:
            with transaction.atomic():
                act.do(world, referral, by)
        except Refused as no:
            refused = no.sentence
        after, entries = snapshot()
        if refused:
            assert (after, entries) == (before, audited), f"{name} was refused and changed something: {refused}"
        elif after != before:
            break
    else:
        return
    assert by.role in act.who, f"a {by.role} did {name}"
    assert by.ended_at is None, f"{name} by somebody who has left"
    assert State(referral.state) in act.leaves, f"{name} from {referral.state}"
    assert entries > audited, f"{name} left no trace in the audit"
    if act.verb == "decide":
        assert Referral.objects.get(pk=referral.pk).came_back == ""
    world.done[name] += 1
    if world.chance.randrange(4):
        for unread in Document.objects.filter(transcripts__isnull=True).values_list("referral", flat=True).distinct():
            read_in(service_id=world.team.service.pk, referral_id=unread, reader=documents.read)
    check()


@pytest.fixture
def start(team, monkeypatch) -> tuple[Team, Membership, Membership]:
    """Two referrals of one person, one with an alert, and a third that nobody has registered, of two documents.

    With the team, somebody who has left, and somebody who may leave.
    """
    monkeypatch.setattr(drawing, "lot", lambda below: 0)
    with clock.at(FIRST_DAY):
        others = make_team()
        leaver, spare = others.colleague, others.consultant
        Membership.objects.filter(pk=leaver.pk).update(ended_at=clock.now())
        leaver.refresh_from_db()
        waiting_referral(team, patient=KNOWN)
        waiting_referral(team, LETTER.replace("6 years", "7 years") + "\nHe wants to end his life.\n", patient=KNOWN)
        third = received_referral(team, LETTER.replace("Leonard", "Lionel"))
        suicide = File("b.txt", b"Has thoughts of suicide.")
        receiving.add_documents(referral=third, by=team.administrator, files=[suicide])
        read_in(service_id=team.service.pk, referral_id=third.pk, reader=documents.read)
    return team, leaver, spare


def begin(world: World, outcome: Outcome, *, authority: bool) -> None:
    """Each walk starts from another outcome: else chance would rarely get that far; half of them after a merge."""
    first, second_one, _ = Referral.objects.order_by("pk")
    team = world.team
    by = world.chance.choice([team.consultant, world.spare])
    if world.coin():
        merging.merge(duplicate=second_one, into=first, by=team.administrator, reason="Sent twice.")
    for alert in first.alerts.all():
        judging.act_on_alert(alert=alert, by=team.consultant, action="Rang the GP.")
    given = details(patient=KNOWN, may_convert=authority)
    registering.register(referral=first, by=team.administrator, details=given)
    verbs.start_screening(referral=first, by=by)
    name = f"decide {outcome}"
    ACTS[name].do(world, Referral.objects.get(pk=first.pk), by)
    world.done[name] += 1
    check()


BEGINNINGS = [
    *((outcome, True) for outcome in Outcome), (Outcome.ACCEPT, False),
    *((outcome, True) for outcome in (Outcome.ACCEPT, Outcome.DELAY, Outcome.SIGNPOST)),
]  # fmt: skip
"""What each walk starts from, what leads on to most twice; and whether the GP lets the team turn the request into a
referral."""
LATE = {Outcome.DELAY, Outcome.SEND_QUESTIONNAIRE, Outcome.SIGNPOST}
"""Where the calendar comes before the people, the first time."""


def test_whatever_people_do_in_whatever_order(start):
    tried: Counter = Counter()
    done: Counter = Counter()
    happened: set[str] = set()
    for seed, (outcome, authority) in enumerate(BEGINNINGS):
        with transaction.atomic():
            world = World(*start, chance=Random(seed), today=FIRST_DAY)
            with clock.at(world.today):
                begin(world, outcome, authority=authority)
            for _ in range(2 if outcome in LATE and seed < len(Outcome) else 0):
                world.today += timedelta(days=30)
                with clock.at(world.today):
                    calendar(world)
                    check()
            for number in range(STEPS):
                world.today += timedelta(days=world.chance.choice([0, 0, 0, 0, 0, 1, 7]))
                with clock.at(world.today):
                    if calendar(world):
                        check()
                    step(world, tried, narrow=number < 4)
            done.update(world.done)
            happened.update(Transition.objects.values_list("verb", flat=True))
            transaction.set_rollback(True)
    # it went somewhere: a test in which everything is refused would prove nothing
    never, not_happened = set(ACTS) - set(done), set(VERBS) - happened
    assert not any(name.startswith("decide ") for name in never)
    assert len(never) <= len(ACTS) / 6, f"never done: {sorted(never)}"
    assert len(not_happened) <= len(VERBS) / 6, f"never happened: {sorted(not_happened)}"


# --- from outside ---------------------------------------------------------------------------------------------------


def test_nobody_of_another_service_does_or_sees_any_of_it(transactional_db, service_id):
    with scope(service_id):
        team = make_team()
        asked = waiting_referral(team)
        pointed = waiting_referral(team, LETTER.replace("6 years", "7 years"))
        for referral, outcome in ((asked, "ask_referrer"), (pointed, "signpost")):
            verbs.start_screening(referral=referral, by=team.consultant)
            decided(referral, team.consultant, outcome)
        waits = waiting_referral(team, LETTER + "\nHe wants to end his life.\n", patient=KNOWN)
        things = {
            "alert": waits.alerts.get(), "document": waits.documents.get(), "request": asked.requests.get(),
            "follow_up": pointed.follow_ups.get(), "decision": pointed.decisions.get(),
            "dispatch": asked.dispatches.filter(kind=ers.KIND).get(),
            "task": todo.give_task(
                asked, "contact", "Ring.", by=team.consultant, role="clinician", due_on=clock.today()
            ),
        }  # fmt: skip
        assert waits.pathway_version  # fetched while it can be seen
        before = snapshot()
    with as_owner():
        elsewhere = Service.objects.create(slug="elsewhere", name="Elsewhere")
        outsiders = [
            Membership.objects.create(
                service=elsewhere, role=role, grade=grade,
                user=User.objects.create_user(f"{role}@elsewhere.example.nhs.uk", "Else Where"),
            )
            for role, grade in (("clinician", "consultant"), ("administrator", ""))
        ]  # fmt: skip
    # What they do in their own service is none of ours; leaving is below.
    for name in sorted(set(ACTS) - {"receive", "add_to_rota", "give_over", "end_membership"}):
        for by in outsiders:
            for referral in (asked, pointed, waits):
                with scope(elsewhere), pytest.raises(NOT_FOUND):
                    ACTS[name].do(World(team, by, by, chance=Random(0)), referral, by)
    office = outsiders[1]
    there = (
        lambda: judging.act_on_alert(alert=things["alert"], by=outsiders[0], action="x"),
        lambda: refiling.move_document(document=things["document"], to=None, by=office, reason="x"),
        lambda: merging.merge(duplicate=waits, into=asked, by=office, reason="x"),
        lambda: following.remind(request=things["request"], by=office),
        lambda: following_up.got_there(follow_up=things["follow_up"], by=office, words="x"),
        lambda: following_up.did_not_get_there(follow_up=things["follow_up"], by=office, words="x"),
        lambda: following.ask_signposts(decision=things["decision"], by=Process(elsewhere, CALENDAR)),
        lambda: ers.mark_sent(dispatch=things["dispatch"], by=office),
        lambda: todo.do_task(task=things["task"], by=outsiders[0], words="x"),
        lambda: leaving.reassign(leaver=team.consultant, to=team.colleague, by=office),
        lambda: leaving.end_membership(membership=team.consultant, by=office),
    )
    with scope(elsewhere):
        for do in there:
            with pytest.raises(NOT_FOUND):
                do()
        for model in (Referral, Document, Alert, InformationRequest, SignpostFollowUp, Task, Transition, Dispatch):
            assert not model.objects.exists()
    with scope(service_id):
        assert snapshot() == before


def test_the_program_itself_decides_nothing():
    for verb in VERBS.values():
        if PROGRAM & verb.who:
            assert verb.stays or verb.to == State.AWAITING_SCREENING
