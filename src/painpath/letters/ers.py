"""The reply in e-RS, by hand: the codes and the text that a person pastes there, and the word that they have.

The text is the GP's letter (`text.ers_text`); the same text would go through the API, so that the two cannot differ.
"""

import uuid
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.db import connection, transaction

from painpath import clock
from painpath.accounts.models import Membership
from painpath.accounts.roles import CLINICIAN, a_role
from painpath.letters.drafts import Draft
from painpath.letters.models import Dispatch, DispatchState, Letter
from painpath.letters.outbox import CUT_SHORT, LONGEST, UNDER_WAY, change, queue, what_became
from painpath.letters.text import ers_text
from painpath.letters.wording import day
from painpath.pathway import Pathway
from painpath.referrals import pathways
from painpath.referrals.guidance import ers_codes
from painpath.referrals.models import Decision, Reversal, Task, Transition
from painpath.referrals.moves import check_current, lock, reckon
from painpath.referrals.refusal import Refused
from painpath.referrals.todo import give_task
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
    pathway = pathways.of(decision.pathway_version)
    reply = ers_codes.reply_of(referral, pathway, decision.outcome)
    if reply is None:
        return None
    facts = {
        "decision": decision.pk, "outcome": reply.outcome,
        "recommendation": ers_codes.recommended(reply, decision.details.get("recommendation", "")),
    }  # fmt: skip
    if isinstance(reply, ers_codes.Review):
        facts["triage"] = True
    if not ers_codes.takes_the_letter(reply):
        return queue(
            referral, by=by, kind=KIND, to="gp", channel=CHANNEL, name="Our own administrators, in e-RS",
            text=_to_book(decision, pathway), facts=facts, key=uuid.uuid5(decision.key, KIND),
        )  # fmt: skip
    referrer, practice = referral.referrer, referral.practice
    name = referrer.name if referrer else practice.name if practice else "The referrer"
    return queue(
        referral, by=by, kind=KIND, to="gp", channel=CHANNEL, name=name, letter=letter, text=ers_text(draft),
        facts=facts, key=uuid.uuid5(decision.key, KIND),
    )  # fmt: skip


def _to_book(decision: Decision, pathway: Pathway) -> str:
    """What our own administrators read with an accepted triage, until whoever sends it has written more."""
    words = [f"Accepted on {day(decision.at.astimezone(clock.LONDON).date())}."]
    if stage := decision.details.get("stage"):
        words.append(f"Next stage: {pathway.stage(stage).name}.")
    if priority := decision.details.get("priority"):
        words.append(f"Priority here: {pathway.priority(priority).name}.")
    return " ".join(words)


@transaction.atomic
def mark_sent(*, dispatch: Dispatch, by: Membership, from_here: bool = False, version: str = "") -> Dispatch:
    """A person has sent this reply in e-RS. Said twice, it is said once: the first time and name stay.

    `from_here`: it went by this program, and e-RS said that it has it. Then it cannot be taken back. Of one that was
    only found there by its words it can. `version` is the one that the request has there since, where that is known.

    Raises `Refused` for a reply that was stopped, or that must be looked at first.
    """
    _check_staff(by)
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
        raise Refused(f"This reply is held: {what_became(dispatch, dispatch.why)}")
    if from_here:
        dispatch.facts["from_here"] = True
    if version:
        dispatch.facts["version"] = version
    dispatch.began_at = None
    change(dispatch, DispatchState.SENT, by=by)
    return dispatch


@transaction.atomic
def begin(dispatch: Dispatch) -> datetime:
    """This program is about to send this reply: whoever stops it meanwhile, or reverses its decision, is told so.

    Gives the moment, by which the attempt ends (`end`). Raises `Refused` while a reply to this request is being sent:
    e-RS locks a request while it changes it. It is the row that says so, so that nothing is held while e-RS thinks.
    """
    ubrn = dispatch.referral.ubrn
    with connection.cursor() as cursor:  # two that begin at once do it one after the other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"painpath.ers {ubrn}"])
    lock(dispatch.referral)
    others = Dispatch.objects.filter(service_id=dispatch.service_id, kind=KIND, referral__ubrn=ubrn)
    if others.filter(began_at__gt=clock.now() - LONGEST).exists():
        raise Refused(
            "Somebody is sending this in e-RS just now. Look again in a minute. If it was cut short, it can be sent "
            "again after ten minutes."
        )
    dispatch = Dispatch.objects.select_for_update(of=("self",)).get(pk=dispatch.pk, kind=KIND)
    dispatch.began_at = clock.now()
    dispatch.save(update_fields=["began_at"])
    return dispatch.began_at


@transaction.atomic
def press(dispatch: Dispatch, press: dict[str, str]) -> None:
    """Keep with which priority and words, and as whom in e-RS, this reply is about to be sent."""
    lock(dispatch.referral)
    dispatch = Dispatch.objects.select_for_update(of=("self",)).get(pk=dispatch.pk, kind=KIND)
    dispatch.facts["press"] = press
    dispatch.save(update_fields=["facts"])


@transaction.atomic
def end(dispatch: Dispatch, *, by: Membership, began: datetime, perhaps: bool) -> None:
    """It is not being sent any more; `perhaps` it has gone, and nobody knows. A reply that was stopped meanwhile says
    what became of it; nothing happens where that is written down already (`mark_sent`, `gone_all_the_same`), or where
    another attempt has begun since."""
    lock(dispatch.referral)
    dispatch = Dispatch.objects.select_for_update(of=("self",)).get(pk=dispatch.pk, kind=KIND)
    if dispatch.began_at != began:
        return
    dispatch.began_at = None
    if UNDER_WAY in dispatch.why:
        became = CUT_SHORT if perhaps else "It had not gone to e-RS."
        dispatch.why = dispatch.why.replace(UNDER_WAY, became)
    dispatch.save(update_fields=["began_at", "why"])
    if perhaps and dispatch.state == DispatchState.CANCELLED:
        _correct(dispatch, "It may have gone out in e-RS all the same: look there, and", by=by)


@transaction.atomic
def gone_all_the_same(dispatch: Dispatch, *, by: Membership) -> None:
    """It was stopped while it was being sent, and e-RS has it: a clinician tells the referrer what is right now."""
    lock(dispatch.referral)
    dispatch = Dispatch.objects.select_for_update(of=("self",)).get(pk=dispatch.pk, kind=KIND)
    dispatch.began_at, dispatch.facts["gone_all_the_same"] = None, True
    dispatch.why = f"{dispatch.why.replace(UNDER_WAY, '').strip()} It had gone out in e-RS already.".strip()
    dispatch.save(update_fields=["began_at", "facts", "why"])
    _correct(dispatch, "It went out in e-RS all the same:", by=by)


def _correct(dispatch: Dispatch, words: str, *, by: Membership) -> None:
    """A clinician puts right what the referrer has, or, of an accepted triage, what e-RS has: it tells the referrer
    nothing. Of that a reversal has told them already (`reversing`)."""
    decision = Decision.objects.get(pk=dispatch.facts["decision"])
    then = "tell the referrer what is right now."
    if dispatch.letter_id is None:
        told = dispatch.referral.tasks.filter(kind="correction_letter", facts__dispatch=dispatch.pk)
        if told.filter(done_at__isnull=True).exists():
            return
        then = "put that right there by hand, with your administrators."
    give_task(
        dispatch.referral, "correction_letter",
        f"The reply of {day(decision.at.astimezone(clock.LONDON).date())} was stopped while it was being sent. {words} "
        f"{then}",
        by=by, role=CLINICIAN, to="gp", decision=decision.pk, dispatch=dispatch.pk,
        due_on=reckon(pathways.of(decision.pathway_version).target("correction"), clock.today()),
    )  # fmt: skip


_NOTHING_MADE_OF_IT = frozenset({"assign", "correct_details", "move_document", "remind", "report_silence"})
"""Steps after a reply by which nobody has acted on it: that no answer came may be how the mistake is found."""


def _what_follows(dispatch: Dispatch) -> str:
    """Why this reply, ticked as sent, cannot wait to be sent again, and what to do; empty while nothing follows it."""
    number = dispatch.facts["decision"]
    referral = dispatch.referral
    corrections = Task.objects.filter(referral=referral, kind="correction_letter", facts__decision=number)
    if Reversal.objects.filter(decision=number).exists() or corrections.exists():
        return (
            "This reply is not sent any more: its decision was reversed, or a document behind it was somebody else's. "
            "A clinician has the task to write what is right now. If it never stood in e-RS, say so when that is done."
        )
    if referral.conversation.filter(side="referrer", recorded_at__gte=dispatch.sent_at).exists():
        return (
            "The referrer has written since this reply was ticked as sent, and rests on it perhaps. If it never stood "
            "in e-RS, tell colleagues in the discussion, and answer the referrer with what is right now."
        )
    signed = Transition.objects.get(decision=number)
    later = referral.transitions.filter(number__gt=signed.number).exclude(verb__in=_NOTHING_MADE_OF_IT)
    if later.exists():
        return (
            f"More has happened since this reply: the referral is now “{referral.state_label}”. If the reply never "
            "stood in e-RS, tell colleagues in the discussion, and send there what is right now."
        )
    return ""


def check_take_back_sent(dispatch: Dispatch, *, by: Membership) -> None:
    """Raise `Refused` unless `by` may say that this reply, ticked as sent, was not sent after all.

    Only while nothing follows it: what has been built on a reply is put right by what is written next.
    """
    _check_staff(by)
    if dispatch.state != DispatchState.SENT:
        raise Refused("Nobody has recorded that this reply was sent.")
    if dispatch.facts.get("from_here"):
        raise Refused("This reply was sent from here, and e-RS said that it has it. Look in e-RS if you doubt it.")
    if follows := _what_follows(dispatch):
        raise Refused(follows)


def can_take_back_sent(dispatch: Dispatch, *, by: Membership) -> bool:
    """Whether `check_take_back_sent` would pass."""
    try:
        check_take_back_sent(dispatch, by=by)
    except Refused:
        return False
    return True


@transaction.atomic
def take_back_sent(*, dispatch: Dispatch, by: Membership, words: str) -> Dispatch:
    """The word that this reply was sent was a mistake, as `words` say: it waits to be sent again.

    Who had said so and when stays on record. Said twice, it is said once. Raises `Refused`.
    """
    check_current(by)
    lock(dispatch.referral)
    dispatch = Dispatch.objects.select_for_update(of=("self",)).get(pk=dispatch.pk, kind=KIND)
    words = words.strip()
    before = dispatch.facts.get("taken_back", [])
    if dispatch.state == DispatchState.QUEUED and before and (before[-1]["by"], before[-1]["words"]) == (by.pk, words):
        return dispatch
    check_take_back_sent(dispatch, by=by)
    if not words:
        raise Refused("Say how you know that the reply was not sent: the timeline keeps it.")
    said: dict[str, Any] = {"by": by.pk, "at": clock.now().isoformat(), "words": words}
    said |= {"sent_by": dispatch.sent_by_id, "sent_at": dispatch.sent_at.isoformat() if dispatch.sent_at else None}
    dispatch.facts["taken_back"] = [*before, said]
    dispatch.sent_at = dispatch.sent_by = None
    change(dispatch, DispatchState.QUEUED, by=by, action="dispatch.take_back", detail={"number": len(before) + 1})
    return dispatch


def _check_staff(by: Membership) -> None:
    if by.role not in STAFF:
        raise Refused(f"Only an administrator or a clinician can do this. You are {a_role(by.role)}.")


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
