"""The letter as the screening page shows it: page by page, with every piece of evidence marked and numbered."""

from collections.abc import Sequence
from dataclasses import dataclass

from painpath.referrals.models import AddedEvidence, Alert, Document, Evidence, Transcript
from painpath.triage.presenters.words import moment
from painpath.web.clauses import ALERTS, CERTAINTY, SPEAKS
from painpath.web.marking import Highlight, Segment, segments


@dataclass(frozen=True)
class PageView:
    """One page of a document as marked text. `start` is where it begins in the transcript."""

    number: int
    start: int
    segments: tuple[Segment, ...]


@dataclass(frozen=True)
class DocumentView:
    """One document: its text, what of it could not be read, and where the original is."""

    id: int
    name: str
    received: str
    pages: tuple[PageView, ...]
    unread: tuple[str, ...]
    is_read: bool
    transcript: int | None
    is_pdf: bool


@dataclass(frozen=True)
class Marked:
    """All documents of a referral, and the number of the words behind each piece of evidence and each alert."""

    documents: tuple[DocumentView, ...]
    evidence: dict[int, Highlight]
    alerts: dict[int, Highlight]
    added: dict[int, Highlight]


def latest_transcripts(documents: Sequence[Document]) -> dict[int, Transcript | None]:
    """The text of each document as it was read last; None while it has not been read. `transcripts` is prefetched."""
    return {document.pk: max(document.transcripts.all(), key=lambda t: t.pk, default=None) for document in documents}


def mark(documents: Sequence[Document], evidence: Sequence[Evidence], alerts: Sequence[Alert],
         names: dict[str, str], added: Sequence[AddedEvidence] = ()) -> Marked:  # fmt: skip
    """Mark evidence, alerts and what clinicians `added` in the latest transcript of each document.

    `names` are the criteria's short names.

    Numbers run in the order of reading. Documents come with `transcripts` prefetched.
    """
    latest = latest_transcripts(documents)
    order = {transcript.pk: n for n, transcript in enumerate(latest.values()) if transcript}
    found: dict[tuple[int, int, int], Highlight] = {}
    marked: list[Evidence | Alert | AddedEvidence] = [*evidence, *alerts, *added]
    places = sorted(
        {(item.transcript_id, item.start, item.end) for item in marked},
        key=lambda place: (order.get(place[0], 0), *place[1:]),
    )
    for number, place in enumerate(places, 1):
        found[place] = Highlight(number, place[1], place[2])
    by_evidence, by_alert, by_added = {}, {}, {}
    for item in evidence:
        highlight = found[item.transcript_id, item.start, item.end]
        highlight.kinds.add(item.speaks)
        name = item.clause.criterion
        highlight.links.append((f"criterion-{name}", f"{names.get(name, name)}: {SPEAKS[item.speaks]}"))
        by_evidence[item.pk] = highlight
    for row in added:
        highlight = found[row.transcript_id, row.start, row.end]
        highlight.kinds.add(row.speaks)
        name = row.criterion
        words = f"{names.get(name, name)}: {SPEAKS[row.speaks]}, marked by {row.by.name}"
        highlight.links.append((f"criterion-{name}", words))
        by_added[row.pk] = highlight
    for alert in alerts:
        highlight = found[alert.transcript_id, alert.start, alert.end]
        highlight.kinds.add("alert")
        highlight.links.append((f"alert-{alert.pk}", f"Alert: {ALERTS[alert.kind]}, {CERTAINTY[alert.certainty]}"))
        by_alert[alert.pk] = highlight
    views = []
    for document in documents:
        transcript = latest[document.pk]
        own = [h for place, h in found.items() if transcript and place[0] == transcript.pk]
        views.append(_view(document, transcript, own))
    return Marked(tuple(views), by_evidence, by_alert, by_added)


def _view(document: Document, transcript: Transcript | None, highlights: list[Highlight]) -> DocumentView:
    pages: list[PageView] = []
    unread: list[str] = []
    if transcript is not None:
        pages = [
            PageView(page["number"], page["start"], segments(transcript.text, page["start"], page["end"], highlights))
            for page in transcript.pages
        ]
        unread = problems(transcript)
    return DocumentView(
        id=document.pk, name=document.name, received=moment(document.received_at), pages=tuple(pages),
        unread=tuple(unread), is_read=transcript is not None, transcript=transcript.pk if transcript else None,
        is_pdf=transcript is not None and transcript.media_type == "application/pdf",
    )  # fmt: skip


def problems(transcript: Transcript) -> list[str]:
    """What of a document could not be read, in sentences."""
    pages = [
        f"Page {item['page']} could not be read: {item['reason']}" if item["page"] else item["reason"]
        for item in transcript.unread
    ]
    return [transcript.problem, *pages] if transcript.problem else pages
