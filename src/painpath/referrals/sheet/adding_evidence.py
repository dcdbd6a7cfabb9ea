"""Words that a clinician marks in a letter: they stand beside what the reader found, with the clinician's name.

Marking words changes no state: a state is confirmed or corrected with `judging.judge`. Letters may quote the words.
"""

import re
from dataclasses import dataclass
from typing import Literal

from django.db import transaction

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.referrals import pathways
from painpath.referrals.models import AddedEvidence, Referral, Transcript
from painpath.referrals.moves import check_current, check_not_a_colleagues, claim, lock
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import State

LONGEST = 1_000
"""Characters that can be marked at once: a long paragraph. More would mark a letter, and point at nothing."""

_MARKED_ANEW = "Mark the words again: what you sent does not stand there in the letter."


@dataclass(frozen=True)
class Place:
    """Where words stand: `text[start:end]` of one transcript."""

    transcript: int
    start: int
    end: int


def check_mark(referral: Referral, *, by: Membership) -> None:
    """Raise `Refused` unless `by` is the clinician who screens this referral, or any clinician once it is accepted."""
    if by.role != "clinician":
        raise Refused("Only a clinician can mark words of a letter.")
    check_current(by)
    if referral.state not in (State.SCREENING, State.ACCEPTED):
        raise Refused("Start screening this referral before you mark words.")
    check_not_a_colleagues(referral, by=by)


def can_mark(referral: Referral, *, by: Membership) -> bool:
    """Whether `check_mark` would pass."""
    try:
        check_mark(referral, by=by)
    except Refused:
        return False
    return True


def latest_transcripts(referral: Referral) -> list[Transcript]:
    """The text of each document that belongs to the referral, as it was read last."""
    rows = Transcript.objects.filter(document__referral=referral, document__quarantine__isnull=True)
    return list({row.document_id: row for row in rows.order_by("id")}.values())


def find_words(referral: Referral, words: str, hint: Place | None = None) -> Place:
    """Where `words` stand in the documents. `hint` is where the browser says they were selected.

    Without a hint that fits, blanks and line ends do not count, and the words must stand there exactly once.
    Raises `Refused` with a sentence that says what to do.
    """
    transcripts = latest_transcripts(referral)
    if hint is not None and any(
        hint.transcript == transcript.pk and transcript.text[hint.start : hint.end] == words
        for transcript in transcripts
    ):
        return hint
    if not words.strip():
        raise Refused("Paste the words of the letter that you mean.")
    pattern = pattern_of(words)
    found = [
        Place(transcript.pk, match.start(), match.end())
        for transcript in transcripts
        for match in pattern.finditer(transcript.text)
    ]
    if not found:
        raise Refused("These words do not stand in the documents. Copy them from the letter as it is shown here.")
    if len(found) > 1:
        raise Refused(f"These words stand in the documents {len(found)} times. Add the words before or after them.")
    return found[0]


def pattern_of(words: str) -> re.Pattern[str]:
    """What finds `words` in a text whatever blanks and line ends stand between them, in either case of letters."""
    return re.compile(r"\s+".join(map(re.escape, words.split())), re.IGNORECASE)


@transaction.atomic
def add_evidence(
    *, referral: Referral, by: Membership, criterion: str, speaks: Literal["for", "against"], place: Place, quote: str
) -> AddedEvidence:
    """Mark `quote`, which must be exactly what stands at `place`, as words that speak for or against one criterion.

    Marking the same again changes nothing. Raises `Refused` with a sentence.
    """
    referral = lock(referral)
    check_mark(referral, by=by)
    if criterion not in {item.id for item in pathways.of(referral.pathway_version).criteria}:
        raise Refused("Choose the criterion that the words speak to.")
    if speaks not in ("for", "against"):
        raise Refused("Choose whether the words speak for or against.")
    transcript = next((row for row in latest_transcripts(referral) if row.pk == place.transcript), None)
    if transcript is None:
        raise Refused("The document has been read again or moved since you opened this page. Mark the words again.")
    if not 0 <= place.start < place.end or transcript.text[place.start : place.end] != quote or not quote.strip():
        raise Refused(_MARKED_ANEW)
    if len(quote) > LONGEST:
        raise Refused(f"Mark {LONGEST:,} characters at most: the sentence that matters.")
    page = next((p for p in transcript.pages if p["start"] <= place.start and place.end <= p["end"]), None)
    if page is None:
        raise Refused("Mark words on one page at a time.")
    same = {"criterion": criterion, "speaks": speaks, "transcript": transcript, "start": place.start, "end": place.end}
    if (before := referral.added_evidence.filter(by=by, taken_back_at__isnull=True, **same).first()) is not None:
        return before
    row = AddedEvidence.objects.create(
        service_id=referral.service_id, referral=referral, by=by, quote=quote, page=page["number"], **same
    )
    _touch(referral)
    audit.record(by, "evidence.add", row, referral=referral.pk, criterion=criterion, speaks=speaks)
    return row


@transaction.atomic
def take_back_evidence(*, evidence: AddedEvidence, by: Membership) -> AddedEvidence:
    """Take marked words back: whoever marked them may, while they could still mark. Done twice, it is done once."""
    referral = lock(evidence.referral)
    evidence = AddedEvidence.objects.select_related("by__user").get(pk=evidence.pk)
    if evidence.by_id != by.pk:
        raise Refused(f"{evidence.by.name} marked these words, and can take them back. Add your own beside them.")
    if evidence.taken_back_at is not None:
        return evidence
    check_mark(referral, by=by)
    evidence.taken_back_at = clock.now()
    evidence.save(update_fields=["taken_back_at"])
    _touch(referral)
    audit.record(by, "evidence.take_back", evidence, referral=referral.pk)
    return evidence


def _touch(referral: Referral) -> None:
    """Letters that were drafted with other words marked are to be seen again; the screening goes on."""
    referral.version += 1
    referral.claimed_until = claim(referral) if referral.state == State.SCREENING else None
    referral.save(update_fields=["version", "claimed_until"])
