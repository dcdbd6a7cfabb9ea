"""The reply in e-RS, by hand: the codes and the text that a person pastes there, and the word that they have.

The text is the GP's letter (`text.ers_text`); the same text would go through the API, so that the two cannot differ.
"""

import uuid
from pathlib import PurePath

from django.db import transaction

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.accounts.roles import ROLES
from painpath.letters.drafting import Draft
from painpath.letters.models import Dispatch, DispatchState, Letter
from painpath.letters.outbox import queue
from painpath.letters.text import ers_text
from painpath.referrals import ers_codes, pathways
from painpath.referrals.models import Decision
from painpath.referrals.moves import check_current, lock
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import STAFF

CHANNEL, KIND = "ers", "ers_reply"

FILE_LIMIT = 5 * 1024 * 1024
"""Bytes of a file that e-RS takes (NHS e-RS API, operation A020)."""

ENDINGS = frozenset(
    ["txt", "pdf", "xml", "rtf", "rtx", "au", "mp3", "png", "gif", "jpg", "jpe", "jpeg", "tif", "tiff", "mpg", "mpeg",
     "mpe", "doc", "docx", "dcm"]
)  # fmt: skip
"""Kinds of file that e-RS takes, by the ending of the name (the same operation)."""


def queue_reply(decision: Decision, letter: Letter, draft: Draft, *, by: Membership) -> Dispatch | None:
    """Put the reply of a signed decision into the outbox, in the transaction that signs it; None where none is sent.

    A person sends it: `mark_sent` is their word. Raises `LetterError` when e-RS would not take the whole text, which
    the checks of the letter have found before.
    """
    referral = decision.referral
    reply = ers_codes.reply_of(referral, pathways.of(decision.pathway_version), decision.outcome)
    if reply is None:
        return None
    referrer, practice = referral.referrer, referral.practice
    name = referrer.name if referrer else practice.name if practice else "The referrer"
    return queue(
        referral, by=by, kind=KIND, to="gp", channel=CHANNEL, name=name, letter=letter, text=ers_text(draft),
        facts={
            "decision": decision.pk,
            "outcome": reply.outcome,
            "recommendation": ers_codes.recommended(reply, decision.details.get("recommendation", "")),
        },
        key=uuid.uuid5(decision.key, KIND),
    )  # fmt: skip


@transaction.atomic
def mark_sent(*, dispatch: Dispatch, by: Membership) -> Dispatch:
    """A person has sent this reply in e-RS. Said twice, it is said once: the first time and name stay.

    Raises `Refused` for a reply that was stopped, or that must be looked at first.
    """
    if by.role not in STAFF:
        raise Refused(f"Only an administrator or a clinician can do this. You are a {ROLES[by.role].lower()}.")
    check_current(by)
    lock(dispatch.referral)
    dispatch = Dispatch.objects.select_for_update(of=("self",)).get(pk=dispatch.pk, kind=KIND)
    if dispatch.state == DispatchState.SENT:
        return dispatch
    if dispatch.state == DispatchState.CANCELLED:
        raise Refused(
            "This reply was stopped: the decision has changed since. If it has gone out in e-RS all the same, tell the "
            "referrer at once, and record what you said in the conversation."
        )
    if dispatch.state == DispatchState.HELD:
        raise Refused(f"This reply is held: {dispatch.why}")
    now = clock.now()
    dispatch.state, dispatch.sent_at, dispatch.sent_by, dispatch.changed_at = DispatchState.SENT, now, by, now
    dispatch.save(update_fields=["state", "sent_at", "sent_by", "changed_at"])
    audit.record(by, "dispatch.sent", dispatch, channel=CHANNEL)
    return dispatch


def not_taken(name: str, size: int) -> str:
    """Why e-RS would not take this file as an attachment, and what to do; empty when it would."""
    ending = PurePath(name).suffix.lstrip(".").lower()
    if ending not in ENDINGS:
        kind = f"files of the kind “{ending}”" if ending else "files without an ending"
        return f"e-RS does not take {kind}. Save it as PDF before you attach it."
    if size > FILE_LIMIT:
        return (
            f"e-RS takes files of up to 5 MB ({FILE_LIMIT:,} bytes) and this one has {size:,}. "
            "Save it smaller or part it before you attach it."
        )
    return ""
