"""Letters online: a patient who chose so reads the letter on their own page, and a message tells them that it is there.

The letter is a dispatch by the channel `link`; the message (`codes.issue_code`) goes by e-mail or text, says nothing
clinical, and carries the address of the page and a one-time code, which is used with the date of birth.

queued ─→ sent         the message has left
   │       ├─→ delivered     they opened that letter (`opened`)
   │       └─→ sent          nobody opened it in time, or the message came back: it goes by post as well
   └─→ cancelled             the message could not leave: it goes by post instead

Whatever happens to the message, a clock runs from the start (`post_unopened`, after `unopened_days` working days of the
pathway): a letter online that nobody has opened is printed. What comes by post is a dispatch of its own, queued once,
and looked at like every other: words on safe contact, a death, a changed address or a referral that has moved on hold
it for a person.
"""

import uuid
from datetime import date
from typing import Any

from django.conf import settings

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Actor, Process
from painpath.letters import codes, outbox
from painpath.letters.channels import SAFELY, addressee, channel_for
from painpath.letters.formats import speaking_against, unmet
from painpath.letters.models import Dispatch, DispatchState, Letter
from painpath.letters.reaching import delivery_of
from painpath.referrals import tasks
from painpath.referrals.arriving import needs
from painpath.referrals.models import Patient, Referral, Transition
from painpath.referrals.transitions import add_working_days

NOT_OPENED = "Nobody has opened it in time. It goes by post as well."
WITHDRAWN = "The patient does not want letters online any more. It goes by post."
NOT_TOLD = "The patient could not be told that it is online. It goes by post instead."
CAME_BACK = "The message that it is online did not arrive. It goes by post as well."
_WAITS = (DispatchState.QUEUED, DispatchState.SENT)


def can_be(referral: Referral) -> bool:
    """Whether letters can go online to this patient: a message reaches them, and they can use a code."""
    patient = referral.patient
    if patient is None or patient.date_of_birth is None or not settings.SITE_URL:
        return False
    channel = channel_for(referral, texts=True)
    return channel != "print" and not speaking_against(patient, referral, channel)


def is_wanted(referral: Referral) -> bool:
    """Whether this patient's letters go online: they chose so, and it can be done."""
    return referral.patient is not None and referral.patient.letters_online and can_be(referral)


def announce(letter: Dispatch, *, by: Actor) -> Dispatch:
    """Tell the patient of a letter that has just been queued online, and start the clock, in the caller's transaction.

    What a person has accepted for the letter (`holding.release`) is accepted for its message. Gives the message.
    """
    until = add_working_days(clock.today(), delivery_of(letter.service).unopened_days)
    letter.facts |= {"open_by": until.isoformat()}
    letter.save(update_fields=["facts"])
    tasks.later("letters.post_unopened", until, after=True, service=letter.service_id, dispatch=letter.pk)
    return codes.issue_code(referral=letter.referral, to="patient", by=by, opens=letter, until=until).dispatch


def opened(letter: Letter, *, by: Actor) -> None:
    """The patient, or who acts for them, has the letter before them: now it has arrived. Twice is once."""
    for dispatch in outbox.locked(letter=letter, channel="link", state__in=_WAITS):
        dispatch.delivered_at = clock.now()
        dispatch.sent_at = dispatch.sent_at or dispatch.delivered_at  # before the message was known to have left
        outbox.change(dispatch, DispatchState.DELIVERED, by=by)


def heed(dispatch: Dispatch, *, by: Actor) -> None:
    """A locked dispatch has changed: what that means for a letter online (called by `outbox.change`)."""
    if "opens" in dispatch.facts:
        _heed_message(dispatch, by)
    elif dispatch.channel == "link" and dispatch.state in (DispatchState.HELD, DispatchState.CANCELLED):
        # Nobody is told of a letter that waits for a person or must not go. What the mailer has in its hands is left,
        # and so is a message that could not be sent, with the reason why.
        waits = (DispatchState.HELD, DispatchState.QUEUED)
        messages = Dispatch.objects.select_for_update(skip_locked=True).filter(
            referral_id=dispatch.referral_id, facts__opens=dispatch.pk, state__in=waits
        )
        if outbox.stop(messages, by=by, why="The letter that this tells of waits, or was stopped."):
            codes.void_codes(dispatch.referral, "patient", by=by)


def _heed_message(message: Dispatch, by: Actor) -> None:
    letter = outbox.locked(pk=message.facts["opens"], channel="link", state__in=_WAITS).first()
    if letter is None:
        return
    if message.state in (DispatchState.SENT, DispatchState.DELIVERED):
        if letter.state == DispatchState.QUEUED:
            outbox.change(letter, DispatchState.SENT, by=by)
    elif message.state == DispatchState.HELD:
        post(letter, NOT_TOLD, by=by)  # which stops the message with the letter
    elif message.state in (DispatchState.FAILED, DispatchState.RETURNED):
        post(letter, CAME_BACK if letter.state == DispatchState.SENT else NOT_TOLD, by=by)


def post(letter: Dispatch, why: str, *, by: Actor) -> Dispatch:
    """Send a letter that is online by post as well, or instead when nobody was told of it. Twice is once."""
    referral = letter.referral
    known = addressee(referral, "patient")
    accepted = _accepted_by_post_too(letter)
    facts: dict[str, Any] = {"online": letter.pk} | ({"accepted": accepted} if accepted else {})
    printed = outbox.queue(
        referral, by=by, kind="letter", to="patient", channel="print", name=known.name, address=known.address,
        letter=letter.letter, facts=facts, key=uuid.uuid5(letter.key, "by post"),
    )  # fmt: skip
    if "posted" in letter.facts:
        return printed
    letter.facts["posted"] = printed.pk
    if letter.state == DispatchState.QUEUED:
        outbox.change(letter, DispatchState.CANCELLED, by=by, why=why)
    else:
        letter.why, letter.changed_at = why, clock.now()
        letter.save(update_fields=["why", "changed_at", "facts"])
        audit.record(by, "dispatch.unopened", letter, posted=printed.pk)
    return printed


def _accepted_by_post_too(letter: Dispatch) -> list[str]:
    """What a person has accepted for a letter online that is as right on paper: no need that a page may meet and paper
    does not, and no word on how to contact somebody safely."""
    patient = letter.referral.patient
    on_paper = unmet(patient, letter.referral, "print", letter.letter) if patient is not None else []
    accepted: list[str] = letter.facts.get("accepted", [])
    return [reason for reason in accepted if reason not in on_paper and not reason.startswith(SAFELY)]


def post_unopened(*, dispatch: Dispatch, by: Process) -> Dispatch | None:
    """The clock of a letter online has run out: it goes by post, unless they opened it or a person has it.

    Too early (another clock runs since), or twice, nothing is done.
    """
    letter = outbox.locked(pk=dispatch.pk, channel="link", state__in=_WAITS).first()
    if letter is None or "posted" in letter.facts or clock.today() <= date.fromisoformat(letter.facts["open_by"]):
        return None
    return post(letter, NOT_OPENED if letter.state == DispatchState.SENT else NOT_TOLD, by=by)


def heed_choice(*, transition: Transition, by: Actor, **_: Any) -> None:
    """A patient who does not want letters online any more: what they have not opened goes by post, in the transaction
    of the move that says so. On all their referrals, for the choice is the person's."""
    if transition.verb != needs.VERB:
        return
    patient = Patient.objects.filter(referrals=transition.referral_id, letters_online=False).first()
    if patient is None:
        return
    for letter in outbox.locked(referral__patient=patient, channel="link", state__in=_WAITS).order_by("pk"):
        if "posted" not in letter.facts:
            post(letter, WITHDRAWN, by=by)
