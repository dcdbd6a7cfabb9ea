"""Who waits for a row that somebody else is changing meets it as it is then, with all that it points to."""

from collections.abc import Callable
from threading import Thread

import pytest
from django.db import connection

from painpath import clock
from painpath.accounts.scope import scope
from painpath.referrals import moves, todo
from painpath.referrals.arriving import registering
from painpath.referrals.models import SecondScreening
from painpath.referrals.refusal import Refused
from painpath.referrals.together import drawing, second
from tests.referrals.conftest import Team, details, make_team, received_referral, waiting_referral
from tests.waiting import eventually


@pytest.fixture
def made(transactional_db, service_id) -> Team:
    with scope(service_id):
        return make_team()


def while_it_waits(service_id: int, first: Callable[[], object], then: Callable[[], object]) -> object:
    """What `then` gives, or why it was refused, which begins when `first` is done and waits until that is committed."""
    given: list[object] = []

    def act() -> None:
        try:
            with scope(service_id):
                given.append(then())
        except Exception as error:
            given.append(error)
        finally:
            connection.close()

    thread = Thread(target=act)
    with scope(service_id), connection.cursor() as cursor:
        first()
        thread.start()

        def waits() -> bool:  # for us: the tests on another core have locks of their own on the same server
            cursor.execute("SELECT count(*) FROM pg_locks WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))")
            return cursor.fetchone() != (0,)

        assert eventually(waits), "nobody waited"
    thread.join()
    return given[0]


def test_a_referral_that_is_registered_meanwhile_has_its_patient(made, service_id):
    with scope(service_id):
        referral = received_referral(made)

    def after() -> str:
        return str(moves.lock(referral).patient.family_name)

    def register() -> None:
        registering.register(referral=referral, by=made.administrator, details=details())

    assert while_it_waits(service_id, register, after) == "Ashcombe"


def test_what_is_corrected_meanwhile_is_not_acted_on_as_it_was(made, service_id):
    """Letters go to the address that stands in the row beside the referral's own."""
    with scope(service_id):
        referral = waiting_referral(made)

    def correct() -> None:
        registering.register(
            referral=referral, by=made.administrator, details=details(patient={"family_name": "Ashcroft"})
        )

    assert while_it_waits(service_id, correct, lambda: moves.lock(referral).patient.family_name) == "Ashcroft"


def test_what_somebody_has_done_meanwhile_is_not_written_over(made, service_id):
    with scope(service_id):
        task = todo.give_task(
            waiting_referral(made), "contact", "Ring him.", by=made.consultant, role="clinician", due_on=clock.today()
        )
    told = while_it_waits(
        service_id,
        lambda: todo.do_task(task=task, by=made.consultant, words="Rang him."),
        lambda: todo.do_task(task=task, by=made.colleague, words="Not needed."),
    )
    assert isinstance(told, Refused)
    assert "already done this: “Rang him.”" in told.sentence


def test_a_blind_screening_is_not_taken_from_who_took_it_meanwhile(made, service_id, monkeypatch):
    monkeypatch.setattr(drawing, "lot", lambda below: 0)
    with scope(service_id):
        row = SecondScreening.objects.get(referral=waiting_referral(made))
    told = while_it_waits(
        service_id,
        lambda: second.start_second(second=row, by=made.consultant),
        lambda: second.start_second(second=row, by=made.colleague),
    )
    assert isinstance(told, Refused)
    assert "is screening this referral blind" in told.sentence
