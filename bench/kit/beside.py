"""medspaCy in its fastest configuration, in a process and an environment of its own (build/beside).

Reads one JSON object a line, answers with one a line. Run by bench/reading.py; nothing of the product is imported.
"""

import json
import logging
import resource
import sys
import time

began = time.perf_counter()
logging.disable(logging.CRITICAL)  # one of its parts writes tokens, so patients' words, to the log

import medspacy  # noqa: E402, F401 - registers its parts with spaCy
import spacy  # noqa: E402
from medspacy.ner import TargetRule  # noqa: E402
from spacy.tokens import Span  # noqa: E402


def pipeline(phrases: list[str]) -> spacy.Language:
    """spaCy's own splitter of sentences, these phrases, ConText with its published rules: its fastest that has all."""
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    matcher = nlp.add_pipe("medspacy_target_matcher")
    matcher.add([TargetRule(phrase, "FOUND") for phrase in phrases])
    nlp.add_pipe("medspacy_context")
    return nlp


def flags(nlp: spacy.Language, sentence: str, start: int, end: int) -> dict[str, bool]:
    """What ConText says of a concept at a place."""
    doc = nlp.make_doc(sentence)
    for token in doc[1:]:
        token.is_sent_start = False
    place = doc.char_span(start, end, alignment_mode="expand")
    doc.ents = [Span(doc, place.start, place.end, label="CONCEPT")]
    found = nlp.get_pipe("medspacy_context")(doc).ents[0]._
    return {
        "negated": found.is_negated,
        "historical": found.is_historical,
        "hypothetical": found.is_hypothetical,
        "experiencer": found.is_family,
    }


def main() -> None:
    """Answer until the end of the input."""
    texts: list[str] = []
    nlp = spacy.blank("en")
    for line in sys.stdin:
        asked = json.loads(line)
        answer: dict[str, object] = {}
        if asked["what"] == "start":
            nlp = pipeline(asked["phrases"])
            nlp("Warm.")
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            answer = {"seconds": time.perf_counter() - began, "megabytes": memory}
        elif asked["what"] == "texts":
            texts = asked["texts"]
        elif asked["what"] == "read":
            start = time.perf_counter()
            count = sum(len(nlp(text).ents) for text in texts)
            answer = {"seconds": time.perf_counter() - start, "found": count}
        elif asked["what"] == "flags":
            answer = {"flags": [flags(nlp, *row) for row in asked["rows"]]}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
