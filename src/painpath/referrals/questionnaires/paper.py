"""Paper that came back, and answers told by phone: typed in by the team under the same checks, with the scan kept.

The scan is kept as a document of the referral and is not read for criteria: the answers that were typed in count.
"""

import hashlib
from collections.abc import Mapping

from django.db import transaction

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.documents import DocumentError
from painpath.documents.kinds import IMAGES, Kind, kind_of
from painpath.documents.model import Limits
from painpath.questionnaires import Value
from painpath.referrals import tasks
from painpath.referrals.arriving.filing import File, store_files
from painpath.referrals.models import (
    Answering,
    Document,
    InformationRequest,
    QuestionnaireVersion,
    Referral,
    Transcript,
)
from painpath.referrals.moves import check_current, lock
from painpath.referrals.questionnaires import answering as verb
from painpath.referrals.questionnaires import library
from painpath.referrals.questionnaires.answering import Saved
from painpath.referrals.refusal import Refused
from painpath.referrals.together.discussing import add_comment
from painpath.referrals.transitions import STAFF

_SCANS = {Kind.PDF, *IMAGES}


@transaction.atomic
def enter(
    *, referral: Referral, form: QuestionnaireVersion, request: InformationRequest | None, by: Membership, who: str,
    channel: str, given: Mapping[str, tuple[Value, ...]], proxy_name: str = "", proxy_relationship: str = "",
    note: str = "",
) -> Saved:  # fmt: skip
    """Save what stands on the paper, or was said on the phone: by place, as the patient's page does it.

    `note` (what could not be read) goes to the colleagues' discussion of the referral. It is
    sent with `answering.send` once it is whole. Raises `NotRight` and `Refused`; then nothing has changed.
    """
    check_enter(by=by)
    row = verb.begin(
        referral=referral, form=form, request=request, by=by, who=who, channel=channel,
        proxy_name=proxy_name, proxy_relationship=proxy_relationship,
    )  # fmt: skip
    saved = verb.save(answering=row, given=given, by=by)
    if note.strip():
        title = library.parsed(form).title
        add_comment(referral=referral, by=by, text=f"Could not be read on paper, “{title}”: {note.strip()}")
    return saved


@transaction.atomic
def attach(*, answering: Answering, scan: File, by: Membership) -> None:
    """Keep the scan of the paper with these answers. Raises `Refused`; what was typed in stays."""
    answering.scan = file_scan(referral=answering.referral, file=scan, by=by)
    answering.save(update_fields=["scan"])
    audit.record(by, "answering.scan", answering)


def check_enter(*, by: Membership) -> None:
    """Raise `Refused` unless `by` may type in answers for a patient."""
    check_current(by)
    if by.role not in STAFF:
        raise Refused("Only an administrator or a clinician can type in answers.")


@transaction.atomic
def file_scan(*, referral: Referral, file: File, by: Membership) -> Document:
    """Keep the scan of a filled-in questionnaire with the referral. The same file twice is one.

    It gets an empty transcript at once, so that nobody reads our own questions as a letter. Raises `Refused`.
    """
    check_enter(by=by)
    try:
        kind = kind_of(file.content, file.name, Limits())
    except DocumentError as error:
        raise Refused(error.sentence) from None
    if kind not in _SCANS:
        raise Refused(f"{file.safe_name} is no scan. Send it as a PDF or a picture.")
    referral = lock(referral)
    new = store_files(referral, [file], by=by)
    if not new:
        return referral.documents.current().get(sha256=hashlib.sha256(file.content).hexdigest())
    document = new[0]
    Transcript.objects.create(
        service_id=referral.service_id, document=document, made_at=clock.now(), media_type=str(kind)
    )
    referral.version += 1
    referral.save(update_fields=["version"])
    tasks.read_later(referral)  # nothing to read, but the next reading of the whole counts it as seen
    return document
