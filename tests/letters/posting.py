"""Referrals that are decided, and what then stands in the outbox."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from painpath import documents
from painpath.letters import tasks
from painpath.letters.carriers import Later
from painpath.letters.models import Dispatch
from painpath.letters.signing import sign
from painpath.referrals import verbs
from painpath.referrals.arriving import receiving
from painpath.referrals.arriving.contacts import confirm_contact
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.reading_in import read_in
from painpath.referrals.decisions.decision_content import DecisionContent
from painpath.referrals.models import Referral
from painpath.referrals.sheet import judging
from tests.referrals.conftest import waiting_referral
from tests.referrals.deciding import read_both

ADDRESS = {"address": "14 Sample Street\nExampleton", "postcode": "SO29 4WR", "email": "leonard@example.com"}
CLAUSE = "major-psychiatric-disturbance"


def decide(team: Any, referral: Referral, *, begin: bool = True) -> None:
    """Sign a `not now` with both letters; `begin`: nobody has started to screen it yet."""
    if begin:
        verbs.start_screening(referral=referral, by=team.consultant)
    judging.judge(referral=referral, by=team.consultant, criterion=CLAUSE, state="against", reason="It says so.")
    referral = Referral.objects.get(pk=referral.pk)
    content = DecisionContent(
        outcome="not_now", clauses=(CLAUSE,), reason="He is in crisis.", to_patient="I hope this helps.",
        condition="your mood is steady",
    )  # fmt: skip
    sign(
        referral=referral, by=team.consultant, content=content, key=uuid.uuid4(), seen_version=referral.version,
        **read_both(referral, content, team.consultant),
    )  # fmt: skip


@pytest.fixture
def decided(team: Any) -> Callable[..., Referral]:
    """Makes referrals whose two letters are signed. `confirmed`: staff have confirmed the e-mail address.
    `mailbox`: that of the practice in MESH."""

    def make(
        *, confirmed: bool = False, practice: str = "1 Practice Road\nExampleton", mailbox: str = "", **changes: Any
    ) -> Referral:
        changes["patient"] = ADDRESS | changes.get("patient", {})
        if changes.setdefault("route", "practitioner-letter") != "gp-ers":
            changes["ubrn"] = ""
        referral = waiting_referral(team, **changes)
        if referral.practice is not None and practice:
            referral.practice.address, referral.practice.postcode = practice, "EX1 3GP"
            referral.practice.mesh_mailbox = mailbox
            referral.practice.save()
        if confirmed:
            confirm(team, referral)
        decide(team, referral)
        return Referral.objects.get(pk=referral.pk)

    return make


def decided_for(team: Any, *, confirmed: tuple[str, ...] = (), also: str = "", **person: Any) -> Referral:
    """A referral by letter whose two letters are signed. `person`: what stands on record about the patient by then;
    `confirmed`: which of their contacts staff have confirmed; `also`: a second document, `second.txt`."""
    referral = waiting_referral(team, patient=ADDRESS, route="practitioner-letter", ubrn="")
    practice, patient = referral.practice, referral.patient
    assert practice is not None
    assert patient is not None
    practice.address, practice.postcode = "1 Practice Road\nExampleton", "EX1 3GP"
    practice.save()
    for name, value in ({"date_of_birth": date(1966, 4, 3)} | person).items():
        setattr(patient, name, value)
    patient.save()
    for kind in confirmed:
        confirm(team, referral, kind)
    if also:
        receiving.add_documents(referral=referral, by=team.administrator, files=[File("second.txt", also.encode())])
        read_in(service_id=team.service.pk, referral_id=referral.pk, reader=documents.read)
    decide(team, referral)
    return Referral.objects.get(pk=referral.pk)


def confirm(team: Any, referral: Referral, kind: str = "email") -> None:
    """A member of staff confirms a contact as it stands."""
    value = referral.patient.email if kind == "email" else referral.patient.phone  # type: ignore[union-attr]
    confirm_contact(patient=referral.patient, kind=kind, how="Read out on the phone", by=team.administrator, seen=value)  # type: ignore[arg-type]


def outbox_of(referral: Referral) -> dict[tuple[str, str, str], Dispatch]:
    """(kind, to, channel) -> what stands in the outbox."""
    return {(one.kind, one.to, one.channel): one for one in Dispatch.objects.filter(referral=referral)}


def let_the_mailer_work() -> list[bool]:
    """Every e-mail that is queued is tried once; whether each is settled."""
    settled = []
    for job in ProcrastinateJob.objects.filter(status="todo", task_name="letters.send"):
        try:
            tasks.send(**job.args)
            settled.append(True)
        except Later:
            settled.append(False)
    return settled
