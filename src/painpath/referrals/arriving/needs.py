"""Communication needs: recorded once for a person, by the team or by themselves, and asked about again after a time.

Accessible Information Standard (DAPB1605): identify, record, flag, share, meet, review. What a letter or a form says
is offered to a person and never recorded by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Actor, Process
from painpath.accounts.roles import PATIENT
from painpath.pathway.needs import Communication, LetterFormat, Need, phrase_pattern
from painpath.referrals import pathways
from painpath.referrals.models import Patient, Referral, Transcript
from painpath.referrals.moves import READER, can_move, check_move, lock, move
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import OPEN, State

VERB = "record_needs"
AROUND = 60
"""Characters of a letter on either side of the words that speak of a need: enough to see what is meant."""


def communication_of(referral: Referral) -> Communication:
    """The lists of needs and formats of the referral's pathway."""
    return pathways.of(referral.pathway_version).communication


def needs_of(patient: Patient, communication: Communication) -> list[Need]:
    """What is recorded for a person, in the order of the list."""
    return [one for one in communication.needs if one.id in patient.needs]


def format_of(patient: Patient, communication: Communication) -> LetterFormat | None:
    """The format that letters to this person come in; None for standard print, or where nothing is known."""
    wanted = communication.format_of(patient.needs, patient.letter_format)
    return communication.letter_format(wanted) if wanted != "standard" else None


def check_record(referral: Referral, *, by: Actor) -> None:
    """Raise `Refused` unless `by` may record needs about the person of this referral."""
    check_move(VERB, referral, by=by)
    if referral.patient_id is None:
        raise Refused("Register this referral first: needs are recorded for a person.")


def can_record(referral: Referral, *, by: Actor) -> bool:
    """Whether `check_record` would pass."""
    return referral.patient_id is not None and can_move(VERB, referral, by=by)


@transaction.atomic
def record_needs(
    *,
    patient: Patient,
    referral: Referral,
    by: Actor,
    needs: Sequence[str],
    letter_format: str = "",
    other: str | None = None,
    interpreter: str | None = None,
    letters_online: bool | None = None,
) -> Patient:
    """Record what a person needs, as they said it today: the whole list, and nothing else stays.

    `needs` and `letter_format` are ids of the pathway's lists; without a format that of the needs is taken. `other`
    (what has no place in the list), `interpreter` (for which language) and `letters_online` (rather than by post) stay
    as they are when they are None. `by` is of the team, or the patient with a code. The step stands on the timeline of
    all open referrals of the person.
    Twice the same on one day is once. Raises `Refused`, and then nothing has changed.
    """
    referral = lock(referral)
    check_record(referral, by=by)
    if referral.patient_id != patient.pk:
        raise Refused("This referral is about somebody else by now. Open it again.")
    communication = communication_of(referral)
    unknown = [one for one in needs if communication.need(one) is None]
    if unknown or (letter_format and communication.letter_format(letter_format) is None):
        raise Refused("Choose from the list. What is not in it, write in your own words.")
    patient = Patient.objects.select_for_update().get(pk=patient.pk)
    values: dict[str, Any] = {
        "needs": [one.id for one in communication.needs if one.id in needs],
        "letter_format": communication.format_of(tuple(needs), letter_format),
        "needs_checked_on": clock.today(),
    }
    if other is not None:
        values["communication_needs"] = other.strip()
    if interpreter is not None:
        values["interpreter"] = " ".join(interpreter.split())
    if letters_online is not None:
        values["letters_online"] = letters_online
    changed = [name for name, value in values.items() if getattr(patient, name) != value]
    if not changed:
        return patient
    before = {
        name: str(getattr(patient, name))
        for name in changed
        if name in ("communication_needs", "interpreter") and getattr(patient, name)
    }
    for name in changed:
        setattr(patient, name, values[name])
    patient.save(update_fields=changed)
    audit.record(by, "patient.needs", patient, fields=sorted(changed))
    _tell(referral, patient, before, by)
    return patient


def _tell(referral: Referral, patient: Patient, before: dict[str, str], by: Actor) -> None:
    """The step on each open referral of the person, and on this one: letters being drafted there are made anew."""
    facts: dict[str, Any] = {"needs": patient.needs, "letter_format": patient.letter_format, "before": before}
    facts["letters_online"] = patient.letters_online
    move(VERB, referral, by=by, facts=facts)
    others = Referral.objects.filter(patient=patient, state__in=[state.value for state in OPEN]).exclude(pk=referral.pk)
    # Whoever came with a code may touch one referral only: on the others it is the program that passes it on.
    passing_on = Process(by.service, READER) if by.role == PATIENT else by
    for other in others.order_by("pk"):
        if other.state != State.RECEIVED:
            move(VERB, lock(other), by=passing_on, facts=facts | {"with": referral.reference})


def ask_again_on(patient: Patient, communication: Communication) -> date | None:
    """The day on which somebody should ask about needs again; today's or an earlier one when nobody ever asked."""
    asked = patient.needs_checked_on
    if asked is None:
        return None
    months = asked.year * 12 + asked.month - 1 + communication.ask_again_months
    year, month = divmod(months, 12)
    return next(day for length in (0, 1, 2, 3) if (day := _day(year, month + 1, asked.day - length)) is not None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def is_to_be_asked(patient: Patient, communication: Communication) -> bool:
    """Whether nobody has asked this person about their needs yet, or not for so long that it is time again."""
    again = ask_again_on(patient, communication)
    return again is None or again <= clock.today()


@dataclass(frozen=True)
class Suggestion:
    """A need that something on record speaks of, with the words, for a person to confirm."""

    need: Need
    quote: str
    where: str


def suggestions(referral: Referral) -> list[Suggestion]:
    """Needs that letters or words on record speak of and that are not recorded; each once, with the first words.

    The words may say the opposite ("needs no interpreter"): that is why a person reads them.
    """
    patient = referral.patient
    communication = communication_of(referral)
    texts = [("On record", patient.communication_needs)] if patient else []
    online = getattr(referral, "online", None)
    if online is not None:
        texts.append(("Sent by the referrer", str(online.patient.get("communication_needs") or "")))
    latest: dict[int, Transcript] = {}
    for transcript in Transcript.objects.filter(
        document__referral=referral, document__quarantine__isnull=True
    ).select_related("document"):
        latest[transcript.document_id] = transcript
    texts += [(one.document.name, one.text) for one in latest.values()]
    found = []
    for need in communication.needs:
        if patient is not None and need.id in patient.needs:
            continue
        pattern = phrase_pattern(need)
        for where, text in texts:
            if match := pattern.search(text):
                found.append(Suggestion(need, _around(text, match.start(), match.end()), where))
                break
    return found


def _around(text: str, start: int, end: int) -> str:
    """The words with some before and after them, on one line."""
    first, last = max(0, start - AROUND), min(len(text), end + AROUND)
    before, after = text[first:start], text[end:last]
    if first:
        before = "…" + before.partition(" ")[2]
    if last < len(text):
        after = after.rpartition(" ")[0] + "…"
    return " ".join(f"{before}{text[start:end]}{after}".split())
