"""How hard letters to patients are to read, for whoever writes a pathway: an alarm and no judge."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from painpath.pathway.letters import Block
from painpath.pathway.model import Pathway
from painpath.pathway.problems import Fault, FieldPath
from painpath.pathway.wording import LONGEST_SENTENCE, sentences

HIGHEST_GRADE = 6.0
FEWEST_WORDS = 30
"""Flesch-Kincaid grade (https://service-manual.nhs.uk/content/health-literacy asks for a reading age of 9 to 11), and
from how many words on: of a few words the formula says nothing."""

_FIELD = re.compile(r"{\w*}")


def grade(words: str) -> float:
    """The Flesch-Kincaid grade of a text in English."""
    return float(_textstat().flesch_kincaid_grade(words))


def hard_letters(pathway: Pathway) -> Iterator[Fault]:
    """The openings and sections of letters to patients that are too hard. What is filled in counts as a short word."""
    used = set()
    for index, letter in enumerate(pathway.letters.texts):
        if letter.audience == "patient":
            used |= set(letter.sections)
            yield from _hard(("letters", "texts", index, "opening"), letter.opening)
    for index, section in enumerate(pathway.letters.sections):
        if section.id in used:
            yield from _hard(("letters", "sections", index, "body"), section.body)


def _hard(path: FieldPath, blocks: Iterable[Block]) -> Iterator[Fault]:
    texts = [_FIELD.sub("it", one) for block in blocks for one in (block.text or "", *block.points) if one]
    for sentence in (one for text in texts for one in sentences(text)):
        if (length := len(sentence.split())) > LONGEST_SENTENCE:
            yield Fault(
                path, f"Patients read this. A sentence has {length} words: make it {LONGEST_SENTENCE} or fewer."
            )
    words = " ".join(texts)
    if len(words.split()) >= FEWEST_WORDS and (found := grade(words)) > HIGHEST_GRADE:
        yield Fault(path, f"Patients read this, and it is hard: Flesch-Kincaid grade {found:.1f}. Write shorter "
                    f"sentences and shorter words, to {HIGHEST_GRADE:.0f} or below.")  # fmt: skip


@cache
def _textstat() -> Any:
    import textstat  # with its dictionary 1.5 s, which nobody else pays for

    textstat.set_lang("en_GB")
    return textstat
