"""After a restore nothing leaves by itself before a person says so: it may have left after the backup."""

import pytest
from django.db import transaction

from painpath import clock
from painpath.accounts.models import AuditEntry
from painpath.accounts.scope import scope
from painpath.keeping import after_restore
from painpath.letters import holding, outbox, restored
from painpath.letters.models import Dispatch, DispatchState
from painpath.postgres.owner import as_owner
from tests.letters.posting import ADDRESS, decide
from tests.referrals.conftest import make_team, waiting_referral


@pytest.mark.django_db(transaction=True)
def test_what_waits_and_what_comes_is_held_until_a_person_releases_it(service_id: int) -> None:
    with scope(service_id):
        team = make_team()
        referral = waiting_referral(team, patient=ADDRESS, route="practitioner-letter", ubrn="")
        decide(team, referral)
        waiting = Dispatch.objects.get(to="patient")
        assert waiting.state == DispatchState.QUEUED
        assert restored.reasons(service_id) == []
    made = clock.now()
    with as_owner(), transaction.atomic():
        assert after_restore.hold_what_waits(made.isoformat()) == 1

    with scope(service_id):
        waiting.refresh_from_db()
        assert waiting.state == DispatchState.HELD
        assert waiting.why.startswith("The record was restored from a backup of ")
        later = outbox.queue(referral, by=team.consultant, kind="receipt", to="patient", channel="print", name="")
        assert later.state == DispatchState.HELD
        # A person has read why and sends one of them: the reason does not hold it again.
        read = holding.digest(holding.to_read(later))
        sent = holding.release(
            dispatch=later, by=team.administrator, how="print", words="Not in the post book.", read=read,
            address=later.address,
        )  # fmt: skip
        assert sent.state == DispatchState.QUEUED
        held = Dispatch.objects.filter(state=DispatchState.HELD).count()

    with as_owner():
        assert after_restore.release("A. Person: the post book was looked through") == held
    with scope(service_id):
        waiting.refresh_from_db()
        assert waiting.state == DispatchState.HELD
        new = outbox.queue(referral, by=team.consultant, kind="receipt", to="patient", channel="print", name="")
        assert new.state == DispatchState.QUEUED
        said = AuditEntry.objects.filter(subject_type="service").order_by("pk").values_list("action", "detail")
        assert list(said) == [
            ("record.restore", {"backup": made.isoformat()}),
            ("record.release", {"words": "A. Person: the post book was looked through"}),
        ]
