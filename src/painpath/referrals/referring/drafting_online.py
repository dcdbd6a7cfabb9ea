"""Writing a referral online, before it is sent: nobody of the team sees a draft, and only whoever writes it reaches it.

A draft is kept for as many days as the service publishes (`referring.accounts.draft_days`), then it is deleted: it was
never received, and nothing was promised about it. The pages name the day.
"""

import hashlib
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from datetime import time as time_of_day
from typing import Any

import msgspec
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from painpath import clock, documents
from painpath.accounts import audit
from painpath.accounts.audit import Process
from painpath.accounts.models import Membership
from painpath.accounts.roles import REFERRER
from painpath.documents.model import DocumentCode, DocumentError, DocumentText, Limits
from painpath.pathway import Pathway
from painpath.pathway.unseen import TURNING
from painpath.referrals import pathways, tasks
from painpath.referrals.arriving import scanning
from painpath.referrals.arriving.filing import File
from painpath.referrals.arriving.persons import normal_nhs_number, normal_postcode
from painpath.referrals.arriving.registering import UBRN
from painpath.referrals.models import DraftFile, Referral, ReferralDraft
from painpath.referrals.moves import check_current
from painpath.referrals.referring.draft_contents import (
    ANSWERS,
    ASKED,
    EARLIER,
    HOW,
    PARTS,
    PATIENT,
    Contents,
    routes_for,
)
from painpath.referrals.refusal import Refused
from painpath.referrals.theirs import themselves

MOST_FILES = 20
"""So many files a draft takes: a bound against floods, far above any referral."""
WHILE_WAITING = Limits(ocr_seconds=25.0, seconds=40.0)
"""What reading one file may take while somebody waits for the page. The record reads it again, with all the time."""
WAIT = 60.0
"""Seconds for all files of one form together: what comes after is kept, and read when it has been sent."""
MOST_DRAFTS = 50
"""Drafts of one person at a time: a bound against floods."""
LATER = "This file takes long to read. It is sent as it is, and read when it has arrived."
PASTED = "Letter.txt"
"""The name of a letter that was pasted."""

Reader = Callable[[bytes, str], DocumentText]


def read_while_waiting(content: bytes, name: str) -> DocumentText:
    """Read one file in the limited subprocess, within what somebody can wait for, and only when it is its turn."""
    return documents.read_in_turn(content, name, WHILE_WAITING, patience=1.0)


def check_refer(*, by: Membership) -> None:
    """Raise `Refused` unless `by` is somebody who refers, with an account that is in use."""
    if by.role != REFERRER:
        raise Refused("Only somebody who refers patients can write a referral here. The team receives what comes.")
    check_current(by)
    if themselves(by) is None:
        raise Refused("Your account is not joined to a practitioner in the directory yet. Ask the service to do that.")


def drafts(by: Membership) -> "QuerySet[ReferralDraft]":
    """What this person has begun and not sent, the last changed first."""
    return ReferralDraft.objects.filter(service_id=by.service_id, member=by, referral__isnull=True)


def own_draft(key: uuid.UUID, *, by: Membership) -> ReferralDraft:
    """The draft with this key, if it is theirs. Raises `ReferralDraft.DoesNotExist` for anybody else's, too."""
    return ReferralDraft.objects.select_related("referral").get(service_id=by.service_id, member=by, key=key)


def contents(draft: ReferralDraft, *, by: Membership, asked_in: str = "") -> Contents:
    """What is in a draft, read against the criteria as they are published now; `asked_in`: as they were in the version
    with this digest, of which the page was made that is sent back just now."""
    me = themselves(by)
    pathway = pathways.as_asked(by.service, asked_in, published(by))
    return Contents(draft, pathway, tuple(draft.files.defer("content")), me.kind if me else "")


def published(by: Membership) -> Pathway:
    """The pathway in force, as the object that this process has read with before: making its lexicon takes a while."""
    return pathways.of(pathways.in_force(by.service)[1])


@transaction.atomic
def start_draft(*, by: Membership, key: uuid.UUID) -> ReferralDraft:
    """Begin a draft. `key` is the form's: the same form sent twice by the same person is one draft."""
    check_refer(by=by)
    key = uuid.uuid5(key, str(by.pk))  # a key that somebody else's browser made must not meet theirs
    if drafts(by).exclude(key=key).count() >= MOST_DRAFTS:
        raise Refused(f"You have {MOST_DRAFTS} referrals that are not sent. Send or delete some of them first.")
    pathway = published(by)
    last = clock.today() + timedelta(days=pathway.referring.accounts.draft_days)
    until = datetime.combine(last + timedelta(days=1), time_of_day(), clock.LONDON)
    draft, is_new = ReferralDraft.objects.get_or_create(
        key=key,
        defaults={"service_id": by.service_id, "member": by, "started_at": clock.now(), "changed_at": clock.now(),
                  "expires_at": until},
    )  # fmt: skip
    if is_new:
        audit.record(by, "draft.start", draft)
        tasks.expire_draft_at(draft)
    return draft


def last_day(draft: ReferralDraft) -> datetime:
    """A moment of the last day on which a draft is there."""
    return draft.expires_at.astimezone(clock.LONDON) - timedelta(hours=12)


def lock_draft(draft: ReferralDraft, *, by: Membership) -> ReferralDraft:
    """The draft as it stands now, held until the transaction ends. Raises `Refused` when it is gone or not theirs."""
    check_refer(by=by)
    mine = ReferralDraft.objects.select_for_update(of=("self",)).filter(service_id=by.service_id, member=by)
    found = mine.filter(pk=draft.pk).first()
    if found is None:
        raise Refused("This draft has been deleted. Start a new referral.")
    return found


def _unsent(draft: ReferralDraft, by: Membership) -> ReferralDraft:
    found = lock_draft(draft, by=by)
    if found.referral_id is not None:
        raise Refused(
            f"This referral has been sent. The reference is {Referral.objects.get(pk=found.referral_id).reference}. "
            "Start a new one for another patient."
        )
    return found


def _changed(draft: ReferralDraft) -> None:
    draft.changed_at = clock.now()
    draft.save(update_fields=["changed_at", "given"])


def what_is_wrong(file: File, already: int) -> str:
    """Why this file cannot be added to a draft that holds `already` bytes; empty when it can."""
    name, most = file.safe_name, settings.MAX_FILE_BYTES
    if not file.content:
        return f"“{name}” is empty. Check that it was saved, and choose it again."
    if len(file.content) > most:
        return f"“{name}” is larger than {most // 1024**2} MB. Save it smaller, or split it, and choose it again."
    if already + len(file.content) > settings.MAX_UPLOAD_BYTES:
        most = settings.MAX_UPLOAD_BYTES // 1024**2
        return f"“{name}” does not fit in: all files together can have {most} MB. Remove another one, or post it to us."
    return ""


@transaction.atomic
def add_files(
    *, draft: ReferralDraft, by: Membership, files: Sequence[File], reader: Reader = read_while_waiting
) -> list[str]:
    """Add files to a draft and read each once; gives a sentence for each that was not added, and keeps the others.

    A file that cannot be read is kept, with the reason: a person may be able to. One that is there already is not
    added again. What came attached to an e-mail stands beside it.
    """
    draft = _unsent(draft, by)
    wrong, waited_since, waiting = [], time.monotonic(), list(files)
    while waiting:
        file = waiting.pop(0)
        known = dict(draft.files.values_list("sha256", "size"))
        if hashlib.sha256(file.content).hexdigest() in known:
            continue
        sentence = what_is_wrong(file, sum(known.values()))
        if not sentence and len(known) >= MOST_FILES:
            sentence = (
                f"“{file.safe_name}” was not added: a referral takes {MOST_FILES} files. Remove another one first."
            )
        in_time = time.monotonic() - waited_since < WAIT
        if in_time and not sentence:
            sentence = scanning.refusal(file.content, file.safe_name)
        if sentence:
            wrong.append(sentence)
            continue
        waiting += _add(draft, file, by, reader if in_time else None)
    _changed(draft)
    return wrong


def _add(draft: ReferralDraft, file: File, by: Membership, reader: Reader | None) -> list[File]:
    """Keep one file with what was read from it (nothing without a reader); gives what came attached to it."""
    read, problem = None, "" if reader else LATER
    try:
        read = reader(file.content, file.safe_name) if reader else None
    except DocumentError as error:
        problem = LATER if error.code in (DocumentCode.TOO_SLOW, DocumentCode.BUSY) else error.sentence
    except Exception:  # a fault of ours must not lose the file
        problem = "The program broke down on this file. A person of the team will open it."
    row = DraftFile.objects.create(
        service_id=draft.service_id, draft=draft, name=file.safe_name, content=file.content,
        sha256=hashlib.sha256(file.content).hexdigest(), size=len(file.content), text=read.text if read else "",
        pages=msgspec.to_builtins(read.pages) if read else [], unread=msgspec.to_builtins(read.unread) if read else [],
        problem=problem,
    )  # fmt: skip
    audit.record(by, "draft.add_file", draft, file=row.pk, size=row.size, read=not problem)
    return [File(one.name, one.data) for one in read.attachments] if read else []


@transaction.atomic
def remove_file(*, draft: ReferralDraft, by: Membership, file: int) -> None:
    """Take a file out of a draft. Taken out twice, it is out."""
    draft = _unsent(draft, by)
    if draft.files.filter(pk=file).delete()[0]:
        audit.record(by, "draft.remove_file", draft, file=file)
        _changed(draft)


def check_part(draft: ReferralDraft, part: str, values: Mapping[str, Any], *, by: Membership) -> None:
    """Raise `Refused` for what cannot be right in one part of a draft. Nothing has to be there."""
    if part not in PARTS:
        raise ValueError(f"A draft has no part {part}")
    if part == PATIENT:
        normal_nhs_number(str(values.get("nhs_number", "")))
        normal_postcode(str(values.get("postcode", "")))
    if part == HOW:
        me = themselves(by)
        routes = routes_for(published(by), me.kind if me else "")
        if (chosen := values.get("route")) and chosen not in {route.id for route in routes}:
            raise Refused("Choose one of the ways in which you can refer.")
        if (ubrn := values.get("ubrn")) and not UBRN.fullmatch(str(ubrn)):
            raise Refused("A UBRN has 12 digits. Copy it from the e-RS page, with its leading zeros.")


@transaction.atomic
def save_part(
    *, draft: ReferralDraft, by: Membership, part: str, values: Mapping[str, Any], asked_in: str = ""
) -> None:  # fmt: skip
    """Keep one part of a draft as it is now (plain JSON values); answers with the questions of the version `asked_in`,
    which are those that were read. Raises `Refused`, and then nothing has changed."""
    draft = _unsent(draft, by)
    check_part(draft, part, values, by=by)
    kept = {name: TURNING.sub("", value) if isinstance(value, str) else value for name, value in values.items()}
    beside: dict[str, Any] = {}
    if part == ANSWERS:
        whole = contents(draft, by=by, asked_in=asked_in)
        beside = {ASKED: {one.id: one.question for one in whole.pathway.criteria}, EARLIER: whole.earlier}
    draft.given = draft.given | {part: kept} | beside
    _changed(draft)
    audit.record(by, "draft.save", draft, part=part)


@transaction.atomic
def delete_draft(*, draft: ReferralDraft, by: Membership) -> None:
    """Delete a draft that has not been sent, with all that is in it. Raises `Refused` once it has been sent."""
    draft = _unsent(draft, by)
    audit.record(by, "draft.delete", draft)
    draft.delete()


@transaction.atomic
def expire_draft(*, draft: int, by: Process) -> None:
    """Delete a draft whose last day is over, unless it was sent. May run twice."""
    found = ReferralDraft.objects.select_for_update(of=("self",)).filter(service=by.service, pk=draft).first()
    if found is None or found.referral_id is not None or found.expires_at > clock.now():
        return
    audit.record(by, "draft.expire", found)
    found.delete()
