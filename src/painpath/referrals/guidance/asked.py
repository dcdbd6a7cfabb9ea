"""What the referrer asked, in their own words: advice quotes the question that it answers."""

import hashlib
import re
from collections.abc import Iterator

from painpath.reading import printed
from painpath.referrals.models import ConversationEntry, ConversationFile, Referral, Transcript

LONGEST = 500
"""Characters of a sentence that is offered as the question: longer ones are quoted in part, by hand."""
MOST = 20
"""Questions offered to choose from."""

_ALIKE = ("'‘’", '"“”', "-‐‑–—")
_LIKE = {char: f"[{group}]" for group in _ALIKE for char in group}
_PARAGRAPHS = re.compile(r"\n[ \t]*\n|\f|\n(?=[ \t]*(?:[-•*]|\d+[.)])[ \t])")
_ENDS = re.compile(r"\?+(?=[\s\"”’')\]]|$)")
_BEFORE = re.compile(r"[.!?:;][\"”’')\]]*\s+|^\s*(?:[-•*]|\d+[.)])\s+")


def words_of(referral: Referral) -> Iterator[str]:
    """Everything that was sent to us about this referral: its documents as read, then what the referrer wrote later."""
    read = Transcript.objects.filter(document__referral=referral, document__quarantine__isnull=True)
    latest = {row.document_id: row.text for row in read.only("document_id", "text").order_by("id")}
    yield from (printed.without(text) for _, text in sorted(latest.items()))
    said = ConversationEntry.objects.filter(referral=referral, side="referrer").exclude(pk__in=moved_away(referral))
    yield from said.values_list("text", flat=True)


def moved_away(referral: Referral) -> set[int]:
    """Messages whose words, filed as a document, were moved because they were about somebody else. One query."""
    files = ConversationFile.objects.filter(entry__referral=referral, document__quarantine__isnull=False)
    rows = files.values_list("entry_id", "entry__text", "document__sha256")
    return {entry for entry, text, digest in rows if hashlib.sha256(text.encode()).hexdigest() == digest}


def in_their_words(referral: Referral, words: str) -> str:
    """These words as they stand in the referral, blanks made single; empty when they do not stand there.

    Line breaks, capitals and the shape of quotation marks and dashes make no difference; every word does.
    """
    pattern = _pattern(words)
    if pattern is None:
        return ""
    for text in words_of(referral):
        if found := pattern.search(text):
            return " ".join(found[0].split())
    return ""


def _pattern(words: str) -> "re.Pattern[str] | None":
    parts = ["".join(_LIKE.get(char, re.escape(char)) for char in word) for word in words.split()]
    if not any(char.isalnum() for char in words):
        return None
    return re.compile(r"(?<!\w)" + r"\s+".join(parts) + r"(?!\w)", re.IGNORECASE)


def questions_in(text: str) -> list[str]:
    """The sentences of a text that end with a question mark, in order, each on one line."""
    found = []
    for paragraph in _PARAGRAPHS.split(text):
        begin = 0
        for end in _ENDS.finditer(paragraph):
            starts = [before.end() for before in _BEFORE.finditer(paragraph, begin, end.start())]
            sentence = " ".join(paragraph[starts[-1] if starts else begin : end.end()].split()).lstrip("-•*\"“‘' ")
            begin = end.end()
            if len(sentence.split()) > 1 and len(sentence) <= LONGEST:
                found.append(sentence)
    return found


def questions(referral: Referral) -> list[str]:
    """What the referrer seems to ask, to choose from: what they wrote last stands last."""
    return list(dict.fromkeys(one for text in words_of(referral) for one in questions_in(text)))[-MOST:]
