"""An end without a decision, with what is still on its way: nothing more goes to somebody who has died."""

from typing import Any

from django.db import transaction

from painpath.accounts.models import Membership
from painpath.letters.models import Dispatch
from painpath.letters.outbox import NOT_SENT, stop
from painpath.referrals import verbs
from painpath.referrals.models import Referral


@transaction.atomic
def close(*, referral: Referral, by: Membership, how: str, reason: str, **given: Any) -> Referral:
    """`verbs.close`, and what has not left yet is stopped: after a death everything to the patient, of all their
    referrals; after any other end the reminders and questions that nobody needs to answer any more."""
    referral = verbs.close(referral=referral, by=by, how=how, reason=reason, **given)
    waiting = Dispatch.objects.filter(service_id=by.service_id, state__in=NOT_SENT)
    if how == "record_death" and referral.patient_id is not None:
        stop(waiting.filter(referral__patient=referral.patient_id, to="patient"), by=by, why="The patient has died.")
    stop(
        waiting.filter(referral=referral, kind__in=("reminder", "signpost_question")), by=by,
        why="The referral has ended.",
    )  # fmt: skip
    return referral
