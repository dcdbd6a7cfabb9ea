"""Words that clinicians marked: beside the reader's words on the sheet, and on the timeline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from painpath.accounts.models import Membership
from painpath.referrals.models import AddedEvidence, Document, Referral
from painpath.triage.presenters.letter import latest_transcripts
from painpath.triage.presenters.words import moment
from painpath.web.clauses import SPEAKS
from painpath.web.marking import Highlight


@dataclass(frozen=True)
class AddedWords:
    """One quotation that a clinician marked. `can_take_back`: it is the reader's own."""

    id: int
    quote: str
    speaks: str
    speaks_label: str
    by: str
    number: int
    anchor: str
    can_take_back: bool


def shown(referral: Referral, documents: Sequence[Document]) -> list[AddedEvidence]:
    """What stands marked in the documents as they are shown: nothing taken back, nothing of a text that was replaced.

    One query. Documents come with `transcripts` prefetched.
    """
    if referral.lacks("added"):
        return []
    latest = {transcript.pk for transcript in latest_transcripts(documents).values() if transcript}
    rows = AddedEvidence.objects.filter(referral=referral, taken_back_at__isnull=True).select_related("by__user")
    return [row for row in rows if row.transcript_id in latest]


def added_words(
    rows: Sequence[AddedEvidence], highlights: Mapping[int, Highlight], by: Membership | None
) -> dict[str, tuple[AddedWords, ...]]:
    """The marked words of each criterion."""
    found: dict[str, tuple[AddedWords, ...]] = {}
    for row in rows:
        words = AddedWords(
            row.pk, row.quote, row.speaks, SPEAKS[row.speaks], f"{row.by.name}, {moment(row.at)}",
            highlights[row.pk].number, highlights[row.pk].anchor, by is not None and row.by_id == by.pk,
        )  # fmt: skip
        found[row.criterion] = (*found.get(row.criterion, ()), words)
    return found
