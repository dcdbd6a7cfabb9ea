"""Reading, side by side with medspaCy in its fastest configuration: speed, context on published sentences, length.

Speed on texts that anybody can get: our labelled letters, UK primary-care notes (PriMock57), US hospital reports (the
NegEx sentences, put together again). Both look for the same phrases: some 230 of the vocabulary, and then all of it.
"""

import importlib.util
import json
import resource
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import Any

from kit import LETTERS, medians, seconds, show
from kit.negex import flags

from painpath import clock, documents, pathway
from painpath.pathway import Pathway
from painpath.pathway.phrases import choices, edges, parts
from painpath.pathway.vocabulary import Group
from painpath.reading.lexicon import Lexicon, compiled, lexicon
from painpath.reading.reader import read
from painpath.reading.tokens import Words
from painpath.screening.screener import screen

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
DAY = date(2026, 11, 23)
ROUNDS = 5
SIZES = {"1 kB": 1_000, "10 kB": 10_000, "100 kB": 100_000, "1 MB": 1_000_000, "10 MB": 10_000_000}


def main() -> None:
    """Print the tables."""
    service = pathway.load(pathway.find("southampton-portsmouth"))
    beside()
    speed(service)
    context()
    length(service)


class Beside:
    """medspaCy in a process of its own."""

    def __init__(self, phrases: list[str]) -> None:
        python = ROOT / "build/beside/bin/python"
        self._process = subprocess.Popen(
            [str(python), str(Path(__file__).parent / "kit/beside.py")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        self.started = self.ask(what="start", phrases=phrases)

    def ask(self, **asked: object) -> dict[str, Any]:
        """One question, one answer."""
        assert self._process.stdin
        assert self._process.stdout
        print(json.dumps(asked), file=self._process.stdin, flush=True)
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        """Let it end."""
        self._process.communicate()


def corpora() -> dict[str, list[str]]:
    """The texts, by what they are. Those of ../shared only where it is."""
    found = {"letters": [file.read_text() for file in sorted(LETTERS.glob("*.txt"))]}
    if notes := sorted(SHARED.glob("data/primock57/day*.txt")):
        found["UK notes"] = [file.read_text() for file in notes]
    if rows := negex_rows():
        reports: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for row in rows:
            reports[row["report"]][row["sentence"]] = None
        found["US reports"] = ["\n".join(sentences) for sentences in reports.values()]
    return found


def negex_rows() -> list[dict[str, str]]:
    """The rows of the NegEx sentences; none where they are not."""
    file = SHARED / "data/negex/dev.tsv"
    if not file.exists():
        return []
    heading, *lines = file.read_text().splitlines()
    return [dict(zip(heading.split("\t"), line.split("\t"), strict=True)) for line in lines]


def plain_phrases(service: Pathway) -> list[str]:
    """Every phrase of the findings that can be written as plain words."""
    lists = choices(service.lists)
    whole = [
        read_as[0].words
        for group in service.vocabulary
        for phrase in group.phrases
        if not any(edges(phrase)) and len(read_as := parts(phrase, lists)) == 1
    ]
    return sorted({word for words in whole for word in words})


def beside() -> None:
    """Say what is measured beside, or why it is not."""
    if not (ROOT / "build/beside/.made").exists():
        sys.exit("medspaCy is not there: run `make bench`, which installs it in build/beside.")


def speed(service: Pathway) -> None:
    """Documents a second of both, on the same texts for the same phrases."""
    every = plain_phrases(service)
    few = every[:: max(1, len(every) // 228)]
    group = Group(id="found", comment="Phrases.", phrases=tuple(few), examples=("None.",))
    few_of_it = compiled([group], service.contexts, service.sections, service.lists)
    small = Lexicon([group], service.contexts, service.sections, few_of_it)
    whole = lexicon(service)
    rows = []
    started = []
    for name, phrases, words in ((f"{len(few)} phrases", few, small), ("the whole vocabulary", every, whole)):
        other = Beside(phrases)
        started.append((name, other.started))
        for corpus, texts in corpora().items():
            other.ask(what="texts", texts=texts)
            ours = partial(read_all, texts, words)
            ours()
            taken = [(seconds(ours), float(other.ask(what="read")["seconds"])) for _ in range(ROUNDS)]
            mine, theirs = (median(column) for column in zip(*taken, strict=True))
            ratio = median(theirs / mine for mine, theirs in taken)
            size = sum(map(len, texts)) / len(texts) / 1000
            bare = medians([partial(search, texts, words)], ROUNDS)[0]
            rows.append(
                (f"{corpus} ({len(texts)}, {size:.1f} kB), {name}", f"{len(texts) / mine:.0f}",
                 f"{len(texts) / theirs:.0f}", f"{ratio:.0f}", f"{mine / bare:.0f}")
            )  # fmt: skip
        other.close()
    show(
        f"Findings with their context, one process, in turns, median of {ROUNDS}",
        ("texts, phrases", "ours/s", "medspaCy/s", "times as fast", "times the bare search"),
        rows,
    )
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nmedspaCy until it can read: {started}\nThis process, with all texts and tables: {memory:.0f} MB")
    letters = [documents.read(text.encode(), "letter.txt") for text in corpora()["letters"]]
    took = medians([lambda: [screen(letter, service, today=clock.today()) for letter in letters]], ROUNDS)[0]
    print(f"Letters screened whole (findings, states, evidence, identifiers): {len(letters) / took:.0f}/s")


def read_all(texts: list[str], words: Lexicon) -> None:
    """Findings with their context, of every text."""
    for text in texts:
        read(text, words, written_on=DAY, today=DAY)


def search(texts: list[str], words: Lexicon) -> None:
    """The bare search for phrases that every engine stands on: the letters as they are, in small letters."""
    for text in texts:
        words.automaton.find_matches_as_indexes(Words(text, words.codes).codes, overlapping=True)


def context() -> None:
    """F1 of both on the NegEx sentences."""
    rows = negex_rows()
    scorer = SHARED / "tools/score_negex.py"
    if not rows or not scorer.exists():
        print("\nNegEx sentences: not here, not measured.")
        return
    scoring = module(scorer)
    places = [(row["sentence"], int(row["start"]), int(row["end"])) for row in rows]
    mine = [flags(sentence, sentence[start:end], (start, end)) for sentence, start, end in places]
    other = Beside([])
    theirs = other.ask(what="flags", rows=places)["flags"]
    other.close()

    def f1(flag: str, said: list[dict[str, bool]]) -> str:
        truths = [scoring.gold(row)[flag] for row in rows]
        pairs = [(truth, one[flag]) for truth, one in zip(truths, said, strict=True) if truth is not None]
        return f"{scoring.measure(pairs)[-1]:.3f}"

    flag_names = ("negated", "historical", "hypothetical")
    show(
        f"F1 on {len(rows)} NegEx pairs of US hospital reports",
        ("flag", "ours", "medspaCy"),
        [(flag, f1(flag, mine), f1(flag, theirs)) for flag in flag_names],
    )


def module(file: Path) -> ModuleType:
    """The module in this file."""
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec
    assert spec.loader
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def length(service: Pathway) -> None:
    """What length costs, from bytes to evidence."""
    letters = [file.read_bytes() for file in sorted(LETTERS.glob("*.txt"))]
    rows = []
    for name, size in SIZES.items():
        work: Callable[[], object] = partial(whole_way, together(letters, size), service)
        taken = medians([work], max(1, min(ROUNDS, 300_000 // size)))[0] if size < 1_000_000 else seconds(work)
        rows.append((name, f"{taken:.3f}", f"{taken / size * 1e6:.2f}"))
    show("One letter made of many, from bytes to evidence", ("length", "seconds", "ms a kB"), rows)


def whole_way(letter: bytes, service: Pathway) -> object:
    """What `painpath screen` does with a file."""
    return screen(documents.read(letter, "letter.txt"), service, today=clock.today())


def together(letters: list[bytes], size: int) -> bytes:
    """The letters one after the other, again and again, cut off at this size."""
    all_of_them = b"\n\n".join(letters)
    return (all_of_them * (size // len(all_of_them) + 1))[:size].decode(errors="ignore").encode()


if __name__ == "__main__":
    main()
