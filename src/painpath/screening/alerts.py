"""Dangers that a letter affirms or leaves uncertain. That none was found proves nothing, and nothing here says so."""

import re
from collections.abc import Iterator

from painpath.documents.model import DocumentText
from painpath.reading.lexicon import Lexicon
from painpath.reading.model import Finding, Mark, Reading
from painpath.screening.model import Alert, AlertKind, Certainty
from painpath.screening.pages import page_at
from painpath.screening.quotes import Quotes

_NOT_HERE = ("absent", "family", "another_person", "hypothetical", "unanswered")
_SOMEBODY = ("family", "another_person")
_UNCERTAIN = ("possible", "past", "resolved")

_MEN = re.compile(
    r"\b(?:husband|father|dad|brother|son|uncle|nephew|grandad|grandfather|boyfriend|step(?:dad|father)|ex.husband)s?\b",
    re.I,
)
_WOMEN = re.compile(
    r"\b(?:wife|mother|mum|mam|mom|sister|daughter|aunt|niece|gran|nana?|grandm\w+|girlfriend|step(?:mum|mother)|ex.wife)s?\b",
    re.I,
)
_DOUBT = re.compile(
    r"\?|\b(?:possibl[ey]|perhaps|maybe|(?:may|might|could) be|quer(?:y|ied)|wonder(?:s|ing)?|suspect(?:s|ed)?|not sure"
    r"|unsure|unclear|hard to|difficult to (?:say|know)|unable to (?:assess|reach)|exclude|rule out|differential"
    r"|worried|concerned|fears?|thinks|reckons)\b|\b(?:19\d|200|201)\d\b",
    re.I,
)
"""Doubt in the danger's own words: "possible collapse of T12"."""
_DENIED = re.compile(
    r"[,;:(–-]\s*(?:and |but |or )?(?:nil|denies|denied|without|no(?! (?:\w+ )?(?:pulses?|feeling|sensation"
    r"|power|control|food|heating|one|longer|account|explanation|warning|future|hope|way|point|reason)))\b",
    re.I,
)
"""A new clause that denies, in the middle of the danger's own words: "bowels normal, no saddle symptoms"."""
_OBJECT = re.compile(r"\s*(?:(?:at|to|with|on|against) )?(?:her|him)\b", re.I)
"""Whom it befalls, behind the danger's words: "screams abuse at her"."""
_SHE = re.compile(r"\b(?:she|her|hers|herself)\b", re.I)
_HE = re.compile(r"\b(?:he|him|his|himself)\b", re.I)


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
    text = document.text
    marks = [mark for mark in finding.marks if mark.tag not in _SOMEBODY or not _not_the_relative(mark, finding, text)]
    if any(mark.tag in _NOT_HERE for mark in marks) or _DENIED.search(text, finding.span.start, finding.span.end):
        return
    doubt = next((mark for mark in marks if mark.tag in _UNCERTAIN), None)
    words = [finding.span, *([doubt.span] if doubt and doubt.span else [])]
    span = quotes.quote(reading.sentences[finding.sentence].span, words)
    yield Alert(
        kind=kind,
        certainty=Certainty.UNCERTAIN if doubt or _doubtful(finding, document.text) else Certainty.AFFIRMED,
        quote=document.text[span.start : span.end],
        start=span.start,
        end=span.end,
        page=page_at(document, span.start),
        phrase=finding.id,
        trigger=doubt.context if doubt else None,
    )


def _doubtful(finding: Finding, text: str) -> bool:
    return bool(_DOUBT.search(text, max(0, finding.span.start - 2), finding.span.end))


def _not_the_relative(mark: Mark, finding: Finding, text: str) -> bool:
    """Whether a relative is named, and yet somebody else is in danger.

    "Her husband hits her": the relative is part of the danger's own words. "Husband fears that she might": he is not
    she.
    """
    if mark.span is None:
        return False
    if mark.span.end > finding.span.start:  # part of the danger's words, or after them
        return True
    behind = _OBJECT.match(text, finding.span.end)
    relative = text[mark.span.start : mark.span.end]
    between = text[mark.span.end : behind.end() if behind else finding.span.end]
    man, woman = _MEN.search(relative), _WOMEN.search(relative)
    return bool((man and not woman and _SHE.search(between)) or (woman and not man and _HE.search(between)))
