"""Dangers that a letter affirms or leaves uncertain. That none was found proves nothing, and nothing here says so."""

from collections.abc import Iterator

from painpath.documents.model import DocumentText
from painpath.reading.lexicon import Lexicon
from painpath.reading.model import Finding, Reading, Span
from painpath.screening.model import Alert, AlertKind, Certainty
from painpath.screening.pages import page_at
from painpath.screening.quotes import Quotes

_NOT_HERE = ("absent", "family", "another_person", "hypothetical", "unanswered")
_UNCERTAIN = ("possible", "past", "resolved")


def alerts(reading: Reading, document: DocumentText, lexicon: Lexicon, quotes: Quotes) -> tuple[Alert, ...]:
    """The alerts of a letter in its order, each quote once."""
    kinds = {group.id: group.alert for group in lexicon.groups if group.alert}
    found = {
        (alert.start, alert.end, alert.kind): alert
        for finding in reversed(reading.findings)
        if (kind := kinds.get(finding.id))
        for alert in _alert(finding, AlertKind(kind), reading, document, quotes)
    }
    return tuple(found[key] for key in sorted(found))


def _alert(
    finding: Finding, kind: AlertKind, reading: Reading, document: DocumentText, quotes: Quotes
) -> Iterator[Alert]:
    # "Her husband hits her": a relative who is part of the danger's own words is not the one in danger.
    marks = [mark for mark in finding.marks if mark.tag != "family" or not _overlap(mark.span, finding.span)]
    if any(mark.tag in _NOT_HERE for mark in marks):
        return
    doubt = next((mark for mark in marks if mark.tag in _UNCERTAIN), None)
    words = [finding.span, *([doubt.span] if doubt and doubt.span else [])]
    span = quotes.quote(reading.sentences[finding.sentence].span, words)
    yield Alert(
        kind=kind,
        certainty=Certainty.UNCERTAIN if doubt else Certainty.AFFIRMED,
        quote=document.text[span.start : span.end],
        start=span.start,
        end=span.end,
        page=page_at(document, span.start),
        phrase=finding.id,
        trigger=doubt.context if doubt else None,
    )


def _overlap(one: Span | None, other: Span) -> bool:
    return one is not None and one.start < other.end and other.start < one.end
