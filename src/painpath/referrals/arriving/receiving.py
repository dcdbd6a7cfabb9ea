"""Receiving: the bytes are stored and a reference is given before anything is read or asked."""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Actor
from painpath.accounts.models import Membership
from painpath.accounts.roles import REFERRER, a_role
from painpath.referrals import pathways, tasks, theirs
from painpath.referrals.arriving.filing import File, store_files
from painpath.referrals.models import Document, Referral, Transition
from painpath.referrals.moves import check_current, lock, reckon
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import OPEN, OWNERS, STAFF, State

LOOKED_AWAY_FROM = OPEN - {State.RECEIVED, State.AWAITING_SCREENING, State.SCREENING}
"""Open states in which nobody is about to read the letters: what arrives then is listed as something new."""


def _check_files(files: Sequence[File]) -> None:
    if not files:
        raise Refused("Choose at least one file: the referral letter.")
    for file in files:
        if not file.content:
            raise Refused(f"“{file.safe_name}” is empty. Check the file and choose it again.")
        if len(file.content) > settings.MAX_FILE_BYTES:
            raise Refused(
                f"“{file.safe_name}” is larger than {settings.MAX_FILE_BYTES // 1024**2} MB. "
                "Save it smaller, or split it, and choose it again."
            )


def check_receive(*, by: Membership) -> None:
    """Raise `Refused` unless `by` may receive referrals."""
    if by.role not in STAFF:
        raise Refused(f"Only an administrator or a clinician can receive referrals. You are {a_role(by.role)}.")
    check_current(by)


def check_follow(referral: Referral) -> None:
    """Raise `Refused` unless a new referral may follow this one: any other end state is taken back instead."""
    if referral.state != State.DISCHARGED:
        raise Refused("Only a discharged referral is followed by a new one. Take this one back, or work on it.")


@transaction.atomic
def receive(
    *, by: Membership, files: Sequence[File], key: uuid.UUID, received_at: datetime | None = None,
    follows: Referral | None = None,
) -> Referral:  # fmt: skip
    """Store what arrived and give it a reference, an owner and a due date; reading starts after the commit.

    `key` is the form's: the same form sent twice with the same files gives the same referral. `follows` links a return
    after discharge.
    Raises `Refused` with a sentence about the file at fault.
    """
    check_receive(by=by)
    if follows is not None:
        check_follow(follows)
    _check_files(files)
    key = receipt_key(key, files)
    if (earlier := _received_before(by, key)) is not None:
        return earlier
    try:
        with transaction.atomic():
            referral = make_received(by=by, key=key, files=len(files), received_at=received_at, follows=follows)
    except IntegrityError:  # the other half of a double click was faster
        if (earlier := _received_before(by, key)) is not None:
            return earlier
        raise
    store_files(referral, files, by=by)
    tasks.read_later(referral)
    return referral


def make_received(
    *, by: Actor, key: uuid.UUID, files: int, received_at: datetime | None = None, **also: Any
) -> Referral:
    """A new referral in `received`, with its first transition and audit row; `also` are further fields of it.

    Raises IntegrityError when the key has made one already.
    """
    pathway, version = pathways.in_force(by.service)
    now = clock.now()
    person = audit.person(by)
    referral = Referral.objects.create(
        service_id=by.service.pk,
        receipt_key=key,
        pathway_version=version,
        state=State.RECEIVED,
        state_since=now,
        received_at=received_at or now,
        owner_role=OWNERS[State.RECEIVED],
        due_on=reckon(pathway.target("first-look"), now.date()),
        **also,
    )
    Transition.objects.create(
        service_id=by.service.pk, referral=referral, number=1, verb="receive", to_state=State.RECEIVED, at=now,
        by=person, process="" if person else by.name, due_on=referral.due_on, facts={"files": files},
    )  # fmt: skip
    audit.record(by, "referral.receive", referral, files=files)
    return referral


def receipt_key(form: uuid.UUID, files: Sequence[File]) -> uuid.UUID:
    """What makes two sendings the same: one form with the same files. Another letter in an old form is a new one."""
    return uuid.uuid5(form, " ".join(sorted(hashlib.sha256(file.content).hexdigest() for file in files)))


def _received_before(by: Membership, key: uuid.UUID) -> Referral | None:
    return Referral.objects.filter(service_id=by.service_id, receipt_key=key).first()


@transaction.atomic
def add_documents(*, referral: Referral, by: Actor, files: Sequence[File], also_ended: bool = False) -> list[Document]:
    """File more documents with a referral that is there already; they are read and screened beside the others.

    A referrer adds to what is theirs, also with a one-time code.

    A file that is there already is not filed again. Raises `Refused` for a bad file or, unless `also_ended`, an ended
    referral.
    """
    if isinstance(by, Membership) and by.role != REFERRER:
        check_receive(by=by)
    theirs.check_theirs(referral, by=by)
    _check_files(files)
    referral = lock(referral)
    if not referral.is_open and not also_ended:
        raise Refused(f"This referral has ended ({referral.state_label.lower()}). Take it back before you add to it.")
    new = store_files(referral, files, by=by)
    if new:
        referral.version += 1
        if State(referral.state) in LOOKED_AWAY_FROM:
            referral.came_back = "documents"
        referral.save(update_fields=["version", "came_back"])
        tasks.read_later(referral)
    return new
