"""The published questions are ours: where a letter or a list of answers repeats them, they are no words of the letter.

Read as words of the letter, "Is there active cancer?" would speak against a referral whose writer has said nothing.
"""

import re
from functools import lru_cache

import msgspec

from painpath.documents.model import DocumentText
from painpath.pathway.model import Pathway


@lru_cache(maxsize=8)
def _pattern(questions: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern for all of them; a line may end between any two of their words. The longest come first."""
    longest = sorted(questions, key=len, reverse=True)
    return re.compile("|".join(r"\s+".join(map(re.escape, words.split())) for words in longest))


def without_questions(document: DocumentText, pathway: Pathway) -> DocumentText:
    """The document with blanks in place of each published question that stands in it whole, word for word.

    Every offset stays as it was: a line end stays a line end, anything else becomes a blank.
    """
    pattern = _pattern(tuple(criterion.question for criterion in pathway.criteria))
    text, count = pattern.subn(lambda found: re.sub(r"[^\n]", " ", found[0]), document.text)
    return msgspec.structs.replace(document, text=text) if count else document
