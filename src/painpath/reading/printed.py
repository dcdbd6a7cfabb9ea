"""Words that a form of ours prints, for people to write under: they are nobody's answer and say nothing of the patient.

Each stands in square brackets and begins with "Question 3:", "For example:" or "How to fill in:", so that it is known
again in whatever file, version or line width it comes back, whatever the questions were when it was printed. Inside
them no evidence is looked for; dangers are looked for everywhere.
"""

import re
from collections.abc import Iterable

_PRINTED = re.compile(
    # 600 characters: the longest question with room to spare
    r"\[\s*(?:Question\s+\d{1,3}|For\s+example|How\s+to\s+fill\s+in)\s*:[^\[\]]{0,600}\]"
    r"|[«<]\s*[a-z][a-z0-9]*(?:_[a-z0-9]+)+\s*[»>]"  # a merge field that nothing was put into
)
_BRACKETS = str.maketrans("[]", "()")


def question(number: int, words: str) -> str:
    """A question as our forms print it."""
    return f"[Question {number}: {words.translate(_BRACKETS)}]"


def answered(answers: Iterable[tuple[str, str]]) -> list[str]:
    """Each question that has an answer, numbered by its place, with the answer under it."""
    return [
        f"{question(number, ask)}\n{words.strip()}" for number, (ask, words) in enumerate(answers, 1) if words.strip()
    ]


def example(words: str) -> str:
    """A sentence that shows how an answer may be written, as our forms print it."""
    return f"[For example: {words.translate(_BRACKETS)}]"


def note(words: str) -> str:
    """A word to whoever fills the form in, as our forms print it."""
    return f"[How to fill in: {words.translate(_BRACKETS)}]"


def without(text: str) -> str:
    """The text with blanks where such words stand: every other character keeps its place."""
    return _PRINTED.sub(lambda found: re.sub(r"\S", " ", found[0]), text)
