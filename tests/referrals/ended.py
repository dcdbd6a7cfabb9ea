"""Referrals that ended years ago, made with the verbs themselves on the days of then."""

import uuid
from datetime import date
from typing import Any

from painpath import clock
from painpath.accounts.models import Membership, User
from painpath.letters import outbox
from painpath.letters.models import Dispatch
from painpath.referrals import todo, verbs
from painpath.referrals.models import Referral
from painpath.referrals.sheet import judging
from tests.letters.posting import ADDRESS, decide
from tests.referrals.conftest import LETTER, Team, waiting_referral

THEN = date(2015, 3, 2)


def another_manager(team: Team, name: str = "Second Manager") -> Membership:
    user = User.objects.create_user(f"{uuid.uuid4().hex}@example.nhs.uk", name, "correct horse battery")
    return Membership.objects.create(service=team.service, user=user, role="manager")


def not_now(team: Team, on: date = THEN, text: str = LETTER, **patient: Any) -> Referral:
    """A referral that was signed `not now` on this day; nothing about it waits to be sent, nothing is to do."""
    with clock.at(on):
        referral = waiting_referral(team, text, patient=ADDRESS | patient, route="practitioner-letter", ubrn="")
        for alert in referral.alerts.all():
            judging.act_on_alert(alert=alert, by=team.consultant, action="Rang the GP.")
        decide(team, referral)
        settle(team, referral)
    return Referral.objects.get(pk=referral.pk)


def settle(team: Team, referral: Referral) -> None:
    """What waits to be sent is stopped."""
    waiting = Dispatch.objects.filter(referral=referral, state__in=["held", "queued"])
    outbox.stop(list(waiting), by=team.consultant, why="Told on the phone.")


def withdrawn(team: Team, on: date = THEN, text: str = LETTER, **patient: Any) -> Referral:
    """A referral that the patient took back on this day: no letter, and what was to do is done. Quick to make."""
    with clock.at(on):
        referral = waiting_referral(team, text, patient=patient, route="practitioner-letter", ubrn="")
        for alert in referral.alerts.all():
            judging.act_on_alert(alert=alert, by=team.consultant, action="Rang the GP.")
        verbs.close(referral=referral, by=team.administrator, how="withdraw", reason="He rang.", asked_by="patient")
        for task in referral.tasks.all():
            todo.do_task(task=task, by=team.consultant, words="Written.")
    return Referral.objects.get(pk=referral.pk)
