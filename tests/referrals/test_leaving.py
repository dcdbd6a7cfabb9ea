"""A leaver: nothing is left with somebody who is gone, and an administrator is always left."""

import uuid
from datetime import date, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob

from painpath import clock
from painpath.accounts.audit import Process
from painpath.accounts.models import AuditEntry, Membership, User
from painpath.accounts.sessions import end_sessions
from painpath.referrals import verbs
from painpath.referrals.models import (
    AdviceParagraph,
    DecisionDraft,
    Referral,
    ReportedChange,
    RotaEntry,
    SecondScreening,
    Task,
)
from painpath.referrals.moves import lock, move
from painpath.referrals.referring import changing, going_further
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import add_working_days, is_working_day
from painpath.referrals.worklist.leaving import check_end_membership, end_membership, holdings, reassign
from tests.referrals.conftest import waiting_referral

KINDS = ("waiting", "received", "screening", "delayed", "task", "office task", "advice", "rota", "second", "report")


def off_duty() -> int:
    """A weekday whose people are not on duty now: else they are given what becomes ready, too."""
    today = clock.today()
    return ((today if is_working_day(today) else add_working_days(today, 1)).weekday() + 1) % 5


def give(kind: str, team, member) -> None:
    """Put one thing of this kind into somebody's hands."""
    service = {"service": team.service}
    today = clock.today()
    if kind == "advice":
        AdviceParagraph.objects.create(**service, title="Sleep", text="x", owner=member, expires_on=today)
    elif kind == "rota":
        RotaEntry.objects.create(**service, membership=member, weekday=off_duty(), starts_on=today - timedelta(days=30))
    else:
        referral = waiting_referral(team, f"A letter. {Referral.objects.count()}")
        if kind == "screening":
            verbs.start_screening(referral=referral, by=member)
            DecisionDraft.objects.create(**service, referral=referral, by=member, seen_version=1)
        elif kind in ("waiting", "delayed", "received"):
            state = "awaiting_screening" if kind == "waiting" else kind
            role = "administrator" if kind == "received" else "clinician"
            Referral.objects.filter(pk=referral.pk).update(owner=member, state=state, owner_role=role)
        elif kind == "report":
            patient = Process(team.service, "patient by one-time code", role="patient", only=referral.pk)
            row = changing.note(lock(referral), by=patient, side="patient", kind="other", words="x", key=uuid.uuid4())
            ReportedChange.objects.filter(pk=row.pk).update(owner=member)
        elif kind == "second":
            SecondScreening.objects.create(**service, referral=referral, by=member)
        else:
            role = "clinician" if kind == "task" else "administrator"
            Task.objects.create(**service, referral=referral, kind="contact", words="Ring them", owner_role=role,
                                owner=member, due_on=today)  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(KINDS), max_size=4), st.booleans())
def test_whatever_somebody_holds_it_is_given_on_before_they_go_and_only_to_who_may_have_it(
    team, kinds, to_office_first
):
    leaver = Membership.objects.create(
        service=team.service, user=waiting_user(), role="clinician", grade="consultant"
    )  # fmt: skip
    for kind in kinds:
        give(kind, team, leaver)
    assert len(holdings(leaver)) == len(kinds)
    if kinds:
        with pytest.raises(Refused, match="in hand"):
            end_membership(membership=leaver, by=team.administrator)
    if to_office_first:
        left = reassign(leaver=leaver, to=team.administrator, by=team.administrator)
        assert all("administrator" not in holding.roles for holding in left)
    assert reassign(leaver=leaver, to=team.colleague, by=team.administrator) == []
    end_membership(membership=leaver, by=team.administrator)
    assert not Membership.objects.current().filter(pk=leaver.pk).exists()
    assert not Referral.objects.filter(owner=leaver).exists()
    assert not ReportedChange.objects.filter(owner=leaver).exists()
    for referral in Referral.objects.exclude(owner=None).select_related("owner"):
        assert referral.owner.role == "clinician" or referral.owner_role == "administrator"
    assert DecisionDraft.objects.filter(by=leaver).count() == kinds.count("screening")
    assert Referral.objects.filter(state="screening").count() == 0
    assert all(rota.ends_on and rota.ends_on < clock.today() for rota in RotaEntry.objects.filter(membership=leaver))


def waiting_user():
    return User.objects.create_user(f"{uuid.uuid4().hex}@example.nhs.uk", "Lea Ver")


def test_what_happened_stands_on_the_timeline_and_in_the_audit(team, screening):
    referral = screening()
    delayed = waiting_referral(team, "Another letter.")
    Referral.objects.filter(pk=delayed.pk).update(owner=team.consultant, state="delayed", due_on=date(2027, 1, 4))
    reassign(leaver=team.consultant, to=team.colleague, by=team.administrator)
    referral.refresh_from_db()
    step = referral.transitions.last()
    assert (step.verb, referral.state, referral.owner, step.by) == (
        "release", "awaiting_screening", None, team.administrator,
    )  # fmt: skip
    delayed.refresh_from_db()
    assert (delayed.state, delayed.owner, delayed.due_on) == ("delayed", team.colleague, date(2027, 1, 4))
    assert delayed.transitions.last().reason == "Dr Con Sultant leaves the team. Now with Dr Col League."
    assert AuditEntry.objects.get(action="membership.reassign").detail == {"to": team.colleague.pk, "things": 2}


def test_a_decision_is_not_looked_at_again_by_whoever_made_it(team, waiting):
    referral = waiting()
    Referral.objects.filter(pk=referral.pk).update(owner=team.consultant, not_by=team.colleague)
    assert len(reassign(leaver=team.consultant, to=team.colleague, by=team.administrator)) == 1
    assert reassign(leaver=team.consultant, to=team.physiotherapist, by=team.administrator) == []


def test_what_nobody_has_read_is_told_to_whoever_has_it_now_and_what_was_read_stays(team):
    read, unread = (waiting_referral(team, f"{name} letter.") for name in ("One", "Two"))
    for referral in (read, unread):
        changing.note(
            lock(referral), by=team.administrator, side="referrer", kind="x", words="Worse.", key=uuid.uuid4()
        )
    ReportedChange.objects.update(owner=team.consultant)
    changing.read_change(change=read.changes.get(), by=team.consultant, action="Rang her.")
    assert [one.words for one in holdings(team.consultant)] == [
        "To read, and to say what was done: whoever referred has told us something"
    ]
    due_at = unread.changes.get().due_at
    reassign(leaver=team.consultant, to=team.colleague, by=team.administrator)
    row = unread.changes.get()
    assert (row.owner, row.due_at, read.changes.get().owner) == (team.colleague, due_at, team.consultant)
    told = ProcrastinateJob.objects.get(task_name=going_further.TELL)
    assert told.args == {"service": team.service.pk, "change": row.pk, "member": team.colleague.pk}
    assert AuditEntry.objects.get(action="reportedchange.assign").detail == {"to": team.colleague.pk}


def test_who_may_do_it_and_to_whom(team):
    for by in (team.consultant, team.manager):
        with pytest.raises(Refused, match="Only an administrator"):
            reassign(leaver=team.colleague, to=team.consultant, by=by)
        with pytest.raises(Refused, match="Only an administrator"):
            end_membership(membership=team.colleague, by=by)
    for to, words in ((team.manager, "manager"), (team.colleague, "somebody else")):
        with pytest.raises(Refused, match=words):
            reassign(leaver=team.colleague, to=to, by=team.administrator)
    with pytest.raises(Refused, match="your own"):
        check_end_membership(team.administrator, by=team.administrator)
    end_membership(membership=team.colleague, by=team.administrator)
    with pytest.raises(Refused, match="does not work here"):
        end_membership(membership=team.colleague, by=team.administrator)
    with pytest.raises(Refused, match="somebody who works"):
        reassign(leaver=team.consultant, to=team.colleague, by=team.administrator)


def test_sessions_end_at_once_and_only_theirs(team):
    theirs, others = Client(), Client()
    theirs.force_login(team.colleague.user)
    others.force_login(team.consultant.user)
    end_membership(membership=team.colleague, by=team.administrator)
    assert not Session.objects.filter(pk=theirs.session.session_key).exists()
    assert Session.objects.filter(pk=others.session.session_key).exists()
    assert end_sessions(team.consultant.user_id) == 1


def test_a_screening_is_released_by_nobody_else(team, screening):
    referral = screening()
    with pytest.raises(Refused):
        move("release", lock(referral), by=team.colleague)
