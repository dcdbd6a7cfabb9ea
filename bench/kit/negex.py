"""What the context rules of the vocabulary say of a concept in a sentence, in the words of the NegEx kit.

python shared/tools/score_negex.py shared/data/negex/dev.tsv --callable kit.negex:flags     (in the folder bench)
"""

import re
from functools import cache

from painpath import pathway
from painpath.reading.assertion import assertion
from painpath.reading.lexicon import Lexicon, compiled, lexicon
from painpath.reading.model import Span

_BLANKS = re.compile(r"\s+")


@cache
def contexts() -> Lexicon:
    """The context words of the vocabulary, and nothing else of it."""
    service = pathway.load(pathway.find("southampton-portsmouth"))
    phrases = compiled((), service.contexts, service.sections, service.lists)
    # A word of the other phrases is no misspelt word of these.
    lookalikes = (*service.lookalikes, " ".join(lexicon(service).codes.words))
    return Lexicon((), service.contexts, service.sections, phrases, lookalikes)


def flags(sentence: str, concept: str, place: tuple[int, int]) -> dict[str, bool]:
    """Whether the concept at this place is negated, historical, hypothetical, or somebody else's."""
    # The kit joins the lines of its reports with three blanks, which in a letter stand between the cells of a table.
    start = len(_BLANKS.sub(" ", sentence[: place[0]]))
    end = start + len(_BLANKS.sub(" ", sentence[place[0] : place[1]]))
    tags = {mark.tag for mark in assertion(_BLANKS.sub(" ", sentence), Span(start, end), contexts())}
    return {
        # "Pneumonia, resolved." counts as negated in the kit; "in remission" and "discharged" do not occur in it.
        "negated": bool(tags & {"absent", "resolved"}),
        "historical": bool(tags & {"past", "history"}) and "hypothetical" not in tags,
        "hypothetical": "hypothetical" in tags,
        "experiencer": bool(tags & {"family", "another_person"}),
    }
