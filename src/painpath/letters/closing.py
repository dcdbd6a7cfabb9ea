"""An end without a decision, with what is still on its way: nothing more goes to somebody who has died."""

import uuid
from typing import Any

from django.db import transaction

from painpath.accounts.audit import Actor
from painpath.letters.models import Dispatch
from painpath.letters.outbox import NOT_SENT, stop
from painpath.referrals import verbs
from painpath.referrals.models import Referral, ReportedChange
from painpath.referrals.referring import patient_acts
from painpath.referrals.referring.patient_acts import Proxy


@transaction.atomic
def close(*, referral: Referral, by: Actor, how: str, reason: str, **given: Any) -> Referral:
    """`verbs.close`, and what has not left yet is stopped: after a death everything to the patient, of all their
    referrals; after any other end the reminders and questions that nobody needs to answer any more."""
    referral = verbs.close(referral=referral, by=by, how=how, reason=reason, **given)
    waiting = Dispatch.objects.filter(service_id=referral.service_id, state__in=NOT_SENT)
    if how == "record_death" and referral.patient_id is not None:
        stop(waiting.filter(referral__patient=referral.patient_id, to="patient"), by=by, why="The patient has died.")
    _stop_questions(referral, by=by)
    return referral


@transaction.atomic
def withdraw(
    *, referral: Referral, by: Actor, words: str, key: uuid.UUID, proxy: Proxy | None = None
) -> ReportedChange:
    """`patient_acts.withdraw`; when that has ended the referral, nobody is reminded of anything any more."""
    change = patient_acts.withdraw(referral=referral, by=by, words=words, key=key, proxy=proxy)
    referral.refresh_from_db()
    if not referral.is_open:
        _stop_questions(referral, by=by)
    return change


def _stop_questions(referral: Referral, *, by: Actor) -> None:
    waiting = Dispatch.objects.filter(service_id=referral.service_id, state__in=NOT_SENT, referral=referral)
    stop(waiting.filter(kind__in=("reminder", "signpost_question")), by=by, why="The referral has ended.")
