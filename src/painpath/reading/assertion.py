"""How a sentence asserts words that the vocabulary does not hold: present, ruled out, past, imagined, a relative's.

The context words and headings are those of the vocabulary; nothing else of it is used. This is how the reading of
context is measured on published sentences, whatever they speak of.
"""

from painpath.reading.context import Trigger, apply
from painpath.reading.layout import blank_width, lines, sentences
from painpath.reading.lexicon import Lexicon
from painpath.reading.match import hits, layers
from painpath.reading.model import Mark, Sentence, Span
from painpath.reading.reader import heading_marks, sections, trigger_mark
from painpath.reading.tokens import Words

CONCEPT = "concept"


def assertion(text: str, place: Span, contexts: Lexicon) -> tuple[Mark, ...]:
    """What the context says of the words at `place` (characters, end exclusive) of the text.

    `contexts` is a lexicon without groups. Nothing when no sentence holds the place.
    """
    blank = blank_width(text)
    found = [
        Sentence(span, line.block, section)
        for line, section in sections(lines(text), text, contexts)
        for span in sentences(text, line, blank)
    ]
    number = next((at for at, one in enumerate(found) if one.span.start <= place.start < one.span.end), None)
    if number is None:
        return ()
    words = Words(text, contexts.codes)
    bounds = [words.index(sentence.span.start) for sentence in found] + [len(words.codes)]
    start, end = words.index(place.start), max(words.index(place.end), words.index(place.start) + 1)
    triggers: list[Trigger] = []
    some = hits(contexts, words.codes, words.before, bounds, read=[number]).get(number, [])
    for hit in next(layers(contexts, some)):
        context = contexts.contexts[hit[2]]
        if context.tag != "nothing" and not (start <= hit[0] and hit[1] <= end):
            triggers.append((context, hit))
    within = (bounds[number], bounds[number + 1])
    said, _ = apply([(CONCEPT, start, end)], triggers, words.before, within, contexts.negations, words.codes)
    return (*(trigger_mark(trigger, words) for trigger in said[0]), *heading_marks(contexts, found[number]))
