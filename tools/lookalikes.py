#!/usr/bin/env python3
"""Write pathways/shared/vocabulary/lookalikes.yaml: real words that look like misspelt words of the vocabulary.

    .venv/bin/uv pip install --target build/words wordfreq
    PYTHONPATH=build/words .venv/bin/python tools/lookalikes.py

Run it when the vocabulary has grown. `wordfreq` says which words English has; nothing else of the project needs it.
"""

import textwrap
from pathlib import Path

import wordfreq

from painpath import pathway
from painpath.reading.lexicon import lexicon
from painpath.reading.spelling import Spelling

FILE = Path(__file__).parents[1] / "pathways/shared/vocabulary/lookalikes.yaml"
RARE = 2.0
"""Words rarer than once in ten million are left out: there are more slips of the pen among them than words."""

HEAD = """# Real words that differ by a letter or two from a long word of the vocabulary and mean something else: they
# are never taken for a misspelling. Written by tools/lookalikes.py; a word may be added by hand.
lookalikes:
"""


def main() -> None:
    """Write the file anew."""
    service = pathway.load(pathway.find("southampton-portsmouth"))
    words = lexicon(service).codes.words
    spelling = Spelling(words)
    found = sorted(
        word
        for word in wordfreq.top_n_list("en", 150_000)
        if word not in words and wordfreq.zipf_frequency(word, "en") >= RARE and spelling.meant(word)
    )
    lines = textwrap.wrap(" ".join(found), 112, break_on_hyphens=False)
    FILE.write_text(HEAD + "".join(f"  - {line}\n" for line in lines))
    print(f"{len(found)} words")


if __name__ == "__main__":
    main()
