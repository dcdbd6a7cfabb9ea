"""What a form asks or prints and nobody answers: a question of its own line, the lines of its list of criteria.

"Does the patient have psychosis?" with no answer behind it says nothing of the patient. What the writer asks ("Could
you arrange a scan?") is another matter, and stands. Dangers are not asked here: they are found wherever they stand.
"""

import re
from collections.abc import Sequence

from painpath.reading.model import Mark, Sentence

_MOST = 7
"""Words of a question that names a thing and no more: "Active cancer?"."""
_ABOUT_THE_PATIENT = re.compile(
    r"(?:\(?[\da-z]{1,2}[.)]\s*)?(?:(?:does|do|is|are|has|have|did|was) (?:(?:the|your|this) )?"
    r"(?:patient|person|client|pt|he|she|they|there)\b|any\b)",
    re.IGNORECASE,
)
_ANSWERED = re.compile(
    r"\W*(?:y|n|yes|no|none|nil|never|not|n/?a|true|false|currently|current|present|ongoing|active|severe|moderate|mild"
    r"|confirmed|positive|negative|known|unknown|unsure|x)\b|\s*[\[(]?\s*[☐☑☒✓✔✅+]",
    re.IGNORECASE,
)
"""What stands behind a question that was answered. Boxes still empty are read by the vocabulary."""
_PERSON = re.compile(r"\b(?:he|she|him|her|his|they|them|their|i|we|you|your|my|our|patient|pt)\b", re.IGNORECASE)
_SAID = re.compile(
    r"[:?☐☑☒✓✔✅]|(?:^|[-–.,]\s*)(?:no|nil|none|yes|y|n)\b|\b(?:yes|no|nil|none|y|n)\W*$"
    r"|\b(?:he|she|his|her|they|their|patient|pt|denies|known|since|(?:19|20)\d\d)\b",
    re.IGNORECASE,
)
"""In a line under a heading of criteria: the writer answers it."""
_HEADING = re.compile(r"criteria|exclusions|accept|suitable|rejection|\bsee\b", re.IGNORECASE)

UNANSWERED = Mark("unanswered", "question-of-a-form", "a question of the form, not answered", None)


def unanswered(text: str, found: Sequence[Sentence], number: int) -> bool:
    """Whether this sentence is a question about the patient, as a form asks it, without an answer behind it."""
    span = found[number].span
    if text[span.end - 1] != "?":
        return False
    asked = text[span.start : span.end]
    alone = len(asked.split()) <= _MOST and not _PERSON.search(asked)
    if not (alone or _ABOUT_THE_PATIENT.match(asked)):
        return False
    return number + 1 == len(found) or not _ANSWERED.match(text, found[number + 1].span.start)


def printed(text: str, sentence: Sentence) -> bool:
    """Whether a line under a heading of criteria only names one, so that it was printed there."""
    before, colon, behind = text[sentence.span.start : sentence.span.end].partition(":")
    if colon and not _HEADING.search(before):
        return not behind.strip()
    return not _SAID.search(behind.strip() or before)
