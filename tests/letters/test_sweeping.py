"""What its clock has left behind is found once a day, and ends where its job would have ended, or with a person."""

from datetime import timedelta
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from painpath import clock
from painpath.letters import online, sweeping, tasks
from painpath.letters.carriers import Later
from painpath.letters.models import Dispatch, DispatchState
from painpath.referrals.models import Task
from tests.letters.notify_server import Notify, notify  # noqa: F401  # fixture
from tests.letters.posting import decided_for, let_the_mailer_work, outbox_of
from tests.letters.test_online import LINK, POST
from tests.referrals.conftest import team  # noqa: F401  # fixture

GP = ("letter", "gp", "notify")


def sweep() -> None:
    """As every morning; twice, as a queue may."""
    for _ in range(2):
        tasks.sweep_all(0)
    (job,) = ProcrastinateJob.objects.filter(task_name="letters.sweep")
    for _ in range(2):
        tasks.sweep(**job.args)


def test_what_a_lost_job_left_behind_is_seen_to(team: Any, notify: Notify, monkeypatch: Any) -> None:  # noqa: F811
    referral = decided_for(team, confirmed=("email",), letters_online=True)
    gp = outbox_of(referral)[GP]

    def jobs(dispatch: Dispatch) -> int:
        return ProcrastinateJob.objects.filter(task_name="letters.send", args__dispatch=dispatch.pk).count()

    before = jobs(gp)
    sweep()
    assert (jobs(gp), POST in outbox_of(referral)) == (before, False), "nothing is late"
    Dispatch.objects.filter(pk=gp.pk).update(changed_at=clock.now() - timedelta(days=2))
    sweep()
    assert jobs(gp) == before + 1, "queued anew, once"
    with clock.at(clock.now() + timedelta(days=1)):
        sweep()
    gp = outbox_of(referral)[GP]
    assert (gp.state, gp.why) == (DispatchState.FAILED, sweeping.NOT_SENT)
    assert Task.objects.get(facts__dispatch=gp.pk).due_on == clock.today() + timedelta(days=1)

    # A letter online, with its message sent; a carrier that does not know what became of that.
    let_the_mailer_work()
    message = outbox_of(referral)["code", "patient", "email"]
    assert (message.state, message.provider_id != "") == (DispatchState.SENT, True)

    def down(*_: Any) -> None:
        raise Later("down")

    monkeypatch.setattr("painpath.letters.carriers.notify.Notify.what_became", down)
    with clock.at(clock.now() + timedelta(days=16)):
        sweep()
        assert outbox_of(referral)[POST].state == DispatchState.QUEUED
        assert outbox_of(referral)[LINK].why == online.NOT_OPENED
        assert Task.objects.filter(facts__dispatch=message.pk, facts__unconfirmed=True).count() == 1


def test_what_stops_its_job_each_time_is_for_a_person_and_stops_nothing_else(
    team: Any, notify: Notify, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    letters = [outbox_of(decided_for(team, confirmed=("email",), letters_online=True))[LINK] for _ in range(2)]
    real = online.post

    def post(letter: Dispatch, *args: Any, **more: Any) -> Any:
        if letter.pk == letters[0].pk:
            raise ValueError
        return real(letter, *args, **more)

    monkeypatch.setattr(online, "post", post)
    with clock.at(clock.now() + timedelta(days=16)):
        sweep()
    assert Task.objects.get(facts__left_behind=True).facts["dispatch"] == letters[0].pk
    assert Dispatch.objects.filter(facts__online=letters[1].pk).exists()
