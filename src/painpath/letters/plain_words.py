"""Whether a clinician's own words in a letter can be read: no Latin, no unexplained short forms, short sentences, easy
words (AoMRC, Please, write to me; NHS style: reading age 9 to 11). The service's own texts are checked when the pathway
is linted. An alarm and no judge."""

import re
from collections.abc import Iterator

from painpath.letters.drafts import Draft, Part
from painpath.pathway.readability import FEWEST_WORDS, HIGHEST_GRADE, grade

LONGEST_SENTENCE = 25
"""Words. An alarm, not an aim: NHS style asks for short sentences."""

_KNOWN_CAPITALS = frozenset({"GP", "NHS", "UK", "A&E", "BSL", "SHOUT", "OK"})
_LATIN = re.compile(
    r"\b(b\.?d\.?|t\.?d\.?s\.?|q\.?d\.?s\.?|o\.?d\.?|p\.?r\.?n\.?|nocte|mane|stat|ddx?|hx|rx|tx|c/o)(?!\w)"
)


def hard_words(draft: Draft) -> Iterator[str]:
    """What a clinician has to write out, or to part, as sentences. Only what a person wrote: the service's own texts
    are checked when the pathway is linted."""
    known = _KNOWN_CAPITALS | _explained(draft)
    for where, words in places(draft, only_clinician=True):
        capitals = [word for word in re.findall(r"\b[A-Z][A-Z&]+\b", words) if word not in known]
        for word in dict.fromkeys([*capitals, *(found[0] for found in _LATIN.finditer(words))]):
            yield f"Write “{word}” out in “{where}”."
        for sentence in sentences(words):
            if len(sentence.split()) > LONGEST_SENTENCE:
                yield f"A sentence in “{where}” has {len(sentence.split())} words. Part it: “{sentence[:60]}…”."


def hard_to_read(draft: Draft) -> Iterator[str]:
    """Where a clinician's own words, taken together, are harder than reading age 11."""
    written: dict[str, list[str]] = {}
    for where, words in places(draft, only_clinician=True):
        written.setdefault(where, []).append(words)
    for where, texts in written.items():
        words = " ".join(texts)
        if len(words.split()) >= FEWEST_WORDS and (hard := grade(words)) > HIGHEST_GRADE:
            yield (
                f"“{where}” is hard to read: Flesch-Kincaid grade {hard:.1f}, and most people read well up to "
                f"{HIGHEST_GRADE:.0f}. Write shorter sentences and shorter words."
            )


def places(draft: Draft, *, only_clinician: bool = False) -> Iterator[tuple[str, str]]:
    places: list[tuple[str, tuple[Part, ...]]] = [("the opening", draft.opening)]
    places += [(section.heading, section.parts) for section in draft.sections]
    if not only_clinician:
        yield "the heading", draft.heading
    for where, parts in places:
        for part in parts:
            if part.source == "clinician" or not only_clinician:
                yield from ((where, words) for words in (part.text, *part.items) if words)


def sentences(words: str) -> list[str]:
    return [sentence for sentence in re.split(r"(?<=[.!?])\s+|\n+", words) if sentence]


def _explained(draft: Draft) -> set[str]:
    """Short forms that the letter explains: `magnetic scan (MRI)`, or `MRI (a kind of scan)`."""
    words = " ".join(words for _, words in places(draft))
    behind = re.findall(r"[a-z]\w+ \(([A-Z][A-Z&]+)\)", words)
    return {*behind, *re.findall(r"\b([A-Z][A-Z&]+) \([^)]*[a-z]{3}[^)]*\)", words)}
