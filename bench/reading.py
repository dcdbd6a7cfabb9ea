"""Letters a second in one process, and what length costs, beside the bare search for the same phrases."""

from functools import partial

from kit import LETTERS, medians, seconds, show

from painpath import clock, documents, pathway
from painpath.pathway import Pathway
from painpath.reading.lexicon import lexicon
from painpath.screening.screener import screen

ROUNDS = 15
SIZES = {"1 kB": 1_000, "10 kB": 10_000, "100 kB": 100_000, "1 MB": 1_000_000, "10 MB": 10_000_000}


def main() -> None:
    """Print both tables."""
    service = pathway.load(pathway.find("southampton-portsmouth"))
    letters = [file.read_bytes() for file in sorted(LETTERS.glob("*.txt"))]
    automaton = lexicon(service).automaton
    texts = [letter.decode().lower() for letter in letters]
    whole, bare = medians(
        [
            lambda: [whole_way(letter, service) for letter in letters],
            lambda: [automaton.find_matches_as_indexes(text, overlapping=True) for text in texts],
        ],
        ROUNDS,
    )
    size = sum(map(len, letters)) / len(letters) / 1000
    show(
        f"{len(letters)} letters of {size:.1f} kB on average, median of {ROUNDS}",
        ("what", "letters/s", "ms a letter"),
        (
            ("bytes to text, findings, states, evidence", *rate(whole, len(letters))),
            ("the search for phrases alone", *rate(bare, len(letters))),
        ),
    )
    rows = []
    for name, length in SIZES.items():
        text = together(letters, length)
        rounds = max(1, min(ROUNDS, 300_000 // length))
        whole_works = [partial(whole_way, text, service), partial(search, automaton, text.decode().lower())]
        whole, bare = medians(whole_works, rounds) if length < 1_000_000 else map(seconds, whole_works)
        rows.append(
            (name, f"{whole:.3f}", f"{whole / length * 1e6:.2f}", f"{bare / length * 1e6:.3f}", f"{whole / bare:.0f}")
        )
    show(
        "One letter made of many",
        ("length", "seconds", "ms a kB", "ms a kB, search alone", "times the search"),
        rows,
    )


def whole_way(letter: bytes, service: Pathway) -> object:
    """What `painpath screen` does with a file."""
    return screen(documents.read(letter, "letter.txt"), service, today=clock.today())


def search(automaton: object, text: str) -> object:
    """The pass over the text that everything else stands on."""
    return automaton.find_matches_as_indexes(text, overlapping=True)  # type: ignore[attr-defined]


def together(letters: list[bytes], length: int) -> bytes:
    """The letters one after the other, again and again, cut off at this length."""
    all_of_them = b"\n\n".join(letters)
    return (all_of_them * (length // len(all_of_them) + 1))[:length].decode(errors="ignore").encode()


def rate(taken: float, count: int) -> tuple[str, str]:
    """Letters a second, and milliseconds a letter."""
    return f"{count / taken:.0f}", f"{taken / count * 1000:.2f}"


if __name__ == "__main__":
    main()
