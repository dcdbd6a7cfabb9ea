"""From two signed letters to what goes out: to whom, by which channel, and what waits for a person."""

import uuid

from painpath.accounts.audit import Actor
from painpath.letters import online, outbox, patients_door
from painpath.letters.channels import addressee, channel_for, mailbox_for
from painpath.letters.models import Dispatch, DispatchState, Letter
from painpath.referrals import pathways
from painpath.referrals.guidance import attaching
from painpath.referrals.models import Referral
from painpath.referrals.unsettled import merged_in


def queue_letters(referral: Referral, patient: Letter, gp: Letter, *, by: Actor, in_ers: bool) -> list[Dispatch]:
    """Queue both letters of a decision, inside the transaction that signs them.

    - The patient's letter goes by post to the address on record; with a confirmed e-mail address a notice without
      clinical content goes as well, unless the letter has to wait for a person: then nothing is on its way.
    - To a patient who wants letters online it goes there, and a message says so (`online`).
    - Where no e-mail reaches the patient, a code goes by post as well, unless the letter has to wait
      (`patients_door.with_letter`).
    - A GP who asked through e-RS has the answer there (`in_ers`: the reply is queued already): nothing is printed.
      Otherwise the GP's copy goes to the patient's practice: to its MESH mailbox where the service uses that,
      unless something is enclosed with it.
    - A referrer who does not work in that practice gets a copy of the same letter.
    - So does everybody who sent a referral that was merged into this one, and the practice it named, when another:
      they wait for an answer to theirs, also where this one is answered in e-RS.

    Where no address is known the dispatch is held with a sentence about what is missing: nothing is dropped. Gives the
    copies of the GP's letter.
    """
    pathway = pathways.of(referral.pathway_version)
    channel = "link" if online.is_wanted(referral) else "print"
    to_patient = _queue_letter(referral, patient, "patient", by=by, channel=channel)
    waits = to_patient.state != DispatchState.QUEUED
    if to_patient.channel == "link":
        if not waits:
            online.announce(to_patient, by=by)
    elif not waits and channel_for(referral) == "email" and referral.patient is not None:
        notice = pathway.notices.letter_coming
        outbox.queue(
            referral, by=by, kind="notice", to="patient", channel="email", name=referral.patient.name,
            address=referral.patient.email, subject=notice.plain_subject,
            text=notice.plain_text.format(reference=referral.reference), key=_key(patient, "notice"),
        )  # fmt: skip
    if not waits:
        patients_door.with_letter(referral, patient.decision.outcome, by=by)
    copies = []
    if not in_ers:
        copies.append(_queue_letter(referral, gp, "gp", by=by))
        referrer = referral.referrer
        if referrer is None or referrer.practice_id is None or referrer.practice_id != referral.practice_id:
            copies.append(_queue_letter(referral, gp, "referrer", by=by))
    copies += [_queue_letter(referral, gp, to, by=by, merged=merged) for to, merged in merged_recipients(referral)]
    return copies


def merged_recipients(referral: Referral) -> list[tuple[str, Referral]]:
    """(`gp` or `referrer`, the merged referral that names them) for all who must be told besides those of `referral`.

    Nobody twice. A referrer who works in a practice that has a copy because of the merge is told by that copy.
    """
    found: list[tuple[str, Referral]] = []
    practices: set[int | None] = set()
    referrers = {referral.referrer_id, None}
    for merged in merged_in(referral):
        if merged.practice_id not in practices | {referral.practice_id, None}:
            practices.add(merged.practice_id)
            found.append(("gp", merged))
        if merged.referrer is not None and merged.referrer_id not in referrers:
            referrers.add(merged.referrer_id)
            if merged.referrer.practice_id not in practices:
                found.append(("referrer", merged))
    return found


def _queue_letter(
    referral: Referral, letter: Letter, to: str, *, by: Actor, merged: Referral | None = None, channel: str = "print"
) -> Dispatch:
    known = addressee(merged or referral, to)
    enclosed = to == "gp" and bool(attaching.enclosed(letter.decision))
    mailbox = mailbox_for(merged or referral) if to == "gp" and not enclosed else ""
    return outbox.queue(
        referral, by=by, kind="letter", to=to, channel="mesh" if mailbox else channel, name=known.name,
        address=mailbox or (known.address if channel == "print" else ""), letter=letter,
        key=_key(letter, f"{to}/{merged.pk}" if merged else to), merged=merged,
    )  # fmt: skip


def _key(letter: Letter, to: str) -> uuid.UUID:
    """The same letter to the same person is queued once, however often this runs."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"painpath/letter/{letter.service_id}/{letter.pk}/{to}")
