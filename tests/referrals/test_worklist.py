"""The worklist as a query: order, pages, counts, the columns it is sorted by; and nothing of another service."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from painpath import clock, documents
from painpath.accounts.audit import Process
from painpath.accounts.models import Membership, Service, User
from painpath.accounts.scope import scope
from painpath.letters.models import Dispatch, DispatchState
from painpath.postgres.owner import as_owner
from painpath.referrals import pathways, verbs
from painpath.referrals.arriving import reading_in, receiving
from painpath.referrals.arriving.filing import File
from painpath.referrals.models import Alert, Referral, Transcript
from painpath.referrals.models.referral import ALERT_FIRST, REST, UNREAD_NEXT
from painpath.referrals.moves import CALENDAR
from painpath.referrals.sheet import judging
from painpath.referrals.transitions import ENDED, OPEN, State, is_working_day, working_days_between
from painpath.referrals.worklist import queries
from painpath.referrals.worklist.queries import TABS, WALKS, Cursor, Filters, counts, worklist
from tests.referrals.conftest import LETTER, make_team, waiting_referral

DANGER = LETTER + "\nHe has thoughts of ending his life.\n"


def walked(by, filters, rows):
    """Every page forwards, then every page back again from the last."""
    there, cursor, last = [], Cursor(), None
    while True:
        last = worklist(by, filters, cursor, rows=rows)
        there.append([one.pk for one in last.referrals])
        if last.next is None:
            break
        cursor = last.next
    back = [there[-1]]
    while last.previous is not None:
        last = worklist(by, filters, last.previous, rows=rows)
        back.insert(0, [one.pk for one in last.referrals])
    return there, back


def bare(team, version, state, first, due, **more):
    """A row as the verbs could have left it, without its letters."""
    ended = State(state) in ENDED
    return Referral(
        service_id=team.service.pk, pathway_version=version, state=state, look_first=first,
        due_on=None if ended else due, owner_role="" if ended else "clinician",
        state_since=clock.now() - timedelta(minutes=due.toordinal() % 7), received_at=clock.now(), **more,
    )  # fmt: skip


@given(start=st.dates(date(2024, 1, 1), date(2027, 12, 31)), days=st.integers(-10, 800))
@settings(max_examples=50, deadline=None)
def test_working_days_are_counted_as_on_a_calendar(start, days):
    counted = sum(is_working_day(start + timedelta(days=n)) for n in range(1, days + 1))
    assert working_days_between(start, start + timedelta(days=days)) == counted


def test_every_state_stands_in_one_tab_beside_all_open():
    states = [dict(walk.of.children) for tab, walk in TABS.items() if tab != "open"]
    held = [state for one in states for state in (one.get("state__in") or [one["state"]])]
    assert sorted(held) == sorted(State)


@pytest.mark.parametrize("tab", ["open", "unassigned", "ended", "received"])
@given(data=st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_pages_hold_every_referral_once_in_order_forwards_and_back(team, received, tab, data):
    Referral.objects.filter(state_since__gt=clock.now()).delete()
    version = received().pathway_version if not Referral.objects.exists() else Referral.objects.first().pathway_version
    states = st.sampled_from([State.RECEIVED, State.WITHDRAWN])
    days = st.dates(date(2026, 11, 1), date(2026, 11, 4))
    kinds = data.draw(st.lists(st.tuples(states, st.sampled_from([ALERT_FIRST, UNREAD_NEXT, REST]), days), max_size=14))
    before = set(Referral.objects.values_list("pk", flat=True))
    Referral.objects.bulk_create(bare(team, version, *kind) for kind in kinds)
    rows = data.draw(st.integers(1, 4))
    there, back = walked(team.consultant, Filters(tab=tab), rows)
    assert back == there
    found = [pk for page in there for pk in page]
    assert all(len(page) == rows for page in there[:-1])
    held = list(Referral.objects.all())
    ended = [one for one in held if State(one.state) in ENDED]
    wanted = {
        "ended": sorted(ended, key=lambda one: (one.state_since, one.pk), reverse=True),
        "received": [one for one in held if one.state == State.RECEIVED],
    }.get(tab, [one for one in held if State(one.state) in OPEN or one.look_first == ALERT_FIRST])
    if tab != "ended":
        wanted.sort(key=lambda one: (one.look_first, one.due_on or date.max, one.pk))
    assert found == [one.pk for one in wanted]
    assert counts(team.consultant)[tab] == len(wanted)
    Referral.objects.exclude(pk__in=before).delete()


def test_counts_stop_at_the_limit_and_are_one_query(team, received, monkeypatch):
    for number in range(3):
        received(f"Letter {number}")
    with CaptureQueriesContext(connection) as captured:
        assert counts(team.consultant)["received"] == 3
    assert len(captured) == 1
    monkeypatch.setattr(queries, "COUNT_TO", 2)
    assert counts(team.consultant)["received"] == 2


def test_lists_across_the_states(team, received, waiting, screening):
    unregistered = received("Unregistered")
    overdue = waiting(LETTER + "overdue")
    mine = screening()
    alerted = waiting(DANGER)
    asked = waiting(LETTER + "asked")
    Referral.objects.filter(pk=asked.pk).update(state=State.AWAITING_REFERRER)
    receiving.add_documents(referral=asked, by=team.administrator, files=[File("reply.txt", b"Our answer")])
    due = waiting(LETTER + "due")
    Referral.objects.filter(pk=due.pk).update(state=State.DELAYED, due_on=clock.today())
    verbs.fall_due(referral=due, by=Process(team.service, CALENDAR))
    unsent = waiting(LETTER + "unsent")
    for state in DispatchState:
        Dispatch.objects.create(
            service=team.service, referral=unsent, kind="letter", to="gp", channel="print", name="GP", state=state
        )
    sent = waiting(LETTER + "sent")
    Dispatch.objects.create(
        service=team.service, referral=sent, kind="letter", to="gp", channel="print", name="GP", state="sent"
    )
    Referral.objects.filter(pk=overdue.pk).update(due_on=clock.today() - timedelta(days=1))

    def on(tab, **more):
        return {one.pk for one in worklist(team.consultant, Filters(tab=tab, **more)).referrals}

    assert on("mine") == {mine.pk}
    assert mine.pk not in on("unassigned")
    assert unregistered.pk in on("unassigned")
    assert on("overdue") == {overdue.pk}
    assert on("alerts") == {alerted.pk}
    assert on("returned") == {asked.pk}
    assert on("due") == {due.pk}
    assert on("not-sent") == {unsent.pk}
    assert on("awaiting-referrer") == {asked.pk}
    assert on("open", route="gp-ers", locality="southampton", practice=str(mine.practice_id)) == on("open") - {
        unregistered.pk
    }
    assert on("open", locality="unknown") == {unregistered.pk}
    assert on("open", priority="urgent") == set()
    settled = next(iter({"adult", *mine.missing} - {"adult"}))
    assert mine.pk in on("open", missing=settled)
    judging.judge(referral=mine, by=team.consultant, criterion=settled, state="for", reason="I know.")
    assert mine.pk not in on("open", missing=settled)
    found = counts(team.consultant)
    for tab in WALKS:
        assert found[tab] == len(on(tab)), tab


@pytest.mark.parametrize("count", [3, 60])
def test_the_number_of_queries_does_not_grow(team, received, count):
    version = received().pathway_version
    Referral.objects.bulk_create(bare(team, version, State.RECEIVED, REST, date(2026, 11, 4)) for _ in range(count))
    with CaptureQueriesContext(connection) as captured:
        worklist(team.consultant, Filters())
    assert len(captured) == 2, captured.captured_queries


def recomputed(referral):
    """What the worklist sorts and marks by, from the rows that it rests on."""
    partial = Transcript.objects.filter(document__referral=referral).exclude(unread=[], problem="")
    run = referral.screenings.last()
    alert = Alert.objects.filter(referral=referral, action__isnull=True).exists()
    first = ALERT_FIRST if alert else UNREAD_NEXT if partial.exists() or (run and run.problem) else REST
    if run is None:
        return first, []
    states = {one.criterion: one.state for one in run.clauses.filter(source="letter")}
    for judgement in run.judgements.order_by("id"):
        states[judgement.criterion] = judgement.state
    names = [one.id for one in pathways.of(referral.pathway_version).criteria]
    return first, [name for name in names if states.get(name, "not_stated") == "not_stated"]


STEPS = ("document", "alarming", "torn", "act", "confirm", "correct", "again")


@given(steps=st.lists(st.sampled_from(STEPS), max_size=6))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_the_worklist_sorts_by_is_what_the_rows_say(team, screening, steps):
    referral = screening()
    for number, step in enumerate(steps):
        referral = Referral.objects.get(pk=referral.pk)
        contents = {
            "document": f"Note {number}. She drinks 30 units of alcohol a week.".encode(),
            "alarming": f"{DANGER} {number}".encode(),
            "torn": f"%PDF-1.4 torn {number}".encode(),
        }
        if step in contents:
            name = "torn.pdf" if step == "torn" else "note.txt"
            receiving.add_documents(referral=referral, by=team.consultant, files=[File(name, contents[step])])
            reading_in.read_in(service_id=team.service.pk, referral_id=referral.pk, reader=documents.read)
        elif step == "act":
            for alert in referral.alerts.filter(action__isnull=True):
                judging.act_on_alert(alert=alert, by=team.consultant, action="Rang the GP")
        elif step == "again":
            verbs.stop_screening(referral=referral, by=team.consultant)
            verbs.start_screening(referral=referral, by=team.consultant)
        else:
            states = judging.read_states(referral.screenings.last())
            silent = [name for name, state in states.items() if state == "not_stated"]
            state = "not_stated" if step == "confirm" else "for"
            judging.judge(
                referral=referral, by=team.consultant, criterion=silent[number], state=state, reason="I asked."
            )
        stored = Referral.objects.get(pk=referral.pk)
        assert (stored.look_first, stored.missing) == recomputed(stored), step


def test_where_reading_broke_down_nothing_is_settled_and_it_stands_up(team, received, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError

    monkeypatch.setattr(reading_in.screening, "screen", broken)
    referral = received()
    assert referral.look_first == UNREAD_NEXT
    assert "adult" in referral.missing


def test_nothing_of_another_service_stands_on_the_worklist(transactional_db, service_id):
    with scope(service_id):
        team = make_team()
        waiting_referral(team)
    with as_owner():
        other = Service.objects.create(slug="elsewhere", name="Elsewhere")
        user = User.objects.create_user("elsewhere@example.nhs.uk", "Else Where")
        member = Membership.objects.create(service=other, user=user, role="clinician", grade="consultant")
    with scope(other):
        assert set(counts(member).values()) == {0}
        assert worklist(member, Filters()).referrals == []
        # even asked as somebody of the other service, PostgreSQL shows nothing
        assert worklist(team.consultant, Filters()).referrals == []
