"""What became of a letter: it arrived, it came back, that was a mistake, it goes again; and carriers that are asked."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from painpath import clock
from painpath.accounts.audit import Process
from painpath.accounts.models import AuditEntry
from painpath.letters import arrival, outbox, printing, sending
from painpath.letters.carriers import Handed, Later, Told
from painpath.letters.models import Dispatch, DispatchState
from painpath.letters.where_it_is import where_it_is
from painpath.referrals import pathways
from painpath.referrals.models import Task
from painpath.referrals.refusal import Refused
from painpath.referrers.presenters.history import _sent
from painpath.triage.presenters.dispatches import dispatch_events
from tests.letters.posting import decided, outbox_of  # noqa: F401  # fixture
from tests.referrals.conftest import team  # noqa: F401  # fixture

LETTER, GP = ("letter", "patient", "print"), ("letter", "gp", "print")


def steps(referral: Any) -> list[str]:
    return [step.what for step in where_it_is(referral, pathways.of(referral.pathway_version)).steps]


def remind(referral: Any, team: Any) -> Dispatch:  # noqa: F811
    return outbox.queue(
        referral, by=team.administrator, kind="reminder", to="patient", channel="print", name="x", text="We asked.",
        subject="We asked",
    )  # fmt: skip


@pytest.fixture
def posted(decided: Any, team: Any) -> Any:  # noqa: F811
    referral = decided()
    batch = printing.print_batch(by=team.administrator)
    assert batch is not None
    printing.mark_posted(batch=batch, by=team.administrator, taken_out=[])
    return referral


def test_a_letter_that_came_back_is_to_do_today_and_holds_what_goes_there(posted: Any, team: Any) -> None:  # noqa: F811
    out = outbox_of(posted)
    waits = remind(posted, team)
    assert waits.state == DispatchState.QUEUED
    for _ in range(2):
        arrival.mark_returned(dispatch=out[LETTER], by=team.administrator, reason="gone_away", words="Red sticker")
    back = outbox_of(posted)[LETTER]
    assert (back.state, back.why) == (DispatchState.RETURNED, "Gone away, or nobody of this name there. Red sticker.")
    assert None not in (back.returned_at, back.sent_at)
    task = Task.objects.get(facts__returned=True)
    assert (task.due_on, task.owner_role, task.done_at) == (clock.today(), "administrator", None)
    waits.refresh_from_db()
    assert waits.state == DispatchState.HELD
    assert "A letter came back from this address on" in waits.why
    assert remind(posted, team).state == DispatchState.HELD, "nor does what is queued from now on"
    assert outbox_of(posted)[GP].state == DispatchState.SENT, "others are not touched"
    assert "Our letter got to you." not in steps(posted)
    assert "A letter to you came back to us. Please tell us where you live now." in steps(posted)
    assert "Decision letter to the patient came back to us" in [step.what for step in _sent(posted)]
    assert AuditEntry.objects.filter(action="dispatch.return").count() == 1
    (event,) = [one for one in dispatch_events(posted) if one.title.startswith("Came back")]
    assert event.lines == ("Gone away, or nobody of this name there", "Red sticker")

    # --- a practice that was corrected since is written to as it is now
    arrival.mark_returned(dispatch=out[GP], by=team.administrator, reason="unknown")
    assert posted.practice is not None
    posted.practice.name = "Another Surgery"
    posted.practice.save()
    assert arrival.send_again(dispatch=out[GP], by=team.administrator).name == "Another Surgery"

    # --- once the record is right it goes again, as a letter of its own
    assert posted.patient is not None
    posted.patient.address, posted.patient.family_name = "2 New Street\nExampleton", "Ashby"
    posted.patient.save()
    again = [arrival.send_again(dispatch=back, by=team.administrator) for _ in range(2)]
    assert again[0].pk == again[1].pk
    assert (again[0].state, again[0].letter_id) == (DispatchState.QUEUED, back.letter_id)
    assert (again[0].name, again[0].address[:12]) == ("Mr Leonard Ashby", "2 New Street")
    assert not Task.objects.filter(facts__returned=True, done_at__isnull=True).exists()
    with pytest.raises(Refused, match="sent again since"):
        arrival.take_back_returned(dispatch=back, by=team.administrator, words="Another letter.")


def test_what_came_back_by_mistake_stands_as_before(posted: Any, team: Any) -> None:  # noqa: F811
    letter = outbox_of(posted)[LETTER]
    arrival.confirm_delivered(dispatch=letter, by=team.administrator, words="She rang.")
    waits = remind(posted, team)
    before = outbox_of(posted)[LETTER]
    assert "Our letter got to you." in steps(posted)
    arrival.mark_returned(dispatch=letter, by=team.administrator, reason="refused")
    with pytest.raises(Refused, match="Say how you know"):
        arrival.take_back_returned(dispatch=letter, by=team.administrator, words=" ")
    for _ in range(2):
        arrival.take_back_returned(dispatch=letter, by=team.administrator, words="It was another letter.")
    after = outbox_of(posted)[LETTER]
    same = ("state", "sent_at", "sent_by_id", "delivered_at", "returned_at")
    assert [getattr(after, name) for name in same] == [getattr(before, name) for name in same]
    assert after.state == DispatchState.DELIVERED
    waits.refresh_from_db()
    assert waits.state == DispatchState.QUEUED, "it was held for nothing else"
    assert not Task.objects.filter(done_at__isnull=True).exists()
    with pytest.raises(Refused, match="Only an administrator"):
        arrival.mark_returned(dispatch=letter, by=team.manager, reason="refused")
    with pytest.raises(Refused, match="Nobody has recorded that this left"):
        arrival.mark_returned(dispatch=waits, by=team.administrator, reason="refused")


class Asked:
    """A carrier that says what it is told to say."""

    knows_doubles = True
    says: "Told | Exception | None" = None
    found: "Handed | Exception | None" = None
    handed = 0
    in_between: Any = None

    def hand_over(self, dispatch: Dispatch) -> Handed:
        self.handed += 1
        if self.in_between is not None:
            self.in_between()
        return Handed(provider_id="abc")

    def find(self, dispatch: Dispatch) -> Handed | None:
        if isinstance(self.found, Exception):
            raise self.found
        return self.found

    def what_became(self, dispatch: Dispatch) -> Told | None:
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


@pytest.fixture
def carrier(monkeypatch: Any) -> Asked:
    asked = Asked()
    for module in (sending, arrival):
        monkeypatch.setattr(module, "carrier_for", lambda dispatch: asked)
    return asked


@pytest.fixture
def mesh(posted: Any, team: Any, carrier: Asked) -> Any:  # noqa: F811
    """A letter to the practice that goes by MESH, and the mailer."""
    dispatch = outbox.queue(
        posted, by=team.administrator, kind="letter", to="gp", channel="mesh", name="",
        letter=posted.letters.get(audience="gp"),
    )  # fmt: skip
    return dispatch, Process(team.service, "mailer")


def test_a_carrier_is_asked_until_it_knows_and_a_person_looks_when_it_never_does(mesh: Any, carrier: Asked) -> None:
    dispatch, by = mesh
    assert sending.send(dispatch=dispatch, by=by)
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.provider_id, dispatch.began_at) == (DispatchState.SENT, "abc", None)
    jobs = ProcrastinateJob.objects.filter(task_name="letters.what_became", status="todo").order_by("id")
    assert [job.args["dispatch"] for job in jobs] == [dispatch.pk]
    for carrier.says in (None, Later("busy"), ValueError("what")):
        arrival.ask(dispatch=dispatch, by=by)
    assert len(jobs.all()) == 4, "each time it is asked again later"
    Dispatch.objects.filter(pk=dispatch.pk).update(sent_at=clock.now() - timedelta(days=14))
    carrier.says = None
    for _ in range(2):
        arrival.ask(dispatch=dispatch, by=by)
    assert len(jobs.all()) == 4
    task = Task.objects.get(facts__unconfirmed=True)
    assert task.words.startswith("Nobody has confirmed that this arrived: letter to the gp, MESH, to the practice")
    assert task.due_on == clock.today()
    carrier.says = Told(state=DispatchState.DELIVERED)
    for _ in range(2):
        arrival.ask(dispatch=dispatch, by=by)
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.delivered_at is not None) == (DispatchState.DELIVERED, True)
    task.refresh_from_db()
    assert task.done_words == "It arrived."


def test_a_person_says_what_became_of_what_no_carrier_is_asked_about(mesh: Any, carrier: Asked, team: Any) -> None:  # noqa: F811
    dispatch, by = mesh
    sending.send(dispatch=dispatch, by=by)
    page = Client()
    page.force_login(team.administrator.user)
    became = reverse("triage:became", args=[dispatch.pk])
    with pytest.raises(Refused, match="still says what becomes of it"):
        arrival.confirm_delivered(dispatch=dispatch, by=team.administrator)
    assert became not in page.get(reverse("triage:post")).content.decode()
    Dispatch.objects.filter(pk=dispatch.pk).update(sent_at=clock.now() - timedelta(days=14))
    arrival.ask(dispatch=dispatch, by=by)
    contacts = reverse("triage:contacts", args=[dispatch.referral.reference])
    assert became in page.get(contacts).content.decode()
    page.post(became, {"what": "refused", "words": "They rang: it cannot be opened."})
    again = Dispatch.objects.get(key=arrival._again(Dispatch.objects.get(pk=dispatch.pk)))
    assert (again.channel, again.state, again.letter_id) == ("print", DispatchState.QUEUED, dispatch.letter_id)
    assert "print and post it today" in Task.objects.get(facts__dispatch=again.pk).words
    email = outbox.queue(
        dispatch.referral, by=team.administrator, kind="notice", to="patient", channel="email", name="", text="News.",
        address="leonard@example.com",
    )  # fmt: skip
    Dispatch.objects.filter(pk=email.pk).update(state=DispatchState.SENT, sent_at=clock.now())
    arrival.mark_returned(dispatch=email, by=team.administrator, reason="unknown", words="Her mail says so.")
    with pytest.raises(Refused, match="told of something else"):
        arrival.send_again(dispatch=email, by=team.administrator)


def test_what_a_carrier_could_not_bring_comes_to_a_person(mesh: Any, carrier: Asked) -> None:
    dispatch, by = mesh
    sending.send(dispatch=dispatch, by=by)
    carrier.says = Told(state=DispatchState.FAILED, why="Nobody fetched it.")
    arrival.ask(dispatch=dispatch, by=by)
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.sent_at) == (DispatchState.FAILED, None)
    assert dispatch.why == "The carrier had taken it, and could not bring it. Nobody fetched it."
    assert Task.objects.get(facts__dispatch=dispatch.pk).due_on == clock.today()


def test_what_is_stopped_while_it_leaves_is_told_to_a_person(mesh: Any, carrier: Asked, team: Any) -> None:  # noqa: F811
    dispatch, by = mesh

    def stop() -> None:
        under_way = outbox.locked(pk=dispatch.pk).get()
        assert under_way.began_at is not None
        outbox.stop([under_way], by=team.consultant, why="Reversed.")
        under_way.refresh_from_db()
        assert under_way.why == f"Reversed. {outbox.UNDER_WAY}"

    carrier.in_between = stop
    assert sending.send(dispatch=dispatch, by=by)
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.why) == (
        DispatchState.SENT, "It had already left when it was stopped: Reversed.",
    )  # fmt: skip
    assert Task.objects.get(facts__dispatch=dispatch.pk).words.endswith("See whether somebody must be told.")


def test_a_carrier_that_cannot_say_what_it_has_is_given_nothing_yet(mesh: Any, carrier: Asked) -> None:
    dispatch, by = mesh
    Dispatch.objects.filter(pk=dispatch.pk).update(began_at=clock.now(), attempts=1)
    carrier.found = Later("down")
    assert not sending.send(dispatch=dispatch, by=by)
    assert carrier.handed == 0
    carrier.found = Handed(provider_id="first")
    assert sending.send(dispatch=dispatch, by=by)
    dispatch.refresh_from_db()
    assert (carrier.handed, dispatch.state, dispatch.provider_id) == (0, DispatchState.SENT, "first")
    assert not Task.objects.filter(facts__unconfirmed=True).exists()
    # It has it, and does not say under which name: nobody will ask about it, so a person looks.
    Dispatch.objects.filter(pk=dispatch.pk).update(state=DispatchState.QUEUED, began_at=clock.now(), provider_id="")
    carrier.found = Handed()
    assert sending.send(dispatch=dispatch, by=by)
    assert Task.objects.get(facts__unconfirmed=True).due_on == clock.today()
    dispatch.refresh_from_db()
    assert arrival.can_tell(dispatch)
    assert "perhaps_twice" not in dispatch.facts


def wait_for_the_end_of(session: int) -> None:
    """The server notices a moment later that nobody is there any more, and frees the locks of that session."""
    end = time.monotonic() + 30
    with connection.cursor() as cursor:
        while time.monotonic() < end:
            # Asked of the locks: pg_stat_activity is read once a transaction.
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = %s", [session])
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.01)
    raise AssertionError(f"the session {session} still holds its lock")


def test_two_workers_never_hand_over_the_same_at_once(mesh: Any, carrier: Asked) -> None:
    dispatch, by = mesh
    other = connection.copy()
    try:
        with other.cursor() as cursor:  # the session of a worker that is at it
            cursor.execute("SELECT pg_backend_pid()")
            (session,) = cursor.fetchone()
            cursor.execute(
                "SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"painpath.letters.dispatch {dispatch.pk}"]
            )
        assert not sending.send(dispatch=dispatch, by=by)
        assert carrier.handed == 0
    finally:
        other.connection.close()  # it is killed: the server ends its session
        other.close()
    wait_for_the_end_of(session)
    for _ in range(2):
        assert sending.send(dispatch=dispatch, by=by)
    assert carrier.handed == 1
